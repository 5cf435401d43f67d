// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/NoOpRecord.messages; not edited by hand.

import KafkaFormat

/// Nothing: it only moves the log on.
/// KIP-835.
public struct NoOpRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 20
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public init() {}

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.noTaggedFields()
  }
}
