// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteTopics.messages; not edited by hand.

import KafkaFormat

/// Deletes topics by name or by id.
/// KIP-4, KIP-516 (v6, topic ids).
public struct DeleteTopicsRequest: KafkaRequest {
  public typealias Response = DeleteTopicsResponse
  public static let apiKey = ApiKey.deleteTopics
  public static let versions: ClosedRange<Int16> = 1...6
  public static let firstFlexibleVersion: Int16 = 4

  /// Versions 6+.
  public var topics: [DeleteTopicState] = []
  /// Versions 1–5.
  public var topicNames: [String] = []
  public var timeoutMs: Int32 = 0

  public init() {}

  public init(
    topics: [DeleteTopicState] = [],
    topicNames: [String] = [],
    timeoutMs: Int32 = 0
  ) {
    self.topics = topics
    self.topicNames = topicNames
    self.timeoutMs = timeoutMs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    if version >= 6 {
      topics = try reader.structures(DeleteTopicState.self, minimumSize: 18, version: version, compact: compact)
    }
    if version <= 5 { topicNames = try reader.elements(String.self, compact: compact) }
    timeoutMs = try reader.int32()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    if version >= 6 { writer.structures(topics, version: version, compact: compact) }
    if version <= 5 { writer.elements(topicNames, compact: compact) }
    writer.int32(timeoutMs)
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 6, !topics.isEmpty { return "topics" }
    return nil
  }

  public struct DeleteTopicState: KafkaStruct {
    public var name: String? = nil
    public var topicId: KafkaUUID = .zero

    public init() {}

    public init(name: String? = nil, topicId: KafkaUUID = .zero) {
      self.name = name
      self.topicId = topicId
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.nullableString(compact: true)
      topicId = try reader.uuid()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.nullableString(name, compact: true)
      writer.uuid(topicId)
      writer.noTaggedFields()
    }
  }
}
