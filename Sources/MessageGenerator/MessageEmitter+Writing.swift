extension MessageEmitter {
  func writing(_ structure: StructDefinition, _ out: inout SourceText) {
    out.block("public func write(to writer: inout ByteWriter, version: Int16)") { out in
      declareCompact(structure, &out)
      for field in structure.fields where field.tag == nil {
        let compact = field.isFixed ? "false" : compactness(structure)
        let condition = field.versions.condition(within: structure.versions)
        write(field, condition: condition, compact: compact, &out)
      }
      writeTagged(structure, &out)
    }
  }

  private func write(
    _ field: FieldDefinition, condition: String?, compact: String, _ out: inout SourceText
  ) {
    guard let nullable = field.nullable else {
      let statement = call(field, value: field.access, nullable: false, compact: compact)
      return out.guarded(condition, "writer.\(statement)")
    }
    let orNull = call(field, value: field.access, nullable: true, compact: compact)
    guard let nullCondition = nullable.condition(within: field.versions) else {
      return out.guarded(condition, "writer.\(orNull)")
    }
    var filled = field
    filled.nullable = nil
    filled.defaultText = nil
    let value = "\(field.access) ?? \(filled.swiftDefault)"
    let plain = call(field, value: value, nullable: false, compact: compact)
    let choose = { (out: inout SourceText) in
      out.line("if \(nullCondition) {")
      out.line("  writer.\(orNull)")
      out.line("} else {")
      out.line("  writer.\(plain)")
      out.line("}")
    }
    if let condition { out.block("if \(condition)", choose) } else { choose(&out) }
  }

  /// The call that writes one field, without the writer before it.
  private func call(_ field: FieldDefinition, value: String, nullable: Bool, compact: String)
    -> String
  {
    let function: String
    var arguments = [value]
    switch (field.type.isStructure, field.isArray) {
    case (true, true):
      function = "structures"
      arguments.append("version: version")
    case (true, false):
      function = "structure"
      arguments.append("version: version")
    case (false, true): function = "elements"
    case (false, false): function = field.type.function
    }
    if field.isArray || field.type.hasLength, compact != "false" {
      arguments.append("compact: \(compact)")
    }
    let name =
      nullable ? "nullable" + function.prefix(1).uppercased() + function.dropFirst() : function
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }

  private func writeTagged(_ structure: StructDefinition, _ out: inout SourceText) {
    let compact = compactness(structure)
    if compact == "false" { return }
    let condition = compact == "compact" ? compact : nil
    let tagged = structure.fields.filter { $0.tag != nil }.sorted { ($0.tag ?? 0) < ($1.tag ?? 0) }
    if tagged.isEmpty { return out.guarded(condition, "writer.noTaggedFields()") }
    let fields = { (out: inout SourceText) in
      out.line("var tagged = TaggedFields()")
      for field in tagged {
        var conditions: [String] = []
        if let limit = field.versions.condition(within: flexiblePart(of: structure)) {
          conditions.append(limit)
        }
        conditions.append(field.differsFromDefault)
        let statement = call(
          field, value: field.access, nullable: field.nullable != nil, compact: "true")
        out.block("if \(conditions.joined(separator: ", "))") {
          $0.line("tagged.add(\(field.tag ?? 0)) { $0.\(statement) }")
        }
      }
      out.line("tagged.write(to: &writer)")
    }
    if let condition { out.block("if \(condition)", fields) } else { fields(&out) }
  }

  // MARK: What a version cannot carry

  /// Whether a value of `structure` can hold what one of its versions cannot carry.
  func hasUnsupported(_ structure: StructDefinition) -> Bool {
    structure.fields.contains { field in
      if isRefused(field, in: structure) || isNullRefused(field) { return true }
      guard case .structure(let name) = field.type else { return false }
      return message.structure(name).map { hasUnsupported($0) } ?? false
    }
  }

  private func isRefused(_ field: FieldDefinition, in structure: StructDefinition) -> Bool {
    !field.isIgnorable && field.versions != structure.versions
  }

  private func isNullRefused(_ field: FieldDefinition) -> Bool {
    field.nullable.map { !$0.covers(field.versions) } ?? false
  }

  func unsupported(_ structure: StructDefinition, _ out: inout SourceText) {
    out.block("public func unsupportedField(in version: Int16) -> String?") { out in
      for field in structure.fields {
        let name = field.access
        if isRefused(field, in: structure),
          let outside = field.versions.oppositeCondition(within: structure.versions)
        {
          out.guarded("\(outside), \(field.differsFromDefault)", "return \"\(field.name)\"")
        }
        if isNullRefused(field), let nullable = field.nullable,
          let outside = nullable.oppositeCondition(within: structure.versions)
        {
          out.guarded("\(outside), \(name) == nil", "return \"\(field.name)\"")
        }
        guard case .structure(let type) = field.type, let inner = message.structure(type),
          hasUnsupported(inner)
        else { continue }
        let values = field.isArray ? (field.nullable == nil ? name : "\(name) ?? []") : "[\(name)]"
        out.block("for element in \(values)") { out in
          let optional = !field.isArray && field.nullable != nil ? "?" : ""
          out.block("if let inner = element\(optional).unsupportedField(in: version)") {
            $0.line("return \"\(field.name).\\(inner)\"")
          }
        }
      }
      out.line("return nil")
    }
  }
}
