// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListGroups.messages; not edited by hand.

import KafkaFormat

/// The groups that a broker coordinates.
/// KIP-518 (v4, by state), KIP-848 (v5, by type).
public struct ListGroupsRequest: KafkaRequest {
  public typealias Response = ListGroupsResponse
  public static let apiKey = ApiKey.listGroups
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 3

  /// Versions 4+.
  public var statesFilter: [String] = []
  /// Versions 5+.
  public var typesFilter: [String] = []

  public init() {}

  public init(statesFilter: [String] = [], typesFilter: [String] = []) {
    self.statesFilter = statesFilter
    self.typesFilter = typesFilter
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 3
    self.init()
    if version >= 4 { statesFilter = try reader.elements(String.self, compact: compact) }
    if version >= 5 { typesFilter = try reader.elements(String.self, compact: compact) }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 3
    if version >= 4 { writer.elements(statesFilter, compact: compact) }
    if version >= 5 { writer.elements(typesFilter, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 4, !statesFilter.isEmpty { return "statesFilter" }
    if version < 5, !typesFilter.isEmpty { return "typesFilter" }
    return nil
  }
}
