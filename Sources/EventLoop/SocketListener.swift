import Glibc
import Transport

/// A listening TCP socket of an `EventLoop`.
public final class SocketListener: Channel, TransportListener {
  public let address: NetworkAddress
  private let loop: EventLoop
  private var descriptor: Int32
  private var accepted: ((AcceptedSocket) -> Void)?
  /// Connections that come stay in the backlog.
  private var isPaused = false

  /// How many connections are accepted before others have their turn.
  private static let perTurn = 64
  /// How long to wait where the process has no descriptors left, or the system no memory.
  private static let restMs: Int64 = 50

  /// An empty host is every interface, for IPv6 and IPv4; where the system has no IPv6, for IPv4.
  convenience init(
    loop: EventLoop, on wanted: NetworkAddress, accepted: @escaping (AcceptedSocket) -> Void
  ) throws(TransportError) {
    let made: Int
    let local: SocketAddress
    if wanted.host.isEmpty {
      let both = SystemCalls.makeSocket(family: AF_INET6)
      let all = SocketAddress(literal: both >= 0 ? "::" : "0.0.0.0", port: wanted.port)
      made = both >= 0 ? both : SystemCalls.makeSocket(family: AF_INET)
      local = all ?? SocketAddress()
    } else {
      let candidates =
        SocketAddress(literal: wanted.host, port: wanted.port).map { [$0] }
        ?? SocketAddress.resolve(wanted.host, port: wanted.port)
      guard let first = candidates.first else { throw .unresolvable(host: wanted.host) }
      made = SystemCalls.makeSocket(family: first.family)
      local = first
    }
    guard made >= 0 else { throw .system(call: "socket", errno: Int32(-made)) }
    try self.init(loop: loop, Int32(made), on: local, wanted, accepted: accepted)
  }

  private init(
    loop: EventLoop, _ descriptor: Int32, on local: SocketAddress, _ wanted: NetworkAddress,
    accepted: @escaping (AcceptedSocket) -> Void
  ) throws(TransportError) {
    self.loop = loop
    self.descriptor = descriptor
    let configuration = loop.configuration
    SystemCalls.set(descriptor, level: SOL_SOCKET, option: SO_REUSEADDR, to: 1)
    if local.family == AF_INET6 {
      SystemCalls.set(descriptor, level: Int32(IPPROTO_IPV6), option: IPV6_V6ONLY, to: 0)
    }
    setBufferSizes(descriptor, configuration)
    var failure: (call: String, result: Int)?
    let bound = SystemCalls.bindSocket(descriptor, to: local)
    if bound < 0 {
      failure = ("bind", bound)
    } else {
      let listening = SystemCalls.listenSocket(descriptor, backlog: configuration.acceptBacklog)
      if listening < 0 { failure = ("listen", listening) }
    }
    if let failure {
      SystemCalls.closeDescriptor(descriptor)
      if failure.result == -Int(EADDRINUSE) { throw .addressInUse(wanted) }
      throw .system(call: failure.call, errno: Int32(-failure.result))
    }
    address = SystemCalls.localAddress(of: descriptor).networkAddress
    self.accepted = accepted
    super.init()
    let registered = loop.register(self, descriptor: descriptor, events: readableBit)
    guard registered == 0 else {
      SystemCalls.closeDescriptor(descriptor)
      throw .system(call: "epoll_ctl", errno: Int32(-registered))
    }
  }

  override func ready(_ events: UInt32) {
    for _ in 0..<Self.perTurn {
      guard descriptor >= 0, !isPaused else { return }
      let (result, peer) = SystemCalls.accept(from: descriptor)
      if result >= 0 {
        accepted?(AcceptedSocket(descriptor: Int32(result), peer: peer.networkAddress))
      } else if result == -Int(EAGAIN) {
        return
      } else if result != -Int(ECONNABORTED), result != -Int(EINTR) {
        return rest()
      }
    }
  }

  func pauseAccepting() {
    isPaused = true
    watchBacklog()
  }

  func resumeAccepting() {
    isPaused = false
    watchBacklog()
  }

  private func watchBacklog() {
    guard descriptor >= 0 else { return }
    loop.change(self, descriptor: descriptor, events: isPaused ? 0 : readableBit)
  }

  /// After an error that lasts, such as EMFILE, the connection stays in the backlog, and epoll
  /// would report it without end.
  private func rest() {
    loop.change(self, descriptor: descriptor, events: 0)
    loop.schedule(at: loop.now.adding(milliseconds: Self.restMs)) { [weak self] in
      self?.watchBacklog()
    }
  }

  public func close() {
    guard descriptor >= 0 else { return }
    loop.unregister(self, descriptor: descriptor)
    descriptor = -1
    accepted = nil
  }

  override func loopEnds() { close() }
}

/// A connection that has come and that no loop serves yet; closed if nobody adopts it.
public final class AcceptedSocket: Sendable {
  public let peer: NetworkAddress
  private let descriptor: OwnedDescriptor

  init(descriptor: Int32, peer: NetworkAddress) {
    self.peer = peer
    self.descriptor = OwnedDescriptor(descriptor)
  }

  /// The descriptor, to whoever asks first.
  func take() -> Int32? { descriptor.take() }
}
