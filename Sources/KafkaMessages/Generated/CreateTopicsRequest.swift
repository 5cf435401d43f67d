// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateTopics.messages; not edited by hand.

import KafkaFormat

/// Creates topics, on the controller.
/// KIP-4, KIP-464 (v4, default partitions), KIP-525 (v5), KIP-516 (v7, topic ids).
public struct CreateTopicsRequest: KafkaRequest {
  public typealias Response = CreateTopicsResponse
  public static let apiKey = ApiKey.createTopics
  public static let versions: ClosedRange<Int16> = 2...7
  public static let firstFlexibleVersion: Int16 = 5

  public var topics: [CreatableTopic] = []
  public var timeoutMs: Int32 = 60000
  public var validateOnly: Bool = false

  public init() {}

  public init(
    topics: [CreatableTopic] = [],
    timeoutMs: Int32 = 60000,
    validateOnly: Bool = false
  ) {
    self.topics = topics
    self.timeoutMs = timeoutMs
    self.validateOnly = validateOnly
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 5
    self.init()
    topics = try reader.structures(CreatableTopic.self, minimumSize: 10, version: version, compact: compact)
    timeoutMs = try reader.int32()
    validateOnly = try reader.bool()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 5
    writer.structures(topics, version: version, compact: compact)
    writer.int32(timeoutMs)
    writer.bool(validateOnly)
    if compact { writer.noTaggedFields() }
  }

  public struct CreatableTopic: KafkaStruct {
    public var name: String = ""
    public var numPartitions: Int32 = 0
    public var replicationFactor: Int16 = 0
    public var assignments: [CreatableReplicaAssignment] = []
    public var configs: [CreatableTopicConfig] = []

    public init() {}

    public init(
      name: String = "",
      numPartitions: Int32 = 0,
      replicationFactor: Int16 = 0,
      assignments: [CreatableReplicaAssignment] = [],
      configs: [CreatableTopicConfig] = []
    ) {
      self.name = name
      self.numPartitions = numPartitions
      self.replicationFactor = replicationFactor
      self.assignments = assignments
      self.configs = configs
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 5
      self.init()
      name = try reader.string(compact: compact)
      numPartitions = try reader.int32()
      replicationFactor = try reader.int16()
      assignments = try reader.structures(CreatableReplicaAssignment.self, minimumSize: 6, version: version, compact: compact)
      configs = try reader.structures(CreatableTopicConfig.self, minimumSize: 3, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 5
      writer.string(name, compact: compact)
      writer.int32(numPartitions)
      writer.int16(replicationFactor)
      writer.structures(assignments, version: version, compact: compact)
      writer.structures(configs, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct CreatableReplicaAssignment: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var brokerIds: [Int32] = []

    public init() {}

    public init(partitionIndex: Int32 = 0, brokerIds: [Int32] = []) {
      self.partitionIndex = partitionIndex
      self.brokerIds = brokerIds
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 5
      self.init()
      partitionIndex = try reader.int32()
      brokerIds = try reader.elements(Int32.self, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 5
      writer.int32(partitionIndex)
      writer.elements(brokerIds, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct CreatableTopicConfig: KafkaStruct {
    public var name: String = ""
    public var value: String? = ""

    public init() {}

    public init(name: String = "", value: String? = "") {
      self.name = name
      self.value = value
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 5
      self.init()
      name = try reader.string(compact: compact)
      value = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 5
      writer.string(name, compact: compact)
      writer.nullableString(value, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
