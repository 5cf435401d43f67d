// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/RemoveTopicRecord.messages; not edited by hand.

import KafkaFormat

/// A topic was deleted.
/// KIP-631.
public struct RemoveTopicRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 9
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var topicId: KafkaUUID = .zero

  public init() {}

  public init(topicId: KafkaUUID = .zero) {
    self.topicId = topicId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    topicId = try reader.uuid()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.uuid(topicId)
    writer.noTaggedFields()
  }
}
