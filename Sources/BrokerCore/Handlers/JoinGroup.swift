import KafkaFormat
import KafkaMessages

// JoinGroup (11), versions 0–9; SyncGroup (14), versions 0–5.
//
// Both wait for the group's other members (`GroupShard` says for how long, and which errors there
// are) and are answered on the loop that holds the connection. COORDINATOR_NOT_AVAILABLE while
// `__consumer_offsets` is not there: FindCoordinator creates it.
// JoinGroup: v1 rebalance timeout; v4 an id in two steps; v5 static members; v6 flexible;
//   v7 protocol type; v8 reason (not kept); v9 a static leader skips its assignment
// SyncGroup: v3 static members; v4 flexible; v5 protocol type and name must be given

extension RequestProcessor {
  func handleJoinGroup(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(JoinGroupRequest.self, frame)
    guard let place = groupPartition(of: request.groupId) else {
      let code = Self.absenceError(request.groupId)
      return context.response(JoinGroupResponse.refusal(code, memberId: request.memberId))
    }
    let requester = groupRequester(frame, context)
    withGroups(of: place, now: context.instant) {
      $0.join(request, from: requester, now: context.instant)
    }
    return .pending
  }

  func handleSyncGroup(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(SyncGroupRequest.self, frame)
    guard let place = groupPartition(of: request.groupId) else {
      return context.response(SyncGroupResponse(errorCode: Self.absenceError(request.groupId)))
    }
    let requester = groupRequester(frame, context)
    withGroups(of: place, now: context.instant) {
      $0.sync(request, from: requester, now: context.instant)
    }
    return .pending
  }

  /// Parks the request.
  private func groupRequester(_ frame: RawSpan, _ context: RequestContext) -> GroupRequester {
    let ticket = park(.group(context), connection: context.connection)
    return GroupRequester(
      ticket: GroupTicket(loop: loop, number: ticket), version: context.head.version,
      clientId: context.clientId(frame), clientAddress: context.clientAddress,
      uniqueSuffix: Self.hyphenated(node.random.uuid()))
  }

  /// What is said of a group while there is no `__consumer_offsets`.
  static func absenceError(_ groupId: String) -> ErrorCode {
    groupId.isEmpty ? .invalidGroupId : .coordinatorNotAvailable
  }

  /// The usual form of a UUID, 8-4-4-4-12 hexadecimal digits, as Kafka writes it in member ids.
  private static func hyphenated(_ uuid: KafkaUUID) -> String {
    var text = ""
    for (word, at) in [(uuid.high, 0), (uuid.low, 16)] {
      for digit in 0..<16 {
        if [8, 12, 16, 20].contains(at + digit) { text += "-" }
        text += String(word >> UInt64(60 - 4 * digit) & 0xF, radix: 16)
      }
    }
    return text
  }
}

extension RequestContext {
  var instant: GroupInstant { GroupInstant(wallMs: nowMs, nanos: nowNanos) }

  /// What the client calls itself; empty where it says nothing that is text.
  func clientId(_ frame: RawSpan) -> String {
    var reader = ByteReader(frame)
    guard (try? reader.skip(8)) != nil, let id = try? reader.nullableString() else { return "" }
    return id
  }
}
