// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslAuthenticate.messages; not edited by hand.

import KafkaFormat

/// One step of an authentication.
/// KIP-152; KIP-368 (v1, lifetime of a session).
public struct SaslAuthenticateResponse: KafkaResponse {
  public static let apiKey = ApiKey.saslAuthenticate
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = ""
  public var authBytes: [UInt8] = []
  /// Versions 1+.
  public var sessionLifetimeMs: Int64 = 0

  public init() {}

  public init(
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    authBytes: [UInt8] = [],
    sessionLifetimeMs: Int64 = 0
  ) {
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.authBytes = authBytes
    self.sessionLifetimeMs = sessionLifetimeMs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: compact)
    authBytes = try reader.byteArray(compact: compact)
    if version >= 1 { sessionLifetimeMs = try reader.int64() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: compact)
    writer.byteArray(authBytes, compact: compact)
    if version >= 1 { writer.int64(sessionLifetimeMs) }
    if compact { writer.noTaggedFields() }
  }
}
