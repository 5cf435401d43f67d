import LoadModel
import Statistics

/// The main table, a row a case, and its plots.
extension RunReport {
  /// Bars for more cases than this are no picture any more; the table has them all.
  private static let mostBars = 48

  var resultSection: ReportSection? {
    guard !run.cases.isEmpty || run.isPartial else {
      if run.study != nil { return nil }
      return ReportSection(title: "Results", paragraphs: ["Nothing was measured."])
    }
    guard !measured.isEmpty else { return nil }
    var section = ReportSection(title: "Results")
    section.paragraphs = [sound, foreign].compactMap { $0 }
    section.tables = [mainTable].compactMap { $0 }
    if measured.count > 1 { section.plots = bars }
    return section
  }

  // MARK: Which latencies

  /// A closed loop's latency is the depth of the producer's buffer: it is reported where it was
  /// asked for.
  func showsLatency(_ entry: CaseResult) -> Bool {
    entry.workload.rate.isOpenLoop || isLatencyAsked
  }

  /// `--latency always`.
  var isLatencyAsked: Bool {
    run.configuration.entries.first { $0.name == "latency" }?.values
      == [LatencyReport.always.rawValue]
  }

  private func ifReported(_ metric: Metric) -> Metric {
    var reported = metric
    let isAsked = isLatencyAsked
    reported.isReported = { isAsked || $0.workload.rate.isOpenLoop }
    return reported
  }

  // MARK: The table

  private var mainTable: ReportTable? {
    let hasProduced = measured.contains { Metric.producedMb.hasSamples($0.entry) }
    let rates: [Metric] = hasProduced ? [.producedMb, .producedRecords] : [.consumedRecords]
    let metrics =
      rates + (isConsumedAsProduced ? [] : [.consumedMb]) + [.batchSize]
      + (isCompressed ? [.compressionRatio] : []) + [.brokerCpu, .clientCpu]
      + [.produceP50, .produceP99, .endToEndP50, .endToEndP99].map(ifReported)
    let table = ComparisonTable(metrics: metrics, marks: marks, words: limits + harms)
      .table(heading: "Case", rows: measured)
    if measured.count == 1 { return table.map(Self.standing) }
    // A range needs a second repetition.
    guard measured.contains(where: { $0.entry.repetitions.count > 1 }) else { return table }
    var captioned = table
    captioned?.caption = "Medians of the repetitions, and their range."
    return captioned
  }

  /// A case alone: its figures below each other.
  private static func standing(_ table: ReportTable) -> ReportTable {
    var turned = ReportTable(["Figure", "Median", "range"])
    turned.footnotes = table.footnotes
    guard let row = table.rows.first else { return turned }
    for (column, title) in table.header.enumerated().dropFirst() where title != "range" {
      let next = column + 1
      let range = next < row.count && table.header[next] == "range" ? row[next] : ""
      if !row[column].isEmpty { turned.row([title, row[column], range]) }
    }
    return turned.droppingEmptyColumns()
  }

  /// Total CPU and what limited the case, beside its rate.
  private var limits: [ComparisonTable.Words] {
    let cores = run.environment.cpuCount
    let rate = (isConsumedAsProduced ? Metric.producedRecords : .consumedMb).title
    return [
      .init(title: LimitText.totalCpuTitle(processors: cores), after: rate) {
        LimitText.totalCpu($0, processors: cores) ?? ""
      },
      .init(title: LimitText.resourceTitle, after: rate) {
        LimitText.resource($0, processors: cores)
      },
    ]
  }

  /// Columns for what came to harm, empty where all is well.
  private var harms: [ComparisonTable.Words] {
    let counts: [(String, (Verification) -> Int64)] = [
      ("Lost", \.lost), ("Duplicated", \.duplicated), ("Reordered", \.reordered),
      ("Corrupt", \.corrupted), ("In another partition", \.wrongPartition),
    ]
    func text(_ count: Int64) -> String { count == 0 ? "" : Numbers.grouped(count) }
    return counts.map { name, count in
      .init(title: name, after: Metric.clientCpu.title) { entry in
        text(entry.repetitions.compactMap(\.verification).map(count).clampedSum)
      }
    } + [
      .init(title: "Errors", after: Metric.clientCpu.title) { entry in
        text(entry.repetitions.map(\.errorCount).clampedSum)
      }
    ]
  }

  private var isCompressed: Bool {
    measured.contains { row in
      row.entry.repetitions.contains { ($0.compressionRatio ?? 1) > 1.005 }
    }
  }

  // MARK: The plots

  /// Where cases consume what they produce at the same pace, one figure says both.
  var isConsumedAsProduced: Bool {
    measured.allSatisfy { row in
      guard let consumed = Metric.consumedMb.summary(row.entry)?.value else { return true }
      guard let produced = Metric.producedMb.summary(row.entry)?.value else { return false }
      return abs(consumed - produced) <= 0.05 * produced
    }
  }

  /// A plot for each unit: what has the same unit shares its axis.
  private var bars: [Plot] {
    let rates: [(String, Metric)] =
      [("produced", .producedMb)] + (isConsumedAsProduced ? [] : [("consumed", .consumedMb)])
    return [
      bars("produced", "Throughput, MB/s", rates),
      bars("cpu", "CPU, s/GB", [("broker", .brokerCpu), ("clients", .clientCpu)]),
      bars(
        "latency", "Latency p99, ms",
        [("produce", .produceP99), ("end to end", .endToEndP99)].map { ($0, ifReported($1)) }),
    ].compactMap { $0 }
  }

  private func bars(_ name: String, _ title: String, _ metrics: [(name: String, Metric)]) -> Plot? {
    let rows = measured.prefix(Self.mostBars)
    let shown = metrics.filter { _, metric in
      rows.contains { metric.isReported?($0.entry) != false && metric.hasSamples($0.entry) }
    }
    let groups = rows.compactMap { row -> BarPlot.Group? in
      let bars = shown.enumerated().compactMap { bar(row.entry, $1.1, series: $0) }
      return bars.isEmpty ? nil : BarPlot.Group(row.name, bars: bars)
    }
    guard groups.count > 1 else { return nil }
    return Plot(
      name: "compare-\(name)", title: title,
      note: measured.count > rows.count
        ? "The first \(rows.count) of \(measured.count) cases." : "",
      content: .bars(
        BarPlot(
          axis: PlotAxis("", scale: .automatic), series: shown.map(\.name), groups: groups)))
  }

  private func bar(_ entry: CaseResult, _ metric: Metric, series: Int) -> BarPlot.Bar? {
    guard metric.isReported?(entry) != false, let summary = metric.summary(entry) else {
      return nil
    }
    return BarPlot.Bar(
      series: series, value: summary.value, low: summary.min, high: summary.max,
      samples: metric.samples(entry),
      mark: FigureMark.text(marks[entry.index] ?? [], for: metric.kind))
  }
}
