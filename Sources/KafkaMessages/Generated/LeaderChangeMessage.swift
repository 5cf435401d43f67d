// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/LeaderChangeMessage.messages; not edited by hand.

import KafkaFormat

/// Body of the control record by which a new leader of the metadata quorum opens its epoch.
/// KIP-595, KIP-853 (v1, directory ids).
public struct LeaderChangeMessage: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 0

  public var version: Int16 = 0
  public var leaderId: Int32 = 0
  public var voters: [Voter] = []
  public var grantingVoters: [Voter] = []

  public init() {}

  public init(
    version: Int16 = 0,
    leaderId: Int32 = 0,
    voters: [Voter] = [],
    grantingVoters: [Voter] = []
  ) {
    self.version = version
    self.leaderId = leaderId
    self.voters = voters
    self.grantingVoters = grantingVoters
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    self.version = try reader.int16()
    leaderId = try reader.int32()
    voters = try reader.structures(Voter.self, minimumSize: 5, version: version, compact: true)
    grantingVoters = try reader.structures(Voter.self, minimumSize: 5, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int16(self.version)
    writer.int32(leaderId)
    writer.structures(voters, version: version, compact: true)
    writer.structures(grantingVoters, version: version, compact: true)
    writer.noTaggedFields()
  }

  public func unsupportedField(in version: Int16) -> String? {
    for element in voters {
      if let inner = element.unsupportedField(in: version) {
        return "voters.\(inner)"
      }
    }
    for element in grantingVoters {
      if let inner = element.unsupportedField(in: version) {
        return "grantingVoters.\(inner)"
      }
    }
    return nil
  }

  public struct Voter: KafkaStruct {
    public var voterId: Int32 = 0
    /// Versions 1+.
    public var voterDirectoryId: KafkaUUID = .zero

    public init() {}

    public init(voterId: Int32 = 0, voterDirectoryId: KafkaUUID = .zero) {
      self.voterId = voterId
      self.voterDirectoryId = voterDirectoryId
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      voterId = try reader.int32()
      if version >= 1 { voterDirectoryId = try reader.uuid() }
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(voterId)
      if version >= 1 { writer.uuid(voterDirectoryId) }
      writer.noTaggedFields()
    }

    public func unsupportedField(in version: Int16) -> String? {
      if version < 1, voterDirectoryId != .zero { return "voterDirectoryId" }
      return nil
    }
  }
}
