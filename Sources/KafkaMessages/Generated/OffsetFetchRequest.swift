// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetFetch.messages; not edited by hand.

import KafkaFormat

/// How far groups have read.
/// KIP-88 (v2, all of a group), KIP-320 (v5, leader epochs), KIP-447 (v7, stable offsets),
/// KIP-709 (v8, several groups), KIP-848 (v9, member epochs), KIP-516 (v10, topic ids).
public struct OffsetFetchRequest: KafkaRequest {
  public typealias Response = OffsetFetchResponse
  public static let apiKey = ApiKey.offsetFetch
  public static let versions: ClosedRange<Int16> = 1...10
  public static let firstFlexibleVersion: Int16 = 6

  /// Versions 1–7.
  public var groupId: String = ""
  /// Versions 1–7; null in versions 2–7.
  public var topics: [OffsetFetchRequestTopic]? = []
  /// Versions 8+.
  public var groups: [OffsetFetchRequestGroup] = []
  /// Versions 7+.
  public var requireStable: Bool = false

  public init() {}

  public init(
    groupId: String = "",
    topics: [OffsetFetchRequestTopic]? = [],
    groups: [OffsetFetchRequestGroup] = [],
    requireStable: Bool = false
  ) {
    self.groupId = groupId
    self.topics = topics
    self.groups = groups
    self.requireStable = requireStable
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 6
    self.init()
    if version <= 7 { groupId = try reader.string(compact: compact) }
    if version <= 7 {
      if version >= 2 {
        topics = try reader.nullableStructures(OffsetFetchRequestTopic.self, minimumSize: 3, version: version, compact: compact)
      } else {
        topics = try reader.structures(OffsetFetchRequestTopic.self, minimumSize: 3, version: version, compact: compact)
      }
    }
    if version >= 8 {
      groups = try reader.structures(OffsetFetchRequestGroup.self, minimumSize: 3, version: version, compact: compact)
    }
    if version >= 7 { requireStable = try reader.bool() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 6
    if version <= 7 { writer.string(groupId, compact: compact) }
    if version <= 7 {
      if version >= 2 {
        writer.nullableStructures(topics, version: version, compact: compact)
      } else {
        writer.structures(topics ?? [], version: version, compact: compact)
      }
    }
    if version >= 8 { writer.structures(groups, version: version, compact: compact) }
    if version >= 7 { writer.bool(requireStable) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version > 7, groupId != "" { return "groupId" }
    if version > 7, topics?.isEmpty != true { return "topics" }
    if version < 2 || version > 7, topics == nil { return "topics" }
    if version < 8, !groups.isEmpty { return "groups" }
    if version < 7, requireStable { return "requireStable" }
    return nil
  }

  public struct OffsetFetchRequestTopic: KafkaStruct {
    public var name: String = ""
    public var partitionIndexes: [Int32] = []

    public init() {}

    public init(name: String = "", partitionIndexes: [Int32] = []) {
      self.name = name
      self.partitionIndexes = partitionIndexes
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      name = try reader.string(compact: compact)
      partitionIndexes = try reader.elements(Int32.self, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.string(name, compact: compact)
      writer.elements(partitionIndexes, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct OffsetFetchRequestGroup: KafkaStruct {
    public var groupId: String = ""
    /// Versions 9+.
    public var memberId: String? = nil
    /// Versions 9+.
    public var memberEpoch: Int32 = -1
    public var topics: [OffsetFetchRequestTopics]? = []

    public init() {}

    public init(
      groupId: String = "",
      memberId: String? = nil,
      memberEpoch: Int32 = -1,
      topics: [OffsetFetchRequestTopics]? = []
    ) {
      self.groupId = groupId
      self.memberId = memberId
      self.memberEpoch = memberEpoch
      self.topics = topics
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      groupId = try reader.string(compact: true)
      if version >= 9 { memberId = try reader.nullableString(compact: true) }
      if version >= 9 { memberEpoch = try reader.int32() }
      topics = try reader.nullableStructures(OffsetFetchRequestTopics.self, minimumSize: 3, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(groupId, compact: true)
      if version >= 9 { writer.nullableString(memberId, compact: true) }
      if version >= 9 { writer.int32(memberEpoch) }
      writer.nullableStructures(topics, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct OffsetFetchRequestTopics: KafkaStruct {
    /// Versions 8–9.
    public var name: String = ""
    /// Versions 10+.
    public var topicId: KafkaUUID = .zero
    public var partitionIndexes: [Int32] = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      partitionIndexes: [Int32] = []
    ) {
      self.name = name
      self.topicId = topicId
      self.partitionIndexes = partitionIndexes
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      if version <= 9 { name = try reader.string(compact: true) }
      if version >= 10 { topicId = try reader.uuid() }
      partitionIndexes = try reader.elements(Int32.self, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      if version <= 9 { writer.string(name, compact: true) }
      if version >= 10 { writer.uuid(topicId) }
      writer.elements(partitionIndexes, compact: true)
      writer.noTaggedFields()
    }
  }
}
