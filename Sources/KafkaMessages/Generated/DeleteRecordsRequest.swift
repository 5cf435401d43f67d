// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteRecords.messages; not edited by hand.

import KafkaFormat

/// Raises the log start offset of partitions.
/// KIP-107.
public struct DeleteRecordsRequest: KafkaRequest {
  public typealias Response = DeleteRecordsResponse
  public static let apiKey = ApiKey.deleteRecords
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var topics: [DeleteRecordsTopic] = []
  public var timeoutMs: Int32 = 0

  public init() {}

  public init(topics: [DeleteRecordsTopic] = [], timeoutMs: Int32 = 0) {
    self.topics = topics
    self.timeoutMs = timeoutMs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    topics = try reader.structures(DeleteRecordsTopic.self, minimumSize: 3, version: version, compact: compact)
    timeoutMs = try reader.int32()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.structures(topics, version: version, compact: compact)
    writer.int32(timeoutMs)
    if compact { writer.noTaggedFields() }
  }

  public struct DeleteRecordsTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [DeleteRecordsPartition] = []

    public init() {}

    public init(name: String = "", partitions: [DeleteRecordsPartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      name = try reader.string(compact: compact)
      partitions = try reader.structures(DeleteRecordsPartition.self, minimumSize: 12, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(name, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DeleteRecordsPartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var offset: Int64 = 0

    public init() {}

    public init(partitionIndex: Int32 = 0, offset: Int64 = 0) {
      self.partitionIndex = partitionIndex
      self.offset = offset
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      partitionIndex = try reader.int32()
      offset = try reader.int64()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int32(partitionIndex)
      writer.int64(offset)
      if compact { writer.noTaggedFields() }
    }
  }
}
