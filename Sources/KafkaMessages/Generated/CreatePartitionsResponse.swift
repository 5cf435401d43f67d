// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreatePartitions.messages; not edited by hand.

import KafkaFormat

/// Adds partitions to topics.
/// KIP-195.
public struct CreatePartitionsResponse: KafkaResponse {
  public static let apiKey = ApiKey.createPartitions
  public static let versions: ClosedRange<Int16> = 0...3
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var results: [CreatePartitionsTopicResult] = []

  public init() {}

  public init(throttleTimeMs: Int32 = 0, results: [CreatePartitionsTopicResult] = []) {
    self.throttleTimeMs = throttleTimeMs
    self.results = results
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    results = try reader.structures(CreatePartitionsTopicResult.self, minimumSize: 5, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.structures(results, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct CreatePartitionsTopicResult: KafkaStruct {
    public var name: String = ""
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil

    public init() {}

    public init(
      name: String = "",
      errorCode: ErrorCode = .none,
      errorMessage: String? = nil
    ) {
      self.name = name
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      name = try reader.string(compact: compact)
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(name, compact: compact)
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
