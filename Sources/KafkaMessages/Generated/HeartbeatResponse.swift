// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Heartbeat.messages; not edited by hand.

import KafkaFormat

/// A member shows that it lives, and hears of rebalances.
/// KIP-345 (v3, static members).
public struct HeartbeatResponse: KafkaResponse {
  public static let apiKey = ApiKey.heartbeat
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 4

  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none

  public init() {}

  public init(throttleTimeMs: Int32 = 0, errorCode: ErrorCode = .none) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    if version >= 1 { throttleTimeMs = try reader.int32() }
    errorCode = try reader.errorCode()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    if version >= 1 { writer.int32(throttleTimeMs) }
    writer.errorCode(errorCode)
    if compact { writer.noTaggedFields() }
  }
}
