// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetCommit.messages; not edited by hand.

import KafkaFormat

/// Stores how far a group has read.
/// KIP-211 (v5, no retention of its own), KIP-320 (v6, leader epochs), KIP-345 (v7, static members),
/// KIP-848 (v9, member epochs), KIP-516 (v10, topic ids).
public struct OffsetCommitResponse: KafkaResponse {
  public static let apiKey = ApiKey.offsetCommit
  public static let versions: ClosedRange<Int16> = 2...10
  public static let firstFlexibleVersion: Int16 = 8

  /// Versions 3+.
  public var throttleTimeMs: Int32 = 0
  public var topics: [OffsetCommitResponseTopic] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, topics: [OffsetCommitResponseTopic] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 8
    self.init()
    if version >= 3 { throttleTimeMs = try reader.int32() }
    topics = try reader.structures(OffsetCommitResponseTopic.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 8
    if version >= 3 { writer.int32(throttleTimeMs) }
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct OffsetCommitResponseTopic: KafkaStruct {
    /// Versions 2–9.
    public var name: String = ""
    /// Versions 10+.
    public var topicId: KafkaUUID = .zero
    public var partitions: [OffsetCommitResponsePartition] = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      partitions: [OffsetCommitResponsePartition] = []
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
      partitions = try reader.structures(OffsetCommitResponsePartition.self, minimumSize: 6, version: version, compact: compact)
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

  public struct OffsetCommitResponsePartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(partitionIndex: Int32 = 0, errorCode: ErrorCode = .none) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 8
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 8
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
      if compact { writer.noTaggedFields() }
    }
  }
}
