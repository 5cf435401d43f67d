/// Why a definition cannot be read.
struct DefinitionError: Error, CustomStringConvertible {
  var source: String
  var line: Int
  var reason: String

  var description: String { "\(source):\(line): \(reason)" }
}

/// Reads one `.messages` file.
///
/// ```
/// # What the API is for, and the KIPs it comes from.
/// api Fetch 1                       or: record TopicRecord 2 | data RequestHeader
/// versions 4-18
/// flexible 12+
///
/// request                           api: request and response; others: fields
///   clusterId: string? 12+ tag 0 ignorable = null
///   topics: [FetchTopic]
///     topic: string 4-12            deeper lines are the fields of the structure above
///   struct Shared                   a structure that several fields name
///     id: int32
/// ```
/// A field is `name: type`, then in this order, each only where needed: versions (default: all of
/// what it stands in), `tag N`, `fixed` (never compact), `ignorable`, `= default`. A type with `?`
/// may be null wherever it exists, with `?7+` from version 7 on.
struct DefinitionParser {
  private struct Line {
    var number: Int
    var indent: Int
    var text: Substring
  }

  private let source: String
  private var lines: [Line] = []
  private var next = 0
  private var about: [String] = []
  private var versions = VersionRange(first: 0, last: 0)
  private var structures: [StructDefinition] = []

  init(source: String, text: String) {
    self.source = source
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let content = line.drop { $0 == " " }
      if content.isEmpty { continue }
      if content.first == "#" {
        about.append(String(content.dropFirst().drop { $0 == " " }))
        continue
      }
      lines.append(Line(number: index + 1, indent: line.count - content.count, text: content))
    }
  }

  private func failure(_ reason: String) -> DefinitionError {
    let line = next < lines.count ? lines[next].number : (lines.last?.number ?? 0)
    return DefinitionError(source: source, line: line, reason: reason)
  }

  /// All messages of the file: two for an API, one otherwise.
  mutating func parse() throws(DefinitionError) -> [MessageDefinition] {
    let head = try words(after: nil)
    versions = try range(Substring(try words(after: "versions").joined()), within: nil)
    var firstFlexible: Int?
    if next < lines.count, lines[next].text.hasPrefix("flexible") {
      firstFlexible = try range(Substring(try words(after: "flexible").joined()), within: nil).first
    }
    guard head.count >= 2 else { throw failure("expected a kind and a name") }
    let key = head.count > 2 ? Int(head[2]) : nil
    let name = String(head[1])
    let parts: [(String, String, MessageDefinition.Kind)]
    switch (head[0], key) {
    case ("api", let key?):
      parts = [
        ("request", name + "Request", .request(key: key)),
        ("response", name + "Response", .response(key: key)),
      ]
    case ("record", let key?): parts = [("fields", name, .record(key: key))]
    case ("data", nil): parts = [("fields", name, .data)]
    default: throw failure("expected: api Name key, record Name key or data Name")
    }
    var messages: [MessageDefinition] = []
    for (section, typeName, kind) in parts {
      _ = try words(after: section)
      structures = []
      let fields = try fields(indent: 2, versions: versions)
      messages.append(
        MessageDefinition(
          kind: kind, name: typeName, family: name, about: about, versions: versions,
          firstFlexible: firstFlexible,
          body: StructDefinition(name: typeName, versions: versions, fields: fields),
          structures: structures, source: source))
    }
    if next < lines.count { throw failure("unexpected line") }
    return messages
  }

  private mutating func words(after keyword: String?) throws(DefinitionError) -> [Substring] {
    guard next < lines.count else { throw failure("the file ends too early") }
    var words = lines[next].text.split(separator: " ")
    if let keyword {
      guard words.first == Substring(keyword) else { throw failure("expected \(keyword)") }
      words.removeFirst()
    }
    next += 1
    return words
  }

  private func range(_ text: Substring, within outer: VersionRange?) throws(DefinitionError)
    -> VersionRange
  {
    let last = outer?.last ?? Int(Int16.max)
    if text.hasSuffix("+"), let first = Int(text.dropLast()) {
      return VersionRange(first: first, last: last)
    }
    let ends = text.split(separator: "-").map { Int($0) }
    if ends.count == 1, let only = ends[0] { return VersionRange(first: only, last: only) }
    if ends.count == 2, let first = ends[0], let second = ends[1], first <= second {
      return VersionRange(first: first, last: second)
    }
    throw failure("not a range of versions: \(text)")
  }

  private mutating func fields(indent: Int, versions: VersionRange) throws(DefinitionError)
    -> [FieldDefinition]
  {
    var fields: [FieldDefinition] = []
    while next < lines.count, lines[next].indent == indent {
      let words = lines[next].text.split(separator: " ")
      if words[0] == "struct", words.count == 2 {
        next += 1
        try structure(named: String(words[1]), indent: indent + 2, versions: versions)
        continue
      }
      let field = try field(words, within: versions)
      next += 1
      fields.append(field)
      if next < lines.count, lines[next].indent > indent {
        guard case .structure(let name) = field.type else { throw failure("too deep") }
        try structure(named: name, indent: indent + 2, versions: field.versions)
      }
    }
    return fields
  }

  private mutating func structure(named name: String, indent: Int, versions: VersionRange)
    throws(DefinitionError)
  {
    guard !structures.contains(where: { $0.name == name }) else {
      throw failure("\(name) is defined twice")
    }
    // The place is taken before the structures within, so that the order is that of mention.
    let place = structures.count
    structures.append(StructDefinition(name: name, versions: versions, fields: []))
    structures[place].fields = try fields(indent: indent, versions: versions)
  }

  private func field(_ words: [Substring], within outer: VersionRange) throws(DefinitionError)
    -> FieldDefinition
  {
    guard words.count >= 2, words[0].last == ":" else { throw failure("expected name: type") }
    var type = words[1]
    var nullableText: Substring?
    if let mark = type.firstIndex(of: "?") {
      nullableText = type[type.index(after: mark)...]
      type = type[..<mark]
    }
    let isArray = type.first == "["
    if isArray { type = type.dropFirst().dropLast() }
    var field = FieldDefinition(
      name: String(words[0].dropLast()),
      type: FieldType.primitives[String(type)] ?? .structure(String(type)), isArray: isArray,
      versions: outer, nullable: nil, tag: nil, isIgnorable: false, isFixed: false,
      defaultText: nil)
    var rest = words.dropFirst(2)
    if let word = rest.first, word.first?.isNumber == true {
      field.versions = try range(word, within: outer)
      rest.removeFirst()
    }
    if let text = nullableText {
      field.nullable = text.isEmpty ? field.versions : try range(text, within: outer)
    }
    while let word = rest.popFirst() {
      switch word {
      case "tag":
        guard let tag = rest.popFirst().flatMap({ Int($0) }) else { throw failure("which tag?") }
        field.tag = tag
      case "fixed": field.isFixed = true
      case "ignorable": field.isIgnorable = true
      case "=":
        guard let text = rest.popFirst() else { throw failure("which default?") }
        field.defaultText = String(text)
      default: throw failure("unexpected word: \(word)")
      }
    }
    return field
  }
}
