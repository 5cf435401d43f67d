// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/SnapshotFooterRecord.messages; not edited by hand.

import KafkaFormat

/// Body of the last control record of a snapshot of the metadata log.
/// KIP-630.
public struct SnapshotFooterRecord: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var version: Int16 = 0

  public init() {}

  public init(version: Int16 = 0) {
    self.version = version
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    self.version = try reader.int16()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int16(self.version)
    writer.noTaggedFields()
  }
}
