// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SyncGroup.messages; not edited by hand.

import KafkaFormat

/// The leader hands in the assignment of its group; every member gets its own part.
/// KIP-345 (v3, static members), KIP-559 (v5, the protocol is told).
public struct SyncGroupResponse: KafkaResponse {
  public static let apiKey = ApiKey.syncGroup
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 4

  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  /// Versions 5+.
  public var protocolType: String? = nil
  /// Versions 5+.
  public var protocolName: String? = nil
  public var assignment: [UInt8] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    protocolType: String? = nil,
    protocolName: String? = nil,
    assignment: [UInt8] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.protocolType = protocolType
    self.protocolName = protocolName
    self.assignment = assignment
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    if version >= 1 { throttleTimeMs = try reader.int32() }
    errorCode = try reader.errorCode()
    if version >= 5 { protocolType = try reader.nullableString(compact: compact) }
    if version >= 5 { protocolName = try reader.nullableString(compact: compact) }
    assignment = try reader.byteArray(compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    if version >= 1 { writer.int32(throttleTimeMs) }
    writer.errorCode(errorCode)
    if version >= 5 { writer.nullableString(protocolType, compact: compact) }
    if version >= 5 { writer.nullableString(protocolName, compact: compact) }
    writer.byteArray(assignment, compact: compact)
    if compact { writer.noTaggedFields() }
  }
}
