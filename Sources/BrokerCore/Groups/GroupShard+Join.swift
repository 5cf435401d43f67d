import KafkaFormat
import KafkaMessages

/// Who asks, and what its answer depends on besides the request.
struct GroupRequester: Sendable {
  var ticket: GroupTicket
  var version: Int16
  var clientId: String
  /// Without a slash.
  var clientAddress: String
  /// What makes a new member's id unique: a random UUID.
  var uniqueSuffix: String
}

// JoinGroup. A new member gets an id and is asked to come again with it (version 4, KIP-394), or is
// taken in at once. A static member (version 5, KIP-345) takes the place of its predecessor.
//
//   INVALID_GROUP_ID             the group's id is empty
//   INVALID_SESSION_TIMEOUT      outside group.min/max.session.timeout.ms
//   GROUP_MAX_SIZE_REACHED       group.max.size
//   INCONSISTENT_GROUP_PROTOCOL  another type, no protocols, or none that all members follow
//   MEMBER_ID_REQUIRED           come again with this id
//   UNKNOWN_MEMBER_ID            no such member: come again without an id
//   FENCED_INSTANCE_ID           another member has taken over this instance id

extension GroupShard {
  mutating func join(
    _ request: JoinGroupRequest, from requester: GroupRequester, now: GroupInstant
  ) {
    if let error = availabilityError(request.groupId) {
      return reply(
        requester.ticket, .join(.refusal(error, memberId: request.memberId)))
    }
    let isInRange =
      config.minSessionTimeoutMs <= request.sessionTimeoutMs
      && request.sessionTimeoutMs <= config.maxSessionTimeoutMs
    if !isInRange {
      return reply(
        requester.ticket, .join(.refusal(.invalidSessionTimeout, memberId: request.memberId)))
    }
    if request.memberId.isEmpty {
      let group = groupOrNew(request.groupId, now: now)
      joinAsNew(Joining(request, requester, now), group)
      forgetIfUnused(group)
    } else if let group = group(request.groupId) {
      rejoin(Joining(request, requester, now), group)
    } else {
      reply(
        requester.ticket, .join(.refusal(.unknownMemberId, memberId: request.memberId)))
    }
  }

  /// A JoinGroup on its way.
  private struct Joining {
    let request: JoinGroupRequest
    let requester: GroupRequester
    let now: GroupInstant
    let protocols: [GroupProtocol]
    let rebalanceTimeoutMs: Int32

    init(_ request: JoinGroupRequest, _ requester: GroupRequester, _ now: GroupInstant) {
      self.request = request
      self.requester = requester
      self.now = now
      var names: Set<String> = []
      protocols = request.protocols.compactMap {
        names.insert($0.name).inserted ? GroupProtocol(name: $0.name, metadata: $0.metadata) : nil
      }
      // Version 0 has no timeout of its own for rebalances.
      rebalanceTimeoutMs =
        requester.version == 0 ? request.sessionTimeoutMs : max(0, request.rebalanceTimeoutMs)
    }
  }

  private mutating func refuse(_ joining: Joining, _ error: ErrorCode, _ memberId: String) {
    reply(
      joining.requester.ticket, .join(.refusal(error, memberId: memberId)))
  }

  /// Whether the group has room.
  private func accepts(_ memberId: String, _ group: Group) -> Bool {
    switch group.state {
    case .empty, .dead: true
    // Who joins first stays, so that a group that is too large becomes small enough.
    case .preparingRebalance:
      group.members[memberId]?.awaitingJoin != nil || group.awaitingJoinCount < config.maxSize
    case .completingRebalance, .stable:
      group.members[memberId] != nil || group.members.count < config.maxSize
    }
  }

  // MARK: New members

