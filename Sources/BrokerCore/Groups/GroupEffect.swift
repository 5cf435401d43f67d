import KafkaFormat
import KafkaMessages

/// A request that waits in a group: the loop that holds its connection, and its ticket there.
struct GroupTicket: Hashable, Sendable {
  var loop: Int
  var number: UInt64
}

/// The answer to a request that waited.
enum GroupReply: Sendable, Equatable {
  case join(JoinGroupResponse)
  case sync(SyncGroupResponse)
}

/// What the state machine wants done, in order.
enum GroupEffect: Sendable, Equatable {
  /// Answers a request that waits.
  case reply(GroupTicket, GroupReply)
  /// Writes these records to the group's partition of `__consumer_offsets`, then calls
  /// `GroupShard.appended` with the token and what came of it, all under the same lock.
  case append([GroupRecord], then: UInt64)
}

extension JoinGroupResponse {
  /// An error, and the id that it is about.
  static func refusal(_ error: ErrorCode, memberId: String = "") -> JoinGroupResponse {
    JoinGroupResponse(errorCode: error, protocolName: nil, memberId: memberId)
  }
}
