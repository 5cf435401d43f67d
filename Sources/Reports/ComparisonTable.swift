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
    // The first row that has the figure: acks=0 has no produce latency to compare with.
    let baseline = metrics.map { metric in
      rows.lazy.compactMap { metric.summary($0.entry) }.first
    }
    var used: Set<FigureMark> = []
    for row in rows {
      var cells = [ReportText.code(row.name)]
      for (metric, base) in zip(metrics, baseline) {
        let summary = metric.summary(row.entry)
        let own = (marks[row.entry.index] ?? []).filter { $0.kinds.contains(metric.kind) }
        if metric.isMarked, summary != nil { used.formUnion(own) }
        cells.append(summary.map { figure($0, metric, own) } ?? "")
        if metric.hasRange { cells.append(summary.map(Self.range) ?? "") }
        if metric.hasRatio { cells.append(Self.ratioText(summary, base)) }
      }
      table.row(cells)
    }
    let isBlank = metrics.allSatisfy { metric in
      rows.allSatisfy { metric.summary($0.entry) == nil }
    }
    guard !isBlank else { return nil }
    var shown = table.droppingEmptyColumns()
    shown.footnotes = FigureMark.all.filter(used.contains).map { "[\($0.letter)] \($0.meaning)." }
    return shown
  }

  private func figure(_ summary: Summary, _ metric: Metric, _ marks: [FigureMark]) -> String {
    let text = Numbers.readable(summary.median)
    let mark = metric.isMarked ? FigureMark.text(marks, for: metric.kind) : ""
    return mark.isEmpty ? text : text + " " + mark
  }

  static func range(_ summary: Summary) -> String {
    summary.count < 2
      ? "" : "\(Numbers.readable(summary.min))–\(Numbers.readable(summary.max))"
  }

  private static func ratioText(_ summary: Summary?, _ baseline: Summary?) -> String {
    guard let summary, let baseline,
      let quotient = ratio(summary.median, to: baseline.median)
    else { return "" }
    return Numbers.fixed(quotient, 2)
  }
}
