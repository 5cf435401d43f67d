// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Fetch.messages; not edited by hand.

import KafkaFormat

/// Reads record batches from partitions, for consumers and for followers.
/// KIP-227 (v7, sessions), KIP-392 (v11, racks), KIP-516 (v13, topic ids), KIP-903 (v15),
/// KIP-951 (v16).
public struct FetchRequest: KafkaRequest {
  public typealias Response = FetchResponse
  public static let apiKey = ApiKey.fetch
  public static let versions: ClosedRange<Int16> = 4...18
  public static let firstFlexibleVersion: Int16 = 12

  /// Versions 12+; tag 0.
  public var clusterId: String? = nil
  /// Versions 4–14.
  public var replicaId: Int32 = -1
  /// Versions 15+; tag 1.
  public var replicaState: ReplicaState = ReplicaState()
  public var maxWaitMs: Int32 = 0
  public var minBytes: Int32 = 0
  public var maxBytes: Int32 = 2147483647
  public var isolationLevel: Int8 = 0
  /// Versions 7+.
  public var sessionId: Int32 = 0
  /// Versions 7+.
  public var sessionEpoch: Int32 = -1
  public var topics: [FetchTopic] = []
  /// Versions 7+.
  public var forgottenTopicsData: [ForgottenTopic] = []
  /// Versions 11+.
  public var rackId: String = ""

  public init() {}

