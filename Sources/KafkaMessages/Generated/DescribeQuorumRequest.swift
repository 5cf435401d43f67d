// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeQuorum.messages; not edited by hand.

import KafkaFormat

/// The voters of the metadata log and which of them leads: the active controller.
/// KIP-595, KIP-836 (v1, times of fetches).
public struct DescribeQuorumRequest: KafkaRequest {
  public typealias Response = DescribeQuorumResponse
  public static let apiKey = ApiKey.describeQuorum
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 0

  public var topics: [TopicData] = []

  public init() {}

  public init(topics: [TopicData] = []) {
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    topics = try reader.structures(TopicData.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
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
      partitions = try reader.structures(PartitionData.self, minimumSize: 5, version: version, compact: true)
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

    public init() {}

    public init(partitionIndex: Int32 = 0) {
      self.partitionIndex = partitionIndex
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.noTaggedFields()
    }
  }
}
