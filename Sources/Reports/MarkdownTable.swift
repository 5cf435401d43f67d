/// A table that is aligned in the text as well: the first column to the left, numbers to the right.
struct MarkdownTable {
  private let header: [String]
  private var rows: [[String]] = []
  /// How many of the first columns hold words.
  private let leftColumns: Int

  init(_ header: [String], leftColumns: Int = 1) {
    self.header = header.map(Self.escaped)
    self.leftColumns = leftColumns
  }

  mutating func row(_ cells: [String]) { rows.append(cells.map(Self.escaped)) }

  var text: String {
    let widths = header.indices.map { column in
      max(3, ([header] + rows).map { $0[column].count }.max() ?? 3)
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < leftColumns ? cell + space : space + cell
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule = widths.enumerated().map { column, width in
      let dashes = String(repeating: "-", count: width - 1)
      return column < leftColumns ? ":" + dashes : dashes + ":"
    }
    return line(header) + line(rule) + rows.map(line).joined()
  }

  /// A cell cannot end its row or its column.
  private static func escaped(_ cell: String) -> String {
    String(
      cell.map { character in
        character == "|" ? "¦" : (character.isNewline ? " " : character)
      })
  }
}
