// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeTopicPartitions.messages; not edited by hand.

import KafkaFormat

/// Topics with their partitions, page by page.
/// KIP-966.
public struct DescribeTopicPartitionsRequest: KafkaRequest {
  public typealias Response = DescribeTopicPartitionsResponse
  public static let apiKey = ApiKey.describeTopicPartitions
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var topics: [TopicRequest] = []
  public var responsePartitionLimit: Int32 = 2000
  public var cursor: Cursor? = nil

  public init() {}

  public init(
    topics: [TopicRequest] = [],
    responsePartitionLimit: Int32 = 2000,
    cursor: Cursor? = nil
  ) {
    self.topics = topics
    self.responsePartitionLimit = responsePartitionLimit
    self.cursor = cursor
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    topics = try reader.structures(TopicRequest.self, minimumSize: 2, version: version, compact: true)
    responsePartitionLimit = try reader.int32()
    cursor = try reader.nullableStructure(Cursor.self, version: version)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.structures(topics, version: version, compact: true)
    writer.int32(responsePartitionLimit)
    writer.nullableStructure(cursor, version: version)
    writer.noTaggedFields()
  }

  public struct TopicRequest: KafkaStruct {
    public var name: String = ""

    public init() {}

    public init(name: String = "") {
      self.name = name
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
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
