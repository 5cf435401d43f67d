// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/JoinGroup.messages; not edited by hand.

import KafkaFormat

/// A member joins its group, or joins again; answered when the rebalance has gathered all members.
/// KIP-345 (v5, static members), KIP-394 (v4, ids given in two steps), KIP-559 (v7, the protocol is
/// told), KIP-800 (v8, reasons), KIP-814 (v9, a static leader that came back skips the assignment).
public struct JoinGroupRequest: KafkaRequest {
  public typealias Response = JoinGroupResponse
  public static let apiKey = ApiKey.joinGroup
  public static let versions: ClosedRange<Int16> = 0...9
  public static let firstFlexibleVersion: Int16 = 6

  public var groupId: String = ""
  public var sessionTimeoutMs: Int32 = 0
  /// Versions 1+.
  public var rebalanceTimeoutMs: Int32 = -1
  public var memberId: String = ""
  /// Versions 5+.
  public var groupInstanceId: String? = nil
  public var protocolType: String = ""
  public var protocols: [JoinGroupRequestProtocol] = []
  /// Versions 8+.
  public var reason: String? = nil

  public init() {}

  public init(
    groupId: String = "",
    sessionTimeoutMs: Int32 = 0,
    rebalanceTimeoutMs: Int32 = -1,
    memberId: String = "",
    groupInstanceId: String? = nil,
    protocolType: String = "",
    protocols: [JoinGroupRequestProtocol] = [],
    reason: String? = nil
  ) {
    self.groupId = groupId
    self.sessionTimeoutMs = sessionTimeoutMs
    self.rebalanceTimeoutMs = rebalanceTimeoutMs
    self.memberId = memberId
    self.groupInstanceId = groupInstanceId
    self.protocolType = protocolType
    self.protocols = protocols
    self.reason = reason
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 6
    self.init()
    groupId = try reader.string(compact: compact)
    sessionTimeoutMs = try reader.int32()
    if version >= 1 { rebalanceTimeoutMs = try reader.int32() }
    memberId = try reader.string(compact: compact)
    if version >= 5 { groupInstanceId = try reader.nullableString(compact: compact) }
    protocolType = try reader.string(compact: compact)
    protocols = try reader.structures(JoinGroupRequestProtocol.self, minimumSize: 3, version: version, compact: compact)
    if version >= 8 { reason = try reader.nullableString(compact: compact) }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 6
    writer.string(groupId, compact: compact)
    writer.int32(sessionTimeoutMs)
    if version >= 1 { writer.int32(rebalanceTimeoutMs) }
    writer.string(memberId, compact: compact)
    if version >= 5 { writer.nullableString(groupInstanceId, compact: compact) }
    writer.string(protocolType, compact: compact)
    writer.structures(protocols, version: version, compact: compact)
    if version >= 8 { writer.nullableString(reason, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 5, groupInstanceId != nil { return "groupInstanceId" }
    return nil
  }

  public struct JoinGroupRequestProtocol: KafkaStruct {
    public var name: String = ""
    public var metadata: [UInt8] = []

    public init() {}

    public init(name: String = "", metadata: [UInt8] = []) {
      self.name = name
      self.metadata = metadata
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      name = try reader.string(compact: compact)
      metadata = try reader.byteArray(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.string(name, compact: compact)
      writer.byteArray(metadata, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
