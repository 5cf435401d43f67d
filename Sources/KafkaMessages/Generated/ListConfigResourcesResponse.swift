// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListConfigResources.messages; not edited by hand.

import KafkaFormat

/// Names of resources that have a configuration.
/// KIP-714, KIP-1142.
public struct ListConfigResourcesResponse: KafkaResponse {
  public static let apiKey = ApiKey.listConfigResources
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var configResources: [ConfigResource] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    configResources: [ConfigResource] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.configResources = configResources
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    configResources = try reader.structures(ConfigResource.self, minimumSize: 2, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.structures(configResources, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct ConfigResource: KafkaStruct {
    public var resourceName: String = ""
    /// Versions 1+.
    public var resourceType: Int8 = 16

    public init() {}

    public init(resourceName: String = "", resourceType: Int8 = 16) {
      self.resourceName = resourceName
      self.resourceType = resourceType
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      resourceName = try reader.string(compact: true)
      if version >= 1 { resourceType = try reader.int8() }
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(resourceName, compact: true)
      if version >= 1 { writer.int8(resourceType) }
      writer.noTaggedFields()
    }
  }
}
