// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ApiVersions.messages; not edited by hand.

import KafkaFormat

/// Which APIs and versions a broker serves. The header of the response is always version 0.
/// KIP-35, KIP-511 (v3, client software), KIP-584 (features).
public struct ApiVersionsRequest: KafkaRequest {
  public typealias Response = ApiVersionsResponse
  public static let apiKey = ApiKey.apiVersions
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 3

  /// Versions 3+.
  public var clientSoftwareName: String = ""
  /// Versions 3+.
  public var clientSoftwareVersion: String = ""

  public init() {}

  public init(clientSoftwareName: String = "", clientSoftwareVersion: String = "") {
    self.clientSoftwareName = clientSoftwareName
    self.clientSoftwareVersion = clientSoftwareVersion
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 3
    self.init()
    if version >= 3 { clientSoftwareName = try reader.string(compact: compact) }
    if version >= 3 { clientSoftwareVersion = try reader.string(compact: compact) }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 3
    if version >= 3 { writer.string(clientSoftwareName, compact: compact) }
    if version >= 3 { writer.string(clientSoftwareVersion, compact: compact) }
    if compact { writer.noTaggedFields() }
  }
}
