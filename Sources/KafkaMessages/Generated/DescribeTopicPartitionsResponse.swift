// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeTopicPartitions.messages; not edited by hand.

import KafkaFormat

/// Topics with their partitions, page by page.
/// KIP-966.
public struct DescribeTopicPartitionsResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeTopicPartitions
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var topics: [DescribeTopicPartitionsResponseTopic] = []
  public var nextCursor: Cursor? = nil

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    topics: [DescribeTopicPartitionsResponseTopic] = [],
    nextCursor: Cursor? = nil
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
    self.nextCursor = nextCursor
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    topics = try reader.structures(DescribeTopicPartitionsResponseTopic.self, minimumSize: 26, version: version, compact: true)
    nextCursor = try reader.nullableStructure(Cursor.self, version: version)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.structures(topics, version: version, compact: true)
    writer.nullableStructure(nextCursor, version: version)
    writer.noTaggedFields()
  }

  public struct DescribeTopicPartitionsResponseTopic: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var name: String? = ""
    public var topicId: KafkaUUID = .zero
    public var isInternal: Bool = false
    public var partitions: [DescribeTopicPartitionsResponsePartition] = []
    public var topicAuthorizedOperations: Int32 = -2147483648

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      name: String? = "",
      topicId: KafkaUUID = .zero,
      isInternal: Bool = false,
      partitions: [DescribeTopicPartitionsResponsePartition] = [],
      topicAuthorizedOperations: Int32 = -2147483648
    ) {
      self.errorCode = errorCode
      self.name = name
      self.topicId = topicId
      self.isInternal = isInternal
      self.partitions = partitions
      self.topicAuthorizedOperations = topicAuthorizedOperations
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      errorCode = try reader.errorCode()
      name = try reader.nullableString(compact: true)
      topicId = try reader.uuid()
      isInternal = try reader.bool()
      partitions = try reader.structures(DescribeTopicPartitionsResponsePartition.self, minimumSize: 20, version: version, compact: true)
      topicAuthorizedOperations = try reader.int32()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.errorCode(errorCode)
      writer.nullableString(name, compact: true)
      writer.uuid(topicId)
      writer.bool(isInternal)
      writer.structures(partitions, version: version, compact: true)
      writer.int32(topicAuthorizedOperations)
      writer.noTaggedFields()
    }
  }

  public struct DescribeTopicPartitionsResponsePartition: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var partitionIndex: Int32 = 0
    public var leaderId: Int32 = 0
    public var leaderEpoch: Int32 = -1
    public var replicaNodes: [Int32] = []
    public var isrNodes: [Int32] = []
    public var eligibleLeaderReplicas: [Int32]? = nil
    public var lastKnownElr: [Int32]? = nil
    public var offlineReplicas: [Int32] = []

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      partitionIndex: Int32 = 0,
      leaderId: Int32 = 0,
      leaderEpoch: Int32 = -1,
      replicaNodes: [Int32] = [],
      isrNodes: [Int32] = [],
      eligibleLeaderReplicas: [Int32]? = nil,
      lastKnownElr: [Int32]? = nil,
      offlineReplicas: [Int32] = []
    ) {
      self.errorCode = errorCode
      self.partitionIndex = partitionIndex
      self.leaderId = leaderId
      self.leaderEpoch = leaderEpoch
      self.replicaNodes = replicaNodes
      self.isrNodes = isrNodes
      self.eligibleLeaderReplicas = eligibleLeaderReplicas
      self.lastKnownElr = lastKnownElr
      self.offlineReplicas = offlineReplicas
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      errorCode = try reader.errorCode()
      partitionIndex = try reader.int32()
      leaderId = try reader.int32()
      leaderEpoch = try reader.int32()
      replicaNodes = try reader.elements(Int32.self, compact: true)
      isrNodes = try reader.elements(Int32.self, compact: true)
      eligibleLeaderReplicas = try reader.nullableElements(Int32.self, compact: true)
      lastKnownElr = try reader.nullableElements(Int32.self, compact: true)
      offlineReplicas = try reader.elements(Int32.self, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.errorCode(errorCode)
      writer.int32(partitionIndex)
      writer.int32(leaderId)
      writer.int32(leaderEpoch)
      writer.elements(replicaNodes, compact: true)
      writer.elements(isrNodes, compact: true)
      writer.nullableElements(eligibleLeaderReplicas, compact: true)
      writer.nullableElements(lastKnownElr, compact: true)
      writer.elements(offlineReplicas, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct Cursor: KafkaStruct {
    public var topicName: String = ""
    public var partitionIndex: Int32 = 0

    public init() {}

    public init(topicName: String = "", partitionIndex: Int32 = 0) {
      self.topicName = topicName
      self.partitionIndex = partitionIndex
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      topicName = try reader.string(compact: true)
      partitionIndex = try reader.int32()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(topicName, compact: true)
      writer.int32(partitionIndex)
      writer.noTaggedFields()
    }
  }
}
