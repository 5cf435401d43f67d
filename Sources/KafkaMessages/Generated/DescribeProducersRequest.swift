// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeProducers.messages; not edited by hand.

import KafkaFormat

/// What a partition remembers of its idempotent and transactional producers.
/// KIP-664.
public struct DescribeProducersRequest: KafkaRequest {
  public typealias Response = DescribeProducersResponse
  public static let apiKey = ApiKey.describeProducers
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var topics: [DescribedProducersTopic] = []

  public init() {}

  public init(topics: [DescribedProducersTopic] = []) {
    self.topics = topics
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    topics = try reader.structures(DescribedProducersTopic.self, minimumSize: 3, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.structures(topics, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct DescribedProducersTopic: KafkaStruct {
    public var name: String = ""
    public var partitionIndexes: [Int32] = []

    public init() {}

    public init(name: String = "", partitionIndexes: [Int32] = []) {
      self.name = name
      self.partitionIndexes = partitionIndexes
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      partitionIndexes = try reader.elements(Int32.self, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.elements(partitionIndexes, compact: true)
      writer.noTaggedFields()
    }
  }
}
