// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/AbortTransactionRecord.messages; not edited by hand.

import KafkaFormat

/// The run since the last begin does not count.
/// KIP-868.
public struct AbortTransactionRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 25
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  /// Tag 0.
  public var reason: String? = nil

  public init() {}

  public init(reason: String? = nil) {
    self.reason = reason
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    let count = try reader.taggedFieldCount()
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      switch tag {
      case 0:
        reason = try reader.nullableString(compact: true)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    var tagged = TaggedFields()
    if reason != nil {
      tagged.add(0) { $0.nullableString(reason, compact: true) }
    }
    tagged.write(to: &writer)
  }
}
