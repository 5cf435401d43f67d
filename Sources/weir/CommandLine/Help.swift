import Foundation

/// The texts of `--help` and `help`, made from the declarations alone.
struct Help {
  let program = "weir"
  let columns = 100

  /// The list of commands.
  func overview(of commands: [Command]) -> String {
    let rows = commands.map { ($0.name, $0.summary) }
    return """
      weir measures Kafka: it drives load against any Kafka-compatible cluster, or against the
      broker it carries, and writes what it found as CSV and Markdown.

      Usage: weir COMMAND [options]

      Commands:
      \(table(rows))

      weir help COMMAND explains a command, with examples.

      """
  }

  /// The commands that share their first word.
  func group(_ word: String, of commands: [Command]) -> String {
    let rows = commands.filter { $0.path[0] == word }.map { ($0.name, $0.summary) }
    return """
      Usage: weir \(word) COMMAND [options]

      Commands:
      \(table(rows))

      weir help \(word) COMMAND explains a command, with examples.

      """
  }

  /// All about one command.
  func command(_ command: Command) -> String {
    var text = "weir \(command.name): \(command.summary)\n\n"
    text += "Usage: \(usageLine(command))\n"
    if !command.discussion.isEmpty {
      let paragraphs = command.discussion.components(separatedBy: "\n\n")
      text += paragraphs.map { "\n" + wrap($0, to: columns).joined(separator: "\n") + "\n" }
        .joined()
    }
    if !command.positionals.isEmpty {
      text += "\nArguments:\n\(table(command.positionals.map { ($0.name, $0.doc) }))\n"
    }
    if !command.options.isEmpty {
      text += "\nOptions:\n\(table(command.options.map(row)))\n"
    }
    text += command.examples.count == 1 ? "\nExample:\n" : "\nExamples:\n"
    text += command.examples.map { "  \($0)\n" }.joined()
    return text
  }

  private func usageLine(_ command: Command) -> String {
    var words = [program, command.name]
    for positional in command.positionals {
      let name = positional.name + (positional.isRepeated ? "…" : "")
      words.append(positional.isRequired ? name : "[\(name)]")
    }
    for option in command.options where option.isRequired {
      words.append("--\(option.name) \(option.valueName ?? "VALUE")")
    }
    if command.options.contains(where: { !$0.isRequired }) { words.append("[options]") }
    return words.joined(separator: " ")
  }

  private func row(_ option: OptionDeclaration) -> (String, String) {
    let name = "--\(option.name)" + (option.valueName.map { " \($0)" } ?? "")
    var doc = option.doc
    if option.kind == .repeated { doc += "; may be repeated" }
    if let defaultText = option.defaultText, !defaultText.isEmpty {
      doc += " (default: \(defaultText))"
    }
    return (name, doc)
  }

  /// Two columns; the second is broken at words and stays in its column.
  private func table(_ rows: [(String, String)]) -> String {
    let widest = rows.map(\.0.count).max() ?? 0
    let first = min(widest, 34)
    let room = columns - first - 4
    return rows.map { name, doc in
      let lines = wrap(doc, to: room)
      let indent = String(repeating: " ", count: first + 4)
      let gap = String(repeating: " ", count: max(0, first - name.count) + 2)
      let body = lines.joined(separator: "\n" + indent)
      return name.count > first ? "  \(name)\n\(indent)\(body)" : "  \(name)\(gap)\(body)"
    }
    .joined(separator: "\n")
  }

  private func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return lines + [line]
  }
}
