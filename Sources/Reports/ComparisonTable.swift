import LoadModel
import Statistics

/// A table of some cases by some metrics: medians, ranges, ratios to the first row.
struct ComparisonTable {
  let metrics: [Metric]
  /// What is to be told beside the figures, by the case's index.
  var marks: [Int: [FigureMark]] = [:]

  /// - Parameter rows: What a row is called, and its case; the first that has a figure is the
  ///   baseline.
  /// - Returns: Nil where no row has a figure.
  func table(heading: String, rows: [(name: String, entry: CaseResult)]) -> ReportTable? {
    var header = [heading]
    for metric in metrics {
      header.append(metric.title)
      if metric.hasRange { header.append("range") }
      if metric.hasRatio { header.append("×") }
    }
    var table = ReportTable(header)
    // Percentiles take a while: each is made once.
    let summaries = rows.map { row in metrics.map { $0.summary(row.entry) } }
    guard summaries.contains(where: { $0.contains { $0 != nil } }) else { return nil }
    // The first row that has the figure: acks=0 has no produce latency to compare with.
    let baseline = metrics.indices.map { column in
      summaries.lazy.compactMap { $0[column] }.first
    }
    var used: Set<FigureMark> = []
    for (row, found) in zip(rows, summaries) {
      var cells = [ReportText.code(row.name)]
      for (column, metric) in metrics.enumerated() {
        let (summary, base) = (found[column], baseline[column])
        let own = (marks[row.entry.index] ?? []).filter { $0.kinds.contains(metric.kind) }
        if metric.isMarked, summary != nil { used.formUnion(own) }
        cells.append(summary.map { figure($0, metric, own) } ?? "")
        if metric.hasRange { cells.append(summary.map(Self.range) ?? "") }
        if metric.hasRatio { cells.append(Self.ratioText(summary, base)) }
      }
      table.row(cells)
    }
    var shown = table.droppingEmptyColumns()
    shown.footnotes = FigureMark.all.filter(used.contains).map { "[\($0.letter)] \($0.meaning)." }
    return shown
  }

  private func figure(_ summary: MetricSummary, _ metric: Metric, _ marks: [FigureMark])
    -> String
  {
    let text =
      summary.step.map { CpuText.readable(summary.value, step: $0) }
      ?? Numbers.readable(summary.value)
    let mark = metric.isMarked ? FigureMark.text(marks, for: metric.kind) : ""
    return mark.isEmpty ? text : text + " " + mark
  }

  static func range(_ summary: Summary) -> String {
    summary.count < 2 ? "" : Numbers.range(summary.min, summary.max)
  }

  static func range(_ summary: MetricSummary) -> String {
    summary.count < 2 ? "" : Numbers.range(summary.min, summary.max)
  }

  private static func ratioText(_ summary: MetricSummary?, _ baseline: MetricSummary?) -> String {
    guard let summary, let baseline, let quotient = ratio(summary.value, to: baseline.value) else {
      return ""
    }
    return Numbers.fixed(quotient, 2)
  }
}
