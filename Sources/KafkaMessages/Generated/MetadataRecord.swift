// swift-format-ignore-file
// Made by scripts/generate-messages; not edited by hand.

import KafkaFormat

/// One record of the metadata log (KIP-631).
public enum MetadataRecord: Equatable, Sendable {
  case abortTransaction(AbortTransactionRecord)
  case beginTransaction(BeginTransactionRecord)
  case brokerRegistrationChange(BrokerRegistrationChangeRecord)
  case config(ConfigRecord)
  case endTransaction(EndTransactionRecord)
  case featureLevel(FeatureLevelRecord)
  case noOp(NoOpRecord)
  case partitionChange(PartitionChangeRecord)
  case partition(PartitionRecord)
  case producerIds(ProducerIdsRecord)
  case registerBroker(RegisterBrokerRecord)
  case removeTopic(RemoveTopicRecord)
  case topic(TopicRecord)
  case unregisterBroker(UnregisterBrokerRecord)

  public var body: any MetadataRecordBody {
    switch self {
    case .abortTransaction(let body): body
    case .beginTransaction(let body): body
    case .brokerRegistrationChange(let body): body
    case .config(let body): body
    case .endTransaction(let body): body
    case .featureLevel(let body): body
    case .noOp(let body): body
    case .partitionChange(let body): body
    case .partition(let body): body
    case .producerIds(let body): body
    case .registerBroker(let body): body
    case .removeTopic(let body): body
    case .topic(let body): body
    case .unregisterBroker(let body): body
    }
  }

  /// Reads the body of the record with this key; `nil` where the key is not known.
  @_lifetime(reader: copy reader)
  public init?(key: UInt32, version: Int16, from reader: inout ByteReader)
    throws(FormatError) {
    switch key {
    case AbortTransactionRecord.recordKey:
      try AbortTransactionRecord.requireVersion(version)
      self = .abortTransaction(try AbortTransactionRecord(from: &reader, version: version))
    case BeginTransactionRecord.recordKey:
      try BeginTransactionRecord.requireVersion(version)
      self = .beginTransaction(try BeginTransactionRecord(from: &reader, version: version))
    case BrokerRegistrationChangeRecord.recordKey:
      try BrokerRegistrationChangeRecord.requireVersion(version)
      self = .brokerRegistrationChange(try BrokerRegistrationChangeRecord(from: &reader, version: version))
    case ConfigRecord.recordKey:
      try ConfigRecord.requireVersion(version)
      self = .config(try ConfigRecord(from: &reader, version: version))
    case EndTransactionRecord.recordKey:
      try EndTransactionRecord.requireVersion(version)
      self = .endTransaction(try EndTransactionRecord(from: &reader, version: version))
    case FeatureLevelRecord.recordKey:
      try FeatureLevelRecord.requireVersion(version)
      self = .featureLevel(try FeatureLevelRecord(from: &reader, version: version))
    case NoOpRecord.recordKey:
      try NoOpRecord.requireVersion(version)
      self = .noOp(try NoOpRecord(from: &reader, version: version))
    case PartitionChangeRecord.recordKey:
      try PartitionChangeRecord.requireVersion(version)
      self = .partitionChange(try PartitionChangeRecord(from: &reader, version: version))
    case PartitionRecord.recordKey:
      try PartitionRecord.requireVersion(version)
      self = .partition(try PartitionRecord(from: &reader, version: version))
    case ProducerIdsRecord.recordKey:
      try ProducerIdsRecord.requireVersion(version)
      self = .producerIds(try ProducerIdsRecord(from: &reader, version: version))
    case RegisterBrokerRecord.recordKey:
      try RegisterBrokerRecord.requireVersion(version)
      self = .registerBroker(try RegisterBrokerRecord(from: &reader, version: version))
    case RemoveTopicRecord.recordKey:
      try RemoveTopicRecord.requireVersion(version)
      self = .removeTopic(try RemoveTopicRecord(from: &reader, version: version))
    case TopicRecord.recordKey:
      try TopicRecord.requireVersion(version)
      self = .topic(try TopicRecord(from: &reader, version: version))
    case UnregisterBrokerRecord.recordKey:
      try UnregisterBrokerRecord.requireVersion(version)
      self = .unregisterBroker(try UnregisterBrokerRecord(from: &reader, version: version))
    default: return nil
    }
  }
}
