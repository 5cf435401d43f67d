import LoadModel
import Statistics

/// Any number of results side by side: medians of the repetitions, percentiles included, what each
/// differs from the first, and how sure that is. No verdict: they were measured at different times,
/// and nothing tells what the machine did.
public struct ResultComparison: Sendable {
  /// One result: what it is called, and the samples of its cases.
  public struct Entry: Sendable {
    public var name: String
    public var cases: [CaseSamples]
    /// It ended before all was measured.
    public var isPartial: Bool
    /// What was run; nil where that is not known.
    public var configuration: EffectiveConfiguration?
    /// What a suite found.
    public var points: [StudyPoint]

    public init(
      name: String, cases: [CaseSamples], isPartial: Bool = false,
      configuration: EffectiveConfiguration? = nil, points: [StudyPoint] = []
    ) {
      self.points = points
      self.name = name
      self.cases = cases
      self.isPartial = isPartial
      self.configuration = configuration
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

  /// With fewer repetitions on a side an interval says nothing.
  public static let fewestRepetitions = 6

  public let cells: [Cell]
  /// What a reader must know of the results as a whole.
  public let notes: [String]
  private let names: [String]

  /// - Parameter entries: The first is what the others are compared with.
  public init(_ entries: [Entry]) {
    names = entries.map(\.name)
    var cells: [Cell] = []
    let labels = Self.labels(entries)
    for label in labels {
      for metric in CheckMetric.all {
        cells += Self.cells(entries, label, metric.name, metric.title) {
          Self.values($0, label, metric, isOnly: labels.count == 1)
        }
      }
    }
    self.cells = cells + Self.studyCells(entries)
    notes =
      entries.filter(\.isPartial).map {
        "\($0.name) is partial: it ended early, and its whole repetitions alone are compared."
      } + entries.dropFirst().compactMap { Self.difference($0, from: entries[0]) }
  }

  /// One figure of all results that have it.
  private static func cells(
    _ entries: [Entry], _ label: String, _ metric: String, _ title: String,
    _ values: (Entry) -> [Double]
  ) -> [Cell] {
    var cells: [Cell] = []
    var first: [Double]?
    for (index, entry) in entries.enumerated() {
      let values = values(entry)
      guard let middle = median(values) else { continue }
      var cell = Cell(
        result: entry.name, caseLabel: label, metric: metric, title: title,
        median: middle, repetitions: values.count)
      if let first, let base = median(first), let quotient = ratio(middle, to: base) {
        cell.change = quotient - 1
        let isEnough = min(values.count, first.count) >= Self.fewestRepetitions
        let interval = isEnough ? Bootstrap.medianRatioInterval(values, to: first) : nil
        cell.changeLow = interval.map { $0.low - 1 }
        cell.changeHigh = interval.map { $0.high - 1 }
      }
      if index == 0 { first = values }
      cells.append(cell)
    }
    return cells
  }

  /// What suites found: points of the same labels, figure by figure.
  private static func studyCells(_ entries: [Entry]) -> [Cell] {
    func distinct<Value: Equatable>(_ values: [Value]) -> [Value] {
      values.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    return distinct(entries.flatMap { $0.points.map(\.labels) }).flatMap { labels in
      let points = entries.map { entry in entry.points.first { $0.labels == labels } }
      let figures = points.compactMap { $0 }.flatMap(\.figures)
      let label = labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      return distinct(figures.map(\.name)).flatMap { name in
        let unit = figures.first { $0.name == name }?.unit ?? ""
        return cells(entries, label, name, unit.isEmpty ? name : "\(name), \(unit)") { entry in
          let point = entry.points.first { $0.labels == labels }
          let found = point?.figures.first { $0.name == name }
          return found?.samples.filter(\.isFinite) ?? []
        }
      }
    }
  }

  /// Settings that say what was measured, and are not the same.
  private static func difference(_ entry: Entry, from first: Entry) -> String? {
    guard let own = entry.configuration, let base = first.configuration else { return nil }
    func values(_ configuration: EffectiveConfiguration) -> [String: String] {
      Dictionary(
        configuration.entries.filter { !Baseline.isPlace($0.name) }
          .map { ($0.name, $0.values.joined(separator: ",")) }, uniquingKeysWith: { $1 })
    }
    let (here, there) = (values(own), values(base))
    let names = Set(here.keys).union(there.keys).filter { here[$0] != there[$0] }.sorted()
    guard !names.isEmpty else { return nil }
    func told(_ value: String?) -> String { value.flatMap { $0.isEmpty ? nil : $0 } ?? "none" }
    let parts = names.map { "\($0) \(told(here[$0])) instead of \(told(there[$0]))" }
    return "\(entry.name) was run with \(parts.joined(separator: ", ")) of \(first.name)."
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
        cell.change != nil && cell.changeLow == nil
          ? "too few (n<\(Self.fewestRepetitions))"
          : ChangeText.interval(cell.changeLow, cell.changeHigh),
      ]
    }
  }

  private static let footnote =
    "Figures are medians of the repetitions, percentiles included. Changes are against the first"
    + " result; * where the interval (95 %) excludes no change."

  private var markdown: String {
    var table = MarkdownTable(Self.header, leftColumns: 3)
    for row in rows { table.row(row) }
    return table.text + "\n" + Self.footnote + "\n" + notes.map { "\n\($0)\n" }.joined()
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
    return text + "\n" + Self.footnote + "\n" + notes.map { "note: \($0)\n" }.joined()
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
