import Glibc
import Transport

/// The broker's end of a connection, where a test scripts it.
protocol FakeServer: AnyObject {
  func received(_ frame: [UInt8], on connection: FakeConnection)
}

/// One end of a connection in a `FakeTransport`. The other end is another one of these, or a
/// `FakeServer`, which reads whole frames as they come and is never slow.
final class FakeConnection: TransportConnection {
  /// What the wire and the other end's memory hold of one direction.
  static let windowBytes = 64 << 10

  unowned let transport: FakeTransport
  let id: UInt64
  let peer: NetworkAddress
  var handler: (any ConnectionHandler)?
  weak var server: (any FakeServer)?
  private var other: FakeConnection?
  private(set) var isClosed = false
  private(set) var transferredBytes: Int64 = 0
  private var isOpen = false

  // Sending
  private var queue: [OutboundPart] = []
  /// On the way to the other end, or not read there.
  private var underWay = 0
  private var awaitsRoom = false
  private var closesWhenSent = false

  // Receiving
  /// Has arrived, and was not read.
  private var unread: [UInt8] = []
  private var incoming = ReceiveBuffer()
  private var isPaused = false
  private var isDelivering = false
  /// The other end has closed; this one follows once all bytes were delivered.
  private var hasEnded = false

  // The scripted server
  private var arriving: [UInt8] = []
  /// Answers in the order of their requests: nil is still due.
  private var answers: [[UInt8]?] = []
  private var firstAnswer = 0

  init(
    transport: FakeTransport, id: UInt64, peer: NetworkAddress, handler: (any ConnectionHandler)?
  ) {
    self.transport = transport
    self.id = id
    self.peer = peer
    self.handler = handler
  }

  // MARK: Life

  func join(_ end: FakeConnection) {
    other = end
    end.other = self
  }

  func open() {
    isOpen = true
    handler?.connected()
    flush()
  }

  /// Ends the connection from outside.
  func drop(_ error: TransportError?) {
    guard let heard = end() else { return }
    heard.closed(error)
  }

  func close() {
    guard !isClosed else { return }
    let heard = end()
    transport.after(0) { heard?.closed(nil) }
  }

  func closeAfterFlush() {
    guard !isClosed else { return }
    closesWhenSent = true
    if queue.isEmpty { close() } else { flush() }
  }

  private func fail(_ error: TransportError) {
    let heard = end()
    transport.after(0) { heard?.closed(error) }
  }

  /// - Returns: The handler, which is to hear of it.
  private func end() -> (any ConnectionHandler)? {
    guard !isClosed else { return nil }
    isClosed = true
    queue = []
    let heard = handler
    handler = nil
    if let other {
      transport.after(transport.latencyNanos) { other.otherEnded() }
    }
    other = nil
    return heard
  }

  private func otherEnded() {
    hasEnded = true
    deliver()
  }

  // MARK: Sending

  var queuedBytes: Int { queue.reduce(0) { $0 + $1.count } }

  var queuedHeapBytes: Int {
    queue.reduce(0) { sum, part in
      if case .bytes = part { sum + part.count } else { sum }
    }
  }

  func send(_ part: OutboundPart) {
    guard !isClosed, part.count > 0 else { return }
    queue.append(part)
  }

  func flush() {
    guard isOpen, !isClosed, !awaitsRoom, !queue.isEmpty else { return }
    writeQueued()
  }

  private func writeQueued() {
    var room = server == nil && other != nil ? Self.windowBytes - underWay : Int.max
    var bytes: [UInt8] = []
    while room > 0, let part = queue.first {
      guard let taken = take(part, atMost: room) else {
        carry(bytes)
        return fail(.system(call: "send", errno: EIO))
      }
      bytes += taken
      room -= taken.count
    }
    carry(bytes)
    if !queue.isEmpty {
      awaitsRoom = true
    } else if closesWhenSent {
      close()
    }
  }

  /// Takes bytes out of the first part; nil where its file has fewer.
  private func take(_ part: OutboundPart, atMost most: Int) -> [UInt8]? {
    let count = min(part.count, most)
    let taken: [UInt8]
    let rest: OutboundPart
    switch part {
    case .bytes(let all, let range):
      taken = Array(all[range.prefix(count)])
      rest = .bytes(all, range.dropFirst(count))
    case .file(var slice):
      guard let read = Self.read(slice, count), read.count == count else { return nil }
      taken = read
      slice.position += Int64(count)
      slice.count -= count
      rest = .file(slice)
    }
    if rest.count > 0 { queue[0] = rest } else { queue.removeFirst() }
    return taken
  }

  private static func read(_ slice: FileSlice, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var target = unsafe span.mutableBytes
    guard let found = slice.file.fill(&target, from: slice.position) else { return nil }
    return Array(bytes.prefix(found))
  }

  private func carry(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    transferredBytes += Int64(bytes.count)
    guard let other else {
      return transport.after(transport.latencyNanos) { [weak self] in self?.atServer(bytes) }
    }
    underWay += bytes.count
    transport.after(transport.latencyNanos) { other.arrive(bytes) }
  }

  /// The other end read so many bytes.
  private func makeRoom(_ count: Int) {
    underWay -= count
    guard awaitsRoom, !isClosed else { return }
    transport.after(0) { [self] in
      guard awaitsRoom, !isClosed else { return }
      awaitsRoom = false
      writeQueued()
      if !awaitsRoom, !isClosed { handler?.drained() }
    }
  }

  // MARK: Receiving

  func pauseReading() { isPaused = true }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    transport.after(0) { [weak self] in self?.deliver() }
  }

  private func arrive(_ bytes: [UInt8]) {
    guard !isClosed else { return }
    unread += bytes
    deliver()
  }

  private func read() {
    let bytes = unread
    guard !bytes.isEmpty else { return }
    unread = []
    transferredBytes += Int64(bytes.count)
    _ = incoming.relocate(into: [UInt8](repeating: 0, count: incoming.count + bytes.count))
    var free = incoming.free(atMost: bytes.count)
    for index in 0..<bytes.count { free[index] = bytes[index] }
    incoming.advanceEnd(by: bytes.count)
    other?.makeRoom(bytes.count)
  }

  private func deliver() {
    guard !isPaused, !isDelivering, !isClosed, let handler else { return }
    read()
    if incoming.count > 0, incoming.count >= incoming.expected {
      // Out of the way: the handler may close this connection.
      var buffer = ReceiveBuffer()
      swap(&buffer, &incoming)
      isDelivering = true
      handler.received(&buffer)
      isDelivering = false
      swap(&buffer, &incoming)
    }
    guard hasEnded, !isPaused, !isClosed else { return }
    if queue.isEmpty { close() } else { closesWhenSent = true }
  }

  // MARK: The scripted server

  /// At the server: whole frames, without their sizes.
  private func atServer(_ bytes: [UInt8]) {
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

  /// At the server: a request came, and the answer to it goes out after those to earlier ones.
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

  /// From the server to the client.
  func reply(_ bytes: [UInt8]) {
    transport.after(transport.latencyNanos) { [weak self] in self?.arrive(bytes) }
  }
}
