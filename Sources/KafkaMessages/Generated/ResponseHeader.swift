// swift-format-ignore-file
// Made by scripts/generate-messages from Headers/ResponseHeader.messages; not edited by hand.

import KafkaFormat

/// Before every response.
/// KIP-482.
public struct ResponseHeader: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 1

  public var correlationId: Int32 = 0

  public init() {}

  public init(correlationId: Int32 = 0) {
    self.correlationId = correlationId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 1
    self.init()
    correlationId = try reader.int32()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 1
    writer.int32(correlationId)
    if compact { writer.noTaggedFields() }
  }
}
