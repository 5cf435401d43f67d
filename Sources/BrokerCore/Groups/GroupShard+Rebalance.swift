import KafkaFormat
import KafkaMessages

// The phases of a rebalance:
//
//   Empty ──first member──► PreparingRebalance ──all joined, or time is up──► CompletingRebalance
//     ▲                        ▲   │ nobody is left                                │ the leader's
//     └────────────────────────┼───┘                                               ▼ assignment
//                              └────── a member comes, goes or changes ──────── Stable
//
// An empty group waits `group.initial.rebalance.delay.ms` for more members, and again as long as
// others come, up to the rebalance timeout of its members.

extension GroupShard {
  /// A member came, went or changed: begins a rebalance, or ends the joining if all are there.
  mutating func rebalanceOrCompleteJoin(_ group: Group, _ now: GroupInstant) {
    switch group.state {
    case .empty, .completingRebalance, .stable: prepareRebalance(group, now)
    case .preparingRebalance: completeJoinIfAllAreThere(group, now)
    case .dead: break
    }
  }

  mutating func prepareRebalance(_ group: Group, _ now: GroupInstant) {
    if group.state == .completingRebalance {
      resetAssignments(of: group, .rebalanceInProgress, now)
    }
    stopWaitingForSyncs(group)
    let isInitial = group.state == .empty
    group.transition(to: .preparingRebalance, now: now)
    guard isInitial else {
      if group.hasAllMembersJoined { return completeJoin(group, now) }
      return timers.set(group.joinTimer, at: now.after(ms: group.rebalanceTimeoutMs))
    }
    let delay = config.initialRebalanceDelayMs
    if delay <= 0 { return completeJoin(group, now) }
    group.newMemberAdded = false
    group.initialDelayMs = delay
    group.initialDelayLeftMs = max(group.rebalanceTimeoutMs - delay, 0)
    timers.set(group.joinTimer, at: now.after(ms: delay))
  }

  /// During the initial delay nothing but time ends the joining.
  mutating func completeJoinIfAllAreThere(_ group: Group, _ now: GroupInstant) {
    if group.state == .preparingRebalance, group.previousState != .empty,
      group.hasAllMembersJoined
    {
      completeJoin(group, now)
    }
  }

  /// The time for joining is up.
  mutating func joinTimeIsUp(_ group: Group, _ now: GroupInstant) {
    guard group.state == .preparingRebalance else { return }
    if let left = group.initialDelayLeftMs, group.newMemberAdded, left > 0 {
      group.newMemberAdded = false
      group.initialDelayLeftMs = max(left - group.initialDelayMs, 0)
      group.initialDelayMs = min(config.initialRebalanceDelayMs, left)
      timers.set(group.joinTimer, at: now.after(ms: group.initialDelayMs))
    } else {
      completeJoin(group, now)
    }
  }

  /// Ends the joining: whoever did not join again is out, save static members, whose sessions
  /// decide; the next generation begins.
  ///
  /// - Complexity: O(members log members).
  private mutating func completeJoin(_ group: Group, _ now: GroupInstant) {
    timers.cancel(group.joinTimer)
    group.initialDelayLeftMs = nil
    for member in group.membersInOrder
    where member.awaitingJoin == nil && member.groupInstanceId == nil {
      removeMember(member, from: group)
    }
    guard group.members.isEmpty || group.electJoinedLeader() else {
      // Static members alone, and none has joined: until their sessions end. A timeout of nothing
      // would have this come back at once, for ever.
      return timers.set(group.joinTimer, at: now.after(ms: max(group.rebalanceTimeoutMs, 1_000)))
    }
    group.generationId = group.generationId == .max ? 1 : group.generationId + 1
    group.pendingSyncMembers.removeAll(keepingCapacity: true)
    if group.members.isEmpty {
      group.protocolName = nil
      group.subscribedTopics = group.subscribedTopicsOfMembers()
      group.transition(to: .empty, now: now)
      let key = GroupMetadataKey(group: group.id)
      return append([.group(key, group.metadataValue())], then: .none)
    }
    group.protocolName = group.selectProtocol()
    group.subscribedTopics = group.subscribedTopicsOfMembers()
    group.transition(to: .completingRebalance, now: now)
    for member in group.membersInOrder {
      if let ticket = group.setAwaitingJoin(nil, of: member) {
        reply(ticket, .join(joined(member, of: group)))
      }
      extendSession(of: member, now)
      member.isNew = false
      group.pendingSyncMembers.insert(member.id)
    }
    timers.set(group.syncTimer, at: now.after(ms: group.rebalanceTimeoutMs))
  }

