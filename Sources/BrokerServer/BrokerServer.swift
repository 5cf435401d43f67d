import BrokerCore
import CommitLog
import EventLoop
import Observability
import Synchronization
import Transport

/// Why a broker does not start.
public enum BrokerStartError: Error, Sendable, CustomStringConvertible {
  /// A data directory or the metadata in it cannot be used.
  case storage(LogError)
  /// An address cannot be listened on.
  case listener(BrokerListener, TransportError)
  /// The system gives no thread or descriptor.
  case system(TransportError)

  public var description: String {
    switch self {
    case .storage(let error): "\(error)"
    case .listener(let listener, .addressInUse(let address)):
      "\(listener.name)://\(address): the port is in use"
    case .listener(let listener, .unresolvable(let host)):
      "\(listener.name)://\(host): no such host"
    case .listener(let listener, let error):
      "\(listener.name)://\(listener.host):\(listener.port): \(error)"
    case .system(let error): "\(error)"
    }
  }
}

/// A broker on real sockets and threads.
///
/// ```
/// loop 0 ── listeners ── accepted sockets, in turn ──► loop 0 … loop N-1
/// each loop: connections ─► frames ─► RequestProcessor ─► answers
///                                        │  ▲ completions
///                                        ▼  │
///                                     disk pool
/// ```
public enum BrokerServer {
  public static let logger = Logger("server")

  /// Opens the data directories, recovers what an unclean stop left, and serves.
  ///
  /// Waits for the disk. When it returns, clients can connect.
  /// - Parameters:
  ///   - fetchPath: How records leave: by `sendfile`, or copied.
  ///   - loops: Event loops; nil: `num.network.threads`.
  ///   - fileSystem: Where the data directories are.
  /// - Throws: What went wrong, with a text for people; nothing is left running.
  public static func start(
    _ config: BrokerConfig, fetchPath: EventLoopConfiguration.FilePath = .sendfile,
    loops: Int? = nil, fileSystem: any FileSystem = PosixFileSystem()
  ) throws(BrokerStartError) -> RunningBroker {
    let loopCount = max(1, loops ?? config.networkThreads)
    let node: BrokerNode
    do {
      let threadCount = recoveryThreads(config)
      node = try BrokerNode.open(
        config, fileSystem: fileSystem, loopCount: loopCount, nowMs: wallClockMs(),
        clockNanos: { EventLoop.currentTime.nanoseconds },
        runAll: { runAll($0, threads: threadCount, $1) })
    } catch { throw .storage(error) }
    let threads: [EventLoopThread]
    do throws(BrokerStartError) {
      threads = try startThreads(loopCount, configuration(config, fetchPath))
    } catch {
      // The stop stays a clean one.
      try? node.close(nowMs: wallClockMs())
      throw error
    }
    let pool = DiskPool(threadsMax: config.diskThreads)
    // The first loop has the listeners.
    let accepting = threads[0]
    let host = BrokerHost(config: config, node: node, disk: pool) {
      accepting.post { $0.resumeAccepting() }
    }
    let broker = RunningBroker(host: host, threads: threads, pool: pool)
    do throws(BrokerStartError) {
      try broker.begin()
    } catch {
      broker.stop()
      throw error
    }
    return broker
  }

  static func recoveryThreads(_ config: BrokerConfig) -> Int {
    min(64, config.recoveryThreadsPerDirectory) * config.logDirs.count
  }

  /// Calls `body` with every number below `count`, on this thread and others.
  static func runAll(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void
  ) {
    let next = SharedCounter()
    let work: @Sendable () -> Void = {
      while true {
        let number = next.take()
        if number >= count { return }
        body(number)
      }
    }
    var others: [Thread] = []
    for index in 1..<max(1, min(threads, count)) {
      guard let thread = try? Thread(name: "weir-open-\(index)", work) else { break }
      others.append(thread)
    }
    work()
    for thread in others { thread.join() }
  }

  private static func startThreads(
    _ count: Int, _ configuration: EventLoopConfiguration
  ) throws(BrokerStartError) -> [EventLoopThread] {
    var threads: [EventLoopThread] = []
    for index in 0..<count {
      do throws(TransportError) {
        threads.append(
          try EventLoopThread(name: "weir-loop-\(index)", configuration: configuration))
      } catch {
        for thread in threads {
          thread.stop()
          thread.join()
        }
        throw .system(error)
      }
    }
    return threads
  }

  /// The kernel sizes socket buffers by itself, and better than Kafka's default of 100 KiB; a
  /// size that was asked for is set.
  private static func configuration(
    _ config: BrokerConfig, _ fetchPath: EventLoopConfiguration.FilePath
  ) -> EventLoopConfiguration {
    var result = EventLoopConfiguration()
    result.filePath = fetchPath
    if config.properties["socket.send.buffer.bytes"] != nil {
      result.sendBufferBytes = config.socketSendBufferBytes
    }
    if config.properties["socket.receive.buffer.bytes"] != nil {
      result.receiveBufferBytes = config.socketReceiveBufferBytes
    }
    result.acceptBacklog = Int32(clamping: config.listenBacklog)
    return result
  }

  static func wallClockMs() -> Int64 { EventLoop.wallClockMsNow() }
}

/// Hands out 0, 1, 2 … to any number of threads.
private final class SharedCounter: Sendable {
  private let next = Atomic<Int>(0)

  func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
