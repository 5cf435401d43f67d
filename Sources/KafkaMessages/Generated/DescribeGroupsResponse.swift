// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeGroups.messages; not edited by hand.

import KafkaFormat

/// State, protocol and members of groups.
/// KIP-430 (v3, authorised operations), KIP-345 (v4, static members), KIP-1043 (v6, an error for
/// groups that do not exist).
public struct DescribeGroupsResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeGroups
  public static let versions: ClosedRange<Int16> = 0...6
  public static let firstFlexibleVersion: Int16 = 5

  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  public var groups: [DescribedGroup] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, groups: [DescribedGroup] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.groups = groups
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 5
    self.init()
    if version >= 1 { throttleTimeMs = try reader.int32() }
    groups = try reader.structures(DescribedGroup.self, minimumSize: 12, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 5
    if version >= 1 { writer.int32(throttleTimeMs) }
    writer.structures(groups, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DescribedGroup: KafkaStruct {
    public var errorCode: ErrorCode = .none
    /// Versions 6+.
    public var errorMessage: String? = nil
    public var groupId: String = ""
    public var groupState: String = ""
    public var protocolType: String = ""
    public var protocolData: String = ""
    public var members: [DescribedGroupMember] = []
    /// Versions 3+.
    public var authorizedOperations: Int32 = -2147483648

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      errorMessage: String? = nil,
      groupId: String = "",
      groupState: String = "",
      protocolType: String = "",
      protocolData: String = "",
      members: [DescribedGroupMember] = [],
      authorizedOperations: Int32 = -2147483648
    ) {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.groupId = groupId
      self.groupState = groupState
      self.protocolType = protocolType
      self.protocolData = protocolData
      self.members = members
      self.authorizedOperations = authorizedOperations
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 5
      self.init()
      errorCode = try reader.errorCode()
      if version >= 6 { errorMessage = try reader.nullableString(compact: compact) }
      groupId = try reader.string(compact: compact)
      groupState = try reader.string(compact: compact)
      protocolType = try reader.string(compact: compact)
      protocolData = try reader.string(compact: compact)
      members = try reader.structures(DescribedGroupMember.self, minimumSize: 7, version: version, compact: compact)
      if version >= 3 { authorizedOperations = try reader.int32() }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 5
      writer.errorCode(errorCode)
      if version >= 6 { writer.nullableString(errorMessage, compact: compact) }
      writer.string(groupId, compact: compact)
      writer.string(groupState, compact: compact)
      writer.string(protocolType, compact: compact)
      writer.string(protocolData, compact: compact)
      writer.structures(members, version: version, compact: compact)
      if version >= 3 { writer.int32(authorizedOperations) }
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DescribedGroupMember: KafkaStruct {
    public var memberId: String = ""
    /// Versions 4+.
    public var groupInstanceId: String? = nil
    public var clientId: String = ""
    public var clientHost: String = ""
    public var memberMetadata: [UInt8] = []
    public var memberAssignment: [UInt8] = []

    public init() {}

    public init(
      memberId: String = "",
      groupInstanceId: String? = nil,
      clientId: String = "",
      clientHost: String = "",
      memberMetadata: [UInt8] = [],
      memberAssignment: [UInt8] = []
    ) {
      self.memberId = memberId
      self.groupInstanceId = groupInstanceId
      self.clientId = clientId
      self.clientHost = clientHost
      self.memberMetadata = memberMetadata
      self.memberAssignment = memberAssignment
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 5
      self.init()
      memberId = try reader.string(compact: compact)
      if version >= 4 { groupInstanceId = try reader.nullableString(compact: compact) }
      clientId = try reader.string(compact: compact)
      clientHost = try reader.string(compact: compact)
      memberMetadata = try reader.byteArray(compact: compact)
      memberAssignment = try reader.byteArray(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 5
      writer.string(memberId, compact: compact)
      if version >= 4 { writer.nullableString(groupInstanceId, compact: compact) }
      writer.string(clientId, compact: compact)
      writer.string(clientHost, compact: compact)
      writer.byteArray(memberMetadata, compact: compact)
      writer.byteArray(memberAssignment, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
