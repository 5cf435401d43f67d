// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetForLeaderEpoch.messages; not edited by hand.

import KafkaFormat

/// Where a leader epoch ends.
/// KIP-101, KIP-320.
public struct OffsetForLeaderEpochResponse: KafkaResponse {
  public static let apiKey = ApiKey.offsetForLeaderEpoch
  public static let versions: ClosedRange<Int16> = 2...4
  public static let firstFlexibleVersion: Int16 = 4

  public var throttleTimeMs: Int32 = 0
  public var topics: [OffsetForLeaderTopicResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, topics: [OffsetForLeaderTopicResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    throttleTimeMs = try reader.int32()
    topics = try reader.structures(OffsetForLeaderTopicResult.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.int32(throttleTimeMs)
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct OffsetForLeaderTopicResult: KafkaStruct {
    public var topic: String = ""
    public var partitions: [EpochEndOffset] = []

    public init() {}

    public init(topic: String = "", partitions: [EpochEndOffset] = []) {
      self.topic = topic
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      topic = try reader.string(compact: compact)
      partitions = try reader.structures(EpochEndOffset.self, minimumSize: 18, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(topic, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct EpochEndOffset: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var partition: Int32 = 0
    public var leaderEpoch: Int32 = -1
    public var endOffset: Int64 = -1

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      partition: Int32 = 0,
      leaderEpoch: Int32 = -1,
      endOffset: Int64 = -1
    ) {
      self.errorCode = errorCode
      self.partition = partition
      self.leaderEpoch = leaderEpoch
      self.endOffset = endOffset
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      errorCode = try reader.errorCode()
      partition = try reader.int32()
      leaderEpoch = try reader.int32()
      endOffset = try reader.int64()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.errorCode(errorCode)
      writer.int32(partition)
      writer.int32(leaderEpoch)
      writer.int64(endOffset)
      if compact { writer.noTaggedFields() }
    }
  }
}
