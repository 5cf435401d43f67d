import KafkaFormat
import KafkaMessages

// Heartbeat: a member's session goes on; REBALANCE_IN_PROGRESS tells it to join again. Errors as
// those of SyncGroup.
//
// LeaveGroup: members go at once, by id, or by instance id alone (an administrator's way).

extension GroupShard {
  mutating func heartbeat(_ request: HeartbeatRequest, now: GroupInstant) -> ErrorCode {
    if let error = availabilityError(request.groupId) {
      // Nothing is known yet; a member that is told nothing bad stays.
      return error == .coordinatorLoadInProgress ? .none : error
    }
    guard let group = group(request.groupId) else { return .unknownMemberId }
    let memberError = group.memberError(
      request.memberId, groupInstanceId: request.groupInstanceId)
    if let memberError { return memberError }
    if request.generationId != group.generationId { return .illegalGeneration }
    guard group.state != .empty, let member = group.members[request.memberId] else {
      return .unknownMemberId
    }
    extendSession(of: member, now)
    return group.state == .preparingRebalance ? .rebalanceInProgress : .none
  }

  // MARK: Leaving

  /// One who leaves.
  typealias Leaver = LeaveGroupRequest.MemberIdentity

  /// - Returns: An error of the whole request, or what became of each member, in order.
  mutating func leave(_ groupId: String, _ leavers: [Leaver], now: GroupInstant)
    -> Result<[ErrorCode], ErrorCode>
  {
    if let error = availabilityError(groupId) { return .failure(error) }
    guard let group = group(groupId) else {
      return .success(leavers.map { _ in .unknownMemberId })
    }
    var hasRemoved = false
    let codes = leavers.map { leaver in
      let (code, member) = leave(leaver, group)
      if let member {
        removeMember(member, from: group)
        hasRemoved = true
      }
      return code
    }
    if hasRemoved {
      membersWent(group, now)
    } else {
      // An id that was never used is missed by nobody but a rebalance that waits for it.
      completeJoinIfAllAreThere(group, now)
      forgetIfUnused(group)
    }
    return .success(codes)
  }

  /// - Returns: Also the member that is to be removed.
  private mutating func leave(_ leaver: Leaver, _ group: Group) -> (ErrorCode, GroupMember?) {
    if let timer = group.pendingJoinMembers[leaver.memberId] {
      timers.cancel(timer)
      group.remove(leaver.memberId)
      return (.none, nil)
    }
    var memberId = leaver.memberId
    if memberId.isEmpty {
      guard let instance = leaver.groupInstanceId, let present = group.staticMembers[instance]
      else { return (.unknownMemberId, nil) }
      memberId = present
    }
    if let error = group.memberError(memberId, groupInstanceId: leaver.groupInstanceId) {
      return (error, nil)
    }
    return (.none, group.members[memberId])
  }
}
