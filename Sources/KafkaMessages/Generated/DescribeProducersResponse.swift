// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeProducers.messages; not edited by hand.

import KafkaFormat

/// What a partition remembers of its idempotent and transactional producers.
/// KIP-664.
public struct DescribeProducersResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeProducers
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var topics: [TopicProducers] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, topics: [TopicProducers] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    topics = try reader.structures(TopicProducers.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.structures(topics, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct TopicProducers: KafkaStruct {
    public var name: String = ""
    public var partitions: [PartitionProducers] = []

    public init() {}

    public init(name: String = "", partitions: [PartitionProducers] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      partitions = try reader.structures(PartitionProducers.self, minimumSize: 9, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.structures(partitions, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct PartitionProducers: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var activeProducers: [ActiveProducer] = []

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      errorCode: ErrorCode = .none,
      errorMessage: String? = nil,
      activeProducers: [ActiveProducer] = []
    ) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.activeProducers = activeProducers
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: true)
      activeProducers = try reader.structures(ActiveProducer.self, minimumSize: 37, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: true)
      writer.structures(activeProducers, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct ActiveProducer: KafkaStruct {
    public var producerId: Int64 = 0
    public var producerEpoch: Int32 = 0
    public var lastSequence: Int32 = -1
    public var lastTimestamp: Int64 = -1
    public var coordinatorEpoch: Int32 = 0
    public var currentTxnStartOffset: Int64 = -1

    public init() {}

    public init(
      producerId: Int64 = 0,
      producerEpoch: Int32 = 0,
      lastSequence: Int32 = -1,
      lastTimestamp: Int64 = -1,
      coordinatorEpoch: Int32 = 0,
      currentTxnStartOffset: Int64 = -1
    ) {
      self.producerId = producerId
      self.producerEpoch = producerEpoch
      self.lastSequence = lastSequence
      self.lastTimestamp = lastTimestamp
      self.coordinatorEpoch = coordinatorEpoch
      self.currentTxnStartOffset = currentTxnStartOffset
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      producerId = try reader.int64()
      producerEpoch = try reader.int32()
      lastSequence = try reader.int32()
      lastTimestamp = try reader.int64()
      coordinatorEpoch = try reader.int32()
      currentTxnStartOffset = try reader.int64()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int64(producerId)
      writer.int32(producerEpoch)
      writer.int32(lastSequence)
      writer.int64(lastTimestamp)
      writer.int32(coordinatorEpoch)
      writer.int64(currentTxnStartOffset)
      writer.noTaggedFields()
    }
  }
}
