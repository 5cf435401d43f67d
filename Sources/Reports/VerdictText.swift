import LoadModel

/// A verdict for a terminal.
public enum VerdictText {
  public static func text(_ verdict: Verdict) -> String {
    var rows: [[String]] = [
      [
        "", "reference", "candidate", ChangeText.title(verdict).lowercased(), "interval",
        "tolerance", "noise", "verdict",
      ]
    ]
    let isSweep = Set(verdict.lines.map(\.caseLabel)).count > 1
    func cells(_ line: VerdictLine) -> [String] {
      [
        isSweep ? "\(line.title) (\(line.caseLabel))" : line.title,
        Numbers.readable(line.reference), Numbers.readable(line.candidate),
        ChangeText.change(line), ChangeText.interval(line),
        line.decides ? ChangeText.percent(line.tolerance) : "",
        line.noiseFloor.map(ChangeText.percent) ?? "",
        line.decides ? line.status.rawValue : "",
      ]
    }
    rows += verdict.lines.map(cells)
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func row(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 || column == cells.count - 1 ? cell + space : space + cell
      }
      var line = padded.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }
    var text = "candidate: \(verdict.candidate)\nreference: \(verdict.reference)\n\n"
    text += row(rows[0])
    for line in verdict.decidingLines { text += row(cells(line)) + "    \(line.why)\n" }
    let others = verdict.lines.filter { !$0.decides }
    if !others.isEmpty { text += "\nBeside them, deciding nothing:\n" }
    for line in others { text += row(cells(line)) }
    if !verdict.notes.isEmpty { text += "\n" }
    for note in verdict.notes { text += "note: \(note)\n" }
    return text + "\n\(verdict.status.rawValue): \(verdict.why)\n"
  }
}
