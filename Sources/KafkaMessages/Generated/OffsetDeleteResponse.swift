// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetDelete.messages; not edited by hand.

import KafkaFormat

/// Removes a group's committed offsets of partitions that it does not read now.
/// KIP-496.
public struct OffsetDeleteResponse: KafkaResponse {
  public static let apiKey = ApiKey.offsetDelete
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = Int16.max

  public var errorCode: ErrorCode = .none
  public var throttleTimeMs: Int32 = 0
  public var topics: [OffsetDeleteResponseTopic] = []

  public init() {}

  public init(
    errorCode: ErrorCode = .none,
    throttleTimeMs: Int32 = 0,
    topics: [OffsetDeleteResponseTopic] = []
  ) {
    self.errorCode = errorCode
    self.throttleTimeMs = throttleTimeMs
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    errorCode = try reader.errorCode()
    throttleTimeMs = try reader.int32()
    topics = try reader.structures(OffsetDeleteResponseTopic.self, minimumSize: 6, version: version)
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.errorCode(errorCode)
    writer.int32(throttleTimeMs)
    writer.structures(topics, version: version)
  }

  public struct OffsetDeleteResponseTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [OffsetDeleteResponsePartition] = []

    public init() {}

    public init(name: String = "", partitions: [OffsetDeleteResponsePartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string()
      partitions = try reader.structures(OffsetDeleteResponsePartition.self, minimumSize: 6, version: version)
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name)
      writer.structures(partitions, version: version)
    }
  }

  public struct OffsetDeleteResponsePartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none

    public init() {}

    public init(partitionIndex: Int32 = 0, errorCode: ErrorCode = .none) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
    }
  }
}
