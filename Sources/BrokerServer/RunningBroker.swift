import BrokerCore
import CommitLog
import EventLoop
import Synchronization
import Transport

/// A broker that serves. Several can run in one process.
///
/// - Isolation: every method can be called from any thread that is not one of its own.
public final class RunningBroker: Sendable {
  private let host: BrokerHost
  private let threads: [EventLoopThread]
  private let pool: DiskPool
  private let state = Mutex(State())

  private struct State {
    var loops: [ServerLoop<EventLoop>] = []
    var listeners: [BrokerListener] = []
    var hasStopped = false
    var stopError: LogError?
  }

  init(host: BrokerHost, threads: [EventLoopThread], pool: DiskPool) {
    self.host = host
    self.threads = threads
    self.pool = pool
  }

  public var config: BrokerConfig { host.config }

  /// Where it listens, with the ports that were taken.
  public var listeners: [BrokerListener] { state.withLock { $0.listeners } }

  /// `host:port` of the first listener, for clients on this machine.
  public var bootstrapServer: String {
    guard let first = listeners.first else { return "" }
    return NetworkAddress(host: first.host, port: first.port).description
  }

  // MARK: Start

  func begin() throws(BrokerStartError) {
    var loops: [ServerLoop<EventLoop>] = []
    for (index, thread) in threads.enumerated() {
      let loop = thread.call { [host] in ServerLoop(transport: $0, index: index, host: host) }
      guard let loop else { throw .system(.system(call: "loop", errno: 0)) }
      loops.append(loop)
    }
    state.withLock { $0.loops = loops }
    let turn = Turn(threads: threads, loops: loops, host: host)
    let bound = try bind(turn)
    do {
      try host.node.register(
        listeners: bound, hostName: hostName(), nowMs: BrokerServer.wallClockMs())
    } catch { throw .storage(error) }
    for notice in host.node.takeNotices() { host.logger.log(notice.level, notice.text) }
    if config.requestBusyPercent > 0 {
      host.logger.warning(
        "weir.test.request.busy.percent=\(config.requestBusyPercent):"
          + " this broker wastes CPU on purpose")
    }
    if config.produceRecordsPerSecond > 0 {
      host.logger.warning(
        "weir.test.produce.records.per.second=\(config.produceRecordsPerSecond):"
          + " this broker takes no more than that on purpose")
    }
    state.withLock { $0.listeners = bound }
    for (loop, thread) in zip(loops, threads) {
      thread.post { [loops] _ in loop.begin(peers: loops) }
    }
    turn.open()
    for (given, listener) in zip(config.listeners, bound) {
      let opened = BrokerListener(name: given.name, host: given.host, port: listener.port)
      host.logger.info("listening on \(opened)")
    }
  }

  private func bind(_ turn: Turn) throws(BrokerStartError) -> [BrokerListener] {
    var bound: [BrokerListener] = []
    for (index, listener) in config.listeners.enumerated() {
      let wanted = NetworkAddress(host: listener.host, port: listener.port)
      let result = threads[0].call { loop -> Result<NetworkAddress, TransportError> in
        do throws(TransportError) {
          let address = try loop.listen(on: wanted) { [unowned loop] socket in
            turn.give(socket, listener: index)
            turn.pauseIfFull(loop)
          }.address
          turn.pauseIfFull(loop)
          return .success(address)
        } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let address):
        bound.append(
          BrokerListener(name: listener.name, host: reachable(address.host), port: address.port))
      case .failure(let error): throw .listener(listener, error)
      case nil: throw .system(.system(call: "listen", errno: 0))
      }
    }
    return bound
  }

  /// What clients are given for an address without a host.
  private func hostName() -> String {
    let given = config.advertisedListeners.isEmpty ? config.listeners : config.advertisedListeners
    guard let listener = given.first(where: { $0.host.isEmpty }) else { return "" }
    if let name = HostName.canonical() { return name }
    host.logger.warning(
      "\(listener): the name of this machine leads to none of its addresses; clients are given"
        + " 127.0.0.1, and those on other machines need advertised.listeners")
    return "127.0.0.1"
  }

  /// An address that clients of this machine reach where every interface is listened on.
  private func reachable(_ host: String) -> String {
    host.isEmpty || BrokerListener.metaAddresses.contains(host) ? "127.0.0.1" : host
  }

  // MARK: What it uses

  /// The kernel's numbers of its threads: loops, then the disk pool.
  public var threadIDs: [Int32] { threads.map(\.threadID) + pool.threadIDs }

  /// CPU time of its threads since their start.
  public func cpuTime() -> ThreadCPUTime {
    let loops = threads.map { $0.cpuTime() }
    return (loops + pool.cpuTimes).reduce(ThreadCPUTime(), +)
  }

  /// CPU time of each loop.
  public func loopCPUTimes() -> [ThreadCPUTime] { threads.map { $0.cpuTime() } }

  /// What its loops sent and received since their start.
  public func traffic() -> TrafficCounts {
    threads.compactMap { $0.call { $0.traffic } }.reduce(TrafficCounts(), +)
  }

  public var connectionCount: Int { host.quota.count }

  // MARK: Stop

  /// Ends serving, flushes the logs and marks the directories clean. A second call does nothing.
  ///
  /// - Returns: What went wrong with the data, if anything: the next start then recovers.
  @discardableResult
  public func stop() -> LogError? {
    let (loops, isFirst, earlier) = state.withLock { state in
      defer { state.hasStopped = true }
      return (state.loops, !state.hasStopped, state.stopError)
    }
    guard isFirst else { return earlier }
    for (loop, thread) in zip(loops, threads) { _ = thread.call { _ in loop.end() } }
    pool.finish()
    // The completions of the last jobs were posted before this.
    for (loop, thread) in zip(loops, threads) { _ = thread.call { _ in loop.dropPeers() } }
    for thread in threads { thread.stop() }
    for thread in threads { thread.join() }
    do {
      try host.node.close(nowMs: BrokerServer.wallClockMs()) {
        BrokerServer.runAll($0, threads: BrokerServer.recoveryThreads(config), $1)
      }
      return nil
    } catch {
      host.logger.error("stopped, but not cleanly: \(error)")
      state.withLock { $0.stopError = error }
      return error
    }
  }
}
