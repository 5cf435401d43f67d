// swift-format-ignore-file
// Made by scripts/generate-messages from Headers/RequestHeader.messages; not edited by hand.

import KafkaFormat

/// Before every request. The client id keeps its 16-bit length in version 2, so that a broker can
/// read it from a request of any version.
/// KIP-482.
public struct RequestHeader: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 1...2
  public static let firstFlexibleVersion: Int16 = 2

  public var requestApiKey: Int16 = 0
  public var requestApiVersion: Int16 = 0
  public var correlationId: Int32 = 0
  public var clientId: String? = ""

  public init() {}

  public init(
    requestApiKey: Int16 = 0,
    requestApiVersion: Int16 = 0,
    correlationId: Int32 = 0,
    clientId: String? = ""
  ) {
    self.requestApiKey = requestApiKey
    self.requestApiVersion = requestApiVersion
    self.correlationId = correlationId
    self.clientId = clientId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    requestApiKey = try reader.int16()
    requestApiVersion = try reader.int16()
    correlationId = try reader.int32()
    clientId = try reader.nullableString()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int16(requestApiKey)
    writer.int16(requestApiVersion)
    writer.int32(correlationId)
    writer.nullableString(clientId)
    if compact { writer.noTaggedFields() }
  }
}
