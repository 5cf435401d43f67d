// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteAcls.messages; not edited by hand.

import KafkaFormat

/// Removes the access rules that filters find.
/// KIP-140, KIP-290 (v1, patterns).
public struct DeleteAclsRequest: KafkaRequest {
  public typealias Response = DeleteAclsResponse
  public static let apiKey = ApiKey.deleteAcls
  public static let versions: ClosedRange<Int16> = 1...3
  public static let firstFlexibleVersion: Int16 = 2

  public var filters: [DeleteAclsFilter] = []

  public init() {}

  public init(filters: [DeleteAclsFilter] = []) {
    self.filters = filters
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    filters = try reader.structures(DeleteAclsFilter.self, minimumSize: 8, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.structures(filters, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DeleteAclsFilter: KafkaStruct {
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
}
