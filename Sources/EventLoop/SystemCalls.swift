import CSystem
import Glibc
import Transport

/// Every system call of the network. Each returns its result, or the negative errno; none blocks
/// (sockets are non-blocking) save `resolve` and `wait`.
enum SystemCalls {
  private static func result(_ value: Int) -> Int { value < 0 ? -Int(errno) : value }

  // MARK: Readiness

  static func makeEpoll() -> Int { Int(weir_epoll_make()) }

  static func change(
    epoll: Int32, _ operation: Int, descriptor: Int32, events: UInt32, token: UInt64
  ) -> Int {
    Int(weir_epoll_change(epoll, Int32(operation), descriptor, events, token))
  }

  /// Waits for events up to `timeoutNanos` (negative: without end).
  static func wait(epoll: Int32, into events: inout [weir_event], timeoutNanos: Int64) -> Int {
    let capacity = Int32(events.count)
    return unsafe events.withUnsafeMutableBufferPointer {
      Int(unsafe weir_epoll_wait(epoll, $0.baseAddress, capacity, timeoutNanos))
    }
  }

  static func makeWakeup() -> Int { Int(weir_eventfd_make()) }

  static func wake(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)
  }

  static func clearWakeup(_ descriptor: Int32) {
    var count: UInt64 = 0
    _ = unsafe read(descriptor, &count, 8)
  }

  // MARK: The thread

  static func now() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }
  static func wallClockNanos() -> Int64 { nanoseconds(CLOCK_REALTIME) }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// Timers on time, and a write to a socket whose peer has gone is an error, not a signal
  /// (`sendfile` has no flag for that).
  static func prepareLoopThread() {
    weir_precise_timers()
    var signals = sigset_t()
    _ = unsafe sigemptyset(&signals)
    _ = unsafe sigaddset(&signals, SIGPIPE)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Gives memory that is not used any more back to the system.
  static func trimHeap() { weir_trim_heap() }

  // MARK: Sockets

  static func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

  static func makeSocket(family: Int32) -> Int {
    let kind =
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    return result(Int(socket(family, kind, 0)))
  }

  static func set(_ descriptor: Int32, level: Int32, option: Int32, to value: Int32) {
    var value = value
    _ = unsafe setsockopt(descriptor, level, option, &value, 4)
  }

  static func bindSocket(_ descriptor: Int32, to address: SocketAddress) -> Int {
    unsafe address.withPointer { Int(unsafe bind(descriptor, $0, $1)) } < 0 ? -Int(errno) : 0
  }

  static func listenSocket(_ descriptor: Int32, backlog: Int32) -> Int {
    result(Int(listen(descriptor, backlog)))
  }

  static func connectSocket(_ descriptor: Int32, to address: SocketAddress) -> Int {
    unsafe address.withPointer { Int(unsafe connect(descriptor, $0, $1)) } < 0 ? -Int(errno) : 0
  }

  /// The next waiting connection: its descriptor and peer.
  static func accept(from descriptor: Int32) -> (result: Int, peer: SocketAddress) {
    var peer = SocketAddress()
    let accepted = unsafe peer.withMutablePointer { Int(unsafe weir_accept(descriptor, $0, $1)) }
    return (accepted, peer)
  }

  static func localAddress(of descriptor: Int32) -> SocketAddress {
    var address = SocketAddress()
    _ = unsafe address.withMutablePointer { Int(unsafe getsockname(descriptor, $0, $1)) }
    return address
  }

  /// What ended a connection attempt: 0, or an errno.
  static func pendingError(of descriptor: Int32) -> Int32 {
    var value: Int32 = 0
    var size = socklen_t(4)
    _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &size)
    return value
  }

  // MARK: Bytes

  static func receive(_ descriptor: Int32, into target: inout MutableSpan<UInt8>) -> Int {
    unsafe target.withUnsafeMutableBytes {
      result(unsafe recv(descriptor, $0.baseAddress, $0.count, 0))
    }
  }

  private static func sendFlags(more: Bool) -> Int32 {
    Int32(MSG_NOSIGNAL | (more ? MSG_MORE : 0))
  }

  /// - Parameter more: More follows at once: the kernel waits with a segment that is not full.
  static func send(
    _ descriptor: Int32, _ bytes: borrowing [UInt8], _ range: Range<Int>, more: Bool
  ) -> Int {
    unsafe bytes.withUnsafeBytes {
      let part = unsafe UnsafeRawBufferPointer(rebasing: $0[range])
      return result(
        unsafe Glibc.send(descriptor, part.baseAddress, part.count, sendFlags(more: more)))
    }
  }

  static func sendGathered(_ descriptor: Int32, _ vectors: borrowing GatherList, more: Bool) -> Int
  {
    var message = unsafe msghdr()
    unsafe message.msg_iov = unsafe vectors.pointer
    unsafe message.msg_iovlen = vectors.count
    return result(unsafe sendmsg(descriptor, &message, sendFlags(more: more)))
  }

  static func sendFile(_ descriptor: Int32, from file: Int32, position: Int64, count: Int) -> Int {
    Int(weir_send_file(descriptor, file, position, UInt64(count)))
  }
}

/// Several runs of bytes for one system call.
///
/// It holds addresses within arrays that the connection's queue keeps alive and unchanged until
/// they are sent: an array on Linux keeps its bytes in one place while it is referenced.
@safe
struct GatherList: ~Copyable {
  static let capacity = 64
  let pointer: UnsafeMutablePointer<iovec>
  private(set) var count = 0
  private(set) var byteCount = 0

  init() { unsafe pointer = .allocate(capacity: Self.capacity) }
  deinit { unsafe pointer.deallocate() }

  var isFull: Bool { count == Self.capacity }

  mutating func clear() {
    count = 0
    byteCount = 0
  }

  mutating func add(_ bytes: borrowing [UInt8], _ range: Range<Int>) {
    precondition(!isFull, "the list is full")
    unsafe bytes.withUnsafeBytes {
      let part = unsafe UnsafeRawBufferPointer(rebasing: $0[range])
      unsafe pointer[count] = unsafe iovec(
        iov_base: UnsafeMutableRawPointer(mutating: part.baseAddress), iov_len: part.count)
    }
    count += 1
    byteCount += range.count
  }
}
