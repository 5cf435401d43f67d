// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Metadata.messages; not edited by hand.

import KafkaFormat

/// Brokers, topics, partitions and their leaders.
/// KIP-4, KIP-516 (v10, topic ids), KIP-430 (v8, authorised operations).
public struct MetadataRequest: KafkaRequest {
  public typealias Response = MetadataResponse
  public static let apiKey = ApiKey.metadata
  public static let versions: ClosedRange<Int16> = 0...13
  public static let firstFlexibleVersion: Int16 = 9

  /// Null in versions 1+.
  public var topics: [MetadataRequestTopic]? = []
  /// Versions 4+.
  public var allowAutoTopicCreation: Bool = true
  /// Versions 8–10.
  public var includeClusterAuthorizedOperations: Bool = false
  /// Versions 8+.
  public var includeTopicAuthorizedOperations: Bool = false

  public init() {}

  public init(
    topics: [MetadataRequestTopic]? = [],
    allowAutoTopicCreation: Bool = true,
    includeClusterAuthorizedOperations: Bool = false,
    includeTopicAuthorizedOperations: Bool = false
  ) {
    self.topics = topics
    self.allowAutoTopicCreation = allowAutoTopicCreation
    self.includeClusterAuthorizedOperations = includeClusterAuthorizedOperations
    self.includeTopicAuthorizedOperations = includeTopicAuthorizedOperations
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 9
    self.init()
    if version >= 1 {
      topics = try reader.nullableStructures(MetadataRequestTopic.self, minimumSize: 2, version: version, compact: compact)
    } else {
      topics = try reader.structures(MetadataRequestTopic.self, minimumSize: 2, version: version, compact: compact)
    }
    if version >= 4 { allowAutoTopicCreation = try reader.bool() }
    if version >= 8 && version <= 10 { includeClusterAuthorizedOperations = try reader.bool() }
    if version >= 8 { includeTopicAuthorizedOperations = try reader.bool() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 9
    if version >= 1 {
      writer.nullableStructures(topics, version: version, compact: compact)
    } else {
      writer.structures(topics ?? [], version: version, compact: compact)
    }
    if version >= 4 { writer.bool(allowAutoTopicCreation) }
    if version >= 8 && version <= 10 { writer.bool(includeClusterAuthorizedOperations) }
    if version >= 8 { writer.bool(includeTopicAuthorizedOperations) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, topics == nil { return "topics" }
    for element in topics ?? [] {
      if let inner = element.unsupportedField(in: version) {
        return "topics.\(inner)"
      }
    }
    if version < 4, !allowAutoTopicCreation { return "allowAutoTopicCreation" }
    if version < 8 || version > 10, includeClusterAuthorizedOperations {
      return "includeClusterAuthorizedOperations"
    }
    if version < 8, includeTopicAuthorizedOperations { return "includeTopicAuthorizedOperations" }
    return nil
  }

  public struct MetadataRequestTopic: KafkaStruct {
    /// Versions 10+.
    public var topicId: KafkaUUID = .zero
    /// Null in versions 10+.
    public var name: String? = ""

    public init() {}

    public init(topicId: KafkaUUID = .zero, name: String? = "") {
      self.topicId = topicId
      self.name = name
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      if version >= 10 { topicId = try reader.uuid() }
      if version >= 10 {
        name = try reader.nullableString(compact: compact)
      } else {
        name = try reader.string(compact: compact)
      }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      if version >= 10 { writer.uuid(topicId) }
      if version >= 10 {
        writer.nullableString(name, compact: compact)
      } else {
        writer.string(name ?? "", compact: compact)
      }
      if compact { writer.noTaggedFields() }
    }

    public func unsupportedField(in version: Int16) -> String? {
      if version < 10, name == nil { return "name" }
      return nil
    }
  }
}
