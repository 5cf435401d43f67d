// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/IncrementalAlterConfigs.messages; not edited by hand.

import KafkaFormat

/// Changes single keys of a configuration.
/// KIP-339.
public struct IncrementalAlterConfigsResponse: KafkaResponse {
  public static let apiKey = ApiKey.incrementalAlterConfigs
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 1

  public var throttleTimeMs: Int32 = 0
  public var responses: [AlterConfigsResourceResponse] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, responses: [AlterConfigsResourceResponse] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.responses = responses
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 1
    self.init()
    throttleTimeMs = try reader.int32()
    responses = try reader.structures(AlterConfigsResourceResponse.self, minimumSize: 6, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 1
    writer.int32(throttleTimeMs)
    writer.structures(responses, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct AlterConfigsResourceResponse: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var resourceType: Int8 = 0
    public var resourceName: String = ""

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      errorMessage: String? = "",
      resourceType: Int8 = 0,
      resourceName: String = ""
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.resourceType = resourceType
      self.resourceName = resourceName
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 1
      self.init()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 1
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
