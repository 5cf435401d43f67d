// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeLogDirs.messages; not edited by hand.

import KafkaFormat

/// Sizes of replicas in each log directory.
/// KIP-113, KIP-827 (v4, bytes in all), KIP-1066 (v5).
public struct DescribeLogDirsRequest: KafkaRequest {
  public typealias Response = DescribeLogDirsResponse
  public static let apiKey = ApiKey.describeLogDirs
  public static let versions: ClosedRange<Int16> = 1...5
  public static let firstFlexibleVersion: Int16 = 2

  public var topics: [DescribableLogDirTopic]? = []

  public init() {}

  public init(topics: [DescribableLogDirTopic]? = []) {
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    topics = try reader.nullableStructures(DescribableLogDirTopic.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.nullableStructures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DescribableLogDirTopic: KafkaStruct {
    public var topic: String = ""
    public var partitions: [Int32] = []

    public init() {}

    public init(topic: String = "", partitions: [Int32] = []) {
      self.topic = topic
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      topic = try reader.string(compact: compact)
      partitions = try reader.elements(Int32.self, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(topic, compact: compact)
      writer.elements(partitions, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
