import LoadModel
import Statistics

extension RunReport {
  /// Bars for more cases than this are no picture any more; the table has them all.
  private static let mostBars = 48

  /// The settings with several values.
  var swept: [EffectiveConfiguration.Entry] { Self.swept(run) }

  static func swept(_ run: RunResult) -> [EffectiveConfiguration.Entry] {
    run.configuration.entries.filter { entry in
      entry.values.count > 1 && ScenarioSchema.field(named: entry.name)?.kind == .list
    }
  }

  var comparisonSection: ReportSection? {
    guard !run.cases.isEmpty || run.isPartial else {
      if run.study != nil { return nil }
      return ReportSection(title: "Results", paragraphs: ["Nothing was measured."])
    }
    guard !measured.isEmpty else { return nil }
    var section = ReportSection(title: "Results")
    if measured.count > 1 {
      section.paragraphs = [
        "Ratios (×) are to the first row that has the figure. Ranges are those of the repetitions."
          + " In the plots bars are the table's figures, lines the range, dots the repetitions."
      ]
    }
    section.tables = tables
    if measured.count > 1 { section.plots = bars }
    return section
  }

  /// A table for each kind of figure; none is wider than a page.
  private var tables: [ReportTable] {
    let isClosed = measured.contains { !$0.entry.workload.rate.isOpenLoop }
    let kinds: [(metrics: [Metric], caption: String)] = [
      (Metric.throughput, "Throughput"),
      (
        Metric.latency,
        isClosed
          ? "Latency: in the closed loop (`rate=max`) the time in a full buffer; `--rate N`"
            + " measures latency"
          : "Latency"
      ),
      (Metric.brokerCost, "The broker's CPU and memory"), (Metric.clientCost, "The clients' CPU"),
      (Metric.batching, "Batches"),
    ]
    return kinds.compactMap { metrics, caption in
      var table = ComparisonTable(metrics: metrics, marks: marks)
        .table(heading: "Case", rows: measured)
      table?.caption = caption
      return table
    }
  }

  /// What each setting does where all else is equal, in figures.
  var effectSection: ReportSection? {
    guard let advice, !advice.table.isEmpty else { return nil }
    return ReportSection(
      title: "What each setting does, all else equal",
      paragraphs: [
        "Geometric means over pairs of measurements of the same round; 1.00 is no change."
      ], tables: [advice.table])
  }

  /// Where cases consume what they produce at the same pace, one plot says both.
  var isConsumedAsProduced: Bool {
    measured.allSatisfy { row in
      guard let consumed = Metric.consumedMb.summary(row.entry)?.value else { return true }
      guard let produced = Metric.producedMb.summary(row.entry)?.value else { return false }
      return abs(consumed - produced) <= 0.02 * produced
    }
  }

  private var bars: [Plot] {
    let metrics: [(metric: Metric, name: String)] =
      [(.producedMb, "produced")] + (isConsumedAsProduced ? [] : [(.consumedMb, "consumed")]) + [
        (.produceP99, "produce-p99"),
        (.endToEndP99, "end-to-end-p99"), (.brokerCpu, "broker-cpu"), (.clientCpu, "client-cpu"),
      ]
    return metrics.compactMap { metric, name in
      let rows = measured.prefix(Self.mostBars)
      let groups = rows.compactMap { row in bar(row, metric) }
      guard groups.count > 1 else { return nil }
      let left =
        measured.count > rows.count
        ? "The first \(rows.count) of \(measured.count) cases." : ""
      return Plot(
        name: "compare-\(name)", title: metric.title,
        note: left,
        content: .bars(BarPlot(axis: PlotAxis(""), groups: groups)))
    }
  }

  private func bar(_ row: (name: String, entry: CaseResult), _ metric: Metric) -> BarPlot.Group? {
    let samples = metric.samples(row.entry)
    guard let summary = metric.summary(row.entry) else { return nil }
    let mark = FigureMark.text(marks[row.entry.index] ?? [], for: metric.kind)
    return BarPlot.Group(
      row.name,
      bars: [
        BarPlot.Bar(
          value: summary.value, low: summary.min, high: summary.max, samples: samples, mark: mark)
      ])
  }

  // MARK: One setting, the others held

  struct Group {
    /// The labels of what is held.
    var others: String
    var rows: [(name: String, entry: CaseResult)]
  }

  func groups(by axis: EffectiveConfiguration.Entry) -> [Group] {
    var groups: [Group] = []
    for entry in run.cases where !entry.repetitions.isEmpty {
      let parts = entry.label.split(separator: " ").map(String.init)
      let own = parts.first { $0.hasPrefix(axis.name + "=") } ?? entry.label
      let others = parts.filter { !$0.hasPrefix(axis.name + "=") }.joined(separator: " ")
      if let index = groups.firstIndex(where: { $0.others == others }) {
        groups[index].rows.append((own, entry))
      } else {
        groups.append(Group(others: others, rows: [(own, entry)]))
      }
    }
    return groups.filter { $0.rows.count > 1 }
  }

  /// With several swept settings: one section for each, the others held.
  var questionSections: [ReportSection] {
    guard swept.count > 1 else { return [] }
    return swept.map(questionSection)
  }

  private func questionSection(_ axis: EffectiveConfiguration.Entry) -> ReportSection {
    let metrics = [
      Metric.producedMb, .consumedMb, .produceP99, .endToEndP99, .brokerCpu, .clientCpu,
    ].map { metric in
      var lean = metric
      lean.hasRange = false
      return lean
    }
    var section = ReportSection(title: "What \(axis.name) does")
    section.tables = groups(by: axis).compactMap { group in
      var table = ComparisonTable(metrics: metrics, marks: marks)
        .table(heading: axis.name, rows: group.rows)
      table?.caption = "With \(ReportText.code(group.others)):"
      return table
    }
    return section
  }
}
