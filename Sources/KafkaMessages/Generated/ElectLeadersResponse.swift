// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ElectLeaders.messages; not edited by hand.

import KafkaFormat

/// Makes the preferred, or any living, replica the leader.
/// KIP-183, KIP-460 (v1, unclean elections).
public struct ElectLeadersResponse: KafkaResponse {
  public static let apiKey = ApiKey.electLeaders
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  /// Versions 1+.
  public var errorCode: ErrorCode = .none
  public var replicaElectionResults: [ReplicaElectionResult] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    replicaElectionResults: [ReplicaElectionResult] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.replicaElectionResults = replicaElectionResults
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    if version >= 1 { errorCode = try reader.errorCode() }
    replicaElectionResults = try reader.structures(ReplicaElectionResult.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    if version >= 1 { writer.errorCode(errorCode) }
    writer.structures(replicaElectionResults, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct ReplicaElectionResult: KafkaStruct {
    public var topic: String = ""
    public var partitionResult: [ElectedPartition] = []

    public init() {}

    public init(topic: String = "", partitionResult: [ElectedPartition] = []) {
      self.topic = topic
      self.partitionResult = partitionResult
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      topic = try reader.string(compact: compact)
      partitionResult = try reader.structures(ElectedPartition.self, minimumSize: 8, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(topic, compact: compact)
      writer.structures(partitionResult, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct ElectedPartition: KafkaStruct {
    public var partitionId: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""

    public init() {}

    public init(
      partitionId: Int32 = 0,
      errorCode: ErrorCode = .none,
      errorMessage: String? = ""
    ) {
      self.partitionId = partitionId
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      partitionId = try reader.int32()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int32(partitionId)
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
