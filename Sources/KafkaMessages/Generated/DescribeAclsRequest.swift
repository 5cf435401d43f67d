// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeAcls.messages; not edited by hand.

import KafkaFormat

/// The access rules that a filter finds.
/// KIP-140, KIP-290 (v1, patterns).
public struct DescribeAclsRequest: KafkaRequest {
  public typealias Response = DescribeAclsResponse
  public static let apiKey = ApiKey.describeAcls
  public static let versions: ClosedRange<Int16> = 1...3
  public static let firstFlexibleVersion: Int16 = 2

  public var resourceTypeFilter: Int8 = 0
  public var resourceNameFilter: String? = ""
  public var patternTypeFilter: Int8 = 3
  public var principalFilter: String? = ""
  public var hostFilter: String? = ""
  public var operation: Int8 = 0
  public var permissionType: Int8 = 0

  public init() {}

  public init(
    resourceTypeFilter: Int8 = 0,
    resourceNameFilter: String? = "",
    patternTypeFilter: Int8 = 3,
    principalFilter: String? = "",
    hostFilter: String? = "",
    operation: Int8 = 0,
    permissionType: Int8 = 0
  ) {
    self.resourceTypeFilter = resourceTypeFilter
    self.resourceNameFilter = resourceNameFilter
    self.patternTypeFilter = patternTypeFilter
    self.principalFilter = principalFilter
    self.hostFilter = hostFilter
    self.operation = operation
    self.permissionType = permissionType
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    resourceTypeFilter = try reader.int8()
    resourceNameFilter = try reader.nullableString(compact: compact)
    patternTypeFilter = try reader.int8()
    principalFilter = try reader.nullableString(compact: compact)
    hostFilter = try reader.nullableString(compact: compact)
    operation = try reader.int8()
    permissionType = try reader.int8()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int8(resourceTypeFilter)
    writer.nullableString(resourceNameFilter, compact: compact)
    writer.int8(patternTypeFilter)
    writer.nullableString(principalFilter, compact: compact)
    writer.nullableString(hostFilter, compact: compact)
    writer.int8(operation)
    writer.int8(permissionType)
    if compact { writer.noTaggedFields() }
  }
}
