// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeConfigs.messages; not edited by hand.

import KafkaFormat

/// The configuration of topics and brokers, with where each value comes from.
/// KIP-133, KIP-226, KIP-569.
public struct DescribeConfigsRequest: KafkaRequest {
  public typealias Response = DescribeConfigsResponse
  public static let apiKey = ApiKey.describeConfigs
  public static let versions: ClosedRange<Int16> = 1...4
  public static let firstFlexibleVersion: Int16 = 4

  public var resources: [DescribeConfigsResource] = []
  public var includeSynonyms: Bool = false
  /// Versions 3+.
  public var includeDocumentation: Bool = false

  public init() {}

  public init(
    resources: [DescribeConfigsResource] = [],
    includeSynonyms: Bool = false,
    includeDocumentation: Bool = false
  ) {
    self.resources = resources
    self.includeSynonyms = includeSynonyms
    self.includeDocumentation = includeDocumentation
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    resources = try reader.structures(DescribeConfigsResource.self, minimumSize: 4, version: version, compact: compact)
    includeSynonyms = try reader.bool()
    if version >= 3 { includeDocumentation = try reader.bool() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.structures(resources, version: version, compact: compact)
    writer.bool(includeSynonyms)
    if version >= 3 { writer.bool(includeDocumentation) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 3, includeDocumentation { return "includeDocumentation" }
    return nil
  }

  public struct DescribeConfigsResource: KafkaStruct {
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var configurationKeys: [String]? = []

    public init() {}

    public init(
      resourceType: Int8 = 0,
      resourceName: String = "",
      configurationKeys: [String]? = []
    ) {
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.configurationKeys = configurationKeys
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      configurationKeys = try reader.nullableElements(String.self, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      writer.nullableElements(configurationKeys, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
