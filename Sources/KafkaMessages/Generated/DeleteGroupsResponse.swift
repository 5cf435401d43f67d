// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteGroups.messages; not edited by hand.

import KafkaFormat

/// Removes groups without members, with their offsets.
/// KIP-229.
public struct DeleteGroupsResponse: KafkaResponse {
  public static let apiKey = ApiKey.deleteGroups
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var results: [DeletableGroupResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, results: [DeletableGroupResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.results = results
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    results = try reader.structures(DeletableGroupResult.self, minimumSize: 4, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.structures(results, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DeletableGroupResult: KafkaStruct {
    public var groupId: String = ""
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(groupId: String = "", errorCode: ErrorCode = .none) {
      self.groupId = groupId
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      groupId = try reader.string(compact: compact)
      errorCode = try reader.errorCode()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(groupId, compact: compact)
      writer.errorCode(errorCode)
      if compact { writer.noTaggedFields() }
    }
  }
}
