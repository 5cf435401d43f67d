import CYaml

/// Reads one YAML document by libyaml's events: the only file that sees the library.
///
/// Refused, each with its place: files over a mebibyte, more than 10,000 nodes, nesting deeper than
/// 16, anchors and aliases (of which a few lines can make billions of nodes), tags, a second
/// document, a key twice.
@safe struct YamlReader: ~Copyable {
  static let largestFile = 1 << 20
  static let mostNodes = 10_000
  static let deepest = 16

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let file: String
  private var nodes = 0

  /// - Parameter file: For messages only.
  static func document(_ text: [UInt8], file: String) throws(ScenarioError) -> YamlNode {
    guard text.count <= largestFile else {
      throw ScenarioError(
        file: file, "the file has \(text.count) bytes", allowed: "up to \(largestFile)")
    }
    var reader = try YamlReader(file: file)
    return try reader.read(text)
  }

  private init(file: String) throws(ScenarioError) {
    self.file = file
    unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      fatalError("no memory for a YAML parser")
    }
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  private mutating func read(_ text: [UInt8]) throws(ScenarioError) -> YamlNode {
    // libyaml keeps the pointer: it reads only from within `events`.
    let parser = unsafe parser
    let result: Result<YamlNode, ScenarioError> = unsafe text.withUnsafeBufferPointer { bytes in
      unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
      do throws(ScenarioError) {
        return .success(try documentNode())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func documentNode() throws(ScenarioError) -> YamlNode {
    _ = try nextEvent()  // the stream's start
    let start = try nextEvent()
    guard start.kind != .streamEnd else {
      return YamlNode(value: .mapping([]), line: 1, column: 1)
    }
    let root = try node(try nextEvent(), depth: 0)
    _ = try nextEvent()  // the document's end
    let end = try nextEvent()
    guard end.kind == .streamEnd else {
      throw error(end, "a second document begins", allowed: "one document")
    }
    return root
  }

  // MARK: Events

  private enum Kind { case streamEnd, scalar, alias, sequenceStart, mappingStart, end, other }

  private struct Event {
    var kind: Kind
    var line: Int
    var column: Int
    var text = ""
    var isPlain = false
    var hasAnchorOrTag = false
  }

  private mutating func nextEvent() throws(ScenarioError) -> Event {
    var raw = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw syntaxError() }
    defer { unsafe yaml_event_delete(&raw) }
    let mark = unsafe raw.start_mark
    var event = Event(kind: .other, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    switch unsafe raw.type {
    case YAML_STREAM_END_EVENT: event.kind = .streamEnd
    case YAML_ALIAS_EVENT: event.kind = .alias
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: event.kind = .end
    case YAML_SEQUENCE_START_EVENT:
      event.kind = .sequenceStart
      event.hasAnchorOrTag =
        unsafe raw.data.sequence_start.anchor != nil
        || raw.data.sequence_start.tag != nil
    case YAML_MAPPING_START_EVENT:
      event.kind = .mappingStart
      event.hasAnchorOrTag =
        unsafe raw.data.mapping_start.anchor != nil
        || raw.data.mapping_start.tag != nil
    case YAML_SCALAR_EVENT:
      event.kind = .scalar
      let scalar = unsafe raw.data.scalar
      event.hasAnchorOrTag = unsafe scalar.anchor != nil || scalar.tag != nil
      event.isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      event.text = unsafe String(decoding: bytes, as: UTF8.self)
    default: break
    }
    return event
  }

  private func syntaxError() -> ScenarioError {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let mark = unsafe parser.pointee.problem_mark
    return ScenarioError(
      file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1,
      "this is not YAML: \(problem ?? "it cannot be read")")
  }

  private func error(_ event: Event, _ message: String, allowed: String) -> ScenarioError {
    ScenarioError(
      file: file, line: event.line, column: event.column, message, allowed: allowed)
  }

  // MARK: Nodes

  private mutating func node(_ event: Event, depth: Int) throws(ScenarioError) -> YamlNode {
    nodes += 1
    guard nodes <= Self.mostNodes else {
      throw error(event, "too many values", allowed: "up to \(Self.mostNodes)")
    }
    guard depth <= Self.deepest else {
      throw error(event, "nested too deeply", allowed: "up to \(Self.deepest) levels")
    }
    guard event.kind != .alias, !event.hasAnchorOrTag else {
      throw error(event, "an anchor, an alias or a tag", allowed: "plain values, lists, mappings")
    }
    switch event.kind {
    case .sequenceStart:
      var items: [YamlNode] = []
      var next = try nextEvent()
      while next.kind != .end {
        items.append(try node(next, depth: depth + 1))
        next = try nextEvent()
      }
      return YamlNode(value: .sequence(items), line: event.line, column: event.column)
    case .mappingStart:
      return try mapping(event, depth: depth)
    default:
      return YamlNode(
        value: .scalar(event.text, isPlain: event.isPlain), line: event.line,
        column: event.column)
    }
  }

  private mutating func mapping(_ event: Event, depth: Int) throws(ScenarioError) -> YamlNode {
    var pairs: [(key: YamlNode, value: YamlNode)] = []
    var firstLines: [String: Int] = [:]
    var next = try nextEvent()
    while next.kind != .end {
      let key = try node(next, depth: depth + 1)
      guard case .scalar(let name, _) = key.value else {
        throw error(next, "\(key.kindText) as a key", allowed: "a word")
      }
      if let line = firstLines.updateValue(key.line, forKey: name) {
        throw ScenarioError(
          file: file, line: key.line, column: key.column, key: name,
          "this key is there already, in line \(line)", allowed: "each key once")
      }
      pairs.append((key, try node(try nextEvent(), depth: depth + 1)))
      next = try nextEvent()
    }
    return YamlNode(value: .mapping(pairs), line: event.line, column: event.column)
  }
}