  public init(
    clusterId: String? = nil,
    replicaId: Int32 = -1,
    replicaState: ReplicaState = ReplicaState(),
    maxWaitMs: Int32 = 0,
    minBytes: Int32 = 0,
    maxBytes: Int32 = 2147483647,
    isolationLevel: Int8 = 0,
    sessionId: Int32 = 0,
    sessionEpoch: Int32 = -1,
    topics: [FetchTopic] = [],
    forgottenTopicsData: [ForgottenTopic] = [],
    rackId: String = ""
  ) {
    self.clusterId = clusterId
    self.replicaId = replicaId
    self.replicaState = replicaState
    self.maxWaitMs = maxWaitMs
    self.minBytes = minBytes
    self.maxBytes = maxBytes
    self.isolationLevel = isolationLevel
    self.sessionId = sessionId
    self.sessionEpoch = sessionEpoch
    self.topics = topics
    self.forgottenTopicsData = forgottenTopicsData
    self.rackId = rackId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 12
    self.init()
    if version <= 14 { replicaId = try reader.int32() }
    maxWaitMs = try reader.int32()
    minBytes = try reader.int32()
    maxBytes = try reader.int32()
    isolationLevel = try reader.int8()
    if version >= 7 { sessionId = try reader.int32() }
    if version >= 7 { sessionEpoch = try reader.int32() }
    topics = try reader.structures(FetchTopic.self, minimumSize: 3, version: version, compact: compact)
    if version >= 7 {
      forgottenTopicsData = try reader.structures(ForgottenTopic.self, minimumSize: 3, version: version, compact: compact)
    }
    if version >= 11 { rackId = try reader.string(compact: compact) }
    if compact {
      let count = try reader.taggedFieldCount()
      for _ in 0..<count {
        let (tag, size) = try reader.taggedFieldHeader()
        let end = reader.position + size
        switch tag {
        case 0:
          clusterId = try reader.nullableString(compact: true)
        case 1 where version >= 15:
          replicaState = try reader.structure(ReplicaState.self, version: version)
        default: try reader.skip(size)
        }
        try reader.expectTaggedFieldEnd(end)
      }
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 12
    if version <= 14 { writer.int32(replicaId) }
    writer.int32(maxWaitMs)
    writer.int32(minBytes)
    writer.int32(maxBytes)
    writer.int8(isolationLevel)
    if version >= 7 { writer.int32(sessionId) }
    if version >= 7 { writer.int32(sessionEpoch) }
    writer.structures(topics, version: version, compact: compact)
    if version >= 7 { writer.structures(forgottenTopicsData, version: version, compact: compact) }
    if version >= 11 { writer.string(rackId, compact: compact) }
    if compact {
      var tagged = TaggedFields()
      if clusterId != nil {
        tagged.add(0) { $0.nullableString(clusterId, compact: true) }
      }
      if version >= 15, replicaState != ReplicaState() {
        tagged.add(1) { $0.structure(replicaState, version: version) }
      }
      tagged.write(to: &writer)
    }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version > 14, replicaId != -1 { return "replicaId" }
    if version < 15, replicaState != ReplicaState() { return "replicaState" }
    for element in topics {
      if let inner = element.unsupportedField(in: version) {
        return "topics.\(inner)"
      }
    }
    if version < 7, !forgottenTopicsData.isEmpty { return "forgottenTopicsData" }
    return nil
  }

  public struct ReplicaState: KafkaStruct {
    public var replicaId: Int32 = -1
    public var replicaEpoch: Int64 = -1

    public init() {}

    public init(replicaId: Int32 = -1, replicaEpoch: Int64 = -1) {
      self.replicaId = replicaId
      self.replicaEpoch = replicaEpoch
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      replicaId = try reader.int32()
      replicaEpoch = try reader.int64()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(replicaId)
      writer.int64(replicaEpoch)
      writer.noTaggedFields()
    }
  }

  public struct FetchTopic: KafkaStruct {
    /// Versions 4–12.
    public var topic: String = ""
    /// Versions 13+.
    public var topicId: KafkaUUID = .zero
    public var partitions: [FetchPartition] = []

    public init() {}

    public init(
      topic: String = "",
      topicId: KafkaUUID = .zero,
      partitions: [FetchPartition] = []
    ) {
      self.topic = topic
      self.topicId = topicId
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 12
      self.init()
      if version <= 12 { topic = try reader.string(compact: compact) }
      if version >= 13 { topicId = try reader.uuid() }
      partitions = try reader.structures(FetchPartition.self, minimumSize: 16, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 12
      if version <= 12 { writer.string(topic, compact: compact) }
      if version >= 13 { writer.uuid(topicId) }
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }

    public func unsupportedField(in version: Int16) -> String? {
      for element in partitions {
        if let inner = element.unsupportedField(in: version) {
          return "partitions.\(inner)"
        }
      }
      return nil
    }
  }

  public struct FetchPartition: KafkaStruct {
    public var partition: Int32 = 0
    /// Versions 9+.
    public var currentLeaderEpoch: Int32 = -1
    public var fetchOffset: Int64 = 0
    /// Versions 12+.
    public var lastFetchedEpoch: Int32 = -1
    /// Versions 5+.
    public var logStartOffset: Int64 = -1
    public var partitionMaxBytes: Int32 = 0
    /// Versions 17+; tag 0.
    public var replicaDirectoryId: KafkaUUID = .zero
    /// Versions 18+; tag 1.
    public var highWatermark: Int64 = 9223372036854775807

    public init() {}

    public init(
      partition: Int32 = 0,
      currentLeaderEpoch: Int32 = -1,
      fetchOffset: Int64 = 0,
      lastFetchedEpoch: Int32 = -1,
      logStartOffset: Int64 = -1,
      partitionMaxBytes: Int32 = 0,
      replicaDirectoryId: KafkaUUID = .zero,
      highWatermark: Int64 = 9223372036854775807
    ) {
      self.partition = partition
      self.currentLeaderEpoch = currentLeaderEpoch
      self.fetchOffset = fetchOffset
      self.lastFetchedEpoch = lastFetchedEpoch
      self.logStartOffset = logStartOffset
      self.partitionMaxBytes = partitionMaxBytes
      self.replicaDirectoryId = replicaDirectoryId
      self.highWatermark = highWatermark
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 12
      self.init()
      partition = try reader.int32()
      if version >= 9 { currentLeaderEpoch = try reader.int32() }
      fetchOffset = try reader.int64()
      if version >= 12 { lastFetchedEpoch = try reader.int32() }
      if version >= 5 { logStartOffset = try reader.int64() }
      partitionMaxBytes = try reader.int32()
      if compact {
        let count = try reader.taggedFieldCount()
        for _ in 0..<count {
          let (tag, size) = try reader.taggedFieldHeader()
          let end = reader.position + size
          switch tag {
          case 0 where version >= 17:
            replicaDirectoryId = try reader.uuid()
          case 1 where version >= 18:
            highWatermark = try reader.int64()
          default: try reader.skip(size)
          }
          try reader.expectTaggedFieldEnd(end)
        }
      }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 12
      writer.int32(partition)
      if version >= 9 { writer.int32(currentLeaderEpoch) }
      writer.int64(fetchOffset)
      if version >= 12 { writer.int32(lastFetchedEpoch) }
      if version >= 5 { writer.int64(logStartOffset) }
      writer.int32(partitionMaxBytes)
      if compact {
        var tagged = TaggedFields()
        if version >= 17, replicaDirectoryId != .zero {
          tagged.add(0) { $0.uuid(replicaDirectoryId) }
        }
        if version >= 18, highWatermark != 9223372036854775807 {
          tagged.add(1) { $0.int64(highWatermark) }
        }
        tagged.write(to: &writer)
      }
    }

    public func unsupportedField(in version: Int16) -> String? {
      if version < 12, lastFetchedEpoch != -1 { return "lastFetchedEpoch" }
      return nil
    }
  }

  public struct ForgottenTopic: KafkaStruct {
    /// Versions 7–12.
    public var topic: String = ""
    /// Versions 13+.
    public var topicId: KafkaUUID = .zero
    public var partitions: [Int32] = []

    public init() {}

    public init(topic: String = "", topicId: KafkaUUID = .zero, partitions: [Int32] = []) {
      self.topic = topic
      self.topicId = topicId
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 12
      self.init()
      if version <= 12 { topic = try reader.string(compact: compact) }
      if version >= 13 { topicId = try reader.uuid() }
      partitions = try reader.elements(Int32.self, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 12
      if version <= 12 { writer.string(topic, compact: compact) }
      if version >= 13 { writer.uuid(topicId) }
      writer.elements(partitions, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
