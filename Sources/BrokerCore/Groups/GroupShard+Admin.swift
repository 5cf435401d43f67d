import KafkaFormat
import KafkaMessages

// ListGroups, DescribeGroups and DeleteGroups, for one shard.

extension GroupShard {
  /// The groups of this shard, by id.
  ///
  /// - Parameter states: Names in lower case; empty: all.
  func list(states: Set<String>) -> [ListGroupsResponse.ListedGroup] {
    groups.values
      .filter { states.isEmpty || states.contains($0.state.rawValue.lowercased()) }
      .sorted { $0.id < $1.id }
      .map {
        ListGroupsResponse.ListedGroup(
          groupId: $0.id, protocolType: $0.protocolType ?? "", groupState: $0.state.rawValue,
          groupType: "classic")
      }
  }

  /// State, protocol and members; protocol and metadata only of a stable group, for in others they
  /// are about to change. A group that is not there is dead; from version 6 on GROUP_ID_NOT_FOUND
  /// as well (KIP-1043).
  func describe(_ groupId: String, version: Int16) -> DescribeGroupsResponse.DescribedGroup {
    if let error = statusError {
      return DescribeGroupsResponse.DescribedGroup(errorCode: error, groupId: groupId)
    }
    guard let group = group(groupId) else {
      var missing = DescribeGroupsResponse.DescribedGroup(
        groupId: groupId, groupState: GroupState.dead.rawValue)
      if version >= 6 {
        missing.errorCode = .groupIdNotFound
        missing.errorMessage = "Group \(groupId) not found."
      }
      return missing
    }
    let isStable = group.state == .stable
    return DescribeGroupsResponse.DescribedGroup(
      groupId: groupId, groupState: group.state.rawValue, protocolType: group.protocolType ?? "",
      protocolData: isStable ? group.protocolName ?? "" : "",
      members: group.membersInOrder.map {
        DescribeGroupsResponse.DescribedGroupMember(
          memberId: $0.id, groupInstanceId: $0.groupInstanceId, clientId: $0.clientId,
          clientHost: $0.clientHost,
          memberMetadata: isStable ? $0.metadata(for: group.protocolName) : [],
          memberAssignment: $0.assignment)
      })
  }

  /// The group, if it may be deleted; the caller appends `tombstones`, then calls `remove`.
  func groupToDelete(_ groupId: String) throws(ErrorCode) -> Group {
    if let error = statusError { throw error }
    guard let group = group(groupId) else { throw .groupIdNotFound }
    if let error = group.deleteError { throw error }
    return group
  }
}

extension Group {
  /// The records that take the group away, with all that it committed.
  var tombstones: [GroupRecord] {
    offsets.tombstones(group: id) + [.group(GroupMetadataKey(group: id), nil)]
  }
}
