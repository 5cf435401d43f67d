import BrokerCore
import Transport

/// One client: frames of four bytes of size and a request, answered in order.
///
/// As in Kafka, one request is under way at a time: the next is looked at once this one is
/// answered, and once the client has taken enough of the answers before.
final class ClientConnection<T: Transport>: ConnectionHandler {
  /// Above so many bytes of answers on the heap (or in all, slices of files included) that the
  /// client has not taken, its next request waits.
  static var heapBytesMax: Int { 1 << 20 }
  static var queuedBytesMax: Int { 256 << 20 }

  let connection: T.Connection
  /// Without port.
  let clientAddress: String
  /// The listener that it came by: its place in the configuration's `listeners`.
  let listener: Int
  private let loop: ServerLoop<T>
  /// nil once the connection has ended.
  private var slot: ConnectionSlot?
  private var lastActiveNanos: Int64
  /// As of the last sweep for idle connections.
  private var seenBytes: Int64 = 0
  /// A request without its answer yet.
  private var awaitsAnswer = false
  private var awaitsDrain = false
  private(set) var awaitsMemory = false
  /// A planted capacity holds its answer back.
  private var awaitsBudget = false
  private var reserved = 0
  private var hasClosed = false

  init(
    _ connection: T.Connection, listener: Int, slot: ConnectionSlot, loop: ServerLoop<T>
  ) {
    self.connection = connection
    self.listener = listener
    self.slot = slot
    self.loop = loop
    clientAddress = connection.peer.host
    lastActiveNanos = loop.transport.now.nanoseconds
  }

  private var mustWait: Bool {
    awaitsAnswer || awaitsDrain || awaitsMemory || awaitsBudget || hasClosed
  }

  func connected() {}

  func received(_ buffer: inout ReceiveBuffer) {
    while !mustWait {
      guard buffer.count >= 4 else {
        buffer.expect(4)
        break
      }
      let size = Int(frameSize(buffer.readable))
      guard size >= 0, size <= loop.requestBytesMax else {
        refuse(
          ForeignProtocol.named(by: Int32(truncatingIfNeeded: size))
            ?? "a request of \(size) bytes; at most \(loop.requestBytesMax) are allowed")
        break
      }
      guard buffer.count >= 4 + size else {
        if reserve(4 + size) { buffer.expect(4 + size) }
        break
      }
      releaseReserved()
      var frame = buffer.mutableReadable(4..<4 + size)
      let outcome = loop.handle(&frame, of: self)
      buffer.consume(4 + size)
      if let time = loop.budgetWaitNanos() {
        act(on: outcome, atNanos: time)
      } else {
        act(on: outcome)
      }
      loop.carryOutActions()
    }
    if hasClosed { return }
    connection.flush()
    if mustWait { connection.pauseReading() }
  }

  private func frameSize(_ bytes: RawSpan) -> Int32 {
    Int32(bigEndian: unsafe bytes.unsafeLoadUnaligned(as: Int32.self))
  }

  private func act(on outcome: Outcome) {
    switch outcome {
    case .respond(let response): queue(response)
    case .noResponse: break
    case .pending: awaitsAnswer = true
    case .close(let reason): refuse(reason)
    }
  }

  /// Answers, and looks at the next request, at a later time. An answer that waits for the disk as
  /// well is not held back a second time.
  private func act(on outcome: Outcome, atNanos time: Int64) {
    awaitsBudget = true
    if case .pending = outcome { act(on: outcome) }
    loop.transport.schedule(at: MonotonicTime(nanoseconds: time)) { [weak self] in
      guard let self, !hasClosed else { return }
      awaitsBudget = false
      if case .pending = outcome {} else { act(on: outcome) }
      connection.flush()
      goOn()
    }
  }

  private func queue(_ response: Response) {
    connection.send(.bytes(response.head, response.headRange))
    for part in response.tail {
      switch part {
      case .bytes(let all, let range):
        connection.send(.bytes(all, range))
      case .slice(let slice):
        connection.send(
          .file(FileSlice(file: slice.file, position: slice.position, count: slice.count)))
      }
    }
    if connection.queuedHeapBytes > Self.heapBytesMax
      || connection.queuedBytes > Self.queuedBytesMax
    {
      connection.flush()
      awaitsDrain = connection.queuedBytes > 0
    }
  }

  // MARK: Later

  /// The answer of a request that was pending; nil where it gets none.
  func answer(_ response: Response?) {
    guard awaitsAnswer, !hasClosed else { return }
    awaitsAnswer = false
    if let response {
      queue(response)
      connection.flush()
    }
    goOn()
  }

  func drained() {
    awaitsDrain = false
    goOn()
  }

  /// There is memory for requests again.
  func memoryFreed() {
    guard awaitsMemory else { return }
    awaitsMemory = false
    goOn()
  }

  private func goOn() {
    if !mustWait { connection.resumeReading() }
  }

  // MARK: Memory

  private func reserve(_ count: Int) -> Bool {
    if reserved > 0 { return true }
    guard loop.reserve(count) else {
      awaitsMemory = true
      return false
    }
    reserved = count
    return true
  }

  private func releaseReserved() {
    if reserved > 0 { loop.memory.release(reserved) }
    reserved = 0
  }

  // MARK: The end

  /// Closes the connection where no byte came or went for longer than `limitNanos`, and nothing is
  /// asked of the broker that it has not done yet. What is queued for such a peer is dropped: the
  /// peer does not take it.
  ///
  /// Kafka counts the bytes of a request or an answer under way as activity, and so does this.
  func closeIfIdle(longerThan limitNanos: Int64, nowNanos: Int64) {
    if connection.transferredBytes != seenBytes || awaitsAnswer || awaitsMemory {
      seenBytes = connection.transferredBytes
      lastActiveNanos = nowNanos
      return
    }
    guard !hasClosed, nowNanos - lastActiveNanos > limitNanos else { return }
    loop.logger.debug("closed the connection of \(connection.peer): idle")
    hasClosed = true
    connection.close()
  }

  func refuse(_ reason: String) {
    guard !hasClosed else { return }
    loop.noteClosing { "\(connection.peer) to \(loop.listenerName(listener)): \(reason)" }
    close()
  }

  func close() {
    hasClosed = true
    connection.closeAfterFlush()
  }

  func closed(_ error: TransportError?) {
    hasClosed = true
    slot = nil
    releaseReserved()
    loop.forget(self)
  }
}
