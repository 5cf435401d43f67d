/// Writes the tests' random values: one extension of a message and one of each of its structures.
struct RandomEmitter {
  let message: MessageDefinition

  func file() -> String {
    var out = SourceText()
    out.line("// swift-format-ignore-file")
    out.line("// Made by scripts/generate-messages from \(message.source); not edited by hand.")
    out.line()
    out.line("import KafkaFormat")
    out.line("import KafkaMessages")
    out.line()
    random(message.body, path: message.name, &out)
    for structure in message.structures {
      out.line()
      random(structure, path: "\(message.name).\(structure.name)", &out)
    }
    return out.text
  }

  private func random(_ structure: StructDefinition, path: String, _ out: inout SourceText) {
    out.block("extension \(path): RandomStruct") { out in
      let head = "static func random(version: Int16, from source: inout RandomSource) -> Self"
      out.block(head) { out in
        if structure.fields.isEmpty { return out.line("Self()") }
        out.line("var value = Self()")
        for field in structure.fields {
          let condition = field.versions.condition(within: structure.versions)
          var call = "source.\(function(field))"
          if let nullable = field.nullable {
            let allowed = nullable.condition(within: field.versions) ?? "true"
            call = "source.isNull(\(allowed)) ? nil : \(call)"
          }
          out.guarded(condition, "value.\(field.swiftName) = \(call)")
        }
        out.line("return value")
      }
    }
  }

  private func function(_ field: FieldDefinition) -> String {
    switch (field.type, field.isArray) {
    case (.structure(let name), true): "structures(\(message.name).\(name).self, version)"
    case (.structure(let name), false): "structure(\(message.name).\(name).self, version)"
    case (let type, true): "elements(\(type.swiftName).self)"
    case (let type, false): "\(type.function)()"
    }
  }
}
