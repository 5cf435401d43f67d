import KafkaFormat
import Transport

/// One of the two sockets of a relayed connection, and the bytes that are on their way to it.
///
/// Bytes leave in the order in which they came. Each is due one delay after it arrived; bytes that
/// arrive after a delay was shortened do not overtake earlier ones.
///
/// - Isolation: its loop's thread.
final class RelaySide<T: Transport>: ConnectionHandler {
  private enum Item {
    case bytes([UInt8])
    /// The other side ended.
    case end
  }

  /// Bytes that may wait for their delay, or for a cut link, before the sender is held back.
  private static var waitingBytesMax: Int { 64 << 20 }
  /// The same, of bytes that the kernel does not take.
  private static var unsentBytesMax: Int { 1 << 20 }

  private let transport: T
  private let link: RelayLink<T>
  /// Nil until the link lets it connect, and after its end.
  private var connection: T.Connection?
  private var other: RelaySide?
  private var waiting: [(due: MonotonicTime, item: Item)] = []
  /// The place in `waiting` of the next item to leave.
  private var head = 0
  private var waitingBytes = 0
  private var lastDue = MonotonicTime(nanoseconds: 0)
  private var timer: TimerID?
  private var isClosed = false

  init(transport: T, link: RelayLink<T>, connection: T.Connection? = nil) {
    self.transport = transport
    self.link = link
    self.connection = connection
    if link.isCut { connection?.pauseReading() }
  }

  func join(_ other: RelaySide) {
    self.other = other
    other.other = self
  }

  /// Connects to the link's target; nothing where it has, or has no use for it any more.
  func connect(to target: NetworkAddress) {
    guard connection == nil, !isClosed else { return }
    connection = transport.connect(to: target, handler: self)
  }

  // MARK: The link's state

  func cut() { connection?.pauseReading() }

  func heal() {
    release()
    connection?.resumeReading()
  }

  // MARK: ConnectionHandler

  func connected() {}

  func received(_ buffer: inout ReceiveBuffer) {
    let bytes = [UInt8](copying: buffer.readable)
    buffer.consume(bytes.count)
    other?.forward(.bytes(bytes))
  }

  func drained() { resumeOther() }

  func closed(_ error: TransportError?) {
    other?.forward(.end)
    finish()
  }

  // MARK: Forwarding

  private func forward(_ item: Item) {
    guard !isClosed else { return }
    lastDue = max(lastDue, transport.now.adding(milliseconds: link.delayMs))
    if waiting.isEmpty, !link.isCut, link.delayMs == 0 {
      deliver(item)
    } else {
      if case .bytes(let bytes) = item { waitingBytes += bytes.count }
      waiting.append((lastDue, item))
      arm()
    }
    if isFull { other?.connection?.pauseReading() }
  }

  private var isFull: Bool {
    waitingBytes > Self.waitingBytesMax || connection?.queuedBytes ?? 0 > Self.unsentBytesMax
  }

  private func deliver(_ item: Item) {
    switch item {
    case .bytes(let bytes):
      connection?.send(.bytes(bytes))
      connection?.flush()
    case .end:
      // One that never connected has nobody to close.
      guard let connection else { return finish() }
      connection.closeAfterFlush()
    }
  }

  private func arm() {
    guard timer == nil, !link.isCut, head < waiting.count else { return }
    timer = transport.schedule(at: waiting[head].due) { [weak self] in
      self?.timer = nil
      self?.release()
    }
  }

  /// Lets go what is due.
  private func release() {
    guard !link.isCut, !isClosed else { return }
    let now = transport.now
    while head < waiting.count, waiting[head].due <= now {
      let item = waiting[head].item
      waiting[head].item = .end
      head += 1
      if case .bytes(let bytes) = item { waitingBytes -= bytes.count }
      deliver(item)
    }
    if head == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 1024 {
      waiting.removeFirst(head)
      head = 0
    }
    arm()
    resumeOther()
  }

  private func resumeOther() {
    if !link.isCut, !isFull { other?.connection?.resumeReading() }
  }

  private func finish() {
    isClosed = true
    connection = nil
    other = nil
    if let timer { transport.cancel(timer) }
    timer = nil
    waiting = []
    link.forget(self)
  }
}
