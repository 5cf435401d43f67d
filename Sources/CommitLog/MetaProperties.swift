import KafkaFormat

/// `meta.properties`: which cluster and node a log directory belongs to.
///
/// Text, as Java writes properties: `version=1`, `cluster.id`, `node.id`, `directory.id`.
/// - Source: KIP-631, KIP-858; Apache Kafka `MetaProperties`.
public struct MetaProperties: Sendable, Equatable {
  static let name = "meta.properties"

  public var clusterId: String
  public var nodeId: Int32
  public var directoryId: KafkaUUID

  public init(clusterId: String, nodeId: Int32, directoryId: KafkaUUID) {
    self.clusterId = clusterId
    self.nodeId = nodeId
    self.directoryId = directoryId
  }

  public func encoded() -> [UInt8] {
    Array(
      """
      #
      node.id=\(nodeId)
      directory.id=\(directoryId)
      version=1
      cluster.id=\(clusterId)

      """.utf8)
  }

  /// - Throws: `.unusableDirectory` that says which line is wrong.
  public init(_ bytes: [UInt8]) throws(LogError) {
    var values: [String: String] = [:]
    for line in bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("#") || text.hasPrefix("!") { continue }
      guard let equals = text.firstIndex(of: "=") else { continue }
      values[Self.trimmed(text[..<equals])] = Self.trimmed(text[text.index(after: equals)...])
    }
    guard values["version"] == "1" else {
      let version = values["version"] ?? "none"
      throw .unusableDirectory("\(Self.name): version \(version) where 1 is understood")
    }
    guard let cluster = values["cluster.id"], !cluster.isEmpty else {
      throw .unusableDirectory("\(Self.name): cluster.id is missing")
    }
    guard let node = values["node.id"].flatMap({ Int32($0) }) else {
      throw .unusableDirectory("\(Self.name): node.id is missing or no number")
    }
    clusterId = cluster
    nodeId = node
    directoryId = values["directory.id"].flatMap { KafkaUUID($0) } ?? .zero
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
