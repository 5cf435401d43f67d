// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/LeaveGroup.messages; not edited by hand.

import KafkaFormat

/// Members leave their group: one by its id, or several by id or instance.
/// KIP-345 (v3, several), KIP-800 (v5, reasons).
public struct LeaveGroupRequest: KafkaRequest {
  public typealias Response = LeaveGroupResponse
  public static let apiKey = ApiKey.leaveGroup
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 4

  public var groupId: String = ""
  /// Versions 0–2.
  public var memberId: String = ""
  /// Versions 3+.
  public var members: [MemberIdentity] = []

  public init() {}

  public init(groupId: String = "", memberId: String = "", members: [MemberIdentity] = []) {
    self.groupId = groupId
    self.memberId = memberId
    self.members = members
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    groupId = try reader.string(compact: compact)
    if version <= 2 { memberId = try reader.string(compact: compact) }
    if version >= 3 {
      members = try reader.structures(MemberIdentity.self, minimumSize: 3, version: version, compact: compact)
    }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.string(groupId, compact: compact)
    if version <= 2 { writer.string(memberId, compact: compact) }
    if version >= 3 { writer.structures(members, version: version, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version > 2, memberId != "" { return "memberId" }
    if version < 3, !members.isEmpty { return "members" }
    return nil
  }

  public struct MemberIdentity: KafkaStruct {
    public var memberId: String = ""
    public var groupInstanceId: String? = nil
    /// Versions 5+.
    public var reason: String? = nil

    public init() {}

    public init(
      memberId: String = "",
      groupInstanceId: String? = nil,
      reason: String? = nil
    ) {
      self.memberId = memberId
      self.groupInstanceId = groupInstanceId
      self.reason = reason
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      memberId = try reader.string(compact: compact)
      groupInstanceId = try reader.nullableString(compact: compact)
      if version >= 5 { reason = try reader.nullableString(compact: compact) }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(memberId, compact: compact)
      writer.nullableString(groupInstanceId, compact: compact)
      if version >= 5 { writer.nullableString(reason, compact: compact) }
      if compact { writer.noTaggedFields() }
    }
  }
}
