// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeCluster.messages; not edited by hand.

import KafkaFormat

/// The brokers and the controller of a cluster.
/// KIP-700, KIP-919 (v1, endpoint type), KIP-1073 (v2, fenced brokers).
public struct DescribeClusterResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeCluster
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = nil
  /// Versions 1+.
  public var endpointType: Int8 = 1
  public var clusterId: String = ""
  public var controllerId: Int32 = -1
  public var brokers: [DescribeClusterBroker] = []
  public var clusterAuthorizedOperations: Int32 = -2147483648

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = nil,
    endpointType: Int8 = 1,
    clusterId: String = "",
    controllerId: Int32 = -1,
    brokers: [DescribeClusterBroker] = [],
    clusterAuthorizedOperations: Int32 = -2147483648
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.endpointType = endpointType
    self.clusterId = clusterId
    self.controllerId = controllerId
    self.brokers = brokers
    self.clusterAuthorizedOperations = clusterAuthorizedOperations
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: true)
    if version >= 1 { endpointType = try reader.int8() }
    clusterId = try reader.string(compact: true)
    controllerId = try reader.int32()
    brokers = try reader.structures(DescribeClusterBroker.self, minimumSize: 11, version: version, compact: true)
    clusterAuthorizedOperations = try reader.int32()
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: true)
    if version >= 1 { writer.int8(endpointType) }
    writer.string(clusterId, compact: true)
    writer.int32(controllerId)
    writer.structures(brokers, version: version, compact: true)
    writer.int32(clusterAuthorizedOperations)
    writer.noTaggedFields()
  }

  public struct DescribeClusterBroker: KafkaStruct {
    public var brokerId: Int32 = 0
    public var host: String = ""
    public var port: Int32 = 0
    public var rack: String? = nil
    /// Versions 2+.
    public var isFenced: Bool = false

    public init() {}

    public init(
      brokerId: Int32 = 0,
      host: String = "",
      port: Int32 = 0,
      rack: String? = nil,
      isFenced: Bool = false
    ) {
      self.brokerId = brokerId
      self.host = host
      self.port = port
      self.rack = rack
      self.isFenced = isFenced
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      brokerId = try reader.int32()
      host = try reader.string(compact: true)
      port = try reader.int32()
      rack = try reader.nullableString(compact: true)
      if version >= 2 { isFenced = try reader.bool() }
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int32(brokerId)
      writer.string(host, compact: true)
      writer.int32(port)
      writer.nullableString(rack, compact: true)
      if version >= 2 { writer.bool(isFenced) }
      writer.noTaggedFields()
    }
  }
}
