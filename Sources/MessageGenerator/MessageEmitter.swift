/// Writes the Swift of one message.
struct MessageEmitter {
  let message: MessageDefinition

  /// Requests and records say which field a version cannot carry; responses are written for the
  /// version that was asked for.
  private var reportsUnsupported: Bool {
    if case .response = message.kind { false } else { true }
  }

  func file() -> String {
    var out = SourceText()
    out.line("// swift-format-ignore-file")
    out.line("// Made by scripts/generate-messages from \(message.source); not edited by hand.")
    out.line()
    out.line("import KafkaFormat")
    out.line()
    for line in message.about { out.line("/// \(line)") }
    out.block("public struct \(message.name): \(conformance)") { out in
      constants(&out)
      body(message.body, &out)
      for structure in message.structures {
        out.line()
        out.block("public struct \(structure.name): KafkaStruct") { body(structure, &$0) }
      }
    }
    return out.text
  }

  private var conformance: String {
    switch message.kind {
    case .request: "KafkaRequest"
    case .response: "KafkaResponse"
    case .record: "MetadataRecordBody"
    case .data: "KafkaMessage"
    }
  }

  static func caseName(_ family: String) -> String {
    family.prefix(1).lowercased() + family.dropFirst()
  }

  private func constants(_ out: inout SourceText) {
    switch message.kind {
    case .request:
      out.line("public typealias Response = \(message.family)Response")
      out.line("public static let apiKey = ApiKey.\(Self.caseName(message.family))")
    case .response:
      out.line("public static let apiKey = ApiKey.\(Self.caseName(message.family))")
    case .record(let key): out.line("public static let recordKey: UInt32 = \(key)")
    case .data: break
    }
    let versions = message.versions
    out.line(
      "public static let versions: ClosedRange<Int16> = \(versions.first)...\(versions.last)")
    let flexible = message.firstFlexible.map(String.init) ?? "Int16.max"
    out.line("public static let firstFlexibleVersion: Int16 = \(flexible)")
    out.line()
  }

  private func body(_ structure: StructDefinition, _ out: inout SourceText) {
    properties(structure, &out)
    initializer(structure, &out)
    out.line()
    reading(structure, &out)
    out.line()
    writing(structure, &out)
    if reportsUnsupported, hasUnsupported(structure) {
      out.line()
      unsupported(structure, &out)
    }
  }

  private func properties(_ structure: StructDefinition, _ out: inout SourceText) {
    for field in structure.fields {
      var notes: [String] = []
      if field.versions != structure.versions {
        notes.append(field.versions.text(within: message.versions))
      }
      if let tag = field.tag { notes.append("tag \(tag)") }
      if let nullable = field.nullable, nullable != field.versions {
        notes.append("null in \(nullable.text(within: message.versions))")
      }
      if !notes.isEmpty {
        let note = notes.joined(separator: "; ")
        out.line("/// \(note.prefix(1).uppercased())\(note.dropFirst()).")
      }
      out.line("public var \(field.swiftName): \(field.swiftType) = \(field.swiftDefault)")
    }
    if !structure.fields.isEmpty { out.line() }
  }

  private func initializer(_ structure: StructDefinition, _ out: inout SourceText) {
    out.line("public init() {}")
    if structure.fields.isEmpty { return }
    out.line()
    let arguments = structure.fields.map {
      "\($0.swiftName): \($0.swiftType) = \($0.swiftDefault)"
    }
    let single = "public init(\(arguments.joined(separator: ", "))) {"
    if single.count <= 90 {
      out.line(single)
    } else {
      out.line("public init(")
      for (index, argument) in arguments.enumerated() {
        out.line("  \(argument)\(index == arguments.count - 1 ? "" : ",")")
      }
      out.line(") {")
    }
    for field in structure.fields { out.line("  self.\(field.name) = \(field.swiftName)") }
    out.line("}")
  }

  /// `compact:`'s argument in this structure: a constant where all versions agree.
  func compactness(_ structure: StructDefinition) -> String {
    let versions = structure.versions
    if message.isFlexible(versions.first) { return "true" }
    return message.isFlexible(versions.last) ? "compact" : "false"
  }

  /// Declares `compact` where the versions differ and something asks for it.
  func declareCompact(_ structure: StructDefinition, _ out: inout SourceText) {
    guard compactness(structure) == "compact", let first = message.firstFlexible else { return }
    out.line("let compact = version >= \(first)")
  }
}
