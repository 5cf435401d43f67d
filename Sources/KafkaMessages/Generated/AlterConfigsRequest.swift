// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterConfigs.messages; not edited by hand.

import KafkaFormat

/// Replaces a configuration as a whole.
/// KIP-133.
public struct AlterConfigsRequest: KafkaRequest {
  public typealias Response = AlterConfigsResponse
  public static let apiKey = ApiKey.alterConfigs
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var resources: [AlterConfigsResource] = []
  public var validateOnly: Bool = false

  public init() {}

  public init(resources: [AlterConfigsResource] = [], validateOnly: Bool = false) {
    self.resources = resources
    self.validateOnly = validateOnly
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    resources = try reader.structures(AlterConfigsResource.self, minimumSize: 4, version: version, compact: compact)
    validateOnly = try reader.bool()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.structures(resources, version: version, compact: compact)
    writer.bool(validateOnly)
    if compact { writer.noTaggedFields() }
  }

  public struct AlterConfigsResource: KafkaStruct {
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var configs: [AlterableConfig] = []

    public init() {}

    public init(
      resourceType: Int8 = 0,
      resourceName: String = "",
      configs: [AlterableConfig] = []
    ) {
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.configs = configs
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      configs = try reader.structures(AlterableConfig.self, minimumSize: 3, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      writer.structures(configs, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct AlterableConfig: KafkaStruct {
    public var name: String = ""
    public var value: String? = ""

    public init() {}

    public init(name: String = "", value: String? = "") {
      self.name = name
      self.value = value
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      name = try reader.string(compact: compact)
      value = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(name, compact: compact)
      writer.nullableString(value, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
