// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListGroups.messages; not edited by hand.

import KafkaFormat

/// The groups that a broker coordinates.
/// KIP-518 (v4, by state), KIP-848 (v5, by type).
public struct ListGroupsResponse: KafkaResponse {
  public static let apiKey = ApiKey.listGroups
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 3

  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var groups: [ListedGroup] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    groups: [ListedGroup] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.groups = groups
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 3
    self.init()
    if version >= 1 { throttleTimeMs = try reader.int32() }
    errorCode = try reader.errorCode()
    groups = try reader.structures(ListedGroup.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 3
    if version >= 1 { writer.int32(throttleTimeMs) }
    writer.errorCode(errorCode)
    writer.structures(groups, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct ListedGroup: KafkaStruct {
    public var groupId: String = ""
    public var protocolType: String = ""
    /// Versions 4+.
    public var groupState: String = ""
    /// Versions 5+.
    public var groupType: String = ""

    public init() {}

    public init(
      groupId: String = "",
      protocolType: String = "",
      groupState: String = "",
      groupType: String = ""
    ) {
      self.groupId = groupId
      self.protocolType = protocolType
      self.groupState = groupState
      self.groupType = groupType
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 3
      self.init()
      groupId = try reader.string(compact: compact)
      protocolType = try reader.string(compact: compact)
      if version >= 4 { groupState = try reader.string(compact: compact) }
      if version >= 5 { groupType = try reader.string(compact: compact) }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 3
      writer.string(groupId, compact: compact)
      writer.string(protocolType, compact: compact)
      if version >= 4 { writer.string(groupState, compact: compact) }
      if version >= 5 { writer.string(groupType, compact: compact) }
      if compact { writer.noTaggedFields() }
    }
  }
}
