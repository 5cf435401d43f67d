// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateTopics.messages; not edited by hand.

import KafkaFormat

/// Creates topics, on the controller.
/// KIP-4, KIP-464 (v4, default partitions), KIP-525 (v5), KIP-516 (v7, topic ids).
public struct CreateTopicsResponse: KafkaResponse {
  public static let apiKey = ApiKey.createTopics
  public static let versions: ClosedRange<Int16> = 2...7
  public static let firstFlexibleVersion: Int16 = 5

  public var throttleTimeMs: Int32 = 0
  public var topics: [CreatableTopicResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, topics: [CreatableTopicResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 5
    self.init()
    throttleTimeMs = try reader.int32()
    topics = try reader.structures(CreatableTopicResult.self, minimumSize: 6, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 5
    writer.int32(throttleTimeMs)
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct CreatableTopicResult: KafkaStruct {
    public var name: String = ""
    /// Versions 7+.
    public var topicId: KafkaUUID = .zero
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    /// Versions 5+; tag 0.
    public var topicConfigErrorCode: ErrorCode = .none
    /// Versions 5+.
    public var numPartitions: Int32 = -1
    /// Versions 5+.
    public var replicationFactor: Int16 = -1
    /// Versions 5+.
    public var configs: [CreatableTopicConfigs]? = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      errorCode: ErrorCode = .none,
      errorMessage: String? = "",
      topicConfigErrorCode: ErrorCode = .none,
      numPartitions: Int32 = -1,
      replicationFactor: Int16 = -1,
      configs: [CreatableTopicConfigs]? = []
    ) {
      self.name = name
      self.topicId = topicId
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.topicConfigErrorCode = topicConfigErrorCode
      self.numPartitions = numPartitions
      self.replicationFactor = replicationFactor
      self.configs = configs
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 5
      self.init()
      name = try reader.string(compact: compact)
      if version >= 7 { topicId = try reader.uuid() }
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      if version >= 5 { numPartitions = try reader.int32() }
      if version >= 5 { replicationFactor = try reader.int16() }
      if version >= 5 {
        configs = try reader.nullableStructures(CreatableTopicConfigs.self, minimumSize: 6, version: version, compact: compact)
      }
      if compact {
        let count = try reader.taggedFieldCount()
        for _ in 0..<count {
          let (tag, size) = try reader.taggedFieldHeader()
          let end = reader.position + size
          switch tag {
          case 0:
            topicConfigErrorCode = try reader.errorCode()
          default: try reader.skip(size)
          }
          try reader.expectTaggedFieldEnd(end)
        }
      }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 5
      writer.string(name, compact: compact)
      if version >= 7 { writer.uuid(topicId) }
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      if version >= 5 { writer.int32(numPartitions) }
      if version >= 5 { writer.int16(replicationFactor) }
      if version >= 5 { writer.nullableStructures(configs, version: version, compact: compact) }
      if compact {
        var tagged = TaggedFields()
        if topicConfigErrorCode != .none {
          tagged.add(0) { $0.errorCode(topicConfigErrorCode) }
        }
        tagged.write(to: &writer)
      }
    }
  }

  public struct CreatableTopicConfigs: KafkaStruct {
    public var name: String = ""
    public var value: String? = ""
    public var readOnly: Bool = false
    public var configSource: Int8 = -1
    public var isSensitive: Bool = false

    public init() {}

    public init(
      name: String = "",
      value: String? = "",
      readOnly: Bool = false,
      configSource: Int8 = -1,
      isSensitive: Bool = false
    ) {
      self.name = name
      self.value = value
      self.readOnly = readOnly
      self.configSource = configSource
      self.isSensitive = isSensitive
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      value = try reader.nullableString(compact: true)
      readOnly = try reader.bool()
      configSource = try reader.int8()
      isSensitive = try reader.bool()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.nullableString(value, compact: true)
      writer.bool(readOnly)
      writer.int8(configSource)
      writer.bool(isSensitive)
      writer.noTaggedFields()
    }
  }
}
