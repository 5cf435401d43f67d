/// Deals the partitions of all topics out one by one; a member that has not subscribed to the
/// topic is passed over.
///
/// - Source: Apache Kafka `RoundRobinAssignor`.
public struct RoundRobinAssignor: PartitionAssignor {
  public let name = "roundrobin"

  public init() {}

  /// - Complexity: O(partitions + topics of all subscriptions together).
  public func assign(
    members: [GroupMemberSubscription], partitionCounts: [String: Int32]
  ) -> [String: [TopicPartition]] {
    var next = 0
    return GroupLayout(members, partitionCounts).shared { count, members, give in
      // The first subscriber from `next` on, or the first of all.
      var turn = members.firstIndex { $0 >= next } ?? 0
      for partition in 0..<count {
        give(partition, members[turn])
        next = members[turn] + 1
        turn = turn + 1 == members.count ? 0 : turn + 1
      }
    }
  }
}
