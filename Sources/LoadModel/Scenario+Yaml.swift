extension Scenario {
  /// Reads a scenario file.
  ///
  /// A mapping of the schema's keys: a value or a list of values for what can be swept, a mapping
  /// for Kafka's properties; besides, `name` and `question`.
  ///
  /// - Parameters:
  ///   - yaml: The file's bytes.
  ///   - file: Its name, for messages and, without folder and ending, for the scenario's name.
  /// - Throws: `ScenarioError` with line, column, key and what is allowed.
  public init(yaml: [UInt8], file: String) throws(ScenarioError) {
    self.init()
    self.file = file
    name = Self.baseName(file)
    let root = try YamlReader.document(yaml, file: file)
    guard case .mapping(let pairs) = root.value else {
      throw ScenarioError(
        file: file, line: root.line, column: root.column, "\(root.kindText)",
        allowed: "keys with values, such as \"acks: [0, 1, all]\"")
    }
    guard !pairs.isEmpty else {
      throw ScenarioError(
        file: file, "it sets nothing", allowed: "keys with values, such as \"acks: [0, 1, all]\"")
    }
    for (key, value) in pairs {
      guard case .scalar(let keyName, _) = key.value else { continue }
      try set(keyName, key, to: value)
    }
  }

  private mutating func set(_ key: String, _ keyNode: YamlNode, to node: YamlNode)
    throws(ScenarioError)
  {
    if key == "name" || key == "question" {
      let text = try Self.text(node, key, file, allowed: "a text")
      if key == "question" {
        question = text
        return
      }
      guard Self.isName(text) else {
        throw ScenarioError(
          file: file, line: node.line, column: node.column, key: key,
          "\"\(text)\" is not understood",
          allowed: "up to 64 letters, digits, '.', '_' and '-', not beginning with '.'")
      }
      name = text
      return
    }
    if key == "faults" { return try setFaults(node) }
    guard let field = ScenarioSchema.field(named: key) else {
      var error = ScenarioSchema.unknown(key)
      error.file = file
      error.line = keyNode.line
      error.column = keyNode.column
      throw error
    }
    try set(field, to: node)
  }

  private mutating func set(_ field: ScenarioField, to node: YamlNode) throws(ScenarioError) {
    // Each item is tried by itself, so that the mistake's own line can be told.
    for item in try items(field, node) {
      var scratch = self
      try apply(field, [item.text], at: item.node, to: &scratch)
    }
    try apply(field, try items(field, node).map(\.text), at: node, to: &self)
    given[field.name] = Place(line: node.line, column: node.column)
  }

  private func apply(
    _ field: ScenarioField, _ texts: [String], at node: YamlNode, to scenario: inout Scenario
  ) throws(ScenarioError) {
    do throws(ValueText.Refusal) {
      try field.set(texts, &scenario)
    } catch {
      throw ScenarioError(
        file: file, line: node.line, column: node.column, key: field.name,
        "\(ScenarioSchema.quoted(texts)) is not understood", allowed: error.allowed)
    }
  }

  private func items(_ field: ScenarioField, _ node: YamlNode) throws(ScenarioError)
    -> [(text: String, node: YamlNode)]
  {
    if field.kind == .properties {
      guard case .mapping(let pairs) = node.value else {
        throw wrongKind(field, node, allowed: "a mapping of Kafka's names to values")
      }
      var items: [(text: String, node: YamlNode)] = []
      for (key, value) in pairs {
        guard case .scalar(let name, _) = key.value else { continue }
        let text = try Self.text(value, "\(field.name).\(name)", file, allowed: "a single value")
        items.append(("\(name)=\(text)", value))
      }
      return items
    }
    switch node.value {
    case .scalar("", isPlain: true): throw wrongKind(field, node, allowed: field.allowed)
    case .scalar(let text, _):
      return field.kind == .list
        ? ScenarioSchema.splitList(text).map { ($0, node) } : [(text, node)]
    case .sequence(let nodes) where field.kind != .single && !nodes.isEmpty:
      var items: [(text: String, node: YamlNode)] = []
      for item in nodes {
        items.append((try Self.text(item, field.name, file, allowed: field.allowed), item))
      }
      return items
    default:
      let form = field.kind == .single ? "one value" : "one value or a list of them"
      throw wrongKind(field, node, allowed: "\(form): \(field.allowed)")
    }
  }

  private func wrongKind(_ field: ScenarioField, _ node: YamlNode, allowed: String)
    -> ScenarioError
  {
    ScenarioError(
      file: file, line: node.line, column: node.column, key: field.name,
      "\(node.kindText) is not understood", allowed: allowed)
  }

  private static func text(_ node: YamlNode, _ key: String, _ file: String?, allowed: String)
    throws(ScenarioError) -> String
  {
    if case .scalar(let text, _) = node.value { return text }
    throw ScenarioError(
      file: file, line: node.line, column: node.column, key: key,
      "\(node.kindText) is not understood", allowed: allowed)
  }

  /// `acks` of `Scenarios/acks.yaml`; `custom` where nothing usable is left.
  private static func baseName(_ file: String) -> String {
    var base = file.split(separator: "/").last.map(String.init) ?? ""
    for ending in [".yaml", ".yml"] where base.hasSuffix(ending) {
      base.removeLast(ending.count)
    }
    return isName(base) ? base : "custom"
  }

  /// It becomes part of a directory's name.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && !text.hasPrefix(".")
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          || $0 == "." || $0 == "_" || $0 == "-"
      }
  }
}
