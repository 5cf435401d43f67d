import KafkaFormat

extension Group {
  /// Whether somebody is the member that it says it is.
  ///
  /// - Returns: UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID where another has taken its instance id.
  func memberError(_ memberId: String, groupInstanceId: String?) -> ErrorCode? {
    if let groupInstanceId {
      guard let present = staticMembers[groupInstanceId] else { return .unknownMemberId }
      if present != memberId { return .fencedInstanceId }
    }
    return members[memberId] == nil ? .unknownMemberId : nil
  }

  /// Whether these may commit offsets now.
  ///
  /// Without member and generation (−1) the group must be empty: an admin client, or a consumer
  /// that is assigned by hand.
  ///
  /// - Returns: COORDINATOR_NOT_AVAILABLE, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID,
  ///   ILLEGAL_GENERATION or REBALANCE_IN_PROGRESS.
  func commitError(memberId: String, groupInstanceId: String?, generationId: Int32) -> ErrorCode? {
    if generationId < 0, state == .empty { return nil }
    if state == .dead { return .coordinatorNotAvailable }
    if generationId < 0, memberId.isEmpty, groupInstanceId == nil {
      return state == .empty ? nil : .unknownMemberId
    }
    if let error = memberError(memberId, groupInstanceId: groupInstanceId) { return error }
    if generationId != self.generationId { return .illegalGeneration }
    return state == .completingRebalance ? .rebalanceInProgress : nil
  }

  /// Whether any of its offsets may be deleted; of consumers' groups those of topics that are not
  /// subscribed may (`isSubscribed`: GROUP_SUBSCRIBED_TO_TOPIC).
  ///
  /// - Returns: GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP.
  var offsetDeleteError: ErrorCode? {
    switch state {
    case .dead: .groupIdNotFound
    case .empty: nil
    case .preparingRebalance, .completingRebalance, .stable:
      usesConsumerProtocol ? nil : .nonEmptyGroup
    }
  }

  /// Whether the group may be deleted.
  ///
  /// - Returns: GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP.
  var deleteError: ErrorCode? {
    switch state {
    case .dead: .groupIdNotFound
    case .empty: nil
    case .preparingRebalance, .completingRebalance, .stable: .nonEmptyGroup
    }
  }
}
