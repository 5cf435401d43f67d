// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/BeginTransactionRecord.messages; not edited by hand.

import KafkaFormat

/// Opens a run of records that count only together.
/// KIP-868.
public struct BeginTransactionRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 23
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  /// Tag 0.
  public var name: String? = nil

  public init() {}

  public init(name: String? = nil) {
    self.name = name
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
        name = try reader.nullableString(compact: true)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    var tagged = TaggedFields()
    if name != nil {
      tagged.add(0) { $0.nullableString(name, compact: true) }
    }
    tagged.write(to: &writer)
  }
}
