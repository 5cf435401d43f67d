// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/RegisterBrokerRecord.messages; not edited by hand.

import KafkaFormat

/// A broker joined, or came back with another incarnation.
/// KIP-631, KIP-841 (v1), KIP-866 (v2), KIP-858 (v3), KIP-1066 (v4).
public struct RegisterBrokerRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 0
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 0

  public var brokerId: Int32 = 0
  /// Versions 2+.
  public var isMigratingZkBroker: Bool = false
  public var incarnationId: KafkaUUID = .zero
  public var brokerEpoch: Int64 = 0
  public var endPoints: [BrokerEndpoint] = []
  public var features: [BrokerFeature] = []
  public var rack: String? = ""
  public var fenced: Bool = true
  /// Versions 1+.
  public var inControlledShutdown: Bool = false
  /// Versions 3+; tag 0.
  public var logDirs: [KafkaUUID] = []
  /// Versions 4+; tag 1.
  public var cordonedLogDirs: [KafkaUUID]? = nil

  public init() {}

  public init(
    brokerId: Int32 = 0,
    isMigratingZkBroker: Bool = false,
    incarnationId: KafkaUUID = .zero,
    brokerEpoch: Int64 = 0,
    endPoints: [BrokerEndpoint] = [],
    features: [BrokerFeature] = [],
    rack: String? = "",
    fenced: Bool = true,
    inControlledShutdown: Bool = false,
    logDirs: [KafkaUUID] = [],
    cordonedLogDirs: [KafkaUUID]? = nil
  ) {
    self.brokerId = brokerId
    self.isMigratingZkBroker = isMigratingZkBroker
    self.incarnationId = incarnationId
    self.brokerEpoch = brokerEpoch
    self.endPoints = endPoints
    self.features = features
    self.rack = rack
    self.fenced = fenced
    self.inControlledShutdown = inControlledShutdown
    self.logDirs = logDirs
    self.cordonedLogDirs = cordonedLogDirs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    brokerId = try reader.int32()
    if version >= 2 { isMigratingZkBroker = try reader.bool() }
    incarnationId = try reader.uuid()
    brokerEpoch = try reader.int64()
    endPoints = try reader.structures(BrokerEndpoint.self, minimumSize: 7, version: version, compact: true)
    features = try reader.structures(BrokerFeature.self, minimumSize: 6, version: version, compact: true)
    rack = try reader.nullableString(compact: true)
    fenced = try reader.bool()
    if version >= 1 { inControlledShutdown = try reader.bool() }
    let count = try reader.taggedFieldCount()
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      switch tag {
      case 0 where version >= 3:
        logDirs = try reader.elements(KafkaUUID.self, compact: true)
      case 1 where version >= 4:
        cordonedLogDirs = try reader.nullableElements(KafkaUUID.self, compact: true)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(brokerId)
    if version >= 2 { writer.bool(isMigratingZkBroker) }
    writer.uuid(incarnationId)
    writer.int64(brokerEpoch)
    writer.structures(endPoints, version: version, compact: true)
    writer.structures(features, version: version, compact: true)
    writer.nullableString(rack, compact: true)
    writer.bool(fenced)
    if version >= 1 { writer.bool(inControlledShutdown) }
    var tagged = TaggedFields()
    if version >= 3, !logDirs.isEmpty {
      tagged.add(0) { $0.elements(logDirs, compact: true) }
    }
    if version >= 4, cordonedLogDirs != nil {
      tagged.add(1) { $0.nullableElements(cordonedLogDirs, compact: true) }
    }
    tagged.write(to: &writer)
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 2, isMigratingZkBroker { return "isMigratingZkBroker" }
    if version < 1, inControlledShutdown { return "inControlledShutdown" }
    if version < 3, !logDirs.isEmpty { return "logDirs" }
    if version < 4, cordonedLogDirs != nil { return "cordonedLogDirs" }
    return nil
  }

  public struct BrokerEndpoint: KafkaStruct {
    public var name: String = ""
    public var host: String = ""
    public var port: UInt16 = 0
    public var securityProtocol: Int16 = 0

    public init() {}

    public init(
      name: String = "",
      host: String = "",
      port: UInt16 = 0,
      securityProtocol: Int16 = 0
    ) {
      self.name = name
      self.host = host
      self.port = port
      self.securityProtocol = securityProtocol
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      host = try reader.string(compact: true)
      port = try reader.uint16()
      securityProtocol = try reader.int16()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.string(host, compact: true)
      writer.uint16(port)
      writer.int16(securityProtocol)
      writer.noTaggedFields()
    }
  }

  public struct BrokerFeature: KafkaStruct {
    public var name: String = ""
    public var minSupportedVersion: Int16 = 0
    public var maxSupportedVersion: Int16 = 0

    public init() {}

    public init(
      name: String = "",
      minSupportedVersion: Int16 = 0,
      maxSupportedVersion: Int16 = 0
    ) {
      self.name = name
      self.minSupportedVersion = minSupportedVersion
      self.maxSupportedVersion = maxSupportedVersion
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      minSupportedVersion = try reader.int16()
      maxSupportedVersion = try reader.int16()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.int16(minSupportedVersion)
      writer.int16(maxSupportedVersion)
      writer.noTaggedFields()
    }
  }
}
