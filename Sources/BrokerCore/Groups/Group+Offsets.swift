extension Group {
  /// Since when its offsets count as not used any more; nil: they are in use.
  ///
  /// - Source: KIP-211, KIP-496.
  var offsetRetentionStart: CommittedOffsets.RetentionStart? {
    guard protocolType != nil else { return .commit }
    switch state {
    case .empty: return stateChangedMs.map { .emptySince($0) } ?? .commit
    case .stable: return usesConsumerProtocol && subscribedTopics != nil ? .commit : nil
    case .preparingRebalance, .completingRebalance, .dead: return nil
    }
  }
}
