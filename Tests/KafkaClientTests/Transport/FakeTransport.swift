import Synchronization
import Transport

/// A world in memory with a clock of its own: events happen in the order of their times, and of
/// their making where the times are equal. The same events every time.
final class FakeTransport: Transport {
  struct Event {
    let time: Int64
    let number: UInt64
    let action: () -> Void
  }

  /// How long bytes take from one end to the other.
  var latencyNanos: Int64 = 100_000
  /// Who answers at an address; nil refuses the connection.
  var servers: [NetworkAddress: (FakeConnection) -> (any FakeServer)?] = [:]
  /// Addresses whose machines are gone: a connection is neither made nor refused.
  var unreachable: Set<NetworkAddress> = []
  /// Those that were made by `connect`.
  var connections: [FakeConnection] = []
  /// By address.
  fileprivate var listeners: [NetworkAddress: FakeListener] = [:]
  private var lastPort: UInt16 = 40_000
  private var lastID: UInt64 = 0
  private let box = FakeMailbox()
  private(set) var nowNanos: Int64 = 1_000_000_000
  private var events: [Event] = []
  private var eventCount: UInt64 = 0

  var now: MonotonicTime { MonotonicTime(nanoseconds: nowNanos) }
  var wallClockMs: Int64 { 1_700_000_000_000 + nowNanos / 1_000_000 }

  /// Time passes while somebody keeps the thread.
  func block(seconds: Double) { nowNanos += Int64(seconds * 1e9) }

  func after(_ nanos: Int64, _ action: @escaping () -> Void) {
    schedule(at: now.adding(nanoseconds: nanos), action)
  }

  @discardableResult
  func schedule(at time: MonotonicTime, _ action: @escaping () -> Void) -> TimerID {
    eventCount += 1
    let event = Event(time: max(time.nanoseconds, nowNanos), number: eventCount, action: action)
    let position = events.firstIndex { $0.time > event.time } ?? events.count
    events.insert(event, at: position)
    return TimerID(value: eventCount)
  }

  func cancel(_ timer: TimerID) { events.removeAll { $0.number == timer.value } }

  /// Lets events happen until `isDone`, or for `seconds` of the fake clock.
  func run(seconds: Double = 1, until isDone: () -> Bool = { false }) {
    let end = nowNanos + Int64(seconds * 1e9)
    while !isDone() {
      if box.deliver() { continue }
      guard let event = events.first, event.time <= end else { break }
      events.removeFirst()
      nowNanos = max(nowNanos, event.time)
      event.action()
    }
    if !isDone() { nowNanos = max(nowNanos, end) }
  }

  func connect(to address: NetworkAddress, handler: any ConnectionHandler) -> FakeConnection {
    let connection = FakeConnection(transport: self, id: nextID(), peer: address, handler: handler)
    connections.append(connection)
    after(latencyNanos) { [self] in
      guard !connection.isClosed, !unreachable.contains(address) else { return }
      if let server = servers[address]?(connection) {
        connection.server = server
        connection.open()
      } else if let listener = listeners[address] {
        let end = FakeConnection(
          transport: self, id: nextID(), peer: NetworkAddress(host: "client", port: nextPort()),
          handler: nil)
        connection.join(end)
        end.open()
        end.handler = listener.accept(end)
        if end.handler == nil { end.close() }
        connection.open()
      } else {
        connection.drop(.refused(address))
      }
    }
    return connection
  }

  func listen(
    on address: NetworkAddress, accept: @escaping (FakeConnection) -> (any ConnectionHandler)?
  ) throws(TransportError) -> FakeListener {
    var address = address
    if address.port == 0 { address.port = nextPort() }
    guard listeners[address] == nil else { throw .addressInUse(address) }
    let listener = FakeListener(transport: self, address: address, accept: accept)
    listeners[address] = listener
    return listener
  }

  private func nextPort() -> UInt16 {
    lastPort += 1
    return lastPort
  }

  private func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  var mailbox: any Mailbox { box }
}

final class FakeMailbox: Mailbox {
  private let actions = Mutex<[@Sendable () -> Void]>([])

  func post(_ action: @escaping @Sendable () -> Void) { actions.withLock { $0.append(action) } }

  /// Runs what was posted.
  ///
  /// - Returns: Whether there was anything.
  fileprivate func deliver() -> Bool {
    let posted = actions.withLock { actions in
      defer { actions = [] }
      return actions
    }
    for action in posted { action() }
    return !posted.isEmpty
  }
}

final class FakeListener: TransportListener {
  private unowned let transport: FakeTransport
  let address: NetworkAddress
  fileprivate let accept: (FakeConnection) -> (any ConnectionHandler)?

  fileprivate init(
    transport: FakeTransport, address: NetworkAddress,
    accept: @escaping (FakeConnection) -> (any ConnectionHandler)?
  ) {
    self.transport = transport
    self.address = address
    self.accept = accept
  }

  func close() {
    if transport.listeners[address] === self { transport.listeners[address] = nil }
  }
}
