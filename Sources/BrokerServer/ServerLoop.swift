import BrokerCore
import Observability
import Transport

/// One event loop of the broker: its connections, and the processor that answers them.
///
/// Safe to share: other threads only pass the reference on in letters to the loop's mailbox; each
/// member is used on the loop's thread, save `mailbox` and `post`.
public final class ServerLoop<T: Transport>: @unchecked Sendable {
  let transport: T
  let mailbox: any Mailbox
  let index: Int
  private let processor: RequestProcessor
  private let host: BrokerHost
  /// Made on the loop's thread, whose time it counts; nil in every broker that is meant.
  private let busyWait: RequestBusyWait?
  /// As of the request before: see `budgetWaitNanos`.
  private var paidRecords: Int64 = 0
  private var peers: [ServerLoop<T>] = []
  private var connections: [UInt64: ClientConnection<T>] = [:]
  private var deadline: (time: Int64, timer: TimerID)?
  private var isStopping = false

  var memory: RequestMemory { host.memory }
  var logger: Logger { host.logger }
  func listenerName(_ listener: Int) -> String { host.config.listeners[listener].name }
  var requestBytesMax: Int { host.config.socketRequestMaxBytes }

  /// - Parameter index: Its place among the broker's loops; 0 is the controller's.
  public init(transport: T, index: Int, host: BrokerHost) {
    self.transport = transport
    mailbox = transport.mailbox
    self.index = index
    self.host = host
    processor = RequestProcessor(node: host.node, loop: index)
    busyWait = RequestBusyWait(percent: host.config.requestBusyPercent)
  }

  /// Starts to serve, with all loops of the broker known.
  public func begin(peers: [ServerLoop<T>]) {
    self.peers = peers
    carryOutActions()
    sweepIdle()
  }

  /// Ends serving: what was answered still leaves, nothing else is read.
  public func end() {
    isStopping = true
    for client in clients() { client.close() }
    if let deadline { transport.cancel(deadline.timer) }
    deadline = nil
  }

  /// The loops know each other; this lets go.
  public func dropPeers() { peers = [] }

  // MARK: Connections

  /// Those wanted, in the order in which they were accepted.
  private func clients(
    where isWanted: (ClientConnection<T>) -> Bool = { _ in true }
  ) -> [ClientConnection<T>] {
    connections.filter { isWanted($0.value) }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Accepts a connection where the limits allow it; nil refuses it.
  public func accept(_ connection: T.Connection, listener: Int) -> (any ConnectionHandler)? {
    guard case .admitted(let slot) = host.quota.admit(connection.peer.host) else { return nil }
    return accept(connection, listener: listener, slot: slot)
  }

  /// - Parameters:
  ///   - listener: The listener that it came by, by its place in the configuration.
  ///   - slot: Kept until the connection ends.
  func accept(_ connection: T.Connection, listener: Int, slot: ConnectionSlot)
    -> (any ConnectionHandler)?
  {
    guard !isStopping else { return nil }
    let client = ClientConnection(connection, listener: listener, slot: slot, loop: self)
    connections[connection.id] = client
    return client
  }

  func forget(_ client: ClientConnection<T>) {
    let id = client.connection.id
    guard connections.removeValue(forKey: id) != nil else { return }
    processor.connectionClosed(id)
    carryOutActions()
  }

  /// The broker closed a connection for what its peer did.
  func noteClosing(_ line: () -> String) {
    let reportAt = host.closings.write(nowNanos: transport.now.nanoseconds) {
      "closed the connection of " + line()
    }
    guard let reportAt else { return }
    transport.schedule(at: MonotonicTime(nanoseconds: reportAt)) { [closings = host.closings] in
      closings.report()
    }
  }

  /// `connections.max.idle.ms`
  private func sweepIdle() {
    guard let limitMs = host.config.connectionsMaxIdleMs, !isStopping else { return }
    let now = transport.now
    let limit = limitMs.multipliedReportingOverflow(by: 1_000_000)
    for client in clients() {
      client.closeIfIdle(
        longerThan: limit.overflow ? .max : limit.partialValue, nowNanos: now.nanoseconds)
    }
    let next = now.adding(milliseconds: min(max(limitMs / 8, 10), 30_000))
    transport.schedule(at: next) { [weak self] in self?.sweepIdle() }
  }

  /// Memory for a request that is being read; where there is none, its connection hears of it.
  func reserve(_ count: Int) -> Bool {
    host.memory.reserve(count, loop: index) { [self] in
      mailbox.post { [self] in
        for client in clients(where: \.awaitsMemory) { client.memoryFreed() }
      }
    }
  }

  // MARK: The processor

  func handle(_ frame: inout MutableSpan<UInt8>, of client: ClientConnection<T>) -> Outcome {
    let outcome = processor.handle(
      frame: &frame, connection: client.connection.id, clientAddress: client.clientAddress,
      listener: client.listener, nowMs: transport.wallClockMs, nowNanos: transport.now.nanoseconds)
    if let busyWait { busyWait.spin() }
    return outcome
  }

  /// When the request that was just handled is paid for out of the planted capacity; nil where its
  /// answer need not wait.
  func budgetWaitNanos() -> Int64? {
    guard let budget = host.produceBudget else { return nil }
    let records = processor.appendedRecords - paidRecords
    paidRecords = processor.appendedRecords
    guard records > 0 else { return nil }
    let now = transport.now.nanoseconds
    let paidAt = budget.take(records, nowNanos: now)
    return paidAt > now ? paidAt : nil
  }

  /// Does what the processor wants done. Called after every call to it.
  func carryOutActions() {
    while processor.hasActions {
      for action in processor.takeActions() { carryOut(action) }
    }
    keepDeadline()
  }

  private func carryOut(_ action: Action) {
    switch action {
    case .respond(let id, let response): connections[id]?.answer(response)
    case .resume(let id): connections[id]?.answer(nil)
    case .close(let id, let reason): connections[id]?.refuse(reason)
    case .disk(let job): run(job)
    case .wake(let loop, let wake):
      guard peers.indices.contains(loop) else { return }
      peers[loop].post { $0.processor.wake(wake, nowMs: $1, nowNanos: $2) }
    case .log(let level, let message): logger.log(level, message)
    }
  }

  private func run(_ job: DiskJob) {
    let isTaken = host.disk.submit(job.priority) { [self] in
      let completion = job.run()
      post { $0.processor.complete(completion, nowMs: $1, nowNanos: $2) }
    }
    if !isTaken { logger.debug("the disk pool has ended; a job was not run") }
  }

  /// Calls the processor on this loop's thread, with the time, from any thread.
  private func post(_ call: @escaping @Sendable (ServerLoop<T>, Int64, Int64) -> Void) {
    mailbox.post { [self] in
      call(self, transport.wallClockMs, transport.now.nanoseconds)
      carryOutActions()
    }
  }

  // MARK: Time

  /// Keeps one timer at the processor's deadline, or before.
  private func keepDeadline() {
    let wanted = processor.nextDeadlineNanos
    guard !isStopping, wanted != Int64.max, wanted < (deadline?.time ?? Int64.max) else { return }
    if let deadline { transport.cancel(deadline.timer) }
    let timer = transport.schedule(at: MonotonicTime(nanoseconds: wanted)) { [weak self] in
      self?.tick()
    }
    deadline = (wanted, timer)
  }

  private func tick() {
    deadline = nil
    processor.tick(nowMs: transport.wallClockMs, nowNanos: transport.now.nanoseconds)
    carryOutActions()
  }
}