  private mutating func joinAsNew(_ joining: Joining, _ group: Group) {
    let request = joining.request
    if let instance = request.groupInstanceId, let present = group.staticMembers[instance],
      let old = group.members[present]
    {
      guard group.supports(protocolType: request.protocolType, protocols: joining.protocols)
      else { return refuse(joining, .inconsistentGroupProtocol, "") }
      return replaceStaticMember(old, joining, group)
    }
    guard accepts("", group) else { return refuse(joining, .groupMaxSizeReached, "") }
    guard group.supports(protocolType: request.protocolType, protocols: joining.protocols) else {
      return refuse(joining, .inconsistentGroupProtocol, "")
    }
    let prefix = request.groupInstanceId ?? joining.requester.clientId
    let memberId = "\(prefix)-\(joining.requester.uniqueSuffix)"
    if request.groupInstanceId == nil, joining.requester.version >= 4 {
      let timer = GroupTimer(groupId: group.id, kind: .session(memberId: memberId))
      group.addPendingJoin(memberId, timer: timer)
      timers.set(timer, at: joining.now.after(ms: request.sessionTimeoutMs))
      return refuse(joining, .memberIdRequired, memberId)
    }
    addMember(memberId, joining, group)
  }

  private mutating func addMember(_ memberId: String, _ joining: Joining, _ group: Group) {
    if let timer = group.pendingJoinMembers[memberId] { timers.cancel(timer) }
    let member = makeMember(memberId, joining, sequence: group.nextSequence())
    member.isNew = true
    member.awaitingJoin = joining.requester.ticket
    if group.state == .preparingRebalance, group.previousState == .empty {
      group.newMemberAdded = true
    }
    group.add(member, protocolType: joining.request.protocolType)
    // It cannot send heartbeats before it is answered, and nobody would notice if it went.
    timers.set(member.timer, at: joining.now.after(ms: config.newMemberJoinTimeoutMs))
    rebalanceOrCompleteJoin(group, joining.now)
  }

  private func makeMember(_ memberId: String, _ joining: Joining, sequence: UInt64)
    -> GroupMember
  {
    GroupMember(
      id: memberId, groupInstanceId: joining.request.groupInstanceId,
      clientId: joining.requester.clientId, clientHost: "/" + joining.requester.clientAddress,
      rebalanceTimeoutMs: joining.rebalanceTimeoutMs,
      sessionTimeoutMs: joining.request.sessionTimeoutMs, protocols: joining.protocols,
      sequence: sequence,
      timer: GroupTimer(
        groupId: joining.request.groupId, kind: .session(memberId: memberId)))
  }

  // MARK: Members that are there

  private mutating func rejoin(_ joining: Joining, _ group: Group) {
    let request = joining.request
    let memberId = request.memberId
    guard accepts(memberId, group) else {
      if let member = group.members[memberId] { removeMember(member, from: group) }
      if let timer = group.pendingJoinMembers[memberId] { timers.cancel(timer) }
      group.remove(memberId)
      completeJoinIfAllAreThere(group, joining.now)
      return refuse(joining, .groupMaxSizeReached, "")
    }
    guard group.supports(protocolType: request.protocolType, protocols: joining.protocols) else {
      return refuse(joining, .inconsistentGroupProtocol, memberId)
    }
    if group.pendingJoinMembers[memberId] != nil {
      // An id of the first step is never a static member's.
      if request.groupInstanceId != nil { return refuse(joining, .unknownMemberId, memberId) }
      return addMember(memberId, joining, group)
    }
    if let error = group.memberError(memberId, groupInstanceId: request.groupInstanceId) {
      return refuse(joining, error, memberId)
    }
    guard let member = group.members[memberId] else { return }
    switch group.state {
    case .completingRebalance where member.protocols == joining.protocols,
      .stable where member.protocols == joining.protocols && !group.isLeader(memberId):
      // Nothing is new; the answer may have been lost. A leader of a stable group that joins again
      // wants a rebalance: it saw a change of topics, say.
      reply(joining.requester.ticket, .join(joined(member, of: group)))
    case .preparingRebalance, .completingRebalance, .stable:
      update(member, joining, group)
      rebalanceOrCompleteJoin(group, joining.now)
    case .empty, .dead: refuse(joining, .unknownMemberId, memberId)
    }
  }

