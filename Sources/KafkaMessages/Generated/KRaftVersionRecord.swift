// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/KRaftVersionRecord.messages; not edited by hand.

import KafkaFormat

/// Body of the control record that says which version of the quorum protocol is in force.
/// KIP-853.
public struct KRaftVersionRecord: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var version: Int16 = 0
  public var kRaftVersion: Int16 = 0

  public init() {}

  public init(version: Int16 = 0, kRaftVersion: Int16 = 0) {
    self.version = version
    self.kRaftVersion = kRaftVersion
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    self.version = try reader.int16()
    kRaftVersion = try reader.int16()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int16(self.version)
    writer.int16(kRaftVersion)
    writer.noTaggedFields()
  }
}
