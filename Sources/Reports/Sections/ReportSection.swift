/// A part of a report: a question, its answer in a sentence with figures, and how they were got.
///
/// A plain value that knows no format: `SectionMarkdown` and `SectionHtml` write it. Its texts may
/// hold two marks: `` `code` `` and `**strong**`; all else is shown as it stands. Names that others
/// chose (topics, labels, errors) go in by `ReportText.code`, so that they cannot end their mark.
public struct ReportSection: Sendable, Equatable {
  public var title: String
  /// What a reader wants to know; empty where the title says it.
  public var question: String
  /// One sentence with figures; empty where there is nothing to decide.
  public var answer: String
  /// The answer's lines, where a sentence is not enough: at most five. Of a suite's section, the
  /// report prints these lines first and once, under "The answer".
  public var answerPoints: [String]
  public var paragraphs: [String]
  /// Short lines of a list, below the paragraphs.
  public var points: [String]
  public var tables: [ReportTable]
  public var plots: [Plot]
  /// Smaller sections within this one.
  public var parts: [ReportSection]
  /// It shows its title alone until the reader opens it: details that few readers need. A part may
  /// be folded within a section that is not.
  public var isFolded: Bool

  public init(
    title: String, question: String = "", answer: String = "", answerPoints: [String] = [],
    paragraphs: [String] = [], points: [String] = [], tables: [ReportTable] = [],
    plots: [Plot] = [], parts: [ReportSection] = [], isFolded: Bool = false
  ) {
    self.title = title
    self.question = question
    self.answer = answer
    self.answerPoints = answerPoints
    self.paragraphs = paragraphs
    self.points = points
    self.tables = tables
    self.plots = plots
    self.parts = parts
    self.isFolded = isFolded
  }

  /// Nothing but a title.
  public var isEmpty: Bool {
    question.isEmpty && answer.isEmpty && answerPoints.isEmpty && paragraphs.isEmpty
      && points.isEmpty
      && tables.allSatisfy(\.isEmpty) && plots.isEmpty && parts.allSatisfy(\.isEmpty)
  }

  /// Its plots and those of its parts, in the order of reading.
  public var allPlots: [Plot] { plots + parts.flatMap(\.allPlots) }
}

/// A table of texts: the first columns hold words, the others numbers (set to the right).
public struct ReportTable: Sendable, Equatable {
  /// What it shows, above it; may be empty.
  public var caption: String
  public var header: [String]
  /// Each as wide as the header; shorter ones are filled with empty cells.
  public private(set) var rows: [[String]] = []
  /// How many of the first columns hold words.
  public var leftColumns: Int
  /// What marks in its cells mean, below it.
  public var footnotes: [String]

  public init(
    _ header: [String], caption: String = "", leftColumns: Int = 1, footnotes: [String] = []
  ) {
    self.header = header
    self.caption = caption
    self.leftColumns = leftColumns
    self.footnotes = footnotes
  }

  public var isEmpty: Bool { rows.isEmpty }

  public mutating func row(_ cells: [String]) {
    let missing = max(0, header.count - cells.count)
    rows.append(Array(cells.prefix(header.count)) + [String](repeating: "", count: missing))
  }

  /// The table without the columns (after the first ones) in which no row has anything.
  public func droppingEmptyColumns() -> ReportTable {
    let kept = header.indices.filter { column in
      column < leftColumns || rows.contains { !$0[column].isEmpty }
    }
    var table = self
    table.header = kept.map { header[$0] }
    table.rows = rows.map { row in kept.map { row[$0] } }
    return table
  }
}