  private mutating func update(_ member: GroupMember, _ joining: Joining, _ group: Group) {
    group.setProtocols(joining.protocols, of: member)
    member.rebalanceTimeoutMs = joining.rebalanceTimeoutMs
    member.sessionTimeoutMs = joining.request.sessionTimeoutMs
    if let old = group.setAwaitingJoin(joining.requester.ticket, of: member) {
      // It asked again elsewhere; nobody reads this any more.
      reply(old, .join(.refusal(.rebalanceInProgress, memberId: member.id)))
    }
  }

  // MARK: Static members

  /// A static member came back without its id: the new one takes over membership and assignment,
  /// and the old one is fenced.
  private mutating func replaceStaticMember(
    _ old: GroupMember, _ joining: Joining, _ group: Group
  ) {
    let memberId = "\(old.groupInstanceId ?? "")-\(joining.requester.uniqueSuffix)"
    let leaderBefore = group.leaderId ?? ""
    fence(old, group)
    let member = makeMember(memberId, joining, sequence: old.sequence)
    member.assignment = old.assignment
    member.awaitingJoin = joining.requester.ticket
    group.replace(old, by: member)
    timers.cancel(old.timer)
    extendSession(of: member, joining.now)
    switch group.state {
    case .stable where group.protocolName == group.selectProtocol():
      let replacement = StaticReplacement(
        group: group, old: old, new: member, leaderBefore: leaderBefore,
        version: joining.requester.version)
      append(
        [.group(GroupMetadataKey(group: group.id), group.metadataValue())],
        then: .replaced(replacement))
    // The old id may be on its way to the leader, whose assignment would then miss the new one.
    case .stable, .completingRebalance: prepareRebalance(group, joining.now)
    case .preparingRebalance: completeJoinIfAllAreThere(group, joining.now)
    case .empty, .dead: break
    }
  }

  private mutating func fence(_ old: GroupMember, _ group: Group) {
    if let ticket = group.setAwaitingJoin(nil, of: old) {
      reply(
        ticket,
        .join(
          .refusal(.fencedInstanceId, memberId: old.id)))
    }
    if let ticket = old.awaitingSync {
      old.awaitingSync = nil
      reply(ticket, .sync(SyncGroupResponse(errorCode: .fencedInstanceId)))
    }
  }

  /// The new id of a static member is stored, or not.
  mutating func finish(_ replacement: StaticReplacement, _ error: ErrorCode?, _ now: GroupInstant) {
    let (group, member) = (replacement.group, replacement.new)
    guard group.members[member.id] === member,
      let ticket = group.setAwaitingJoin(nil, of: member)
    else { return }
    if let error {
      timers.cancel(member.timer)
      group.replace(member, by: replacement.old)
      extendSession(of: replacement.old, now)
      return reply(ticket, .join(.refusal(error)))
    }
    var response = joined(member, of: group)
    if replacement.version >= 9 {
      // The leader is told so, and not to assign anew (KIP-814).
      response.skipAssignment = group.isLeader(member.id)
    } else {
      // Without that field it must not take itself for the leader: a stable group would not hear
      // of its assignment.
      response.leader = replacement.leaderBefore
      response.members = []
    }
    reply(ticket, .join(response))
  }
}

/// A static member's old and new incarnation, while the new one is being stored.
struct StaticReplacement {
  let group: Group
  let old: GroupMember
  let new: GroupMember
  let leaderBefore: String
  let version: Int16
}

/// What goes on once records were appended.
enum GroupContinuation {
  case none
  /// The leader's assignments of a generation, by member id.
  case assigned(Group, generationId: Int32, [String: [UInt8]])
  case replaced(StaticReplacement)
}
