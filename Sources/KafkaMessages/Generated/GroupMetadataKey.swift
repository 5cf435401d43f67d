// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/GroupMetadataKey.messages; not edited by hand.

import KafkaFormat

/// Key of a group's metadata in __consumer_offsets, behind its version (int16: 2).
public struct GroupMetadataKey: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 2...2
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var group: String = ""

  public init() {}

  public init(group: String = "") {
    self.group = group
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    group = try reader.string()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.string(group)
  }
}
