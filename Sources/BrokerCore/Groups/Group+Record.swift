import KafkaMessages

extension Group {
  /// The group's metadata as they stand in `__consumer_offsets`.
  ///
  /// - Parameter assignments: By member id; nil: those that members have.
  func metadataValue(assignments: [String: [UInt8]]? = nil) -> GroupMetadataValue {
    GroupMetadataValue(
      protocolType: protocolType ?? "", generation: generationId, protocol: protocolName,
      leader: leaderId, currentStateTimestamp: stateChangedMs ?? -1,
      members: membersInOrder.map { member in
        GroupMetadataValue.MemberMetadata(
          memberId: member.id, groupInstanceId: member.groupInstanceId, clientId: member.clientId,
          clientHost: member.clientHost, rebalanceTimeout: member.rebalanceTimeoutMs,
          sessionTimeout: member.sessionTimeoutMs,
          subscription: member.metadata(for: protocolName),
          assignment: assignments.map { $0[member.id] ?? [] } ?? member.assignment)
      })
  }

  /// A group as it was when its metadata were written. Committed offsets come by themselves.
  convenience init(id: String, loaded value: GroupMetadataValue) {
    self.init(
      id: id, state: value.members.isEmpty ? .empty : .stable,
      stateChangedMs: value.currentStateTimestamp < 0 ? nil : value.currentStateTimestamp)
    generationId = value.generation
    protocolType = value.protocolType.isEmpty ? nil : value.protocolType
    protocolName = value.protocol
    leaderId = value.leader
    for member in value.members {
      let rebalance = member.rebalanceTimeout < 0 ? member.sessionTimeout : member.rebalanceTimeout
      let loaded = GroupMember(
        id: member.memberId, groupInstanceId: member.groupInstanceId, clientId: member.clientId,
        clientHost: member.clientHost, rebalanceTimeoutMs: rebalance,
        sessionTimeoutMs: member.sessionTimeout,
        protocols: [GroupProtocol(name: value.protocol ?? "", metadata: member.subscription)],
        sequence: nextSequence(),
        timer: GroupTimer(groupId: id, kind: .session(memberId: member.memberId)))
      loaded.assignment = member.assignment
      if members[loaded.id] == nil { add(loaded, protocolType: value.protocolType) }
    }
    if !members.isEmpty, leaderId.map({ members[$0] == nil }) ?? true {
      leaderId = membersInOrder.first?.id
    }
    subscribedTopics = subscribedTopicsOfMembers()
  }
}
