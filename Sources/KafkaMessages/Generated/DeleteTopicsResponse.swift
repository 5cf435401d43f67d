// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteTopics.messages; not edited by hand.

import KafkaFormat

/// Deletes topics by name or by id.
/// KIP-4, KIP-516 (v6, topic ids).
public struct DeleteTopicsResponse: KafkaResponse {
  public static let apiKey = ApiKey.deleteTopics
  public static let versions: ClosedRange<Int16> = 1...6
  public static let firstFlexibleVersion: Int16 = 4

  public var throttleTimeMs: Int32 = 0
  public var responses: [DeletableTopicResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, responses: [DeletableTopicResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.responses = responses
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    throttleTimeMs = try reader.int32()
    responses = try reader.structures(DeletableTopicResult.self, minimumSize: 4, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.int32(throttleTimeMs)
    writer.structures(responses, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DeletableTopicResult: KafkaStruct {
    /// Null in versions 6+.
    public var name: String? = ""
    /// Versions 6+.
    public var topicId: KafkaUUID = .zero
    public var errorCode: ErrorCode = .none
    /// Versions 5+.
    public var errorMessage: String? = nil

    public init() {}

    public init(
      name: String? = "",
      topicId: KafkaUUID = .zero,
      errorCode: ErrorCode = .none,
      errorMessage: String? = nil
    ) {
      self.name = name
      self.topicId = topicId
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      if version >= 6 {
        name = try reader.nullableString(compact: compact)
      } else {
        name = try reader.string(compact: compact)
      }
      if version >= 6 { topicId = try reader.uuid() }
      errorCode = try reader.errorCode()
      if version >= 5 { errorMessage = try reader.nullableString(compact: compact) }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      if version >= 6 {
        writer.nullableString(name, compact: compact)
      } else {
        writer.string(name ?? "", compact: compact)
      }
      if version >= 6 { writer.uuid(topicId) }
      writer.errorCode(errorCode)
      if version >= 5 { writer.nullableString(errorMessage, compact: compact) }
      if compact { writer.noTaggedFields() }
    }
  }
}
