// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListPartitionReassignments.messages; not edited by hand.

import KafkaFormat

/// Which partitions are on the way to other brokers.
/// KIP-455.
public struct ListPartitionReassignmentsRequest: KafkaRequest {
  public typealias Response = ListPartitionReassignmentsResponse
  public static let apiKey = ApiKey.listPartitionReassignments
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var timeoutMs: Int32 = 60000
  public var topics: [ReassignedTopic]? = nil

  public init() {}

  public init(timeoutMs: Int32 = 60000, topics: [ReassignedTopic]? = nil) {
    self.timeoutMs = timeoutMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    timeoutMs = try reader.int32()
    topics = try reader.nullableStructures(ReassignedTopic.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(timeoutMs)
    writer.nullableStructures(topics, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct ReassignedTopic: KafkaStruct {
    public var name: String = ""
    public var partitionIndexes: [Int32] = []

    public init() {}

    public init(name: String = "", partitionIndexes: [Int32] = []) {
      self.name = name
      self.partitionIndexes = partitionIndexes
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      partitionIndexes = try reader.elements(Int32.self, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.elements(partitionIndexes, compact: true)
      writer.noTaggedFields()
    }
  }
}
