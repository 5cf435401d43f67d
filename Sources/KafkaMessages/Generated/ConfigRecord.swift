// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/ConfigRecord.messages; not edited by hand.

import KafkaFormat

/// One key of a resource was set, or removed where the value is null.
/// KIP-631.
public struct ConfigRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 4
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var resourceType: Int8 = 0
  public var resourceName: String = ""
  public var name: String = ""
  public var value: String? = ""

  public init() {}

  public init(
    resourceType: Int8 = 0,
    resourceName: String = "",
    name: String = "",
    value: String? = ""
  ) {
    self.resourceType = resourceType
    self.resourceName = resourceName
    self.name = name
    self.value = value
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    resourceType = try reader.int8()
    resourceName = try reader.string(compact: true)
    name = try reader.string(compact: true)
    value = try reader.nullableString(compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int8(resourceType)
    writer.string(resourceName, compact: true)
    writer.string(name, compact: true)
    writer.nullableString(value, compact: true)
    writer.noTaggedFields()
  }
}