  /// What a member hears of the present generation; the leader also who the members are.
  func joined(_ member: GroupMember, of group: Group) -> JoinGroupResponse {
    JoinGroupResponse(
      generationId: group.generationId, protocolType: group.protocolType,
      protocolName: group.protocolName, leader: group.leaderId ?? "", memberId: member.id,
      members: group.isLeader(member.id) ? group.listedMembers : [])
  }

  // MARK: Assignments

  /// Gives every member its assignment, and those who wait an answer.
  mutating func propagateAssignments(of group: Group, _ error: ErrorCode, _ now: GroupInstant) {
    for member in group.membersInOrder {
      guard let ticket = member.awaitingSync else { continue }
      member.awaitingSync = nil
      reply(ticket, .sync(synced(member, of: group, error)))
      // An expiry that came while it waited was passed over.
      extendSession(of: member, now)
    }
  }

  func synced(_ member: GroupMember, of group: Group, _ error: ErrorCode) -> SyncGroupResponse {
    if error != .none { return SyncGroupResponse(errorCode: error) }
    return SyncGroupResponse(
      protocolType: group.protocolType, protocolName: group.protocolName,
      assignment: member.assignment)
  }

  mutating func resetAssignments(of group: Group, _ error: ErrorCode, _ now: GroupInstant) {
    for member in group.members.values { member.assignment = [] }
    propagateAssignments(of: group, error, now)
  }

  mutating func stopWaitingForSyncs(_ group: Group) {
    timers.cancel(group.syncTimer)
    group.pendingSyncMembers.removeAll(keepingCapacity: true)
  }

  /// The time for synchronising is up: who did not ask for its assignment is out.
  mutating func syncTimeIsUp(_ group: Group, _ now: GroupInstant) {
    guard group.state == .completingRebalance || group.state == .stable,
      !group.pendingSyncMembers.isEmpty
    else { return }
    for memberId in group.pendingSyncMembers.sorted() {
      if let member = group.members[memberId] { removeMember(member, from: group) }
    }
    prepareRebalance(group, now)
  }

  // MARK: Members that go

  /// Takes a member out; what it waits with is answered with UNKNOWN_MEMBER_ID, so that it may join
  /// as a new one if it is still there. A rebalance is for the caller to begin.
  mutating func removeMember(_ member: GroupMember, from group: Group) {
    timers.cancel(member.timer)
    if let ticket = group.setAwaitingJoin(nil, of: member) {
      reply(ticket, .join(.refusal(.unknownMemberId)))
    }
    if let ticket = member.awaitingSync {
      member.awaitingSync = nil
      reply(ticket, .sync(SyncGroupResponse(errorCode: .unknownMemberId)))
    }
    group.remove(member.id)
  }

  /// A session is over, or an id was not used in time.
  mutating func sessionEnded(_ memberId: String, of group: Group, _ now: GroupInstant) {
    if group.pendingJoinMembers[memberId] != nil {
      group.remove(memberId)
      completeJoinIfAllAreThere(group, now)
      forgetIfUnused(group)
    } else if let member = group.members[memberId], !member.isExcusedFromHeartbeats {
      removeMember(member, from: group)
      membersWent(group, now)
    }
  }

  mutating func membersWent(_ group: Group, _ now: GroupInstant) {
    if group.state != .empty { rebalanceOrCompleteJoin(group, now) }
  }

  // MARK: Time

  /// Does what is due.
  mutating func tick(now: GroupInstant) {
    while let timer = timers.popDue(now.nanos) {
      guard let group = group(timer.groupId) else { continue }
      switch timer.kind {
      case .join: joinTimeIsUp(group, now)
      case .sync: syncTimeIsUp(group, now)
      case .session(let memberId): sessionEnded(memberId, of: group, now)
      }
    }
  }
}

extension Group {
  /// Lets a member lead that has joined, where the leader has not.
  ///
  /// - Returns: Whether there is one.
  func electJoinedLeader() -> Bool {
    if let leaderId, members[leaderId]?.awaitingJoin != nil { return true }
    let joined = membersInOrder.first { $0.awaitingJoin != nil }
    if let joined { leaderId = joined.id }
    return joined != nil
  }

  /// The members as their leader sees them.
  var listedMembers: [JoinGroupResponse.JoinGroupResponseMember] {
    membersInOrder.map {
      JoinGroupResponse.JoinGroupResponseMember(
        memberId: $0.id, groupInstanceId: $0.groupInstanceId,
        metadata: $0.metadata(for: protocolName))
    }
  }
}
