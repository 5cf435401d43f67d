// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/LeaveGroup.messages; not edited by hand.

import KafkaFormat

/// Members leave their group: one by its id, or several by id or instance.
/// KIP-345 (v3, several), KIP-800 (v5, reasons).
public struct LeaveGroupResponse: KafkaResponse {
  public static let apiKey = ApiKey.leaveGroup
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 4

  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  /// Versions 3+.
  public var members: [MemberResponse] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    members: [MemberResponse] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.members = members
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    if version >= 1 { throttleTimeMs = try reader.int32() }
    errorCode = try reader.errorCode()
    if version >= 3 {
      members = try reader.structures(MemberResponse.self, minimumSize: 5, version: version, compact: compact)
    }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    if version >= 1 { writer.int32(throttleTimeMs) }
    writer.errorCode(errorCode)
    if version >= 3 { writer.structures(members, version: version, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public struct MemberResponse: KafkaStruct {
    public var memberId: String = ""
    public var groupInstanceId: String? = ""
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(
      memberId: String = "",
      groupInstanceId: String? = "",
      errorCode: ErrorCode = .none
    ) {
      self.memberId = memberId
      self.groupInstanceId = groupInstanceId
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      memberId = try reader.string(compact: compact)
      groupInstanceId = try reader.nullableString(compact: compact)
      errorCode = try reader.errorCode()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(memberId, compact: compact)
      writer.nullableString(groupInstanceId, compact: compact)
      writer.errorCode(errorCode)
      if compact { writer.noTaggedFields() }
    }
  }
}
