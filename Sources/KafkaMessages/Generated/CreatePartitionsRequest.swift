// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreatePartitions.messages; not edited by hand.

import KafkaFormat

/// Adds partitions to topics.
/// KIP-195.
public struct CreatePartitionsRequest: KafkaRequest {
  public typealias Response = CreatePartitionsResponse
  public static let apiKey = ApiKey.createPartitions
  public static let versions: ClosedRange<Int16> = 0...3
  public static let firstFlexibleVersion: Int16 = 2

  public var topics: [CreatePartitionsTopic] = []
  public var timeoutMs: Int32 = 0
  public var validateOnly: Bool = false

  public init() {}

  public init(
    topics: [CreatePartitionsTopic] = [],
    timeoutMs: Int32 = 0,
    validateOnly: Bool = false
  ) {
    self.topics = topics
    self.timeoutMs = timeoutMs
    self.validateOnly = validateOnly
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    topics = try reader.structures(CreatePartitionsTopic.self, minimumSize: 7, version: version, compact: compact)
    timeoutMs = try reader.int32()
    validateOnly = try reader.bool()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.structures(topics, version: version, compact: compact)
    writer.int32(timeoutMs)
    writer.bool(validateOnly)
    if compact { writer.noTaggedFields() }
  }

  public struct CreatePartitionsTopic: KafkaStruct {
    public var name: String = ""
    public var count: Int32 = 0
    public var assignments: [CreatePartitionsAssignment]? = []

    public init() {}

    public init(
      name: String = "",
      count: Int32 = 0,
      assignments: [CreatePartitionsAssignment]? = []
    ) {
      self.name = name
      self.count = count
      self.assignments = assignments
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      name = try reader.string(compact: compact)
      self.count = try reader.int32()
      assignments = try reader.nullableStructures(CreatePartitionsAssignment.self, minimumSize: 2, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(name, compact: compact)
      writer.int32(self.count)
      writer.nullableStructures(assignments, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct CreatePartitionsAssignment: KafkaStruct {
    public var brokerIds: [Int32] = []

    public init() {}

    public init(brokerIds: [Int32] = []) {
      self.brokerIds = brokerIds
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      brokerIds = try reader.elements(Int32.self, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.elements(brokerIds, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
