// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/EndTransactionRecord.messages; not edited by hand.

import KafkaFormat

/// The run since the last begin counts.
/// KIP-868.
public struct EndTransactionRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 24
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
