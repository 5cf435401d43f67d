// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/VotersRecord.messages; not edited by hand.

import KafkaFormat

/// Body of the control record that lists the voters of the metadata quorum.
/// KIP-853.
public struct VotersRecord: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var version: Int16 = 0
  public var voters: [Voter] = []

  public init() {}

  public init(version: Int16 = 0, voters: [Voter] = []) {
    self.version = version
    self.voters = voters
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    self.version = try reader.int16()
    voters = try reader.structures(Voter.self, minimumSize: 27, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int16(self.version)
    writer.structures(voters, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct Voter: KafkaStruct {
    public var voterId: Int32 = 0
    public var voterDirectoryId: KafkaUUID = .zero
    public var endpoints: [Endpoint] = []
    public var kRaftVersionFeature: KRaftVersionFeature = KRaftVersionFeature()

    public init() {}

    public init(
      voterId: Int32 = 0,
      voterDirectoryId: KafkaUUID = .zero,
      endpoints: [Endpoint] = [],
      kRaftVersionFeature: KRaftVersionFeature = KRaftVersionFeature()
    ) {
      self.voterId = voterId
      self.voterDirectoryId = voterDirectoryId
      self.endpoints = endpoints
      self.kRaftVersionFeature = kRaftVersionFeature
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      voterId = try reader.int32()
      voterDirectoryId = try reader.uuid()
      endpoints = try reader.structures(Endpoint.self, minimumSize: 5, version: version, compact: true)
      kRaftVersionFeature = try reader.structure(KRaftVersionFeature.self, version: version)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(voterId)
      writer.uuid(voterDirectoryId)
      writer.structures(endpoints, version: version, compact: true)
      writer.structure(kRaftVersionFeature, version: version)
      writer.noTaggedFields()
    }
  }

  public struct Endpoint: KafkaStruct {
    public var name: String = ""
    public var host: String = ""
    public var port: UInt16 = 0

    public init() {}

    public init(name: String = "", host: String = "", port: UInt16 = 0) {
      self.name = name
      self.host = host
      self.port = port
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      host = try reader.string(compact: true)
      port = try reader.uint16()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.string(host, compact: true)
      writer.uint16(port)
      writer.noTaggedFields()
    }
  }

  public struct KRaftVersionFeature: KafkaStruct {
    public var minSupportedVersion: Int16 = 0
    public var maxSupportedVersion: Int16 = 0

    public init() {}

    public init(minSupportedVersion: Int16 = 0, maxSupportedVersion: Int16 = 0) {
      self.minSupportedVersion = minSupportedVersion
      self.maxSupportedVersion = maxSupportedVersion
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      minSupportedVersion = try reader.int16()
      maxSupportedVersion = try reader.int16()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int16(minSupportedVersion)
      writer.int16(maxSupportedVersion)
      writer.noTaggedFields()
    }
  }
}
