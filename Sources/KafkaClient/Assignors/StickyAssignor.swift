import KafkaFormat

/// Balances over all topics at once and leaves partitions where they were, with members that give
/// up everything before they join again; they say in their user data what they held.
///
///     version 1: [previous_assignment: [topic string | [partition i32]] | generation i32]
///     version 0: the same without the generation
///
/// - Source: KIP-54, KIP-341; Apache Kafka `StickyAssignor`.
public struct StickyAssignor: PartitionAssignor {
  public let name = "sticky"

  public init() {}

  public func subscriptionUserData(
    previousAssignment: [TopicPartition]?, generation: Int32
  ) -> [UInt8]? {
    guard let previousAssignment else { return nil }
    var writer = ByteWriter()
    let topics = TopicPartitions.byTopic(previousAssignment)
    writer.int32(Int32(topics.count))
    for (topic, partitions) in topics {
      writer.int16(Int16(clamping: topic.utf8.count))
      writer.raw(utf8: Substring(topic).utf8)
      writer.int32(Int32(partitions.count))
      for partition in partitions { writer.int32(partition) }
    }
    writer.int32(generation)
    return writer.finish()
  }

  /// - Complexity: as `StickyAssignment`; for equal subscriptions about O(partitions + members ×
  ///   topics), and sorting.
  public func assign(
    members: [GroupMemberSubscription], partitionCounts: [String: Int32]
  ) -> [String: [TopicPartition]] {
    let layout = GroupLayout(members, partitionCounts)
    let memories = layout.members.map { Self.memory($0.subscription.userData) }
    let previous = PreviousOwners(layout, memories)
    return layout.named(StickyAssignment(layout, previous: previous).lists)
  }

  /// What a member's user data say; those that cannot be read say nothing.
  static func memory(_ userData: [UInt8]?) -> MemberMemory {
    guard let userData else { return MemberMemory() }
    return (try? decode(userData, hasGeneration: true))
      ?? (try? decode(userData, hasGeneration: false)) ?? MemberMemory()
  }

  private static func decode(
    _ userData: [UInt8], hasGeneration: Bool
  ) throws(FormatError) -> MemberMemory {
    var reader = ByteReader(userData.rawSpan)
    var memory = MemberMemory()
    for _ in 0..<(try reader.arrayCount(minimumElementSize: 6)) {
      let topic = try reader.string()
      for _ in 0..<(try reader.arrayCount(minimumElementSize: 4)) {
        memory.partitions.append(TopicPartition(topic: topic, partition: try reader.int32()))
      }
    }
    if hasGeneration { memory.generation = try reader.int32() }
    return memory
  }
}
