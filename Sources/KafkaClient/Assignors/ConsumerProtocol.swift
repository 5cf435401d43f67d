import KafkaFormat
import KafkaMessages

/// The bytes that members of type `consumer` exchange through their coordinator, which does not
/// read them:
///
///     [version i16 | ConsumerProtocolSubscription or ConsumerProtocolAssignment]
///
/// - Source: Apache Kafka `ConsumerProtocol`.
public enum ConsumerProtocol {
  /// The type of such groups.
  public static let protocolType = "consumer"

  /// Topics and owned partitions in order, as Java writes them.
  public static func encode(_ subscription: ConsumerSubscription, version: Int16 = 3) -> [UInt8] {
    let owned = TopicPartitions.byTopic(
      subscription.ownedPartitions.sorted(by: TopicPartition.isOrdered))
    return encode(
      ConsumerProtocolSubscription(
        topics: subscription.topics.sorted { $0.isBefore($1) }, userData: subscription.userData,
        ownedPartitions: owned.map { .init(topic: $0.topic, partitions: $0.partitions) },
        generationId: subscription.generation, rackId: subscription.rackId),
      version: version)
  }

  public static func encode(_ assignment: ConsumerAssignment, version: Int16 = 3) -> [UInt8] {
    let assigned = TopicPartitions.byTopic(assignment.partitions)
    return encode(
      ConsumerProtocolAssignment(
        assignedPartitions: assigned.map { .init(topic: $0.topic, partitions: $0.partitions) },
        userData: assignment.userData),
      version: version)
  }

  /// Versions that are not known yet are read as the latest; what they add is behind it.
  public static func decodeSubscription(_ bytes: [UInt8]) throws(FormatError)
    -> ConsumerSubscription
  {
    let message = try decode(ConsumerProtocolSubscription.self, bytes)
    return ConsumerSubscription(
      topics: message.topics, userData: message.userData,
      ownedPartitions: message.ownedPartitions.flatMap { entry in
        entry.partitions.map { TopicPartition(topic: entry.topic, partition: $0) }
      }, generation: message.generationId, rackId: message.rackId)
  }

  /// - Returns: Nothing assigned for empty bytes, which a group without a leader's word gives.
  public static func decodeAssignment(_ bytes: [UInt8]) throws(FormatError) -> ConsumerAssignment {
    if bytes.isEmpty { return ConsumerAssignment(partitions: []) }
    let message = try decode(ConsumerProtocolAssignment.self, bytes)
    return ConsumerAssignment(
      partitions: message.assignedPartitions.flatMap { entry in
        entry.partitions.map { TopicPartition(topic: entry.topic, partition: $0) }
      }, userData: message.userData)
  }

  private static func encode(_ message: some KafkaMessage, version: Int16) -> [UInt8] {
    var writer = ByteWriter()
    writer.int16(version)
    message.write(to: &writer, version: version)
    return writer.finish()
  }

  private static func decode<Message: KafkaMessage>(
    _ type: Message.Type, _ bytes: [UInt8]
  ) throws(FormatError) -> Message {
    var reader = ByteReader(bytes.rawSpan)
    let version = try reader.int16()
    if version < 0 { throw .invalid("version \(version) of a consumer's protocol") }
    return try Message(from: &reader, version: min(version, Message.versions.upperBound))
  }
}

enum TopicPartitions {
  /// The partitions of each topic; topics in the order in which they come first.
  static func byTopic(_ names: [TopicPartition]) -> [(topic: String, partitions: [Int32])] {
    var groups: [(topic: String, partitions: [Int32])] = []
    var indexOfTopic: [String: Int] = [:]
    for name in names {
      if let index = indexOfTopic[name.topic] {
        groups[index].partitions.append(name.partition)
      } else {
        indexOfTopic[name.topic] = groups.count
        groups.append((name.topic, [name.partition]))
      }
    }
    return groups
  }
}
