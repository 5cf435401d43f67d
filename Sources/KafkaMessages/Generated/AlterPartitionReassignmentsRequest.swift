// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterPartitionReassignments.messages; not edited by hand.

import KafkaFormat

/// Gives partitions other replicas, or the same in another order.
/// KIP-455.
public struct AlterPartitionReassignmentsRequest: KafkaRequest {
  public typealias Response = AlterPartitionReassignmentsResponse
  public static let apiKey = ApiKey.alterPartitionReassignments
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var timeoutMs: Int32 = 60000
  public var topics: [ReassignableTopic] = []

  public init() {}

  public init(timeoutMs: Int32 = 60000, topics: [ReassignableTopic] = []) {
    self.timeoutMs = timeoutMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    timeoutMs = try reader.int32()
    topics = try reader.structures(ReassignableTopic.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(timeoutMs)
    writer.structures(topics, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct ReassignableTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [ReassignablePartition] = []

    public init() {}

    public init(name: String = "", partitions: [ReassignablePartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      partitions = try reader.structures(ReassignablePartition.self, minimumSize: 6, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.structures(partitions, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct ReassignablePartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var replicas: [Int32]? = nil

    public init() {}

    public init(partitionIndex: Int32 = 0, replicas: [Int32]? = nil) {
      self.partitionIndex = partitionIndex
      self.replicas = replicas
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      replicas = try reader.nullableElements(Int32.self, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.nullableElements(replicas, compact: true)
      writer.noTaggedFields()
    }
  }
}
