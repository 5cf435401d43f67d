// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/ConsumerProtocolSubscription.messages; not edited by hand.

import KafkaFormat

/// What a consumer wants to read, and reads now: the metadata of a protocol of type "consumer".
/// Behind its version (int16). KIP-429 (v1, owned partitions), KIP-792 (v2), KIP-881 (v3).
public struct ConsumerProtocolSubscription: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...3
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var topics: [String] = []
  public var userData: [UInt8]? = nil
  /// Versions 1+.
  public var ownedPartitions: [TopicPartition] = []
  /// Versions 2+.
  public var generationId: Int32 = -1
  /// Versions 3+.
  public var rackId: String? = nil

  public init() {}

  public init(
    topics: [String] = [],
    userData: [UInt8]? = nil,
    ownedPartitions: [TopicPartition] = [],
    generationId: Int32 = -1,
    rackId: String? = nil
  ) {
    self.topics = topics
    self.userData = userData
    self.ownedPartitions = ownedPartitions
    self.generationId = generationId
    self.rackId = rackId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    topics = try reader.elements(String.self)
    userData = try reader.nullableByteArray()
    if version >= 1 {
      ownedPartitions = try reader.structures(TopicPartition.self, minimumSize: 6, version: version)
    }
    if version >= 2 { generationId = try reader.int32() }
    if version >= 3 { rackId = try reader.nullableString() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.elements(topics)
    writer.nullableByteArray(userData)
    if version >= 1 { writer.structures(ownedPartitions, version: version) }
    if version >= 2 { writer.int32(generationId) }
    if version >= 3 { writer.nullableString(rackId) }
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
