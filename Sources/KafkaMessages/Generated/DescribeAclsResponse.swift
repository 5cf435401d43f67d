// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeAcls.messages; not edited by hand.

import KafkaFormat

/// The access rules that a filter finds.
/// KIP-140, KIP-290 (v1, patterns).
public struct DescribeAclsResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeAcls
  public static let versions: ClosedRange<Int16> = 1...3
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = ""
  public var resources: [DescribeAclsResource] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    resources: [DescribeAclsResource] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.resources = resources
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: compact)
    resources = try reader.structures(DescribeAclsResource.self, minimumSize: 5, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: compact)
    writer.structures(resources, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DescribeAclsResource: KafkaStruct {
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var patternType: Int8 = 3
    public var acls: [AclDescription] = []

    public init() {}

    public init(
      resourceType: Int8 = 0,
      resourceName: String = "",
      patternType: Int8 = 3,
      acls: [AclDescription] = []
    ) {
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.patternType = patternType
      self.acls = acls
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      patternType = try reader.int8()
      acls = try reader.structures(AclDescription.self, minimumSize: 5, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      writer.int8(patternType)
      writer.structures(acls, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct AclDescription: KafkaStruct {
    public var principal: String = ""
    public var host: String = ""
    public var operation: Int8 = 0
    public var permissionType: Int8 = 0

    public init() {}

    public init(
      principal: String = "",
      host: String = "",
      operation: Int8 = 0,
      permissionType: Int8 = 0
    ) {
      self.principal = principal
      self.host = host
      self.operation = operation
      self.permissionType = permissionType
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      principal = try reader.string(compact: compact)
      host = try reader.string(compact: compact)
      operation = try reader.int8()
      permissionType = try reader.int8()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(principal, compact: compact)
      writer.string(host, compact: compact)
      writer.int8(operation)
      writer.int8(permissionType)
      if compact { writer.noTaggedFields() }
    }
  }
}
