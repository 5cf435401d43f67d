// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListOffsets.messages; not edited by hand.

import KafkaFormat

/// Offsets by timestamp, or by the negative timestamps that mean earliest, latest and so on.
/// KIP-79, KIP-320 (v4), KIP-734 (v7, max timestamp), KIP-405 (v8, v9), KIP-1075 (v10),
/// KIP-1023 (v11).
public struct ListOffsetsRequest: KafkaRequest {
  public typealias Response = ListOffsetsResponse
  public static let apiKey = ApiKey.listOffsets
  public static let versions: ClosedRange<Int16> = 1...11
  public static let firstFlexibleVersion: Int16 = 6

  public var replicaId: Int32 = 0
  /// Versions 2+.
  public var isolationLevel: Int8 = 0
  public var topics: [ListOffsetsTopic] = []
  /// Versions 10+.
  public var timeoutMs: Int32 = 0

  public init() {}

  public init(
    replicaId: Int32 = 0,
    isolationLevel: Int8 = 0,
    topics: [ListOffsetsTopic] = [],
    timeoutMs: Int32 = 0
  ) {
    self.replicaId = replicaId
    self.isolationLevel = isolationLevel
    self.topics = topics
    self.timeoutMs = timeoutMs
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 6
    self.init()
    replicaId = try reader.int32()
    if version >= 2 { isolationLevel = try reader.int8() }
    topics = try reader.structures(ListOffsetsTopic.self, minimumSize: 3, version: version, compact: compact)
    if version >= 10 { timeoutMs = try reader.int32() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 6
    writer.int32(replicaId)
    if version >= 2 { writer.int8(isolationLevel) }
    writer.structures(topics, version: version, compact: compact)
    if version >= 10 { writer.int32(timeoutMs) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 2, isolationLevel != 0 { return "isolationLevel" }
    return nil
  }

  public struct ListOffsetsTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [ListOffsetsPartition] = []

    public init() {}

    public init(name: String = "", partitions: [ListOffsetsPartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      name = try reader.string(compact: compact)
      partitions = try reader.structures(ListOffsetsPartition.self, minimumSize: 12, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.string(name, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct ListOffsetsPartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    /// Versions 4+.
    public var currentLeaderEpoch: Int32 = -1
    public var timestamp: Int64 = 0

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      currentLeaderEpoch: Int32 = -1,
      timestamp: Int64 = 0
    ) {
      self.partitionIndex = partitionIndex
      self.currentLeaderEpoch = currentLeaderEpoch
      self.timestamp = timestamp
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 6
      self.init()
      partitionIndex = try reader.int32()
      if version >= 4 { currentLeaderEpoch = try reader.int32() }
      timestamp = try reader.int64()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 6
      writer.int32(partitionIndex)
      if version >= 4 { writer.int32(currentLeaderEpoch) }
      writer.int64(timestamp)
      if compact { writer.noTaggedFields() }
    }
  }
}
