// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteGroups.messages; not edited by hand.

import KafkaFormat

/// Removes groups without members, with their offsets.
/// KIP-229.
public struct DeleteGroupsRequest: KafkaRequest {
  public typealias Response = DeleteGroupsResponse
  public static let apiKey = ApiKey.deleteGroups
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 2

  public var groupsNames: [String] = []

  public init() {}

  public init(groupsNames: [String] = []) {
    self.groupsNames = groupsNames
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    groupsNames = try reader.elements(String.self, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.elements(groupsNames, compact: compact)
    if compact { writer.noTaggedFields() }
  }
}
