import KafkaFormat

/// Balances as `StickyAssignor` does, with members that hold on to their partitions while they
/// join: a partition that moves is given to nobody until its owner has joined without it.
///
/// Owners are known from `ownedPartitions`; their generation from the subscription (KIP-792), and
/// before its version 2 from the user data, which are that one i32.
///
/// - Source: KIP-429, KIP-792; Apache Kafka `CooperativeStickyAssignor`.
public struct CooperativeStickyAssignor: PartitionAssignor {
  public let name = "cooperative-sticky"
  public let supportedProtocols: [RebalanceProtocol] = [.cooperative, .eager]

  public init() {}

  public func subscriptionUserData(
    previousAssignment: [TopicPartition]?, generation: Int32
  ) -> [UInt8]? {
    var writer = ByteWriter()
    writer.int32(generation)
    return writer.finish()
  }

  /// - Returns: What each member holds afterwards: the members give up what is missing from its
  ///   list and join again, and the next call gives that to its new owner.
  public func assign(
    members: [GroupMemberSubscription], partitionCounts: [String: Int32]
  ) -> [String: [TopicPartition]] {
    let layout = GroupLayout(members, partitionCounts)
    let memories = layout.members.map { member in
      MemberMemory(
        partitions: member.subscription.ownedPartitions,
        generation: Self.generation(member.subscription))
    }
    let previous = PreviousOwners(layout, memories)
    let lists = StickyAssignment(layout, previous: previous).lists
    return layout.named(Self.withhold(lists, memories))
  }

  /// Takes from each list what another member holds, gives up now, and so has not given up yet.
  private static func withhold(
    _ lists: [[TopicPartition]], _ memories: [MemberMemory]
  ) -> [[TopicPartition]] {
    var givenUp: Set<TopicPartition> = []
    for (list, memory) in zip(lists, memories) where !memory.partitions.isEmpty {
      givenUp.formUnion(Set(memory.partitions).subtracting(list))
    }
    if givenUp.isEmpty { return lists }
    return zip(lists, memories).map { list, memory in
      let owned = Set(memory.partitions)
      return list.filter { owned.contains($0) || !givenUp.contains($0) }
    }
  }

  static func generation(_ subscription: ConsumerSubscription) -> Int32 {
    if subscription.generation >= 0 { return subscription.generation }
    guard let userData = subscription.userData else { return -1 }
    var reader = ByteReader(userData.rawSpan)
    return (try? reader.int32()) ?? -1
  }
}
