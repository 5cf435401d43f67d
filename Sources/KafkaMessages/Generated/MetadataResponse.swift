// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Metadata.messages; not edited by hand.

import KafkaFormat

/// Brokers, topics, partitions and their leaders.
/// KIP-4, KIP-516 (v10, topic ids), KIP-430 (v8, authorised operations).
public struct MetadataResponse: KafkaResponse {
  public static let apiKey = ApiKey.metadata
  public static let versions: ClosedRange<Int16> = 0...13
  public static let firstFlexibleVersion: Int16 = 9

  /// Versions 3+.
  public var throttleTimeMs: Int32 = 0
  public var brokers: [MetadataResponseBroker] = []
  /// Versions 2+.
  public var clusterId: String? = nil
  /// Versions 1+.
  public var controllerId: Int32 = -1
  public var topics: [MetadataResponseTopic] = []
  /// Versions 8–10.
  public var clusterAuthorizedOperations: Int32 = -2147483648
  /// Versions 13+.
  public var errorCode: ErrorCode = .none

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    brokers: [MetadataResponseBroker] = [],
    clusterId: String? = nil,
    controllerId: Int32 = -1,
    topics: [MetadataResponseTopic] = [],
    clusterAuthorizedOperations: Int32 = -2147483648,
    errorCode: ErrorCode = .none
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.brokers = brokers
    self.clusterId = clusterId
    self.controllerId = controllerId
    self.topics = topics
    self.clusterAuthorizedOperations = clusterAuthorizedOperations
    self.errorCode = errorCode
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 9
    self.init()
    if version >= 3 { throttleTimeMs = try reader.int32() }
    brokers = try reader.structures(MetadataResponseBroker.self, minimumSize: 10, version: version, compact: compact)
    if version >= 2 { clusterId = try reader.nullableString(compact: compact) }
    if version >= 1 { controllerId = try reader.int32() }
    topics = try reader.structures(MetadataResponseTopic.self, minimumSize: 8, version: version, compact: compact)
    if version >= 8 && version <= 10 { clusterAuthorizedOperations = try reader.int32() }
    if version >= 13 { errorCode = try reader.errorCode() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 9
    if version >= 3 { writer.int32(throttleTimeMs) }
    writer.structures(brokers, version: version, compact: compact)
    if version >= 2 { writer.nullableString(clusterId, compact: compact) }
    if version >= 1 { writer.int32(controllerId) }
    writer.structures(topics, version: version, compact: compact)
    if version >= 8 && version <= 10 { writer.int32(clusterAuthorizedOperations) }
    if version >= 13 { writer.errorCode(errorCode) }
    if compact { writer.noTaggedFields() }
  }

  public struct MetadataResponseBroker: KafkaStruct {
    public var nodeId: Int32 = 0
    public var host: String = ""
    public var port: Int32 = 0
    /// Versions 1+.
    public var rack: String? = nil

    public init() {}

    public init(nodeId: Int32 = 0, host: String = "", port: Int32 = 0, rack: String? = nil) {
      self.nodeId = nodeId
      self.host = host
      self.port = port
      self.rack = rack
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      nodeId = try reader.int32()
      host = try reader.string(compact: compact)
      port = try reader.int32()
      if version >= 1 { rack = try reader.nullableString(compact: compact) }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      writer.int32(nodeId)
      writer.string(host, compact: compact)
      writer.int32(port)
      if version >= 1 { writer.nullableString(rack, compact: compact) }
      if compact { writer.noTaggedFields() }
    }
  }

  public struct MetadataResponseTopic: KafkaStruct {
    public var errorCode: ErrorCode = .none
    /// Null in versions 12+.
    public var name: String? = ""
    /// Versions 10+.
    public var topicId: KafkaUUID = .zero
    /// Versions 1+.
    public var isInternal: Bool = false
    public var partitions: [MetadataResponsePartition] = []
    /// Versions 8+.
    public var topicAuthorizedOperations: Int32 = -2147483648

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      name: String? = "",
      topicId: KafkaUUID = .zero,
      isInternal: Bool = false,
      partitions: [MetadataResponsePartition] = [],
      topicAuthorizedOperations: Int32 = -2147483648
    ) {
      self.errorCode = errorCode
      self.name = name
      self.topicId = topicId
      self.isInternal = isInternal
      self.partitions = partitions
      self.topicAuthorizedOperations = topicAuthorizedOperations
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      errorCode = try reader.errorCode()
      if version >= 12 {
        name = try reader.nullableString(compact: compact)
      } else {
        name = try reader.string(compact: compact)
      }
      if version >= 10 { topicId = try reader.uuid() }
      if version >= 1 { isInternal = try reader.bool() }
      partitions = try reader.structures(MetadataResponsePartition.self, minimumSize: 18, version: version, compact: compact)
      if version >= 8 { topicAuthorizedOperations = try reader.int32() }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      writer.errorCode(errorCode)
      if version >= 12 {
        writer.nullableString(name, compact: compact)
      } else {
        writer.string(name ?? "", compact: compact)
      }
      if version >= 10 { writer.uuid(topicId) }
      if version >= 1 { writer.bool(isInternal) }
      writer.structures(partitions, version: version, compact: compact)
      if version >= 8 { writer.int32(topicAuthorizedOperations) }
      if compact { writer.noTaggedFields() }
    }
  }

  public struct MetadataResponsePartition: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var partitionIndex: Int32 = 0
    public var leaderId: Int32 = 0
    /// Versions 7+.
    public var leaderEpoch: Int32 = -1
    public var replicaNodes: [Int32] = []
    public var isrNodes: [Int32] = []
    /// Versions 5+.
    public var offlineReplicas: [Int32] = []

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      partitionIndex: Int32 = 0,
      leaderId: Int32 = 0,
      leaderEpoch: Int32 = -1,
      replicaNodes: [Int32] = [],
      isrNodes: [Int32] = [],
      offlineReplicas: [Int32] = []
    ) {
      self.errorCode = errorCode
      self.partitionIndex = partitionIndex
      self.leaderId = leaderId
      self.leaderEpoch = leaderEpoch
      self.replicaNodes = replicaNodes
      self.isrNodes = isrNodes
      self.offlineReplicas = offlineReplicas
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 9
      self.init()
      errorCode = try reader.errorCode()
      partitionIndex = try reader.int32()
      leaderId = try reader.int32()
      if version >= 7 { leaderEpoch = try reader.int32() }
      replicaNodes = try reader.elements(Int32.self, compact: compact)
      isrNodes = try reader.elements(Int32.self, compact: compact)
      if version >= 5 { offlineReplicas = try reader.elements(Int32.self, compact: compact) }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 9
      writer.errorCode(errorCode)
      writer.int32(partitionIndex)
      writer.int32(leaderId)
      if version >= 7 { writer.int32(leaderEpoch) }
      writer.elements(replicaNodes, compact: compact)
      writer.elements(isrNodes, compact: compact)
      if version >= 5 { writer.elements(offlineReplicas, compact: compact) }
      if compact { writer.noTaggedFields() }
    }
  }
}
