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
    let layout = GroupLayout(members, partitionCounts)
    var lists = [[TopicPartition]](repeating: [], count: layout.members.count)
    for (topic, members) in layout.membersOfTopic.enumerated() {
      let (each, extra) = layout.counts[topic].quotientAndRemainder(
        dividingBy: Int32(members.count))
      var first: Int32 = 0
      for (index, member) in members.enumerated() {
        let end = first + each + (index < Int(extra) ? 1 : 0)
        for partition in first..<end {
          lists[member].append(
            TopicPartition(topic: layout.topics[topic], partition: partition))
        }
        first = end
      }
    }
    return layout.named(lists)
  }
}
