import KafkaFormat
import KafkaMessages

// Heartbeat (12), versions 0–4; LeaveGroup (13), versions 0–5.
//
// Heartbeat: v3 static members; v4 flexible. While groups are being loaded the answer is "none".
// LeaveGroup: v0–2 one member, whose error is that of the answer; v3 several, each with an error of
//   its own; v4 flexible; v5 reasons (not kept)

extension RequestProcessor {
  func handleHeartbeat(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(HeartbeatRequest.self, frame)
    guard let place = groupPartition(of: request.groupId) else {
      return context.response(HeartbeatResponse(errorCode: Self.absenceError(request.groupId)))
    }
    let code = withGroups(of: place, now: context.instant) {
      $0.heartbeat(request, now: context.instant)
    }
    return context.response(HeartbeatResponse(errorCode: code))
  }

  func handleLeaveGroup(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(LeaveGroupRequest.self, frame)
    let isBatch = context.head.version >= 3
    let leavers = isBatch ? request.members : [.init(memberId: request.memberId)]
    guard let place = groupPartition(of: request.groupId) else {
      return context.response(LeaveGroupResponse(errorCode: Self.absenceError(request.groupId)))
    }
    let result = withGroups(of: place, now: context.instant) {
      $0.leave(request.groupId, leavers, now: context.instant)
    }
    switch result {
    case .failure(let code): return context.response(LeaveGroupResponse(errorCode: code))
    case .success(let codes) where isBatch:
      let members = zip(leavers, codes).map {
        LeaveGroupResponse.MemberResponse(
          memberId: $0.memberId, groupInstanceId: $0.groupInstanceId, errorCode: $1)
      }
      return context.response(LeaveGroupResponse(members: members))
    case .success(let codes):
      return context.response(LeaveGroupResponse(errorCode: codes.first ?? .none))
    }
  }
}
