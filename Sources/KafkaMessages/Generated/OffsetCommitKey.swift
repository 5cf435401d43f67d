// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/OffsetCommitKey.messages; not edited by hand.

import KafkaFormat

/// Key of a committed offset in __consumer_offsets, behind its version (int16: 0 or 1, alike).
public struct OffsetCommitKey: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var group: String = ""
  public var topic: String = ""
  public var partition: Int32 = 0

  public init() {}

  public init(group: String = "", topic: String = "", partition: Int32 = 0) {
    self.group = group
    self.topic = topic
    self.partition = partition
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    group = try reader.string()
    topic = try reader.string()
    partition = try reader.int32()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.string(group)
    writer.string(topic)
    writer.int32(partition)
  }
}
