// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/GroupMetadataValue.messages; not edited by hand.

import KafkaFormat

/// A classic group's members and assignments in __consumer_offsets, behind its version (int16).
/// KIP-211 (v2, when the state changed), KIP-345 (v3, static members).
public struct GroupMetadataValue: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 4

  public var protocolType: String = ""
  public var generation: Int32 = 0
  public var `protocol`: String? = ""
  public var leader: String? = ""
  /// Versions 2+.
  public var currentStateTimestamp: Int64 = -1
  public var members: [MemberMetadata] = []

  public init() {}

  public init(
    protocolType: String = "",
    generation: Int32 = 0,
    `protocol`: String? = "",
    leader: String? = "",
    currentStateTimestamp: Int64 = -1,
    members: [MemberMetadata] = []
  ) {
    self.protocolType = protocolType
    self.generation = generation
    self.protocol = `protocol`
    self.leader = leader
    self.currentStateTimestamp = currentStateTimestamp
    self.members = members
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    protocolType = try reader.string(compact: compact)
    generation = try reader.int32()
    `protocol` = try reader.nullableString(compact: compact)
    leader = try reader.nullableString(compact: compact)
    if version >= 2 { currentStateTimestamp = try reader.int64() }
    members = try reader.structures(MemberMetadata.self, minimumSize: 15, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.string(protocolType, compact: compact)
    writer.int32(generation)
    writer.nullableString(`protocol`, compact: compact)
    writer.nullableString(leader, compact: compact)
    if version >= 2 { writer.int64(currentStateTimestamp) }
    writer.structures(members, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct MemberMetadata: KafkaStruct {
    public var memberId: String = ""
    /// Versions 3+.
    public var groupInstanceId: String? = nil
    public var clientId: String = ""
    public var clientHost: String = ""
    /// Versions 1+.
    public var rebalanceTimeout: Int32 = -1
    public var sessionTimeout: Int32 = 0
    public var subscription: [UInt8] = []
    public var assignment: [UInt8] = []

    public init() {}

    public init(
      memberId: String = "",
      groupInstanceId: String? = nil,
      clientId: String = "",
      clientHost: String = "",
      rebalanceTimeout: Int32 = -1,
      sessionTimeout: Int32 = 0,
      subscription: [UInt8] = [],
      assignment: [UInt8] = []
    ) {
      self.memberId = memberId
      self.groupInstanceId = groupInstanceId
      self.clientId = clientId
      self.clientHost = clientHost
      self.rebalanceTimeout = rebalanceTimeout
      self.sessionTimeout = sessionTimeout
      self.subscription = subscription
      self.assignment = assignment
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      memberId = try reader.string(compact: compact)
      if version >= 3 { groupInstanceId = try reader.nullableString(compact: compact) }
      clientId = try reader.string(compact: compact)
      clientHost = try reader.string(compact: compact)
      if version >= 1 { rebalanceTimeout = try reader.int32() }
      sessionTimeout = try reader.int32()
      subscription = try reader.byteArray(compact: compact)
      assignment = try reader.byteArray(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(memberId, compact: compact)
      if version >= 3 { writer.nullableString(groupInstanceId, compact: compact) }
      writer.string(clientId, compact: compact)
      writer.string(clientHost, compact: compact)
      if version >= 1 { writer.int32(rebalanceTimeout) }
      writer.int32(sessionTimeout)
      writer.byteArray(subscription, compact: compact)
      writer.byteArray(assignment, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
