import LoadModel
import Statistics

/// A table of some cases by some metrics: medians, ranges, ratios to the first row.
struct ComparisonTable {
  let metrics: [Metric]

  /// - Parameter rows: What a row is called, and its case; the first that has a figure is the
  ///   baseline.
  func text(heading: String, rows: [(name: String, entry: CaseResult)]) -> String? {
    var header = [heading]
    for metric in metrics {
      header.append(metric.title)
      if metric.hasRange { header.append("range") }
      if metric.hasRatio { header.append("×") }
    }
    var table = MarkdownTable(header)
    // The first row that has the figure: acks=0 has no produce latency to compare with.
    let baseline = metrics.map { metric in
      rows.lazy.compactMap { metric.summary($0.entry) }.first
    }
    for row in rows {
      var cells = ["`\(row.name)`"]
      for (metric, base) in zip(metrics, baseline) {
        let summary = metric.summary(row.entry)
        cells.append(summary.map { Numbers.readable($0.median) } ?? "")
        if metric.hasRange { cells.append(summary.map(Self.range) ?? "") }
        if metric.hasRatio { cells.append(Self.ratioText(summary, base)) }
      }
      table.row(cells)
    }
    let isBlank = metrics.allSatisfy { metric in
      rows.allSatisfy { metric.summary($0.entry) == nil }
    }
    return isBlank ? nil : table.droppingEmptyColumns().text
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
