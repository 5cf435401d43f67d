// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetDelete.messages; not edited by hand.

import KafkaFormat

/// Removes a group's committed offsets of partitions that it does not read now.
/// KIP-496.
public struct OffsetDeleteRequest: KafkaRequest {
  public typealias Response = OffsetDeleteResponse
  public static let apiKey = ApiKey.offsetDelete
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var groupId: String = ""
  public var topics: [OffsetDeleteRequestTopic] = []

  public init() {}

  public init(groupId: String = "", topics: [OffsetDeleteRequestTopic] = []) {
    self.groupId = groupId
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    groupId = try reader.string()
    topics = try reader.structures(OffsetDeleteRequestTopic.self, minimumSize: 6, version: version)
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.string(groupId)
    writer.structures(topics, version: version)
  }

  public struct OffsetDeleteRequestTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [OffsetDeleteRequestPartition] = []

    public init() {}

    public init(name: String = "", partitions: [OffsetDeleteRequestPartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string()
      partitions = try reader.structures(OffsetDeleteRequestPartition.self, minimumSize: 4, version: version)
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name)
      writer.structures(partitions, version: version)
    }
  }

  public struct OffsetDeleteRequestPartition: KafkaStruct {
    public var partitionIndex: Int32 = 0

    public init() {}

    public init(partitionIndex: Int32 = 0) {
      self.partitionIndex = partitionIndex
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
    }
  }
}
