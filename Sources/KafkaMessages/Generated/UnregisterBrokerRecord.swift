// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/UnregisterBrokerRecord.messages; not edited by hand.

import KafkaFormat

/// A broker was taken out of the cluster.
/// KIP-631.
public struct UnregisterBrokerRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 1
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var brokerId: Int32 = 0
  public var brokerEpoch: Int64 = 0

  public init() {}

  public init(brokerId: Int32 = 0, brokerEpoch: Int64 = 0) {
    self.brokerId = brokerId
    self.brokerEpoch = brokerEpoch
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    brokerId = try reader.int32()
    brokerEpoch = try reader.int64()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(brokerId)
    writer.int64(brokerEpoch)
    writer.noTaggedFields()
  }
}
