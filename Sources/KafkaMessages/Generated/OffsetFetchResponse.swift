// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetFetch.messages; not edited by hand.

import KafkaFormat

/// How far groups have read.
/// KIP-88 (v2, all of a group), KIP-320 (v5, leader epochs), KIP-447 (v7, stable offsets),
/// KIP-709 (v8, several groups), KIP-848 (v9, member epochs), KIP-516 (v10, topic ids).
public struct OffsetFetchResponse: KafkaResponse {
  public static let apiKey = ApiKey.offsetFetch
  public static let versions: ClosedRange<Int16> = 1...10
  public static let firstFlexibleVersion: Int16 = 6

  /// Versions 3+.
  public var throttleTimeMs: Int32 = 0
  /// Versions 1–7.
  public var topics: [OffsetFetchResponseTopic] = []
  /// Versions 2–7.
  public var errorCode: ErrorCode = .none
  /// Versions 8+.
  public var groups: [OffsetFetchResponseGroup] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    topics: [OffsetFetchResponseTopic] = [],
    errorCode: ErrorCode = .none,
    groups: [OffsetFetchResponseGroup] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
    self.errorCode = errorCode
    self.groups = groups
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 6
    self.init()
    if version >= 3 { throttleTimeMs = try reader.int32() }
    if version <= 7 {
      topics = try reader.structures(OffsetFetchResponseTopic.self, minimumSize: 3, version: version, compact: compact)
    }
    if version >= 2 && version <= 7 { errorCode = try reader.errorCode() }
    if version >= 8 {
      groups = try reader.structures(OffsetFetchResponseGroup.self, minimumSize: 5, version: version, compact: compact)
    }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 6
    if version >= 3 { writer.int32(throttleTimeMs) }
    if version <= 7 { writer.structures(topics, version: version, compact: compact) }
    if version >= 2 && version <= 7 { writer.errorCode(errorCode) }
    if version >= 8 { writer.structures(groups, version: version, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public struct OffsetFetchResponseTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [OffsetFetchResponsePartition] = []

    public init() {}

    public init(name: String = "", partitions: [OffsetFetchResponsePartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      name = try reader.string(compact: compact)
      partitions = try reader.structures(OffsetFetchResponsePartition.self, minimumSize: 16, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.string(name, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct OffsetFetchResponsePartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var committedOffset: Int64 = 0
    /// Versions 5–7.
    public var committedLeaderEpoch: Int32 = -1
    public var metadata: String? = ""
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      committedOffset: Int64 = 0,
      committedLeaderEpoch: Int32 = -1,
      metadata: String? = "",
      errorCode: ErrorCode = .none
    ) {
      self.partitionIndex = partitionIndex
      self.committedOffset = committedOffset
      self.committedLeaderEpoch = committedLeaderEpoch
      self.metadata = metadata
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      partitionIndex = try reader.int32()
      committedOffset = try reader.int64()
      if version >= 5 { committedLeaderEpoch = try reader.int32() }
      metadata = try reader.nullableString(compact: compact)
      errorCode = try reader.errorCode()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.int32(partitionIndex)
      writer.int64(committedOffset)
      if version >= 5 { writer.int32(committedLeaderEpoch) }
      writer.nullableString(metadata, compact: compact)
      writer.errorCode(errorCode)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct OffsetFetchResponseGroup: KafkaStruct {
    public var groupId: String = ""
    public var topics: [OffsetFetchResponseTopics] = []
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(
      groupId: String = "",
      topics: [OffsetFetchResponseTopics] = [],
      errorCode: ErrorCode = .none
    ) {
      self.groupId = groupId
      self.topics = topics
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      groupId = try reader.string(compact: true)
      topics = try reader.structures(OffsetFetchResponseTopics.self, minimumSize: 3, version: version, compact: true)
      errorCode = try reader.errorCode()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(groupId, compact: true)
      writer.structures(topics, version: version, compact: true)
      writer.errorCode(errorCode)
      writer.noTaggedFields()
    }
  }

  public struct OffsetFetchResponseTopics: KafkaStruct {
    /// Versions 8–9.
    public var name: String = ""
    /// Versions 10+.
    public var topicId: KafkaUUID = .zero
    public var partitions: [OffsetFetchResponsePartitions] = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      partitions: [OffsetFetchResponsePartitions] = []
    ) {
      self.name = name
      self.topicId = topicId
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      if version <= 9 { name = try reader.string(compact: true) }
      if version >= 10 { topicId = try reader.uuid() }
      partitions = try reader.structures(OffsetFetchResponsePartitions.self, minimumSize: 20, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      if version <= 9 { writer.string(name, compact: true) }
      if version >= 10 { writer.uuid(topicId) }
      writer.structures(partitions, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct OffsetFetchResponsePartitions: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var committedOffset: Int64 = 0
    public var committedLeaderEpoch: Int32 = -1
    public var metadata: String? = ""
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      committedOffset: Int64 = 0,
      committedLeaderEpoch: Int32 = -1,
      metadata: String? = "",
      errorCode: ErrorCode = .none
    ) {
      self.partitionIndex = partitionIndex
      self.committedOffset = committedOffset
      self.committedLeaderEpoch = committedLeaderEpoch
      self.metadata = metadata
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      committedOffset = try reader.int64()
      committedLeaderEpoch = try reader.int32()
      metadata = try reader.nullableString(compact: true)
      errorCode = try reader.errorCode()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.int64(committedOffset)
      writer.int32(committedLeaderEpoch)
      writer.nullableString(metadata, compact: true)
      writer.errorCode(errorCode)
      writer.noTaggedFields()
    }
  }
}
