// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Produce.messages; not edited by hand.

import KafkaFormat

/// Appends record batches to partitions.
/// KIP-98 (v3), KIP-467 (v8, record errors), KIP-951 (v10, current leader), KIP-516 (v13, topic ids).
public struct ProduceRequest: KafkaRequest {
  public typealias Response = ProduceResponse
  public static let apiKey = ApiKey.produce
  public static let versions: ClosedRange<Int16> = 3...13
  public static let firstFlexibleVersion: Int16 = 9

  public var transactionalId: String? = nil
  public var acks: Int16 = 0
  public var timeoutMs: Int32 = 0
  public var topicData: [TopicProduceData] = []

  public init() {}

  public init(
    transactionalId: String? = nil,
    acks: Int16 = 0,
    timeoutMs: Int32 = 0,
    topicData: [TopicProduceData] = []
  ) {
    self.transactionalId = transactionalId
    self.acks = acks
    self.timeoutMs = timeoutMs
    self.topicData = topicData
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 9
    self.init()
    transactionalId = try reader.nullableString(compact: compact)
    acks = try reader.int16()
    timeoutMs = try reader.int32()
    topicData = try reader.structures(TopicProduceData.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 9
    writer.nullableString(transactionalId, compact: compact)
    writer.int16(acks)
    writer.int32(timeoutMs)
    writer.structures(topicData, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct TopicProduceData: KafkaStruct {
    /// Versions 3–12.
    public var name: String = ""
    /// Versions 13+.
    public var topicId: KafkaUUID = .zero
    public var partitionData: [PartitionProduceData] = []

    public init() {}

    public init(
      name: String = "",
      topicId: KafkaUUID = .zero,
      partitionData: [PartitionProduceData] = []
    ) {
      self.name = name
      self.topicId = topicId
      self.partitionData = partitionData
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      if version <= 12 { name = try reader.string(compact: compact) }
      if version >= 13 { topicId = try reader.uuid() }
      partitionData = try reader.structures(PartitionProduceData.self, minimumSize: 6, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      if version <= 12 { writer.string(name, compact: compact) }
      if version >= 13 { writer.uuid(topicId) }
      writer.structures(partitionData, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct PartitionProduceData: KafkaStruct {
    public var index: Int32 = 0
    public var records: [UInt8]? = []

    public init() {}

    public init(index: Int32 = 0, records: [UInt8]? = []) {
      self.index = index
      self.records = records
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      index = try reader.int32()
      records = try reader.nullableByteArray(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      writer.int32(index)
      writer.nullableByteArray(records, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
