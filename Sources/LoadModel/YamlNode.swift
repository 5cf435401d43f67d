/// A YAML document as a tree, with the place of every node.
struct YamlNode: Sendable {
  enum Value: Sendable {
    /// `isPlain` is false where it stands in quotes or as a block.
    case scalar(String, isPlain: Bool)
    case sequence([YamlNode])
    case mapping([(key: YamlNode, value: YamlNode)])
  }

  var value: Value
  /// From 1.
  var line: Int
  var column: Int

  /// What it is, for a message.
  var kindText: String {
    switch value {
    case .scalar("", _): "nothing"
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
