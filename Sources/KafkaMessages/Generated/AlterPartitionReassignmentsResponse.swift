// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterPartitionReassignments.messages; not edited by hand.

import KafkaFormat

/// Gives partitions other replicas, or the same in another order.
/// KIP-455.
public struct AlterPartitionReassignmentsResponse: KafkaResponse {
  public static let apiKey = ApiKey.alterPartitionReassignments
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = ""
  public var responses: [ReassignableTopicResponse] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    responses: [ReassignableTopicResponse] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.responses = responses
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: true)
    responses = try reader.structures(ReassignableTopicResponse.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: true)
    writer.structures(responses, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct ReassignableTopicResponse: KafkaStruct {
    public var name: String = ""
    public var partitions: [ReassignablePartitionResponse] = []

    public init() {}

    public init(name: String = "", partitions: [ReassignablePartitionResponse] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      partitions = try reader.structures(ReassignablePartitionResponse.self, minimumSize: 8, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.structures(partitions, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct ReassignablePartitionResponse: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      errorCode: ErrorCode = .none,
      errorMessage: String? = ""
    ) {
      self.partitionIndex = partitionIndex
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: true)
      writer.noTaggedFields()
    }
  }
}
