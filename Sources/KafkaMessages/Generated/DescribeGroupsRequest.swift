// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeGroups.messages; not edited by hand.

import KafkaFormat

/// State, protocol and members of groups.
/// KIP-430 (v3, authorised operations), KIP-345 (v4, static members), KIP-1043 (v6, an error for
/// groups that do not exist).
public struct DescribeGroupsRequest: KafkaRequest {
  public typealias Response = DescribeGroupsResponse
  public static let apiKey = ApiKey.describeGroups
  public static let versions: ClosedRange<Int16> = 0...6
  public static let firstFlexibleVersion: Int16 = 5

  public var groups: [String] = []
  /// Versions 3+.
  public var includeAuthorizedOperations: Bool = false

  public init() {}

  public init(groups: [String] = [], includeAuthorizedOperations: Bool = false) {
    self.groups = groups
    self.includeAuthorizedOperations = includeAuthorizedOperations
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 5
    self.init()
    groups = try reader.elements(String.self, compact: compact)
    if version >= 3 { includeAuthorizedOperations = try reader.bool() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 5
    writer.elements(groups, compact: compact)
    if version >= 3 { writer.bool(includeAuthorizedOperations) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 3, includeAuthorizedOperations { return "includeAuthorizedOperations" }
    return nil
  }
}
