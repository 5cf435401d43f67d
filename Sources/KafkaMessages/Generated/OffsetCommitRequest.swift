// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetCommit.messages; not edited by hand.

import KafkaFormat

/// Stores how far a group has read.
/// KIP-211 (v5, no retention of its own), KIP-320 (v6, leader epochs), KIP-345 (v7, static members),
/// KIP-848 (v9, member epochs), KIP-516 (v10, topic ids).
public struct OffsetCommitRequest: KafkaRequest {
  public typealias Response = OffsetCommitResponse
  public static let apiKey = ApiKey.offsetCommit
  public static let versions: ClosedRange<Int16> = 2...10
  public static let firstFlexibleVersion: Int16 = 8

  public var groupId: String = ""
  public var generationIdOrMemberEpoch: Int32 = -1
  public var memberId: String = ""
  /// Versions 7+.
  public var groupInstanceId: String? = nil
  /// Versions 2–4.
  public var retentionTimeMs: Int64 = -1
  public var topics: [OffsetCommitRequestTopic] = []

  public init() {}

  public init(
    groupId: String = "",
    generationIdOrMemberEpoch: Int32 = -1,
    memberId: String = "",
    groupInstanceId: String? = nil,
    retentionTimeMs: Int64 = -1,
    topics: [OffsetCommitRequestTopic] = []
  ) {
    self.groupId = groupId
    self.generationIdOrMemberEpoch = generationIdOrMemberEpoch
    self.memberId = memberId
    self.groupInstanceId = groupInstanceId
    self.retentionTimeMs = retentionTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 8
    self.init()
    groupId = try reader.string(compact: compact)
    generationIdOrMemberEpoch = try reader.int32()
    memberId = try reader.string(compact: compact)
    if version >= 7 { groupInstanceId = try reader.nullableString(compact: compact) }
    if version <= 4 { retentionTimeMs = try reader.int64() }
    topics = try reader.structures(OffsetCommitRequestTopic.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 8
    writer.string(groupId, compact: compact)
    writer.int32(generationIdOrMemberEpoch)
    writer.string(memberId, compact: compact)
    if version >= 7 { writer.nullableString(groupInstanceId, compact: compact) }
    if version <= 4 { writer.int64(retentionTimeMs) }
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 7, groupInstanceId != nil { return "groupInstanceId" }
    return nil
  }

  public struct OffsetCommitRequestTopic: KafkaStruct {
    /// Versions 2–9.
    public var name: String = ""
    /// Versions 10+.
    public var topicId: KafkaUUID = .zero
    public var partitions: [OffsetCommitRequestPartition] = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      partitions: [OffsetCommitRequestPartition] = []
    ) {
      self.name = name
      self.topicId = topicId
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 8
      self.init()
      if version <= 9 { name = try reader.string(compact: compact) }
      if version >= 10 { topicId = try reader.uuid() }
      partitions = try reader.structures(OffsetCommitRequestPartition.self, minimumSize: 14, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 8
      if version <= 9 { writer.string(name, compact: compact) }
      if version >= 10 { writer.uuid(topicId) }
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct OffsetCommitRequestPartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var committedOffset: Int64 = 0
    /// Versions 6+.
    public var committedLeaderEpoch: Int32 = -1
    public var committedMetadata: String? = ""

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      committedOffset: Int64 = 0,
      committedLeaderEpoch: Int32 = -1,
      committedMetadata: String? = ""
    ) {
      self.partitionIndex = partitionIndex
      self.committedOffset = committedOffset
      self.committedLeaderEpoch = committedLeaderEpoch
      self.committedMetadata = committedMetadata
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 8
      self.init()
      partitionIndex = try reader.int32()
      committedOffset = try reader.int64()
      if version >= 6 { committedLeaderEpoch = try reader.int32() }
      committedMetadata = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 8
      writer.int32(partitionIndex)
      writer.int64(committedOffset)
      if version >= 6 { writer.int32(committedLeaderEpoch) }
      writer.nullableString(committedMetadata, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
