// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeConfigs.messages; not edited by hand.

import KafkaFormat

/// The configuration of topics and brokers, with where each value comes from.
/// KIP-133, KIP-226, KIP-569.
public struct DescribeConfigsResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeConfigs
  public static let versions: ClosedRange<Int16> = 1...4
  public static let firstFlexibleVersion: Int16 = 4

  public var throttleTimeMs: Int32 = 0
  public var results: [DescribeConfigsResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, results: [DescribeConfigsResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.results = results
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    throttleTimeMs = try reader.int32()
    results = try reader.structures(DescribeConfigsResult.self, minimumSize: 7, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.int32(throttleTimeMs)
    writer.structures(results, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DescribeConfigsResult: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var configs: [DescribeConfigsResourceResult] = []

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      errorMessage: String? = "",
      resourceType: Int8 = 0,
      resourceName: String = "",
      configs: [DescribeConfigsResourceResult] = []
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.configs = configs
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      configs = try reader.structures(DescribeConfigsResourceResult.self, minimumSize: 9, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      writer.structures(configs, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DescribeConfigsResourceResult: KafkaStruct {
    public var name: String = ""
    public var value: String? = ""
    public var readOnly: Bool = false
    public var configSource: Int8 = -1
    public var isSensitive: Bool = false
    public var synonyms: [DescribeConfigsSynonym] = []
    /// Versions 3+.
    public var configType: Int8 = 0
    /// Versions 3+.
    public var documentation: String? = ""

    public init() {}

    public init(
      name: String = "",
      value: String? = "",
      readOnly: Bool = false,
      configSource: Int8 = -1,
      isSensitive: Bool = false,
      synonyms: [DescribeConfigsSynonym] = [],
      configType: Int8 = 0,
      documentation: String? = ""
    ) {
      self.name = name
      self.value = value
      self.readOnly = readOnly
      self.configSource = configSource
      self.isSensitive = isSensitive
      self.synonyms = synonyms
      self.configType = configType
      self.documentation = documentation
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      name = try reader.string(compact: compact)
      value = try reader.nullableString(compact: compact)
      readOnly = try reader.bool()
      configSource = try reader.int8()
      isSensitive = try reader.bool()
      synonyms = try reader.structures(DescribeConfigsSynonym.self, minimumSize: 4, version: version, compact: compact)
      if version >= 3 { configType = try reader.int8() }
      if version >= 3 { documentation = try reader.nullableString(compact: compact) }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(name, compact: compact)
      writer.nullableString(value, compact: compact)
      writer.bool(readOnly)
      writer.int8(configSource)
      writer.bool(isSensitive)
      writer.structures(synonyms, version: version, compact: compact)
      if version >= 3 { writer.int8(configType) }
      if version >= 3 { writer.nullableString(documentation, compact: compact) }
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DescribeConfigsSynonym: KafkaStruct {
    public var name: String = ""
    public var value: String? = ""
    public var source: Int8 = 0

    public init() {}

    public init(name: String = "", value: String? = "", source: Int8 = 0) {
      self.name = name
      self.value = value
      self.source = source
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      name = try reader.string(compact: compact)
      value = try reader.nullableString(compact: compact)
      source = try reader.int8()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(name, compact: compact)
      writer.nullableString(value, compact: compact)
      writer.int8(source)
      if compact { writer.noTaggedFields() }
    }
  }
}
