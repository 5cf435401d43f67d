import Glibc
import Synchronization
import Transport

private let lastConnectionID = Atomic<UInt64>(0)

/// One TCP connection of an `EventLoop`.
///
/// Life: `connecting` (outgoing only) → `open` → `closed`. The handler hears `closed` after the
/// call in which the end was noticed, never within a call of its own to the connection.
public final class SocketConnection: Channel, TransportConnection {
  enum State { case connecting, open, closed }

  public let id: UInt64
  public private(set) var peer: NetworkAddress
  let loop: EventLoop
  var handler: (any ConnectionHandler)?
  var descriptor: Int32
  var state: State
  /// What epoll was last told.
  var interest: UInt32 = 0

  public internal(set) var transferredBytes: Int64 = 0

  // Receiving
  var held = ReceiveBuffer()
  var isPaused = false
  /// The peer has ended its stream; what is queued still goes out.
  var hasEnded = false
  /// Within `received`: bytes are given again only afterwards.
  var isDelivering = false
  var resumedWithinCall = false

  // Sending
  var queue = SendQueue()
  var awaitsWritable = false
  var closesWhenSent = false

  // Connecting
  private var candidates: [SocketAddress] = []
  private var connectTimer: TimerID?
  private var addressTimer: TimerID?
  private var lastConnectError: TransportError

  public var queuedBytes: Int { queue.bytes }
  public var queuedHeapBytes: Int { queue.heapBytes }

  /// Outgoing: `start` follows once the name is known.
  init(loop: EventLoop, connectingTo address: NetworkAddress, handler: any ConnectionHandler) {
    id = lastConnectionID.wrappingAdd(1, ordering: .relaxed).newValue
    self.loop = loop
    self.handler = handler
    peer = address
    descriptor = -1
    state = .connecting
    lastConnectError = .unresolvable(host: address.host)
  }

  /// Accepted.
  init(loop: EventLoop, descriptor: Int32, peer: NetworkAddress) {
    id = lastConnectionID.wrappingAdd(1, ordering: .relaxed).newValue
    self.loop = loop
    self.descriptor = descriptor
    self.peer = peer
    state = .open
    lastConnectError = .reset
  }

  override func ready(_ events: UInt32) {
    if state == .connecting { return finishConnecting() }
    if awaitsWritable, events & (writableBit | hangupBits) != 0 { writable() }
    guard state == .open, events & (readableBit | hangupBits) != 0 else { return }
    if hasEnded {
      if events & hangupBits != 0 { fail(.reset) }
    } else if !isPaused {
      readable()
    } else if events & hangupBits != 0 {
      fail(.reset)
    } else {
      updateInterest()
    }
  }

  /// Tells epoll what is wanted, if that changed.
  func updateInterest() {
    guard descriptor >= 0, state != .closed else { return }
    let reads = state == .open && !isPaused && !hasEnded
    let writes = awaitsWritable || state == .connecting
    let wanted = (reads ? readableBit : 0) | (writes ? writableBit : 0)
    guard wanted != interest else { return }
    interest = wanted
    loop.change(self, descriptor: descriptor, events: wanted)
  }

  /// An accepted connection starts to be served; false where the kernel does not watch it.
  func begin() -> Bool {
    prepareSocket()
    interest = readableBit
    if loop.register(self, descriptor: descriptor, events: interest) == 0 { return true }
    SystemCalls.closeDescriptor(descriptor)
    descriptor = -1
    state = .closed
    return false
  }

  private func prepareSocket() {
    SystemCalls.set(
      descriptor, level: Int32(IPPROTO_TCP), option: TCP_NODELAY, to: 1)
    setBufferSizes(descriptor, loop.configuration)
  }

  // MARK: Connecting

  /// How long an address of a name is given before its next one is tried instead.
  static let addressPatienceMs: Int64 = 1_000

