// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateAcls.messages; not edited by hand.

import KafkaFormat

/// Adds access rules.
/// KIP-140, KIP-290 (v1, patterns).
public struct CreateAclsResponse: KafkaResponse {
  public static let apiKey = ApiKey.createAcls
  public static let versions: ClosedRange<Int16> = 1...3
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var results: [AclCreationResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, results: [AclCreationResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.results = results
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    results = try reader.structures(AclCreationResult.self, minimumSize: 4, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.structures(results, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct AclCreationResult: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""

    public init() {}

    public init(errorCode: ErrorCode = .none, errorMessage: String? = "") {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
