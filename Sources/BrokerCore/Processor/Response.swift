import CommitLog
import Observability

/// One whole response, the four bytes of its size included: `head`, then `tail` in order.
///
/// Most responses are a head alone; an answer to Fetch goes on with ranges of logs.
public struct Response: Sendable {
  public enum Part: Sendable {
    /// A range of bytes on the heap.
    case bytes([UInt8], Range<Int>)
    /// A range of a segment's file.
    case slice(LogSlice)
  }

  public var head: [UInt8]
  /// The bytes of `head` that belong to the response: those behind are part of `tail`.
  public var headRange: Range<Int>
  public var tail: [Part]

  public init(_ head: [UInt8]) {
    self.head = head
    self.headRange = 0..<head.count
    self.tail = []
  }

  init(head: [UInt8], headRange: Range<Int>, tail: [Part]) {
    self.head = head
    self.headRange = headRange
    self.tail = tail
  }

  /// All bytes, slices included.
  public var count: Int {
    tail.reduce(headRange.count) { sum, part in
      switch part {
      case .bytes(_, let range): sum + range.count
      case .slice(let slice): sum + slice.count
      }
    }
  }
}

/// What becomes of a request.
public enum Outcome: Sendable {
  case respond(Response)
  /// acks=0: there is no answer.
  case noResponse
  /// The answer comes later, as an action. Until then the connection's next request waits.
  case pending
  /// The connection is to be closed, for this reason.
  case close(String)
}

/// What the processor wants done, besides the outcome of a call.
public enum Action: Sendable {
  /// The answer to a request that was `.pending`.
  case respond(connection: UInt64, Response)
  /// A request that was `.pending` gets no answer after all; the connection's next may come.
  case resume(connection: UInt64)
  case close(connection: UInt64, reason: String)
  /// To be run on the disk pool, and its completion given back on this loop.
  case disk(DiskJob)
  /// To be handed to another loop's processor.
  case wake(loop: Int, Wake)
  case log(LogLevel, String)
}

/// A message from one loop's processor to another's.
public struct Wake: Sendable {
  enum Content: Sendable {
    /// A parked request may go on: its ticket.
    case parked(UInt64)
    /// What a parked produce waits for could not be flushed.
    case flushFailed(UInt64)
    /// A request for the controller loop, from the loop that read it.
    case request(ForwardedRequest)
    /// The controller's answer, for the loop that asked.
    case response(ticket: UInt64, Response)
    /// The answer to a member that waits on this loop.
    case groupReply(ticket: UInt64, GroupReply)
    /// A shard of groups that this loop ticks wants to be ticked then.
    case groupDeadline(Int64)
  }

  let content: Content

  init(_ content: Content) { self.content = content }
}

/// A whole request frame on its way to the controller loop.
struct ForwardedRequest: Sendable {
  var loop: Int
  var ticket: UInt64
  var clientAddress: String
  var listener: Int
  var frame: [UInt8]
}
