import LoadModel

extension ResultComparison {
  // MARK: Its forms

  /// Words of `weir compare --format`.
  public static let formats = ["text", "markdown", "html", "csv", "json"]

  /// - Throws: `.unwritable` where JSON cannot hold a figure.
  public func text(format: String) throws(Reports.Failure) -> String {
    switch format {
    case "csv": csv
    case "json": try Reports.jsonText(cells, "the comparison")
    case "markdown": markdown
    case "html": html
    default: plain
    }
  }

  private static let header = [
    "Case", "Figure", "Result", "Median", "n", "Change", "Interval", "p",
  ]

  private static func row(_ cell: Cell) -> [String] {
    [
      cell.caseLabel, cell.title, cell.result, Numbers.readable(cell.median),
      "\(cell.repetitions)",
      cell.change.map { ChangeText.signed($0) + (cell.isClear ? " *" : "") } ?? "",
      cell.change != nil && cell.changeLow == nil
        ? "too few (n<\(fewestRepetitions))"
        : ChangeText.interval(cell.changeLow, cell.changeHigh),
      cell.doubt == nil ? cell.probability.map(Numbers.probability) ?? "" : "–",
    ]
  }

  private var footnote: String {
    "Figures are medians of the repetitions, percentiles included. Changes are against the first"
      + " result: ratios of 20 % trimmed means, with 95 % intervals. p: of such a change by chance,"
      + " corrected for all \(contestCount) changes (Holm). * shown: p below 0.05, at least 5 %,"
      + " and more than identical cases of one result differ by. –: no conclusion (see the notes)."
  }

  private var section: ReportSection {
    section(header: Self.header, footnote: footnote) { Self.row($0) }
  }

  private var markdown: String { SectionMarkdown.text(section) }

  private var html: String {
    HtmlPage.text(
      title: "Comparison of \(names.count) results", generator: "weir", head: [],
      sections: [section])
  }

  /// The summary, what differs, all else, and the notes.
  private var plain: String {
    let (differing, others) = parted
    var text = summary.map { ReportText.plain($0) + "\n" }.joined() + "\n"
    if !differing.isEmpty { text += Self.aligned(differing) + "\n" }
    if !others.isEmpty {
      text += (differing.isEmpty ? "" : "Not shown to differ:\n\n") + Self.aligned(others) + "\n"
    }
    return text + footnote + "\n" + notes.map { "note: \($0)\n" }.joined()
  }

  private static func aligned(_ cells: [Cell]) -> String {
    let all = [header] + cells.map(row)
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    var text = ""
    var last: (label: String, title: String)?
    for row in all {
      var row = row
      let isSame = last?.label == row[0] && last?.title == row[1]
      last = (row[0], row[1])
      if isSame { (row[0], row[1]) = ("", "") }
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < 3 ? cell + space : space + cell
      }
      var line = cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      text += line + "\n"
    }
    return text
  }

  private var csv: String {
    var writer = CsvWriter()
    writer.row([
      "case", "metric", "result", "median", "repetitions", "change", "change_low", "change_high",
      "probability", "clear", "doubt",
    ])
    for cell in cells {
      writer.row([
        cell.caseLabel, cell.metric, cell.result, "\(cell.median)", "\(cell.repetitions)",
        cell.change.map { "\($0)" }, cell.changeLow.map { "\($0)" },
        cell.changeHigh.map { "\($0)" }, cell.probability.map { "\($0)" },
        cell.change.map { _ in cell.isClear ? "true" : "false" }, cell.doubt,
      ])
    }
    return writer.text
  }
}
