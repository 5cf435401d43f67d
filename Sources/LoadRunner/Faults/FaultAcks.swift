import KafkaClient
import LoadModel
import Statistics
import Synchronization

/// What acknowledgements did after each planted fault, and how long records took before, during and
/// after it.
///
/// The fault's thread reports when a fault begins and when it is over; producers report each
/// acknowledged batch, a call a batch.
final class FaultAcks: Sendable {
  /// What was found of one fault. Times are of the monotonic clock.
  struct Found: Equatable {
    /// The longest time without an acknowledgement of any one partition that the node led, from
    /// the fault on; nil where it led none.
    var silenceNanos: Int64?
    /// The load, or the time before the next fault, ended first.
    var isSilenceOpen = false
    /// The first acknowledgement, by another node, of a partition that the node led.
    var firstAckNanos: Int64?
    /// Of the records that were due between the end of the fault before and this one, during this
    /// one, and from its end until the next fault.
    var before = Histogram()
    var during = Histogram()
    var after = Histogram()
  }

  /// One fault's effect.
  private struct Effect {
    let node: Int32?
    /// The fault is over with the first acknowledgement by another node.
    let endsWithFirstAck: Bool
    /// When the next fault began; nil: none did.
    var nextNanos: Int64?
    /// By partition that the node led: the last acknowledgement, or the fault.
    var last: [Int32: Int64]
    var hasAck = false
    var longestNanos: Int64 = 0
    var firstAckNanos: Int64?

    /// When it was over, of a fault that nothing undoes; nil: not yet.
    var overNanos: Int64? { endsWithFirstAck ? firstAckNanos : nil }

    mutating func note(_ partition: Int32, node: Int32, atNanos nanos: Int64) {
      guard let before = last[partition], nanos > before else { return }
      last[partition] = nanos
      hasAck = true
      longestNanos = max(longestNanos, nanos - before)
      if let hit = self.node, node >= 0, node != hit, firstAckNanos == nil { firstAckNanos = nanos }
    }
  }

  /// A stretch of time in which nothing began or ended, and the latencies of what was due in it.
  private struct Stretch {
    let fromNanos: Int64
    /// Faults that were not over then.
    let faults: Set<Int>
    var latency = Histogram()
  }

  private struct State {
    var effects: [Int: Effect] = [:]
    /// The fault that no other followed; its silences go on.
    var latest: (fault: Int, effect: Effect)?
    var stretches = [Stretch(fromNanos: .min, faults: [])]

    /// The faults that are not over.
    var under: Set<Int> { stretches[stretches.count - 1].faults }

    mutating func end(_ fault: Int?, atNanos nanos: Int64) {
      guard let fault, under.contains(fault) else { return }
      stretches.append(Stretch(fromNanos: nanos, faults: under.subtracting([fault])))
    }

    mutating func record(dueNanos: Int64, latencyNanos: Int64, count: Int32) {
      var index = stretches.count - 1
      while stretches[index].fromNanos > dueNanos { index -= 1 }
      stretches[index].latency.record(latencyNanos, count: Int64(count))
    }
  }

  private let state = Mutex(State())

  /// A fault begins.
  ///
  /// - Parameters:
  ///   - fault: Its place in the timeline.
  ///   - node: The node that is hit; nil where a link is.
  ///   - partitions: Those that the node leads now; of a link all.
  ///   - endsWithFirstAck: Nothing undoes it: it is over with the first acknowledgement by another
  ///     node.
  func begin(
    _ fault: Int, node: Int32?, partitions: [Int32], endsWithFirstAck: Bool = false,
    atNanos nanos: Int64
  ) {
    state.withLock { state in
      if let (other, before) = state.latest {
        var effect = before
        effect.nextNanos = nanos
        state.effects[other] = effect
      }
      let last = Dictionary(partitions.map { ($0, nanos) }, uniquingKeysWith: { first, _ in first })
      state.latest = (
        fault, Effect(node: node, endsWithFirstAck: endsWithFirstAck, last: last)
      )
      state.stretches.append(Stretch(fromNanos: nanos, faults: state.under.union([fault])))
    }
  }

  /// A fault is over: it was undone, or its undoing failed; the second call is ignored.
  func end(_ fault: Int, atNanos nanos: Int64) {
    state.withLock { $0.end(fault, atNanos: nanos) }
  }

  /// A batch was acknowledged.
  ///
  /// - Complexity: O(runs of the batch).
  func note(_ batch: borrowing CompletedBatch, in window: MeasureWindow) {
    note(
      partition: batch.partition, node: batch.node, atNanos: batch.completedNanos,
      runs: batch.runs, in: window)
  }

  func note(
    partition: Int32, node: Int32, atNanos nanos: Int64, runs: [ScheduledRun],
    in window: MeasureWindow
  ) {
    state.withLock { state in
      state.latest?.effect.note(partition, node: node, atNanos: nanos)
      if let (fault, effect) = state.latest, effect.endsWithFirstAck,
        let first = effect.firstAckNanos
      {
        state.end(fault, atNanos: first)
      }
      for run in runs where window.contains(run.scheduledNanos) {
        state.record(
          dueNanos: run.scheduledNanos, latencyNanos: nanos - run.scheduledNanos, count: run.count)
      }
    }
  }

  /// What was found of a fault.
  ///
  /// - Parameter endNanos: When the load was over; what was silent then lasted at least so long.
  ///   Nil where none was due any more.
  /// - Returns: Nil where it never began.
  func found(_ fault: Int, endNanos: Int64?) -> Found? {
    state.withLock { state in
      let isLatest = state.latest?.fault == fault
      guard let effect = isLatest ? state.latest?.effect : state.effects[fault] else { return nil }
      var found = Found()
      found.firstAckNanos = effect.firstAckNanos
      var longest = effect.hasAck ? effect.longestNanos : nil
      if let end = effect.nextNanos ?? endNanos {
        for last in effect.last.values where end - last > longest ?? 0 {
          longest = end - last
          found.isSilenceOpen = true
        }
      }
      found.silenceNanos = longest
      let own = state.stretches.indices.filter { state.stretches[$0].faults.contains(fault) }
      guard let first = own.first, let last = own.last else { return found }
      for index in own { found.during.merge(state.stretches[index].latency) }
      if first > 0, let quiet = state.stretches[..<first].last(where: { $0.faults.isEmpty }) {
        found.before = quiet.latency
      }
      let later = state.stretches[(last + 1)...]
      // The next fault may have begun before this one was over.
      if let quiet = later.first(where: { $0.faults.isEmpty }) { found.after = quiet.latency }
      return found
    }
  }
}
