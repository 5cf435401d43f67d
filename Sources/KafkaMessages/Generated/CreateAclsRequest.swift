// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateAcls.messages; not edited by hand.

import KafkaFormat

/// Adds access rules.
/// KIP-140, KIP-290 (v1, patterns).
public struct CreateAclsRequest: KafkaRequest {
  public typealias Response = CreateAclsResponse
  public static let apiKey = ApiKey.createAcls
  public static let versions: ClosedRange<Int16> = 1...3
  public static let firstFlexibleVersion: Int16 = 2

  public var creations: [AclCreation] = []

  public init() {}

  public init(creations: [AclCreation] = []) {
    self.creations = creations
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    creations = try reader.structures(AclCreation.self, minimumSize: 8, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.structures(creations, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct AclCreation: KafkaStruct {
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var resourcePatternType: Int8 = 3
    public var principal: String = ""
    public var host: String = ""
    public var operation: Int8 = 0
    public var permissionType: Int8 = 0

    public init() {}

    public init(
      resourceType: Int8 = 0,
      resourceName: String = "",
      resourcePatternType: Int8 = 3,
      principal: String = "",
      host: String = "",
      operation: Int8 = 0,
      permissionType: Int8 = 0
    ) {
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.resourcePatternType = resourcePatternType
      self.principal = principal
      self.host = host
      self.operation = operation
      self.permissionType = permissionType
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      resourcePatternType = try reader.int8()
      principal = try reader.string(compact: compact)
      host = try reader.string(compact: compact)
      operation = try reader.int8()
      permissionType = try reader.int8()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      writer.int8(resourcePatternType)
      writer.string(principal, compact: compact)
      writer.string(host, compact: compact)
      writer.int8(operation)
      writer.int8(permissionType)
      if compact { writer.noTaggedFields() }
    }
  }
}
