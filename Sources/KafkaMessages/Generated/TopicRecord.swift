// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/TopicRecord.messages; not edited by hand.

import KafkaFormat

/// A topic was created.
/// KIP-631.
public struct TopicRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 2
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var name: String = ""
  public var topicId: KafkaUUID = .zero

  public init() {}

  public init(name: String = "", topicId: KafkaUUID = .zero) {
    self.name = name
    self.topicId = topicId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    name = try reader.string(compact: true)
    topicId = try reader.uuid()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.string(name, compact: true)
    writer.uuid(topicId)
    writer.noTaggedFields()
  }
}
