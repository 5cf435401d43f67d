import LoadModel
import Statistics

/// Any number of results side by side: medians, what each differs from the first, and how sure that
/// is. No verdict: they were measured at different times, and nothing tells what the machine did.
public struct ResultComparison: Sendable {
  /// One result: what it is called, and the samples of its cases.
  public struct Entry: Sendable {
    public var name: String
    public var cases: [CaseSamples]

    public init(name: String, cases: [CaseSamples]) {
      self.name = name
      self.cases = cases
    }
  }

  /// One figure of one case in one result.
  public struct Cell: Codable, Sendable {
    public var result: String
    public var caseLabel: String
    public var metric: String
    public var title: String
    public var median: Double
    public var repetitions: Int
    /// Against the first result, as a share; nil for the first and where it has no such figure.
    public var change: Double?
    public var changeLow: Double?
    public var changeHigh: Double?

    /// The interval excludes no change.
    public var isClear: Bool {
      guard let changeLow, let changeHigh else { return false }
      return changeLow > 0 || changeHigh < 0
    }
  }

  public let cells: [Cell]
  private let names: [String]

  /// - Parameter entries: The first is what the others are compared with.
  public init(_ entries: [Entry]) {
    names = entries.map(\.name)
    var cells: [Cell] = []
    let labels = Self.labels(entries)
    for label in labels {
      for metric in CheckMetric.all {
        var first: [Double]?
        for (index, entry) in entries.enumerated() {
          let values = Self.values(entry, label, metric, isOnly: labels.count == 1)
          guard let middle = median(values) else { continue }
          var cell = Cell(
            result: entry.name, caseLabel: label, metric: metric.name, title: metric.title,
            median: middle, repetitions: values.count)
          if let first, let base = median(first), let quotient = ratio(middle, to: base) {
            cell.change = quotient - 1
            let interval = Bootstrap.medianRatioInterval(values, to: first)
            cell.changeLow = interval.map { $0.low - 1 }
            cell.changeHigh = interval.map { $0.high - 1 }
          }
          if index == 0 { first = values }
          cells.append(cell)
        }
      }
    }
    self.cells = cells
  }

  /// Results of one case each are compared whatever their cases are called.
  private static func labels(_ entries: [Entry]) -> [String] {
    if entries.allSatisfy({ $0.cases.count == 1 }), let first = entries.first?.cases.first {
      return [first.label]
    }
    var labels: [String] = []
    for label in entries.flatMap({ $0.cases.map(\.label) }) where !labels.contains(label) {
      labels.append(label)
    }
    return labels
  }

  private static func values(
    _ entry: Entry, _ label: String, _ metric: CheckMetric, isOnly: Bool
  ) -> [Double] {
    let found = isOnly ? entry.cases.first : entry.cases.first { $0.label == label }
    return found?.repetitions.compactMap { $0.values[metric.name] } ?? []
  }

  // MARK: Its forms

  /// Words of `weir compare --format`.
  public static let formats = ["text", "markdown", "csv", "json"]

  /// - Throws: `.unwritable` where JSON cannot hold a figure.
  public func text(format: String) throws(Reports.Failure) -> String {
    switch format {
    case "csv": csv
    case "json": try Reports.jsonText(cells, "the comparison")
    case "markdown": markdown
    default: plain
    }
  }

  private static let header = ["Case", "Figure", "Result", "Median", "n", "Change", "Interval"]

  private var rows: [[String]] {
    cells.map { cell in
      [
        cell.caseLabel, cell.title, cell.result, Numbers.readable(cell.median),
        "\(cell.repetitions)",
        cell.change.map { ChangeText.signed($0) + (cell.isClear ? " *" : "") } ?? "",
        ChangeText.interval(cell.changeLow, cell.changeHigh),
      ]
    }
  }

  private static let footnote =
    "Changes are against the first result; * where the interval (95 %) excludes no change."

  private var markdown: String {
    var table = MarkdownTable(Self.header, leftColumns: 3)
    for row in rows { table.row(row) }
    return table.text + "\n" + Self.footnote + "\n"
  }

  private var plain: String {
    let all = [Self.header] + rows
    let widths = Self.header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
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
    return text + "\n" + Self.footnote + "\n"
  }

  private var csv: String {
    var writer = CsvWriter()
    writer.row([
      "case", "metric", "result", "median", "repetitions", "change", "change_low", "change_high",
    ])
    for cell in cells {
      writer.row([
        cell.caseLabel, cell.metric, cell.result, "\(cell.median)", "\(cell.repetitions)",
        cell.change.map { "\($0)" }, cell.changeLow.map { "\($0)" },
        cell.changeHigh.map { "\($0)" },
      ])
    }
    return writer.text
  }
}

extension Reports {
  /// The samples of a `run.json`, of a baseline, or of a directory that holds a `run.json`.
  ///
  /// - Throws: `.unreadable`, `.notARun`, `.otherSchema`.
  public static func readSamples(_ path: String) throws(Failure) -> [CaseSamples] {
    var file = path
    if isDirectory(path) { file = path + "/run.json" }
    let data = try contents(of: file)
    do {
      return try decodeBaseline(data, path: file).cases
    } catch {
      if case .otherSchema = error { throw error }
      let run = try decode(data, path: file)
      let cases = run.cases.map { CaseSamples($0) }.filter { !$0.repetitions.isEmpty }
      guard !cases.isEmpty else {
        throw .notARun(path: file, reason: "it holds no whole repetition")
      }
      return cases
    }
  }
}
