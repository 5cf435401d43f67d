// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListConfigResources.messages; not edited by hand.

import KafkaFormat

/// Names of resources that have a configuration.
/// KIP-714, KIP-1142.
public struct ListConfigResourcesRequest: KafkaRequest {
  public typealias Response = ListConfigResourcesResponse
  public static let apiKey = ApiKey.listConfigResources
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 0

  /// Versions 1+.
  public var resourceTypes: [Int8] = []

  public init() {}

  public init(resourceTypes: [Int8] = []) {
    self.resourceTypes = resourceTypes
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    if version >= 1 { resourceTypes = try reader.elements(Int8.self, compact: true) }
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    if version >= 1 { writer.elements(resourceTypes, compact: true) }
    writer.noTaggedFields()
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, !resourceTypes.isEmpty { return "resourceTypes" }
    return nil
  }
}
