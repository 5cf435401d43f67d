// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/BrokerRegistrationChangeRecord.messages; not edited by hand.

import KafkaFormat

/// A registered broker was fenced, unfenced, is shutting down or changed its directories.
/// KIP-841, KIP-858.
public struct BrokerRegistrationChangeRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 17
  public static let versions: ClosedRange<Int16> = 0...3
  public static let firstFlexibleVersion: Int16 = 0

  public var brokerId: Int32 = 0
  public var brokerEpoch: Int64 = 0
  /// Tag 0.
  public var fenced: Int8 = 0
  /// Versions 1+; tag 1.
  public var inControlledShutdown: Int8 = 0
  /// Versions 2+; tag 2.
  public var logDirs: [KafkaUUID] = []
  /// Versions 3+; tag 3.
  public var cordonedLogDirs: [KafkaUUID]? = nil

  public init() {}

  public init(
    brokerId: Int32 = 0,
    brokerEpoch: Int64 = 0,
    fenced: Int8 = 0,
    inControlledShutdown: Int8 = 0,
    logDirs: [KafkaUUID] = [],
    cordonedLogDirs: [KafkaUUID]? = nil
  ) {
    self.brokerId = brokerId
    self.brokerEpoch = brokerEpoch
    self.fenced = fenced
    self.inControlledShutdown = inControlledShutdown
    self.logDirs = logDirs
    self.cordonedLogDirs = cordonedLogDirs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    brokerId = try reader.int32()
    brokerEpoch = try reader.int64()
    let count = try reader.taggedFieldCount()
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      switch tag {
      case 0:
        fenced = try reader.int8()
      case 1 where version >= 1:
        inControlledShutdown = try reader.int8()
      case 2 where version >= 2:
        logDirs = try reader.elements(KafkaUUID.self, compact: true)
      case 3 where version >= 3:
        cordonedLogDirs = try reader.nullableElements(KafkaUUID.self, compact: true)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(brokerId)
    writer.int64(brokerEpoch)
    var tagged = TaggedFields()
    if fenced != 0 {
      tagged.add(0) { $0.int8(fenced) }
    }
    if version >= 1, inControlledShutdown != 0 {
      tagged.add(1) { $0.int8(inControlledShutdown) }
    }
    if version >= 2, !logDirs.isEmpty {
      tagged.add(2) { $0.elements(logDirs, compact: true) }
    }
    if version >= 3, cordonedLogDirs != nil {
      tagged.add(3) { $0.nullableElements(cordonedLogDirs, compact: true) }
    }
    tagged.write(to: &writer)
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, inControlledShutdown != 0 { return "inControlledShutdown" }
    if version < 2, !logDirs.isEmpty { return "logDirs" }
    if version < 3, cordonedLogDirs != nil { return "cordonedLogDirs" }
    return nil
  }
}
