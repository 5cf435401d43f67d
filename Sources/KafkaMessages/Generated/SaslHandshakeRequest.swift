// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslHandshake.messages; not edited by hand.

import KafkaFormat

/// A client names the mechanism by which it wants to be authenticated.
/// KIP-43, KIP-152 (v1, authentication in requests).
public struct SaslHandshakeRequest: KafkaRequest {
  public typealias Response = SaslHandshakeResponse
  public static let apiKey = ApiKey.saslHandshake
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var mechanism: String = ""

  public init() {}

  public init(mechanism: String = "") {
    self.mechanism = mechanism
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    mechanism = try reader.string()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.string(mechanism)
  }
}
