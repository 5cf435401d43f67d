import EventLoop
import KafkaClient
import LoadModel
import Synchronization
import Transport

/// Watches the target's brokers and, where one is given, a topic's leaders while it is measured,
/// on a loop of its own.
final class EventWatch {
  private struct Noticed {
    let event: ClusterEvent
    let nanos: Int64
  }

  private final class Notes: Sendable {
    private let all = Mutex<[Noticed]>([])
    func add(_ event: ClusterEvent, _ time: MonotonicTime) {
      all.withLock { $0.append(Noticed(event: event, nanos: time.nanoseconds)) }
    }
    var noticed: [Noticed] { all.withLock { $0 } }
  }

  private let thread: EventLoopThread
  private let watch = LoopBound<ClusterWatch<EventLoop>>()
  private let notes = Notes()

  /// Starts watching.
  ///
  /// - Parameter intervalMs: Between two questions for the metadata: how late a change of leaders
  ///   or of in-sync replicas may be noticed.
  /// - Returns: nil where there is no thread for it.
  init?(of bootstrap: [NetworkAddress], topic: String?, intervalMs: Int64 = 1_000) {
    guard let thread = try? EventLoopThread(name: "weir-watch") else { return nil }
    self.thread = thread
    let (watch, notes) = (watch, notes)
    thread.post { loop in
      let started = ClusterWatch(
        transport: loop, config: ClientConfig(bootstrapServers: bootstrap), topic: topic,
        intervalMs: intervalMs, notice: { notes.add($0, $1) })
      watch.value = started
      started.start()
    }
  }

  deinit {
    let watch = watch
    thread.post { _ in
      watch.value?.close()
      watch.value = nil
    }
    thread.stop()
    thread.join()
  }

  /// Brokers that are connected now.
  var connectedCount: Int {
    let watch = watch
    return thread.call { _ in watch.value?.connectedCount ?? 0 } ?? 0
  }

  /// What was noticed until now, in seconds after `fromNanos`.
  func events(sinceNanos fromNanos: Int64) -> RunEvents {
    var found = RunEvents()
    for noticed in notes.noticed {
      let seconds = Double(noticed.nanos - fromNanos) / 1e9
      switch noticed.event {
      case .connectionLost(let node, let reason):
        found.nodeLosses.append(RunEvents.NodeLoss(node: node, lostS: seconds, reason: reason))
      case .connectionRegained(let node):
        let open = found.nodeLosses.lastIndex { $0.node == node && $0.backS == nil }
        if let open { found.nodeLosses[open].backS = seconds }
      case .leaderChanged(let partition, let from, let to):
        found.leaderChangeCount += 1
        if found.leaderChanges.count < RunEvents.leaderChangesMax {
          found.leaderChanges.append(
            RunEvents.LeaderChange(partition: partition, from: from, to: to, atS: seconds))
        }
      case .inSyncChanged: break
      }
    }
    return found
  }

  /// When the topic's replicas were not all in sync any more, or were again; monotonic clock.
  var inSyncChanges: [(atNanos: Int64, isFull: Bool)] {
    notes.noticed.compactMap { noticed in
      if case .inSyncChanged(let isFull) = noticed.event { (noticed.nanos, isFull) } else { nil }
    }
  }
}
