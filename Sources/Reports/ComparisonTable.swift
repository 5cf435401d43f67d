import LoadModel
import Statistics

/// A table of cases, a row each: medians by some metrics, ranges beside them.
struct ComparisonTable {
  let metrics: [Metric]
  /// What is to be told beside the figures, by the case's index.
  var marks: [Int: [FigureMark]] = [:]
  /// Columns of words, each behind the column of this title.
  var words: [Words] = []

  struct Words {
    var title: String
    var after: String
    var text: (CaseResult) -> String
  }

  /// - Parameter rows: What a row is called, and its case.
  /// - Returns: Nil where no row has a figure.
  func table(heading: String, rows: [(name: String, entry: CaseResult)]) -> ReportTable? {
    var header = [heading]
    for metric in metrics {
      header.append(metric.title)
      if metric.hasRange { header.append("range") }
      header += words.filter { $0.after == metric.title }.map(\.title)
    }
    var table = ReportTable(header)
    var used: Set<FigureMark> = []
    var isKnown = false
    var hasShortTail = false
    for (name, entry) in rows {
      var cells = [ReportText.code(name)]
      for metric in metrics {
        // Percentiles take a while: each is made once.
        let isReported = metric.isReported?(entry) != false
        let summary = isReported ? metric.summary(entry) : nil
        let isShort = isReported && summary == nil && metric.hasShortTail(entry)
        hasShortTail = hasShortTail || isShort
        let own = (marks[entry.index] ?? []).filter { $0.kinds.contains(metric.kind) }
        if metric.isMarked, summary != nil { used.formUnion(own) }
        isKnown = isKnown || summary != nil
        cells.append(summary.map { figure($0, metric, own) } ?? (isShort ? "–" : ""))
        if metric.hasRange { cells.append(summary.map(Self.range) ?? "") }
        cells += words.filter { $0.after == metric.title }.map { $0.text(entry) }
      }
      table.row(cells)
    }
    guard isKnown else { return nil }
    var shown = table.droppingEmptyColumns()
    shown.footnotes = FigureMark.all.filter(used.contains).map { "[\($0.letter)] \($0.meaning)." }
    if hasShortTail {
      shown.footnotes.append(
        "–: fewer than \(HistogramData.fewestTailSamples) batches lie beyond the percentile.")
    }
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

  static func range(_ summary: MetricSummary) -> String {
    summary.count < 2 ? "" : Numbers.range(summary.min, summary.max)
  }
}
