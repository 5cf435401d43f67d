import KafkaFormat
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
  var connections: [FakeConnection] = []
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
    while !isDone(), let event = events.first, event.time <= end {
      events.removeFirst()
      nowNanos = max(nowNanos, event.time)
      event.action()
    }
    if !isDone() { nowNanos = max(nowNanos, end) }
  }

  func connect(to address: NetworkAddress, handler: any ConnectionHandler) -> FakeConnection {
    let connection = FakeConnection(
      transport: self, id: UInt64(connections.count), peer: address, handler: handler)
    connections.append(connection)
    after(latencyNanos) { [self] in
      guard !connection.isClosed, !unreachable.contains(address) else { return }
      guard let server = servers[address]?(connection) else {
        return connection.drop(.refused(address))
      }
      connection.server = server
      handler.connected()
    }
    return connection
  }

  func listen(
    on address: NetworkAddress, accept: @escaping (FakeConnection) -> (any ConnectionHandler)?
  ) throws(TransportError) -> FakeListener { throw .refused(address) }

  var mailbox: any Mailbox { FakeMailbox() }
}

final class FakeMailbox: Mailbox {
  func post(_ action: @escaping @Sendable () -> Void) {}
}

final class FakeListener: TransportListener {
  let address = NetworkAddress(host: "", port: 0)
  func close() {}
}

/// The broker's end of a connection.
protocol FakeServer: AnyObject {
  func received(_ frame: [UInt8], on connection: FakeConnection)
}

final class FakeConnection: TransportConnection {
  unowned let transport: FakeTransport
  let id: UInt64
  let peer: NetworkAddress
  var handler: (any ConnectionHandler)?
  weak var server: (any FakeServer)?
  var isClosed = false
  private var queued: [UInt8] = []
  private var arriving: [UInt8] = []
  private var incoming = ReceiveBuffer()
  /// Answers in the order of their requests: nil is still due.
  private var answers: [[UInt8]?] = []
  private var firstAnswer = 0

  init(
    transport: FakeTransport, id: UInt64, peer: NetworkAddress, handler: any ConnectionHandler
  ) {
    self.transport = transport
    self.id = id
    self.peer = peer
    self.handler = handler
  }

  var queuedBytes: Int { queued.count }
  var queuedHeapBytes: Int { queued.count }
  var transferredBytes: Int64 { 0 }

  func send(_ part: OutboundPart) {
    guard case .bytes(let bytes, let range) = part else { return }
    queued += bytes[range]
  }

  func flush() {
    let bytes = queued
    queued = []
    transport.after(transport.latencyNanos) { [weak self] in self?.arrived(bytes) }
  }

  /// At the broker: whole frames, without their sizes.
  private func arrived(_ bytes: [UInt8]) {
    guard !isClosed else { return }
    arriving += bytes
    while arriving.count >= 4 {
      let size = arriving[..<4].reduce(0) { $0 << 8 | Int($1) }
      guard arriving.count >= 4 + size else { return }
      let frame = Array(arriving[4..<(4 + size)])
      arriving.removeFirst(4 + size)
      server?.received(frame, on: self)
    }
  }

  /// At the broker: a request came, and the answer to it goes out after those to earlier ones.
  func expectAnswer() -> Int {
    answers.append(nil)
    return firstAnswer + answers.count - 1
  }

  /// - Parameter bytes: Empty where the request has no answer.
  func answer(_ request: Int, _ bytes: [UInt8]) {
    answers[request - firstAnswer] = bytes
    while let first = answers.first, let bytes = first {
      answers.removeFirst()
      firstAnswer += 1
      if !bytes.isEmpty { reply(bytes) }
    }
  }

  /// From the broker to the client.
  func reply(_ bytes: [UInt8], afterNanos: Int64 = 0) {
    transport.after(transport.latencyNanos + afterNanos) { [weak self] in self?.deliver(bytes) }
  }

  private func deliver(_ bytes: [UInt8]) {
    guard !isClosed, let handler else { return }
    let count = incoming.count
    _ = incoming.relocate(into: [UInt8](repeating: 0, count: count + bytes.count))
    var free = incoming.free(atMost: bytes.count)
    for index in 0..<bytes.count { free[index] = bytes[index] }
    incoming.advanceEnd(by: bytes.count)
    if incoming.count >= incoming.expected { handler.received(&incoming) }
  }

  /// Ends the connection from outside.
  func drop(_ error: TransportError?) {
    guard !isClosed else { return }
    isClosed = true
    let heard = handler
    handler = nil
    heard?.closed(error)
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    let heard = handler
    handler = nil
    transport.after(0) { heard?.closed(nil) }
  }

  func closeAfterFlush() { close() }
  func pauseReading() {}
  func resumeReading() {}
}
