// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/FindCoordinator.messages; not edited by hand.

import KafkaFormat

/// Which broker coordinates a group, a transactional id or a share group.
/// KIP-699 (v4, several keys), KIP-890 (v5), KIP-932 (v6).
public struct FindCoordinatorRequest: KafkaRequest {
  public typealias Response = FindCoordinatorResponse
  public static let apiKey = ApiKey.findCoordinator
  public static let versions: ClosedRange<Int16> = 0...6
  public static let firstFlexibleVersion: Int16 = 3

  /// Versions 0–3.
  public var key: String = ""
  /// Versions 1+.
  public var keyType: Int8 = 0
  /// Versions 4+.
  public var coordinatorKeys: [String] = []

  public init() {}

  public init(key: String = "", keyType: Int8 = 0, coordinatorKeys: [String] = []) {
    self.key = key
    self.keyType = keyType
    self.coordinatorKeys = coordinatorKeys
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 3
    self.init()
    if version <= 3 { key = try reader.string(compact: compact) }
    if version >= 1 { keyType = try reader.int8() }
    if version >= 4 { coordinatorKeys = try reader.elements(String.self, compact: compact) }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 3
    if version <= 3 { writer.string(key, compact: compact) }
    if version >= 1 { writer.int8(keyType) }
    if version >= 4 { writer.elements(coordinatorKeys, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version > 3, key != "" { return "key" }
    if version < 1, keyType != 0 { return "keyType" }
    if version < 4, !coordinatorKeys.isEmpty { return "coordinatorKeys" }
    return nil
  }
}
