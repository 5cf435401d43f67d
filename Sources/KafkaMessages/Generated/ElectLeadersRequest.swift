// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ElectLeaders.messages; not edited by hand.

import KafkaFormat

/// Makes the preferred, or any living, replica the leader.
/// KIP-183, KIP-460 (v1, unclean elections).
public struct ElectLeadersRequest: KafkaRequest {
  public typealias Response = ElectLeadersResponse
  public static let apiKey = ApiKey.electLeaders
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  /// Versions 1+.
  public var electionType: Int8 = 0
  public var topicPartitions: [ElectTopicPartitions]? = []
  public var timeoutMs: Int32 = 60000

  public init() {}

  public init(
    electionType: Int8 = 0,
    topicPartitions: [ElectTopicPartitions]? = [],
    timeoutMs: Int32 = 60000
  ) {
    self.electionType = electionType
    self.topicPartitions = topicPartitions
    self.timeoutMs = timeoutMs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    if version >= 1 { electionType = try reader.int8() }
    topicPartitions = try reader.nullableStructures(ElectTopicPartitions.self, minimumSize: 3, version: version, compact: compact)
    timeoutMs = try reader.int32()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    if version >= 1 { writer.int8(electionType) }
    writer.nullableStructures(topicPartitions, version: version, compact: compact)
    writer.int32(timeoutMs)
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, electionType != 0 { return "electionType" }
    return nil
  }

  public struct ElectTopicPartitions: KafkaStruct {
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
