import KafkaFormat
import KafkaMessages

// SyncGroup. Members wait for the leader's, which brings the assignments of all; they are stored
// before they are told.
//
//   UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID   no member of this group
//   ILLEGAL_GENERATION                      of another generation
//   INCONSISTENT_GROUP_PROTOCOL             of another type or protocol (version 5, KIP-559)
//   REBALANCE_IN_PROGRESS                   join again

extension GroupShard {
  mutating func sync(
    _ request: SyncGroupRequest, from requester: GroupRequester, now: GroupInstant
  ) {
    if let error = syncError(request, requester.version) {
      return reply(requester.ticket, .sync(SyncGroupResponse(errorCode: error)))
    }
    guard let group = group(request.groupId), let member = group.members[request.memberId] else {
      return
    }
    group.pendingSyncMembers.remove(member.id)
    if group.pendingSyncMembers.isEmpty { timers.cancel(group.syncTimer) }
    if group.state == .stable {
      return reply(requester.ticket, .sync(synced(member, of: group, .none)))
    }
    if let old = member.awaitingSync {
      reply(old, .sync(SyncGroupResponse(errorCode: .rebalanceInProgress)))
    }
    member.awaitingSync = requester.ticket
    guard group.isLeader(member.id) else { return }
    var assignments: [String: [UInt8]] = [:]
    for entry in request.assignments where group.members[entry.memberId] != nil {
      assignments[entry.memberId] = entry.assignment
    }
    let value = group.metadataValue(assignments: assignments)
    append(
      [.group(GroupMetadataKey(group: group.id), value)],
      then: .assigned(group, generationId: group.generationId, assignments))
  }

  private func syncError(_ request: SyncGroupRequest, _ version: Int16) -> ErrorCode? {
    if version >= 5, request.protocolType == nil || request.protocolName == nil {
      return .inconsistentGroupProtocol
    }
    if let error = availabilityError(request.groupId) { return error }
    guard let group = group(request.groupId) else { return .unknownMemberId }
    let memberError = group.memberError(
      request.memberId, groupInstanceId: request.groupInstanceId)
    if let memberError { return memberError }
    if request.generationId != group.generationId { return .illegalGeneration }
    let differs = { (given: String?, ours: String?) in
      given != nil && ours != nil && given != ours
    }
    if differs(request.protocolType, group.protocolType)
      || differs(request.protocolName, group.protocolName)
    {
      return .inconsistentGroupProtocol
    }
    return switch group.state {
    case .empty, .dead: .unknownMemberId
    case .preparingRebalance: .rebalanceInProgress
    case .completingRebalance, .stable: nil
    }
  }

  /// Records of an `.append` are in the log, or are not.
  mutating func appended(_ token: UInt64, error: ErrorCode?, now: GroupInstant) {
    let error = error.map(Self.replyError)
    switch continuations.removeValue(forKey: token) {
    case .assigned(let group, let generationId, let assignments):
      guard group.state == .completingRebalance, group.generationId == generationId else { return }
      if let error {
        resetAssignments(of: group, error, now)
        return rebalanceOrCompleteJoin(group, now)
      }
      for member in group.members.values { member.assignment = assignments[member.id] ?? [] }
      group.transition(to: .stable, now: now)
      propagateAssignments(of: group, .none, now)
    case .replaced(let replacement): finish(replacement, error, now)
    // An empty group that is not in the log is one that is loaded with its last members, whose
    // sessions then end.
    case .some(.none), nil: break
    }
  }

  /// What a member is told where its group cannot be stored: something it knows to handle.
  private static func replyError(_ error: ErrorCode) -> ErrorCode {
    switch error {
    case .kafkaStorageError, .notLeaderOrFollower: .notCoordinator
    case .messageTooLarge, .recordListTooLarge, .invalidFetchSize: .unknownServerError
    case .unknownTopicOrPartition, .notEnoughReplicas, .requestTimedOut: .coordinatorNotAvailable
    default: error
    }
  }
}