  /// Tries the addresses in order until one answers. One that hangs costs the next ones a second.
  func start(_ addresses: [SocketAddress]) {
    guard state == .connecting else { return }
    candidates = addresses.reversed()
    let deadline = loop.now.adding(milliseconds: loop.configuration.connectTimeoutMs)
    connectTimer = loop.schedule(at: deadline) { [weak self] in
      self?.connectTimer = nil
      self?.fail(.timedOut)
    }
    tryNext()
  }

  private func tryNext() {
    while let address = candidates.popLast() {
      let made = SystemCalls.makeSocket(family: address.family)
      guard made >= 0 else {
        lastConnectError = .system(call: "socket", errno: Int32(-made))
        continue
      }
      descriptor = Int32(made)
      prepareSocket()
      let result = SystemCalls.connectSocket(descriptor, to: address)
      if result == 0 || result == -Int(EINPROGRESS) || result == -Int(EINTR) {
        interest = writableBit
        if loop.register(self, descriptor: descriptor, events: interest) == 0 {
          return limitAddress()
        }
      }
      lastConnectError = connectError(Int32(-result))
      SystemCalls.closeDescriptor(descriptor)
      descriptor = -1
    }
    fail(lastConnectError)
  }

  /// The last address has all the time that is left.
  private func limitAddress() {
    guard !candidates.isEmpty else { return }
    let time = loop.now.adding(milliseconds: Self.addressPatienceMs)
    addressTimer = loop.schedule(at: time) { [weak self] in
      guard let self, self.state == .connecting else { return }
      self.addressTimer = nil
      self.lastConnectError = .timedOut
      self.loop.unregister(self, descriptor: self.descriptor)
      self.descriptor = -1
      self.tryNext()
    }
  }

  private func endAddressTimer() {
    if let timer = addressTimer { loop.cancel(timer) }
    addressTimer = nil
  }

  private func finishConnecting() {
    endAddressTimer()
    let error = SystemCalls.pendingError(of: descriptor)
    guard error == 0 else {
      lastConnectError = connectError(error)
      loop.unregister(self, descriptor: descriptor)
      descriptor = -1
      return tryNext()
    }
    state = .open
    endConnectTimer()
    candidates = []
    updateInterest()
    handler?.connected()
    if state == .open, !queue.isEmpty { flush() }
  }

  private func connectError(_ error: Int32) -> TransportError {
    switch error {
    case ECONNREFUSED: .refused(peer)
    case ETIMEDOUT: .timedOut
    default: .system(call: "connect", errno: error)
    }
  }

  private func endConnectTimer() {
    if let connectTimer { loop.cancel(connectTimer) }
    connectTimer = nil
    endAddressTimer()
  }

  // MARK: Ending

  public func close() { end(nil) }

  public func closeAfterFlush() {
    guard state != .closed else { return }
    closesWhenSent = true
    if queue.isEmpty { close() } else { flush() }
  }

  func fail(_ error: TransportError) { end(error) }

  private func end(_ error: TransportError?) {
    guard state != .closed else { return }
    state = .closed
    endConnectTimer()
    if descriptor >= 0 { loop.unregister(self, descriptor: descriptor) }
    descriptor = -1
    queue.removeAll()
    dropHeld()
    loop.afterwards { [self] in
      let handler = self.handler
      self.handler = nil
      handler?.closed(error)
    }
  }

  override func loopEnds() { end(nil) }
}

/// Sets the sizes of a socket's buffers where the configuration asks for it.
func setBufferSizes(_ descriptor: Int32, _ configuration: EventLoopConfiguration) {
  if let size = configuration.sendBufferBytes {
    SystemCalls.set(
      descriptor, level: SOL_SOCKET, option: SO_SNDBUF, to: Int32(clamping: size))
  }
  if let size = configuration.receiveBufferBytes {
    SystemCalls.set(
      descriptor, level: SOL_SOCKET, option: SO_RCVBUF, to: Int32(clamping: size))
  }
}
