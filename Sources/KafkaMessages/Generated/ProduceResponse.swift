// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Produce.messages; not edited by hand.

import KafkaFormat

/// Appends record batches to partitions.
/// KIP-98 (v3), KIP-467 (v8, record errors), KIP-951 (v10, current leader), KIP-516 (v13, topic ids).
public struct ProduceResponse: KafkaResponse {
  public static let apiKey = ApiKey.produce
  public static let versions: ClosedRange<Int16> = 3...13
  public static let firstFlexibleVersion: Int16 = 9

  public var responses: [TopicProduceResponse] = []
  public var throttleTimeMs: Int32 = 0
  /// Versions 10+; tag 0.
  public var nodeEndpoints: [NodeEndpoint] = []

  public init() {}

  public init(
    responses: [TopicProduceResponse] = [],
    throttleTimeMs: Int32 = 0,
    nodeEndpoints: [NodeEndpoint] = []
  ) {
    self.responses = responses
    self.throttleTimeMs = throttleTimeMs
    self.nodeEndpoints = nodeEndpoints
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 9
    self.init()
    responses = try reader.structures(TopicProduceResponse.self, minimumSize: 3, version: version, compact: compact)
    throttleTimeMs = try reader.int32()
    if compact {
      let count = try reader.taggedFieldCount()
      for _ in 0..<count {
        let (tag, size) = try reader.taggedFieldHeader()
        let end = reader.position + size
        switch tag {
        case 0 where version >= 10:
          nodeEndpoints = try reader.structures(NodeEndpoint.self, minimumSize: 11, version: version, compact: true)
        default: try reader.skip(size)
        }
        try reader.expectTaggedFieldEnd(end)
      }
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 9
    writer.structures(responses, version: version, compact: compact)
    writer.int32(throttleTimeMs)
    if compact {
      var tagged = TaggedFields()
      if version >= 10, !nodeEndpoints.isEmpty {
        tagged.add(0) { $0.structures(nodeEndpoints, version: version, compact: true) }
      }
      tagged.write(to: &writer)
    }
  }

  public struct TopicProduceResponse: KafkaStruct {
    /// Versions 3–12.
    public var name: String = ""
    /// Versions 13+.
    public var topicId: KafkaUUID = .zero
    public var partitionResponses: [PartitionProduceResponse] = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      partitionResponses: [PartitionProduceResponse] = []
    ) {
      self.name = name
      self.topicId = topicId
      self.partitionResponses = partitionResponses
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      if version <= 12 { name = try reader.string(compact: compact) }
      if version >= 13 { topicId = try reader.uuid() }
      partitionResponses = try reader.structures(PartitionProduceResponse.self, minimumSize: 22, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      if version <= 12 { writer.string(name, compact: compact) }
      if version >= 13 { writer.uuid(topicId) }
      writer.structures(partitionResponses, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct PartitionProduceResponse: KafkaStruct {
    public var index: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var baseOffset: Int64 = 0
    public var logAppendTimeMs: Int64 = -1
    /// Versions 5+.
    public var logStartOffset: Int64 = -1
    /// Versions 8+.
    public var recordErrors: [BatchIndexAndErrorMessage] = []
    /// Versions 8+.
    public var errorMessage: String? = nil
    /// Versions 10+; tag 0.
    public var currentLeader: LeaderIdAndEpoch = LeaderIdAndEpoch()

    public init() {}

    public init(
      index: Int32 = 0,
      errorCode: ErrorCode = .none,
      baseOffset: Int64 = 0,
      logAppendTimeMs: Int64 = -1,
      logStartOffset: Int64 = -1,
      recordErrors: [BatchIndexAndErrorMessage] = [],
      errorMessage: String? = nil,
      currentLeader: LeaderIdAndEpoch = LeaderIdAndEpoch()
    ) {
      self.index = index
      self.errorCode = errorCode
      self.baseOffset = baseOffset
      self.logAppendTimeMs = logAppendTimeMs
      self.logStartOffset = logStartOffset
      self.recordErrors = recordErrors
      self.errorMessage = errorMessage
      self.currentLeader = currentLeader
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      index = try reader.int32()
      errorCode = try reader.errorCode()
      baseOffset = try reader.int64()
      logAppendTimeMs = try reader.int64()
      if version >= 5 { logStartOffset = try reader.int64() }
      if version >= 8 {
        recordErrors = try reader.structures(BatchIndexAndErrorMessage.self, minimumSize: 6, version: version, compact: compact)
      }
      if version >= 8 { errorMessage = try reader.nullableString(compact: compact) }
      if compact {
        let count = try reader.taggedFieldCount()
        for _ in 0..<count {
          let (tag, size) = try reader.taggedFieldHeader()
          let end = reader.position + size
          switch tag {
          case 0 where version >= 10:
            currentLeader = try reader.structure(LeaderIdAndEpoch.self, version: version)
          default: try reader.skip(size)
          }
          try reader.expectTaggedFieldEnd(end)
        }
      }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      writer.int32(index)
      writer.errorCode(errorCode)
      writer.int64(baseOffset)
      writer.int64(logAppendTimeMs)
      if version >= 5 { writer.int64(logStartOffset) }
      if version >= 8 { writer.structures(recordErrors, version: version, compact: compact) }
      if version >= 8 { writer.nullableString(errorMessage, compact: compact) }
      if compact {
        var tagged = TaggedFields()
        if version >= 10, currentLeader != LeaderIdAndEpoch() {
          tagged.add(0) { $0.structure(currentLeader, version: version) }
        }
        tagged.write(to: &writer)
      }
    }
  }

  public struct BatchIndexAndErrorMessage: KafkaStruct {
    public var batchIndex: Int32 = 0
    public var batchIndexErrorMessage: String? = nil

    public init() {}

    public init(batchIndex: Int32 = 0, batchIndexErrorMessage: String? = nil) {
      self.batchIndex = batchIndex
      self.batchIndexErrorMessage = batchIndexErrorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      batchIndex = try reader.int32()
      batchIndexErrorMessage = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      writer.int32(batchIndex)
      writer.nullableString(batchIndexErrorMessage, compact: compact)
      if compact { writer.noTaggedFields() }
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
