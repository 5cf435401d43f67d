// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetForLeaderEpoch.messages; not edited by hand.

import KafkaFormat

/// Where a leader epoch ends.
/// KIP-101, KIP-320.
public struct OffsetForLeaderEpochRequest: KafkaRequest {
  public typealias Response = OffsetForLeaderEpochResponse
  public static let apiKey = ApiKey.offsetForLeaderEpoch
  public static let versions: ClosedRange<Int16> = 2...4
  public static let firstFlexibleVersion: Int16 = 4

  /// Versions 3+.
  public var replicaId: Int32 = -2
  public var topics: [OffsetForLeaderTopic] = []

  public init() {}

  public init(replicaId: Int32 = -2, topics: [OffsetForLeaderTopic] = []) {
    self.replicaId = replicaId
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    if version >= 3 { replicaId = try reader.int32() }
    topics = try reader.structures(OffsetForLeaderTopic.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    if version >= 3 { writer.int32(replicaId) }
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct OffsetForLeaderTopic: KafkaStruct {
    public var topic: String = ""
    public var partitions: [OffsetForLeaderPartition] = []

    public init() {}

    public init(topic: String = "", partitions: [OffsetForLeaderPartition] = []) {
      self.topic = topic
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      topic = try reader.string(compact: compact)
      partitions = try reader.structures(OffsetForLeaderPartition.self, minimumSize: 12, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(topic, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct OffsetForLeaderPartition: KafkaStruct {
    public var partition: Int32 = 0
    public var currentLeaderEpoch: Int32 = -1
    public var leaderEpoch: Int32 = 0

    public init() {}

    public init(
      partition: Int32 = 0,
      currentLeaderEpoch: Int32 = -1,
      leaderEpoch: Int32 = 0
    ) {
      self.partition = partition
      self.currentLeaderEpoch = currentLeaderEpoch
      self.leaderEpoch = leaderEpoch
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      partition = try reader.int32()
      currentLeaderEpoch = try reader.int32()
      leaderEpoch = try reader.int32()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.int32(partition)
      writer.int32(currentLeaderEpoch)
      writer.int32(leaderEpoch)
      if compact { writer.noTaggedFields() }
    }
  }
}
