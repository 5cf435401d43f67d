/// Cuts each topic by itself into runs of partitions, one a member.
///
/// With P partitions and M members each gets P / M, and the first P mod M one more; members of
/// several topics with the same number of partitions get the same numbers of each, so that topics
/// can be joined. Members' racks play no part, as in Java where replicas' racks are not known.
///
/// - Source: Apache Kafka `RangeAssignor`.
public struct RangeAssignor: PartitionAssignor {
  public let name = "range"

  public init() {}

  /// - Complexity: O(partitions + topics of all subscriptions together).
  public func assign(
    members: [GroupMemberSubscription], partitionCounts: [String: Int32]
  ) -> [String: [TopicPartition]] {
    GroupLayout(members, partitionCounts).shared { count, members, give in
      let (each, extra) = count.quotientAndRemainder(dividingBy: Int32(members.count))
      var first: Int32 = 0
      for (index, member) in members.enumerated() {
        let end = first + each + (index < Int(extra) ? 1 : 0)
        for partition in first..<end { give(partition, member) }
        first = end
      }
    }
  }
}
