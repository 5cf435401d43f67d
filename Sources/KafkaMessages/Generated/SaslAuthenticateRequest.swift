// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslAuthenticate.messages; not edited by hand.

import KafkaFormat

/// One step of an authentication.
/// KIP-152; KIP-368 (v1, lifetime of a session).
public struct SaslAuthenticateRequest: KafkaRequest {
  public typealias Response = SaslAuthenticateResponse
  public static let apiKey = ApiKey.saslAuthenticate
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var authBytes: [UInt8] = []

  public init() {}

  public init(authBytes: [UInt8] = []) {
    self.authBytes = authBytes
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    authBytes = try reader.byteArray(compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.byteArray(authBytes, compact: compact)
    if compact { writer.noTaggedFields() }
  }
}
