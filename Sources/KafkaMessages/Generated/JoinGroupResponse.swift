// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/JoinGroup.messages; not edited by hand.

import KafkaFormat

/// A member joins its group, or joins again; answered when the rebalance has gathered all members.
/// KIP-345 (v5, static members), KIP-394 (v4, ids given in two steps), KIP-559 (v7, the protocol is
/// told), KIP-800 (v8, reasons), KIP-814 (v9, a static leader that came back skips the assignment).
public struct JoinGroupResponse: KafkaResponse {
  public static let apiKey = ApiKey.joinGroup
  public static let versions: ClosedRange<Int16> = 0...9
  public static let firstFlexibleVersion: Int16 = 6

  /// Versions 2+.
  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var generationId: Int32 = -1
  /// Versions 7+.
  public var protocolType: String? = nil
  /// Null in versions 7+.
  public var protocolName: String? = ""
  public var leader: String = ""
  /// Versions 9+.
  public var skipAssignment: Bool = false
  public var memberId: String = ""
  public var members: [JoinGroupResponseMember] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    generationId: Int32 = -1,
    protocolType: String? = nil,
    protocolName: String? = "",
    leader: String = "",
    skipAssignment: Bool = false,
    memberId: String = "",
    members: [JoinGroupResponseMember] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.generationId = generationId
    self.protocolType = protocolType
    self.protocolName = protocolName
    self.leader = leader
    self.skipAssignment = skipAssignment
    self.memberId = memberId
    self.members = members
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 6
    self.init()
    if version >= 2 { throttleTimeMs = try reader.int32() }
    errorCode = try reader.errorCode()
    generationId = try reader.int32()
    if version >= 7 { protocolType = try reader.nullableString(compact: compact) }
    if version >= 7 {
      protocolName = try reader.nullableString(compact: compact)
    } else {
      protocolName = try reader.string(compact: compact)
    }
    leader = try reader.string(compact: compact)
    if version >= 9 { skipAssignment = try reader.bool() }
    memberId = try reader.string(compact: compact)
    members = try reader.structures(JoinGroupResponseMember.self, minimumSize: 4, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 6
    if version >= 2 { writer.int32(throttleTimeMs) }
    writer.errorCode(errorCode)
    writer.int32(generationId)
    if version >= 7 { writer.nullableString(protocolType, compact: compact) }
    if version >= 7 {
      writer.nullableString(protocolName, compact: compact)
    } else {
      writer.string(protocolName ?? "", compact: compact)
    }
    writer.string(leader, compact: compact)
    if version >= 9 { writer.bool(skipAssignment) }
    writer.string(memberId, compact: compact)
    writer.structures(members, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct JoinGroupResponseMember: KafkaStruct {
    public var memberId: String = ""
    /// Versions 5+.
    public var groupInstanceId: String? = nil
    public var metadata: [UInt8] = []

    public init() {}

    public init(
      memberId: String = "",
      groupInstanceId: String? = nil,
      metadata: [UInt8] = []
    ) {
      self.memberId = memberId
      self.groupInstanceId = groupInstanceId
      self.metadata = metadata
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      memberId = try reader.string(compact: compact)
      if version >= 5 { groupInstanceId = try reader.nullableString(compact: compact) }
      metadata = try reader.byteArray(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.string(memberId, compact: compact)
      if version >= 5 { writer.nullableString(groupInstanceId, compact: compact) }
      writer.byteArray(metadata, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
