// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Fetch.messages; not edited by hand.

import KafkaFormat

/// Reads record batches from partitions, for consumers and for followers.
/// KIP-227 (v7, sessions), KIP-392 (v11, racks), KIP-516 (v13, topic ids), KIP-903 (v15),
/// KIP-951 (v16).
public struct FetchResponse: KafkaResponse {
  public static let apiKey = ApiKey.fetch
  public static let versions: ClosedRange<Int16> = 4...18
  public static let firstFlexibleVersion: Int16 = 12

  public var throttleTimeMs: Int32 = 0
  /// Versions 7+.
  public var errorCode: ErrorCode = .none
  /// Versions 7+.
  public var sessionId: Int32 = 0
  public var responses: [FetchableTopicResponse] = []
  /// Versions 16+; tag 0.
  public var nodeEndpoints: [NodeEndpoint] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    sessionId: Int32 = 0,
    responses: [FetchableTopicResponse] = [],
    nodeEndpoints: [NodeEndpoint] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.sessionId = sessionId
    self.responses = responses
    self.nodeEndpoints = nodeEndpoints
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 12
    self.init()
    throttleTimeMs = try reader.int32()
    if version >= 7 { errorCode = try reader.errorCode() }
    if version >= 7 { sessionId = try reader.int32() }
    responses = try reader.structures(FetchableTopicResponse.self, minimumSize: 3, version: version, compact: compact)
    if compact {
      let count = try reader.taggedFieldCount()
      for _ in 0..<count {
        let (tag, size) = try reader.taggedFieldHeader()
        let end = reader.position + size
        switch tag {
        case 0 where version >= 16:
          nodeEndpoints = try reader.structures(NodeEndpoint.self, minimumSize: 11, version: version, compact: true)
        default: try reader.skip(size)
        }
        try reader.expectTaggedFieldEnd(end)
      }
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 12
    writer.int32(throttleTimeMs)
    if version >= 7 { writer.errorCode(errorCode) }
    if version >= 7 { writer.int32(sessionId) }
    writer.structures(responses, version: version, compact: compact)
    if compact {
      var tagged = TaggedFields()
      if version >= 16, !nodeEndpoints.isEmpty {
        tagged.add(0) { $0.structures(nodeEndpoints, version: version, compact: true) }
      }
      tagged.write(to: &writer)
    }
  }

  public struct FetchableTopicResponse: KafkaStruct {
    /// Versions 4–12.
    public var topic: String = ""
    /// Versions 13+.
    public var topicId: KafkaUUID = .zero
    public var partitions: [PartitionData] = []

    public init() {}

    public init(
      topic: String = "",
      topicId: KafkaUUID = .zero,
      partitions: [PartitionData] = []
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
      partitions = try reader.structures(PartitionData.self, minimumSize: 30, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 12
      if version <= 12 { writer.string(topic, compact: compact) }
      if version >= 13 { writer.uuid(topicId) }
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct PartitionData: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var highWatermark: Int64 = 0
    public var lastStableOffset: Int64 = -1
    /// Versions 5+.
    public var logStartOffset: Int64 = -1
    /// Versions 12+; tag 0.
    public var divergingEpoch: EpochEndOffset = EpochEndOffset()
    /// Versions 12+; tag 1.
    public var currentLeader: LeaderIdAndEpoch = LeaderIdAndEpoch()
    /// Versions 12+; tag 2.
    public var snapshotId: SnapshotId = SnapshotId()
    public var abortedTransactions: [AbortedTransaction]? = []
    /// Versions 11+.
    public var preferredReadReplica: Int32 = -1
    public var records: [UInt8]? = []

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      errorCode: ErrorCode = .none,
      highWatermark: Int64 = 0,
      lastStableOffset: Int64 = -1,
      logStartOffset: Int64 = -1,
      divergingEpoch: EpochEndOffset = EpochEndOffset(),
      currentLeader: LeaderIdAndEpoch = LeaderIdAndEpoch(),
      snapshotId: SnapshotId = SnapshotId(),
      abortedTransactions: [AbortedTransaction]? = [],
      preferredReadReplica: Int32 = -1,
      records: [UInt8]? = []
    ) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
      self.highWatermark = highWatermark
      self.lastStableOffset = lastStableOffset
      self.logStartOffset = logStartOffset
      self.divergingEpoch = divergingEpoch
      self.currentLeader = currentLeader
      self.snapshotId = snapshotId
      self.abortedTransactions = abortedTransactions
      self.preferredReadReplica = preferredReadReplica
      self.records = records
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 12
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
      highWatermark = try reader.int64()
      lastStableOffset = try reader.int64()
      if version >= 5 { logStartOffset = try reader.int64() }
      abortedTransactions = try reader.nullableStructures(AbortedTransaction.self, minimumSize: 16, version: version, compact: compact)
      if version >= 11 { preferredReadReplica = try reader.int32() }
      records = try reader.nullableByteArray(compact: compact)
      if compact {
        let count = try reader.taggedFieldCount()
        for _ in 0..<count {
          let (tag, size) = try reader.taggedFieldHeader()
          let end = reader.position + size
          switch tag {
          case 0:
            divergingEpoch = try reader.structure(EpochEndOffset.self, version: version)
          case 1:
            currentLeader = try reader.structure(LeaderIdAndEpoch.self, version: version)
          case 2:
            snapshotId = try reader.structure(SnapshotId.self, version: version)
          default: try reader.skip(size)
          }
          try reader.expectTaggedFieldEnd(end)
        }
      }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 12
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
      writer.int64(highWatermark)
      writer.int64(lastStableOffset)
      if version >= 5 { writer.int64(logStartOffset) }
      writer.nullableStructures(abortedTransactions, version: version, compact: compact)
      if version >= 11 { writer.int32(preferredReadReplica) }
      writer.nullableByteArray(records, compact: compact)
      if compact {
        var tagged = TaggedFields()
        if divergingEpoch != EpochEndOffset() {
          tagged.add(0) { $0.structure(divergingEpoch, version: version) }
        }
        if currentLeader != LeaderIdAndEpoch() {
          tagged.add(1) { $0.structure(currentLeader, version: version) }
        }
        if snapshotId != SnapshotId() {
          tagged.add(2) { $0.structure(snapshotId, version: version) }
        }
        tagged.write(to: &writer)
      }
    }
  }

