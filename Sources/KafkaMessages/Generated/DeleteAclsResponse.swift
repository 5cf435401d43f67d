// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteAcls.messages; not edited by hand.

import KafkaFormat

/// Removes the access rules that filters find.
/// KIP-140, KIP-290 (v1, patterns).
public struct DeleteAclsResponse: KafkaResponse {
  public static let apiKey = ApiKey.deleteAcls
  public static let versions: ClosedRange<Int16> = 1...3
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var filterResults: [DeleteAclsFilterResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, filterResults: [DeleteAclsFilterResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.filterResults = filterResults
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    filterResults = try reader.structures(DeleteAclsFilterResult.self, minimumSize: 5, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.structures(filterResults, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DeleteAclsFilterResult: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var matchingAcls: [DeleteAclsMatchingAcl] = []

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      errorMessage: String? = "",
      matchingAcls: [DeleteAclsMatchingAcl] = []
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.matchingAcls = matchingAcls
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      matchingAcls = try reader.structures(DeleteAclsMatchingAcl.self, minimumSize: 11, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      writer.structures(matchingAcls, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DeleteAclsMatchingAcl: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var patternType: Int8 = 3
    public var principal: String = ""
    public var host: String = ""
    public var operation: Int8 = 0
    public var permissionType: Int8 = 0

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      errorMessage: String? = "",
      resourceType: Int8 = 0,
      resourceName: String = "",
      patternType: Int8 = 3,
      principal: String = "",
      host: String = "",
      operation: Int8 = 0,
      permissionType: Int8 = 0
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.resourceType = resourceType
      self.resourceName = resourceName
      self.patternType = patternType
      self.principal = principal
      self.host = host
      self.operation = operation
      self.permissionType = permissionType
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      resourceType = try reader.int8()
      resourceName = try reader.string(compact: compact)
      patternType = try reader.int8()
      principal = try reader.string(compact: compact)
      host = try reader.string(compact: compact)
      operation = try reader.int8()
      permissionType = try reader.int8()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      writer.int8(resourceType)
      writer.string(resourceName, compact: compact)
      writer.int8(patternType)
      writer.string(principal, compact: compact)
      writer.string(host, compact: compact)
      writer.int8(operation)
      writer.int8(permissionType)
      if compact { writer.noTaggedFields() }
    }
  }
}
