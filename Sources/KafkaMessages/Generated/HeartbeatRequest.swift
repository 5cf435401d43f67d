// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Heartbeat.messages; not edited by hand.

import KafkaFormat

/// A member shows that it lives, and hears of rebalances.
/// KIP-345 (v3, static members).
public struct HeartbeatRequest: KafkaRequest {
  public typealias Response = HeartbeatResponse
  public static let apiKey = ApiKey.heartbeat
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 4

  public var groupId: String = ""
  public var generationId: Int32 = 0
  public var memberId: String = ""
  /// Versions 3+.
  public var groupInstanceId: String? = nil

  public init() {}

  public init(
    groupId: String = "",
    generationId: Int32 = 0,
    memberId: String = "",
    groupInstanceId: String? = nil
  ) {
    self.groupId = groupId
    self.generationId = generationId
    self.memberId = memberId
    self.groupInstanceId = groupInstanceId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    groupId = try reader.string(compact: compact)
    generationId = try reader.int32()
    memberId = try reader.string(compact: compact)
    if version >= 3 { groupInstanceId = try reader.nullableString(compact: compact) }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.string(groupId, compact: compact)
    writer.int32(generationId)
    writer.string(memberId, compact: compact)
    if version >= 3 { writer.nullableString(groupInstanceId, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 3, groupInstanceId != nil { return "groupInstanceId" }
    return nil
  }
}
