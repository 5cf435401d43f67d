// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeQuorum.messages; not edited by hand.

import KafkaFormat

/// The voters of the metadata log and which of them leads: the active controller.
/// KIP-595, KIP-836 (v1, times of fetches).
public struct DescribeQuorumResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeQuorum
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 0

  public var errorCode: ErrorCode = .none
  public var topics: [TopicData] = []

  public init() {}

  public init(errorCode: ErrorCode = .none, topics: [TopicData] = []) {
    self.errorCode = errorCode
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    errorCode = try reader.errorCode()
    topics = try reader.structures(TopicData.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.errorCode(errorCode)
    writer.structures(topics, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct TopicData: KafkaStruct {
    public var topicName: String = ""
    public var partitions: [PartitionData] = []

    public init() {}

    public init(topicName: String = "", partitions: [PartitionData] = []) {
      self.topicName = topicName
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      topicName = try reader.string(compact: true)
      partitions = try reader.structures(PartitionData.self, minimumSize: 25, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(topicName, compact: true)
      writer.structures(partitions, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct PartitionData: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var leaderId: Int32 = 0
    public var leaderEpoch: Int32 = 0
    public var highWatermark: Int64 = 0
    public var currentVoters: [ReplicaState] = []
    public var observers: [ReplicaState] = []

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      errorCode: ErrorCode = .none,
      leaderId: Int32 = 0,
      leaderEpoch: Int32 = 0,
      highWatermark: Int64 = 0,
      currentVoters: [ReplicaState] = [],
      observers: [ReplicaState] = []
    ) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
      self.leaderId = leaderId
      self.leaderEpoch = leaderEpoch
      self.highWatermark = highWatermark
      self.currentVoters = currentVoters
      self.observers = observers
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
      leaderId = try reader.int32()
      leaderEpoch = try reader.int32()
      highWatermark = try reader.int64()
      currentVoters = try reader.structures(ReplicaState.self, minimumSize: 13, version: version, compact: true)
      observers = try reader.structures(ReplicaState.self, minimumSize: 13, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
      writer.int32(leaderId)
      writer.int32(leaderEpoch)
      writer.int64(highWatermark)
      writer.structures(currentVoters, version: version, compact: true)
      writer.structures(observers, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct ReplicaState: KafkaStruct {
    public var replicaId: Int32 = 0
    public var logEndOffset: Int64 = 0
    /// Versions 1+.
    public var lastFetchTimestamp: Int64 = -1
    /// Versions 1+.
    public var lastCaughtUpTimestamp: Int64 = -1

    public init() {}

    public init(
      replicaId: Int32 = 0,
      logEndOffset: Int64 = 0,
      lastFetchTimestamp: Int64 = -1,
      lastCaughtUpTimestamp: Int64 = -1
    ) {
      self.replicaId = replicaId
      self.logEndOffset = logEndOffset
      self.lastFetchTimestamp = lastFetchTimestamp
      self.lastCaughtUpTimestamp = lastCaughtUpTimestamp
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      replicaId = try reader.int32()
      logEndOffset = try reader.int64()
      if version >= 1 { lastFetchTimestamp = try reader.int64() }
      if version >= 1 { lastCaughtUpTimestamp = try reader.int64() }
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(replicaId)
      writer.int64(logEndOffset)
      if version >= 1 { writer.int64(lastFetchTimestamp) }
      if version >= 1 { writer.int64(lastCaughtUpTimestamp) }
      writer.noTaggedFields()
    }
  }
}