  public struct EpochEndOffset: KafkaStruct {
    public var epoch: Int32 = -1
    public var endOffset: Int64 = -1

    public init() {}

    public init(epoch: Int32 = -1, endOffset: Int64 = -1) {
      self.epoch = epoch
      self.endOffset = endOffset
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      epoch = try reader.int32()
      endOffset = try reader.int64()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(epoch)
      writer.int64(endOffset)
      writer.noTaggedFields()
    }
  }

  public struct LeaderIdAndEpoch: KafkaStruct {
    public var leaderId: Int32 = -1
    public var leaderEpoch: Int32 = -1

    public init() {}

    public init(leaderId: Int32 = -1, leaderEpoch: Int32 = -1) {
      self.leaderId = leaderId
      self.leaderEpoch = leaderEpoch
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      leaderId = try reader.int32()
      leaderEpoch = try reader.int32()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(leaderId)
      writer.int32(leaderEpoch)
      writer.noTaggedFields()
    }
  }

  public struct SnapshotId: KafkaStruct {
    public var endOffset: Int64 = -1
    public var epoch: Int32 = -1

    public init() {}

    public init(endOffset: Int64 = -1, epoch: Int32 = -1) {
      self.endOffset = endOffset
      self.epoch = epoch
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      endOffset = try reader.int64()
      epoch = try reader.int32()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int64(endOffset)
      writer.int32(epoch)
      writer.noTaggedFields()
    }
  }

  public struct AbortedTransaction: KafkaStruct {
    public var producerId: Int64 = 0
    public var firstOffset: Int64 = 0

    public init() {}

    public init(producerId: Int64 = 0, firstOffset: Int64 = 0) {
      self.producerId = producerId
      self.firstOffset = firstOffset
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 12
      self.init()
      producerId = try reader.int64()
      firstOffset = try reader.int64()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 12
      writer.int64(producerId)
      writer.int64(firstOffset)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct NodeEndpoint: KafkaStruct {
    public var nodeId: Int32 = 0
    public var host: String = ""
    public var port: Int32 = 0
    public var rack: String? = nil

    public init() {}

    public init(nodeId: Int32 = 0, host: String = "", port: Int32 = 0, rack: String? = nil) {
      self.nodeId = nodeId
      self.host = host
      self.port = port
      self.rack = rack
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      nodeId = try reader.int32()
      host = try reader.string(compact: true)
      port = try reader.int32()
      rack = try reader.nullableString(compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(nodeId)
      writer.string(host, compact: true)
      writer.int32(port)
      writer.nullableString(rack, compact: true)
      writer.noTaggedFields()
    }
  }
}
