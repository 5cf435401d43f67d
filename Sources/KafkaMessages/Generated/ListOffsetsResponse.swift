// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListOffsets.messages; not edited by hand.

import KafkaFormat

/// Offsets by timestamp, or by the negative timestamps that mean earliest, latest and so on.
/// KIP-79, KIP-320 (v4), KIP-734 (v7, max timestamp), KIP-405 (v8, v9), KIP-1075 (v10),
/// KIP-1023 (v11).
public struct ListOffsetsResponse: KafkaResponse {
  public static let apiKey = ApiKey.listOffsets
  public static let versions: ClosedRange<Int16> = 1...11
  public static let firstFlexibleVersion: Int16 = 6

  /// Versions 2+.
  public var throttleTimeMs: Int32 = 0
  public var topics: [ListOffsetsTopicResponse] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, topics: [ListOffsetsTopicResponse] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 6
    self.init()
    if version >= 2 { throttleTimeMs = try reader.int32() }
    topics = try reader.structures(ListOffsetsTopicResponse.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 6
    if version >= 2 { writer.int32(throttleTimeMs) }
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct ListOffsetsTopicResponse: KafkaStruct {
    public var name: String = ""
    public var partitions: [ListOffsetsPartitionResponse] = []

    public init() {}

    public init(name: String = "", partitions: [ListOffsetsPartitionResponse] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      name = try reader.string(compact: compact)
      partitions = try reader.structures(ListOffsetsPartitionResponse.self, minimumSize: 22, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.string(name, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct ListOffsetsPartitionResponse: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var timestamp: Int64 = -1
    public var offset: Int64 = -1
    /// Versions 4+.
    public var leaderEpoch: Int32 = -1

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      errorCode: ErrorCode = .none,
      timestamp: Int64 = -1,
      offset: Int64 = -1,
      leaderEpoch: Int32 = -1
    ) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
      self.timestamp = timestamp
      self.offset = offset
      self.leaderEpoch = leaderEpoch
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
      timestamp = try reader.int64()
      offset = try reader.int64()
      if version >= 4 { leaderEpoch = try reader.int32() }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
      writer.int64(timestamp)
      writer.int64(offset)
      if version >= 4 { writer.int32(leaderEpoch) }
      if compact { writer.noTaggedFields() }
    }
  }
}
