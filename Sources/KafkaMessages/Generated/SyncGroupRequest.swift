// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SyncGroup.messages; not edited by hand.

import KafkaFormat

/// The leader hands in the assignment of its group; every member gets its own part.
/// KIP-345 (v3, static members), KIP-559 (v5, the protocol is told).
public struct SyncGroupRequest: KafkaRequest {
  public typealias Response = SyncGroupResponse
  public static let apiKey = ApiKey.syncGroup
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 4

  public var groupId: String = ""
  public var generationId: Int32 = 0
  public var memberId: String = ""
  /// Versions 3+.
  public var groupInstanceId: String? = nil
  /// Versions 5+.
  public var protocolType: String? = nil
  /// Versions 5+.
  public var protocolName: String? = nil
  public var assignments: [SyncGroupRequestAssignment] = []

  public init() {}

  public init(
    groupId: String = "",
    generationId: Int32 = 0,
    memberId: String = "",
    groupInstanceId: String? = nil,
    protocolType: String? = nil,
    protocolName: String? = nil,
    assignments: [SyncGroupRequestAssignment] = []
  ) {
    self.groupId = groupId
    self.generationId = generationId
    self.memberId = memberId
    self.groupInstanceId = groupInstanceId
    self.protocolType = protocolType
    self.protocolName = protocolName
    self.assignments = assignments
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    groupId = try reader.string(compact: compact)
    generationId = try reader.int32()
    memberId = try reader.string(compact: compact)
    if version >= 3 { groupInstanceId = try reader.nullableString(compact: compact) }
    if version >= 5 { protocolType = try reader.nullableString(compact: compact) }
    if version >= 5 { protocolName = try reader.nullableString(compact: compact) }
    assignments = try reader.structures(SyncGroupRequestAssignment.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.string(groupId, compact: compact)
    writer.int32(generationId)
    writer.string(memberId, compact: compact)
    if version >= 3 { writer.nullableString(groupInstanceId, compact: compact) }
    if version >= 5 { writer.nullableString(protocolType, compact: compact) }
    if version >= 5 { writer.nullableString(protocolName, compact: compact) }
    writer.structures(assignments, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 3, groupInstanceId != nil { return "groupInstanceId" }
    return nil
  }

  public struct SyncGroupRequestAssignment: KafkaStruct {
    public var memberId: String = ""
    public var assignment: [UInt8] = []

    public init() {}

    public init(memberId: String = "", assignment: [UInt8] = []) {
      self.memberId = memberId
      self.assignment = assignment
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 4
      self.init()
      memberId = try reader.string(compact: compact)
      assignment = try reader.byteArray(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 4
      writer.string(memberId, compact: compact)
      writer.byteArray(assignment, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
