extension MessageEmitter {
  func reading(_ structure: StructDefinition, _ out: inout SourceText) {
    out.line("@_lifetime(reader: copy reader)")
    let head = "public init(from reader: inout ByteReader, version: Int16) throws(FormatError)"
    out.block(head) { out in
      declareCompact(structure, &out)
      out.line("self.init()")
      for field in structure.fields where field.tag == nil {
        let condition = field.versions.condition(within: structure.versions)
        read(field, structure, condition: condition, &out)
      }
      readTagged(structure, &out)
    }
  }

  private func read(
    _ field: FieldDefinition, _ structure: StructDefinition, condition: String?,
    _ out: inout SourceText
  ) {
    let compact = field.isFixed ? "false" : compactness(structure)
    let plain = "try reader.\(call(field, nullable: false, compact: compact))"
    guard let nullable = field.nullable else {
      return out.guarded(condition, "\(field.access) = \(plain)")
    }
    let orNull = "try reader.\(call(field, nullable: true, compact: compact))"
    guard let nullCondition = nullable.condition(within: field.versions) else {
      return out.guarded(condition, "\(field.access) = \(orNull)")
    }
    let choose = { (out: inout SourceText) in
      out.line("if \(nullCondition) {")
      out.line("  \(field.access) = \(orNull)")
      out.line("} else {")
      out.line("  \(field.access) = \(plain)")
      out.line("}")
    }
    if let condition { out.block("if \(condition)", choose) } else { choose(&out) }
  }

  /// The call that reads one field, without `try reader.`.
  private func call(_ field: FieldDefinition, nullable: Bool, compact: String) -> String {
    let function: String
    var arguments: [String] = []
    switch (field.type, field.isArray) {
    case (.structure(let name), true):
      function = "structures"
      arguments.append("\(name).self")
      let size = message.structure(name).map { message.minimumSize(of: $0) } ?? 1
      arguments.append("minimumSize: \(size)")
      arguments.append("version: version")
    case (.structure(let name), false):
      function = "structure"
      arguments += ["\(name).self", "version: version"]
    case (_, true):
      function = "elements"
      arguments.append("\(field.type.swiftName).self")
    case (_, false):
      function = field.type.function
    }
    if field.isArray || field.type.hasLength, compact != "false" {
      arguments.append("compact: \(compact)")
    }
    let name =
      nullable ? "nullable" + function.prefix(1).uppercased() + function.dropFirst() : function
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }

  private func readTagged(_ structure: StructDefinition, _ out: inout SourceText) {
    let compact = compactness(structure)
    if compact == "false" { return }
    let condition = compact == "compact" ? compact : nil
    let tagged = structure.fields.filter { $0.tag != nil }
    if tagged.isEmpty { return out.guarded(condition, "try reader.skipTaggedFields()") }
    let loop = { (out: inout SourceText) in
      out.line("let count = try reader.taggedFieldCount()")
      out.block("for _ in 0..<count") { out in
        out.line("let (tag, size) = try reader.taggedFieldHeader()")
        out.line("let end = reader.position + size")
        out.line("switch tag {")
        for field in tagged {
          let limit = field.versions.condition(within: flexiblePart(of: structure))
          let place = limit.map { "\(field.tag ?? 0) where \($0)" } ?? "\(field.tag ?? 0)"
          let isNullable = field.nullable != nil
          out.line("case \(place):")
          out.line(
            "  \(field.access) = try reader.\(call(field, nullable: isNullable, compact: "true"))"
          )
        }
        out.line("default: try reader.skip(size)")
        out.line("}")
        out.line("try reader.expectTaggedFieldEnd(end)")
      }
    }
    if let condition { out.block("if \(condition)", loop) } else { loop(&out) }
  }

  /// The versions of `structure` that have tagged fields.
  func flexiblePart(of structure: StructDefinition) -> VersionRange {
    let first = max(structure.versions.first, message.firstFlexible ?? 0)
    return VersionRange(first: first, last: structure.versions.last)
  }
}
