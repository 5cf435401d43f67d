// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/ConsumerProtocolAssignment.messages; not edited by hand.

import KafkaFormat

/// What a consumer is to read: the assignment of a protocol of type "consumer".
/// Behind its version (int16).
public struct ConsumerProtocolAssignment: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...3
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var assignedPartitions: [TopicPartition] = []
  public var userData: [UInt8]? = nil

  public init() {}

  public init(assignedPartitions: [TopicPartition] = [], userData: [UInt8]? = nil) {
    self.assignedPartitions = assignedPartitions
    self.userData = userData
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    assignedPartitions = try reader.structures(TopicPartition.self, minimumSize: 6, version: version)
    userData = try reader.nullableByteArray()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.structures(assignedPartitions, version: version)
    writer.nullableByteArray(userData)
  }

  public struct TopicPartition: KafkaStruct {
    public var topic: String = ""
    public var partitions: [Int32] = []

    public init() {}

    public init(topic: String = "", partitions: [Int32] = []) {
      self.topic = topic
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      topic = try reader.string()
      partitions = try reader.elements(Int32.self)
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(topic)
      writer.elements(partitions)
    }
  }
}
