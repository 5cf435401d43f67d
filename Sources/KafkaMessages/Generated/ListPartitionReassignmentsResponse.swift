// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListPartitionReassignments.messages; not edited by hand.

import KafkaFormat

/// Which partitions are on the way to other brokers.
/// KIP-455.
public struct ListPartitionReassignmentsResponse: KafkaResponse {
  public static let apiKey = ApiKey.listPartitionReassignments
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = ""
  public var topics: [OngoingTopicReassignment] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    topics: [OngoingTopicReassignment] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: true)
    topics = try reader.structures(OngoingTopicReassignment.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: true)
    writer.structures(topics, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct OngoingTopicReassignment: KafkaStruct {
    public var name: String = ""
    public var partitions: [OngoingPartitionReassignment] = []

    public init() {}

    public init(name: String = "", partitions: [OngoingPartitionReassignment] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      partitions = try reader.structures(OngoingPartitionReassignment.self, minimumSize: 8, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.structures(partitions, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct OngoingPartitionReassignment: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var replicas: [Int32] = []
    public var addingReplicas: [Int32] = []
    public var removingReplicas: [Int32] = []

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      replicas: [Int32] = [],
      addingReplicas: [Int32] = [],
      removingReplicas: [Int32] = []
    ) {
      self.partitionIndex = partitionIndex
      self.replicas = replicas
      self.addingReplicas = addingReplicas
      self.removingReplicas = removingReplicas
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      partitionIndex = try reader.int32()
      replicas = try reader.elements(Int32.self, compact: true)
      addingReplicas = try reader.elements(Int32.self, compact: true)
      removingReplicas = try reader.elements(Int32.self, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(partitionIndex)
      writer.elements(replicas, compact: true)
      writer.elements(addingReplicas, compact: true)
      writer.elements(removingReplicas, compact: true)
      writer.noTaggedFields()
    }
  }
}
