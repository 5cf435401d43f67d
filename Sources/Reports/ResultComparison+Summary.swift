import LoadModel
import Statistics

/// What a comparison begins with: how much was compared, what differs, what could not be told.
extension ResultComparison {
  /// At most four lines, with the marks of `ReportText`.
  var summary: [String] {
    let compared = cells.filter { $0.change != nil }
    guard !compared.isEmpty else {
      return ["Nothing was compared: no case or point stands in two of the results."]
    }
    let clear = compared.filter(\.isClear)
    let open = compared.filter { $0.doubt == nil && $0.changeLow == nil }
    let doubted = compared.filter { $0.doubt != nil }
    let rest = compared.count - clear.count - open.count - doubted.count
    var lines = [
      "Of \(count(compared.count, "figure")) compared with \(ReportText.code(names[0])),"
        + " **\(clear.count) \(clear.count == 1 ? "differs" : "differ")** after the correction for"
        + " \(count(contestCount, "comparison")); \(rest) \(rest == 1 ? "is" : "are") not shown to"
        + " differ."
    ]
    if let largest = clear.max(by: { Self.size($0) < Self.size($1) }) {
      lines.append("Largest: \(sentence(largest)).")
    } else if let widest = compared.compactMap({ cell in Self.reach(cell) }).max() {
      lines.append(
        "A change of up to \(ChangeText.percent(widest)) (the widest interval) may still be hidden"
          + " in these figures.")
    }
    var untold: [String] = []
    let few = open.filter { $0.repetitions < Self.fewestRepetitions || $0.median != 0 }
    if !few.isEmpty {
      untold.append(
        "\(count(few.count, "figure")) with fewer than \(Self.fewestRepetitions) repetitions on a"
          + " side")
    }
    if few.count < open.count {
      untold.append("\(count(open.count - few.count, "figure")) that fell to 0")
    }
    let reasons = Set(doubted.compactMap(\.doubt))
    if !doubted.isEmpty {
      // Several reasons stand in the notes, with their cases.
      let reason = reasons.count == 1 ? reasons.first ?? "" : "for the reasons in the notes"
      untold.append("\(count(doubted.count, "figure")) (\(ReportText.oneLine(reason)))")
    }
    if !untold.isEmpty { lines.append("Could not be told: \(untold.joined(separator: "; ")).") }
    return lines
  }

  private func count(_ count: Int, _ noun: String) -> String {
    "\(Numbers.grouped(Int64(count))) \(noun)\(count == 1 ? "" : "s")"
  }

  /// How large a change is, whichever way it goes: a half is as large as twice.
  private static func size(_ cell: Cell) -> Double {
    guard let change = cell.change, change > -1 else { return .infinity }
    return max(1 + change, 1 / (1 + change))
  }

  /// The largest change that the interval does not exclude, as a share.
  private static func reach(_ cell: Cell) -> Double? {
    guard let low = cell.changeLow, let high = cell.changeHigh, cell.doubt == nil else {
      return nil
    }
    return max(abs(low), abs(high))
  }

  private func sentence(_ cell: Cell) -> String {
    var text = "\(cell.title) of \(ReportText.code(cell.caseLabel))"
    text += ", \(ReportText.code(cell.result)): **\(cell.change.map(ChangeText.signed) ?? "")**"
    let interval = ChangeText.interval(cell.changeLow, cell.changeHigh)
    return interval.isEmpty ? text : text + " (\(interval))"
  }

  // MARK: The parts below it

  /// The cells of the figures of which some result differs from the first, and those of all others.
  var parted: (differing: [Cell], others: [Cell]) {
    struct Key: Hashable {
      var label: String
      var metric: String
    }
    let shown = Set(cells.filter(\.isClear).map { Key(label: $0.caseLabel, metric: $0.metric) })
    func differs(_ cell: Cell) -> Bool {
      shown.contains(Key(label: cell.caseLabel, metric: cell.metric))
    }
    return (cells.filter(differs), cells.filter { !differs($0) })
  }

  /// As a report's section: the summary, a table of what differs, and the rest folded.
  func section(header: [String], footnote: String, row: (Cell) -> [String]) -> ReportSection {
    func table(_ cells: [Cell]) -> ReportTable {
      var table = ReportTable(header, leftColumns: 3)
      for cell in cells { table.row(row(cell)) }
      return table
    }
    let (differing, others) = parted
    var main = table(differing)
    main.footnotes = [footnote]
    var rest = table(others)
    // The note stands once, below the first table.
    if differing.isEmpty { rest.footnotes = [footnote] }
    return ReportSection(
      title: "Comparison with \(ReportText.code(names.first ?? ""))", answerPoints: summary,
      points: notes, tables: [main],
      parts: [
        ReportSection(
          title: "Figures that are not shown to differ", tables: [rest], isFolded: true)
      ])
  }
}
