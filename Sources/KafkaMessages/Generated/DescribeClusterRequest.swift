// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeCluster.messages; not edited by hand.

import KafkaFormat

/// The brokers and the controller of a cluster.
/// KIP-700, KIP-919 (v1, endpoint type), KIP-1073 (v2, fenced brokers).
public struct DescribeClusterRequest: KafkaRequest {
  public typealias Response = DescribeClusterResponse
  public static let apiKey = ApiKey.describeCluster
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 0

  public var includeClusterAuthorizedOperations: Bool = false
  /// Versions 1+.
  public var endpointType: Int8 = 1
  /// Versions 2+.
  public var includeFencedBrokers: Bool = false

  public init() {}

  public init(
    includeClusterAuthorizedOperations: Bool = false,
    endpointType: Int8 = 1,
    includeFencedBrokers: Bool = false
  ) {
    self.includeClusterAuthorizedOperations = includeClusterAuthorizedOperations
    self.endpointType = endpointType
    self.includeFencedBrokers = includeFencedBrokers
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    includeClusterAuthorizedOperations = try reader.bool()
    if version >= 1 { endpointType = try reader.int8() }
    if version >= 2 { includeFencedBrokers = try reader.bool() }
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.bool(includeClusterAuthorizedOperations)
    if version >= 1 { writer.int8(endpointType) }
    if version >= 2 { writer.bool(includeFencedBrokers) }
    writer.noTaggedFields()
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, endpointType != 1 { return "endpointType" }
    if version < 2, includeFencedBrokers { return "includeFencedBrokers" }
    return nil
  }
}
