import KafkaFormat
import KafkaMessages

/// The internal topic in which groups and their committed offsets live: `__consumer_offsets`.
///
/// A group belongs to one partition of it, by the hash of its id; whoever leads that partition is
/// the group's coordinator. With one broker that is always this one.
///
/// - Source: Kafka documentation, "Consumer Offset Tracking".
enum OffsetsTopic {
  static let name = "__consumer_offsets"

  /// The partition that a group belongs to.
  ///
  /// - Parameter count: Partitions of the topic; at least 1.
  static func partition(of group: String, count: Int) -> Int {
    let hash = javaHash(group)
    // Kafka takes the least number, which has no positive counterpart, for 0.
    return Int(hash == .min ? 0 : abs(hash)) % max(1, count)
  }

  /// Java's `String.hashCode`: over UTF-16 code units, wrapping at 32 bits.
  static func javaHash(_ text: String) -> Int32 {
    var hash: Int32 = 0
    for unit in text.utf16 { hash = hash &* 31 &+ Int32(unit) }
    return hash
  }
}

/// Topics that the broker itself writes; clients may read them.
enum InternalTopics {
  static let names: Set<String> = [
    OffsetsTopic.name, "__transaction_state", "__share_group_state",
  ]

  /// The client id under which Kafka's own tools may write to internal topics.
  static let adminClientId = "__admin_client"
}
