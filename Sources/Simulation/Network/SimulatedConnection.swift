import KafkaFormat
import Transport

/// One end of a byte stream between two machines.
///
/// ```
/// send ─► queued ─flush─► in flight (as much as the other end has room for) ─► received, in order
/// ```
final class SimulatedConnection: TransportConnection {
  let id: UInt64
  let peer: NetworkAddress
  /// Of this end, where it made the connection.
  let port: UInt16
  let machine: SimulatedMachine
  private unowned let network: SimulatedNetwork
  var handler: (any ConnectionHandler)?
  /// The other end; nil until it accepted.
  weak var other: SimulatedConnection?
  /// This end may send.
  var isEstablished = false {
    didSet { if isEstablished { pump() } }
  }
  private(set) var hasEnded = false
  /// When what was sent last arrives.
  var lastArrivalNanos: Int64 = 0

  private var queue: [OutboundPart] = []
  private var isFlushed = 0
  private var closesWhenSent = false
  private var owesDrained = false
  /// Chunks on their way to this end, the oldest first.
  private var arriving: [[UInt8]] = []
  private var incoming = ReceiveBuffer()
  private var isPaused = false
  private(set) var transferredBytes: Int64 = 0
  private let life: Int

  /// What the kernels on both ends hold for a direction.
  static let windowBytes = 256 << 10
  static let chunkBytes = 64 << 10

  init(
    id: UInt64, network: SimulatedNetwork, transport: SimulatedTransport, peer: NetworkAddress
  ) {
    self.id = id
    self.network = network
    self.peer = peer
    machine = transport.machine
    life = machine.life
    port = UInt16(truncatingIfNeeded: 32_768 + id % 28_000)
  }

  /// Calls its process, if that still runs.
  func inProcess(_ action: () -> Void) {
    if machine.isRunning, machine.life == life { action() }
  }

  // MARK: Sending

  var queuedBytes: Int { queue.reduce(0) { $0 + $1.count } }

  var queuedHeapBytes: Int {
    queue.reduce(0) {
      if case .bytes(_, let range) = $1 { return $0 + range.count }
      return $0
    }
  }

  func send(_ part: OutboundPart) { if !hasEnded { queue.append(part) } }

  func flush() {
    guard !hasEnded else { return }
    isFlushed = queue.count
    pump()
    if isFlushed > 0 { owesDrained = true }
  }

  private func pump() {
    guard isEstablished, !hasEnded, !machine.isHalted() else { return }
    while isFlushed > 0, let other, !other.isFull {
      guard let chunk = nextChunk() else { return breakDown() }
      transferredBytes += Int64(chunk.count)
      other.arriving.append(chunk)
      lastArrivalNanos = network.carry(
        from: machine.host, to: other.machine.host, notBefore: lastArrivalNanos
      ) { [weak other] in other?.arrived() }
    }
    guard isFlushed == 0 else { return }
    if closesWhenSent, queue.isEmpty { return end(nil, tellsPeer: true) }
    if owesDrained {
      owesDrained = false
      machine.schedule(afterNanos: 0) { [weak self] in
        guard let self, !hasEnded else { return }
        handler?.drained()
      }
    }
  }

  /// Takes bytes from the queue's front; nil where a file cannot be read.
  private func nextChunk() -> [UInt8]? {
    var chunk: [UInt8] = []
    while isFlushed > 0, chunk.count < Self.chunkBytes {
      let room = Self.chunkBytes - chunk.count
      switch queue[0] {
      case .bytes(let all, let range):
        let taken = range.prefix(room)
        chunk += all[taken]
        queue[0] = .bytes(all, taken.upperBound..<range.upperBound)
      case .file(var slice):
        var bytes = [UInt8](repeating: 0, count: min(room, slice.count))
        var span = bytes.mutableSpan
        var target = span.mutableRawSpan
        guard let count = slice.file.fill(&target, from: slice.position), count > 0 else {
          return nil
        }
        chunk += bytes[..<count]
        slice.position += Int64(count)
        slice.count -= count
        queue[0] = .file(slice)
      }
      if queue[0].count == 0 {
        queue.removeFirst()
        isFlushed -= 1
      }
    }
    return chunk
  }

  // MARK: Receiving

  /// No more is taken from the sender until this end has read some.
  private var isFull: Bool {
    let held = incoming.count + arriving.reduce(0) { $0 + $1.count }
    return held >= max(Self.windowBytes, 2 * incoming.expected)
  }

  /// The oldest chunk on its way is there.
  private func arrived() {
    guard !arriving.isEmpty else { return }
    let chunk = arriving.removeFirst()
    guard !hasEnded else {
      // The end is gone without a word: the machine says so, if it can.
      if hasVanished, machine.isReachable, let other {
        _ = network.carry(from: machine.host, to: other.machine.host, notBefore: 0) {
          other.end(.reset, tellsPeer: false)
        }
      }
      return
    }
    network.world.trace.add(network.world.nowNanos)
    network.world.trace.add(id)
    network.world.trace.add(chunk)
    transferredBytes += Int64(chunk.count)
    let count = incoming.count
    _ = incoming.relocate(into: [UInt8](repeating: 0, count: count + chunk.count))
    var free = incoming.free(atMost: chunk.count)
    for index in 0..<chunk.count { free[index] = chunk[index] }
    incoming.advanceEnd(by: chunk.count)
    deliver()
  }

  private func deliver() {
    guard !hasEnded, !isPaused, incoming.count > 0, incoming.count >= incoming.expected else {
      return
    }
    inProcess { handler?.received(&incoming) }
    other?.pump()
  }

  func pauseReading() { isPaused = true }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    machine.schedule(afterNanos: 0) { [weak self] in self?.deliver() }
  }

  // MARK: The end

  private var hasVanished = false

  func close() {
    guard !hasEnded else { return }
    queue = []
    isFlushed = 0
    end(nil, tellsPeer: true)
  }

  func closeAfterFlush() {
    guard !hasEnded else { return }
    closesWhenSent = true
    isFlushed = queue.count
    if isEstablished { pump() } else { end(nil, tellsPeer: true) }
  }

  /// Ends this end; its handler hears of it, later.
  func end(_ error: TransportError?, tellsPeer: Bool) {
    guard !hasEnded else { return }
    hasEnded = true
    queue = []
    let handler = self.handler
    self.handler = nil
    machine.schedule(afterNanos: 0) { handler?.closed(error) }
    guard tellsPeer, let other else { return }
    _ = network.carry(
      from: machine.host, to: other.machine.host, notBefore: lastArrivalNanos
    ) { [weak other] in other?.end(nil, tellsPeer: false) }
  }

  /// The network breaks it: both ends learn of it.
  func breakDown() {
    let other = other
    end(.reset, tellsPeer: false)
    other?.end(.reset, tellsPeer: false)
  }

  /// Its process ended without closing it.
  func vanish(resets: Bool) {
    guard !hasEnded else { return }
    hasEnded = true
    hasVanished = true
    queue = []
    handler = nil
    guard resets, let other else { return }
    _ = network.carry(
      from: machine.host, to: other.machine.host, notBefore: lastArrivalNanos
    ) { [weak other] in other?.end(.reset, tellsPeer: false) }
  }
}
