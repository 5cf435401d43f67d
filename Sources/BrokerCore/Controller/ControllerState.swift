import CommitLog
import KafkaFormat
import KafkaMessages

/// What the controller owns: the metadata log, what it adds up to, and the producer ids at hand.
///
/// - Isolation: loop 0, within `BrokerNode.controller`.
struct ControllerState {
  var metadataLog: MetadataLog
  var state: MetadataState
  /// The next producer id, and the end of the durable block that it is from.
  var nextProducerId: Int64 = 0
  var producerIdsEnd: Int64 = 0
  /// Ours, from our registration.
  var brokerEpoch: Int64 = -1

  /// How many producer ids are made durable at once.
  static let producerIdBlock: Int64 = 1000
}

/// The level of `metadata.version` that the records are written for: 4.0-IV3.
enum MetadataFeature {
  static let name = "metadata.version"
  static let level: Int16 = 25
  /// 3.3-IV3, the first that Kafka 4 understands.
  static let lowestLevel: Int16 = 7
}
