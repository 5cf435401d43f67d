// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteRecords.messages; not edited by hand.

import KafkaFormat

/// Raises the log start offset of partitions.
/// KIP-107.
public struct DeleteRecordsResponse: KafkaResponse {
  public static let apiKey = ApiKey.deleteRecords
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var topics: [DeleteRecordsTopicResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, topics: [DeleteRecordsTopicResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    topics = try reader.structures(DeleteRecordsTopicResult.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.structures(topics, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DeleteRecordsTopicResult: KafkaStruct {
    public var name: String = ""
    public var partitions: [DeleteRecordsPartitionResult] = []

    public init() {}

    public init(name: String = "", partitions: [DeleteRecordsPartitionResult] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      name = try reader.string(compact: compact)
      partitions = try reader.structures(DeleteRecordsPartitionResult.self, minimumSize: 14, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(name, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DeleteRecordsPartitionResult: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var lowWatermark: Int64 = 0
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      lowWatermark: Int64 = 0,
      errorCode: ErrorCode = .none
    ) {
      self.partitionIndex = partitionIndex
      self.lowWatermark = lowWatermark
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      partitionIndex = try reader.int32()
      lowWatermark = try reader.int64()
      errorCode = try reader.errorCode()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int32(partitionIndex)
      writer.int64(lowWatermark)
      writer.errorCode(errorCode)
      if compact { writer.noTaggedFields() }
    }
  }
}
