/// A 128-bit id of a topic, directory or cluster, in Kafka's byte order and text form.
///
/// - Source: KIP-516; Apache Kafka `Uuid` (URL-safe base64 without padding, 22 characters).
public struct KafkaUUID: Hashable, Sendable {
  public let high: UInt64
  public let low: UInt64

  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// "No id": all bits zero.
  public static let zero = KafkaUUID(high: 0, low: 0)
}
