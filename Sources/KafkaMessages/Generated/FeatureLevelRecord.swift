// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/FeatureLevelRecord.messages; not edited by hand.

import KafkaFormat

/// The finalised level of a feature, metadata.version among them.
/// KIP-584, KIP-778.
public struct FeatureLevelRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 12
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var name: String = ""
  public var featureLevel: Int16 = 0

  public init() {}

  public init(name: String = "", featureLevel: Int16 = 0) {
    self.name = name
    self.featureLevel = featureLevel
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    name = try reader.string(compact: true)
    featureLevel = try reader.int16()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.string(name, compact: true)
    writer.int16(featureLevel)
    writer.noTaggedFields()
  }
}
