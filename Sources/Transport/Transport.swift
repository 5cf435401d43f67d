/// The world as Kafka's two ends see it: connections, listeners, timers, the time.
///
/// One instance is one event loop. All of it is used on that loop's thread alone, save `mailbox`.
/// The real one is `EventLoop`; a simulation can take its place. A call a buffer, never a call a
/// record.
public protocol Transport: AnyObject, SendableMetatype {
  associatedtype Connection: TransportConnection
  associatedtype Listener: TransportListener

  /// The monotonic clock, read now.
  var now: MonotonicTime { get }
  /// Milliseconds since the Unix epoch, read now.
  var wallClockMs: Int64 { get }

  /// Listens on `address`; port 0 takes a free one.
  ///
  /// - Parameter accept: Called for each new connection; its handler, or nil to refuse it.
  func listen(
    on address: NetworkAddress,
    accept: @escaping (Connection) -> (any ConnectionHandler)?
  ) throws(TransportError) -> Listener

  /// Starts connecting and returns at once; the handler hears `connected` or `closed`, later.
  /// A name is resolved off the loop.
  func connect(to address: NetworkAddress, handler: any ConnectionHandler) -> Connection

  /// Runs `action` on this loop at `time` or as soon after as it can.
  @discardableResult
  func schedule(at time: MonotonicTime, _ action: @escaping () -> Void) -> TimerID
  /// Forgets a timer; one that has fired, or an unknown one, is ignored.
  func cancel(_ timer: TimerID)

  /// The way onto this loop from other threads.
  var mailbox: any Mailbox { get }
}

/// Hands work to a loop from any thread.
public protocol Mailbox: AnyObject, Sendable {
  /// Runs `action` on the loop's thread, in the order posted. Dropped once the loop has ended.
  func post(_ action: @escaping @Sendable () -> Void)
}

/// One side of a byte stream. Used on its loop's thread alone.
public protocol TransportConnection: AnyObject {
  /// Unique within the process.
  var id: UInt64 { get }
  /// The other end, for logs.
  var peer: NetworkAddress { get }
  /// Bytes given to `send` that the kernel has not taken yet; slices of files count too.
  var queuedBytes: Int { get }
  /// Bytes received and sent so far: it grows as long as the other end does something.
  var transferredBytes: Int64 { get }
  /// Of those queued, the ones that occupy the heap.
  var queuedHeapBytes: Int { get }

  /// Queues one part. Nothing leaves before `flush`, so that several parts go out together.
  func send(_ part: OutboundPart)
  /// Hands what is queued to the kernel, as much as it takes now; the rest follows by itself.
  func flush()
  /// While paused nothing is read, so that the peer is held back by TCP.
  func pauseReading()
  func resumeReading()
  /// Closes at once; the handler hears `closed(nil)` once, later. What is queued is dropped.
  func close()
  /// Closes as soon as all that is queued has been sent.
  func closeAfterFlush()
}

public protocol TransportListener: AnyObject {
  /// With the port that was taken.
  var address: NetworkAddress { get }
  func close()
}

/// Hears what happens on one connection, on its loop's thread.
public protocol ConnectionHandler: AnyObject {
  /// An outgoing connection stands. Not called on accepted ones.
  func connected()
  /// Bytes arrived. Consume what is whole; leave the rest, and say by `buffer.expect` how much is
  /// needed before the next call makes sense. The buffer is only lent for the call.
  func received(_ buffer: inout ReceiveBuffer)
  /// All that was queued has been given to the kernel, after a time when it could not be.
  func drained()
  /// The last call: nil if this side closed, or the peer ended the stream in order.
  func closed(_ error: TransportError?)
}

/// A point on the monotonic clock.
public struct MonotonicTime: Comparable, Hashable, Sendable {
  public var nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
  /// Later by `milliseconds`; stops at the end of time.
  @inlinable
  public func adding(milliseconds: Int64) -> Self { adding(nanoseconds: milliseconds &* 1_000_000) }
  @inlinable
  public func adding(nanoseconds count: Int64) -> Self {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
    return Self(nanoseconds: overflow ? Int64.max : sum)
  }
  /// Nanoseconds from `earlier` to this.
  @inlinable
  public func nanoseconds(since earlier: Self) -> Int64 { nanoseconds &- earlier.nanoseconds }
}

/// Names one timer of one loop.
public struct TimerID: Hashable, Sendable {
  public let value: UInt64
  @inlinable
  public init(value: UInt64) { self.value = value }
}

/// A host (name or literal, IPv4 or IPv6) and a port.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// What went wrong between here and the other end.
public enum TransportError: Error, Sendable, Equatable {
  case addressInUse(NetworkAddress)
  case unresolvable(host: String)
  case refused(NetworkAddress)
  case timedOut
  case reset
  /// Any other system error: the call and its errno.
  case system(call: String, errno: Int32)
}

extension TransportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .addressInUse: "the port is in use"
    case .unresolvable: "no such host"
    case .refused: "connection refused"
    case .timedOut: "timed out"
    case .reset: "connection reset"
    case .system(let call, let errno): "\(call) failed, errno \(errno)"
    }
  }
}
