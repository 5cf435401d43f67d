import LoadModel
import Statistics

extension RunReport {
  /// More cases than this are not drawn over time or by percentile; the CSV has them all.
  private static let mostDrawn = 24

  /// The measured cases in groups that one plot can tell apart.
  private var drawn: [ArraySlice<(name: String, entry: CaseResult)>] {
    let rows = measured.prefix(Self.mostDrawn)
    return stride(from: 0, to: rows.count, by: PlotStyle.seriesCount).map {
      rows[$0..<min($0 + PlotStyle.seriesCount, rows.count)]
    }
  }

  /// A plot for each group of cases; those without a point are left out.
  private func plots(
    _ name: String, _ title: String, note: String, x: PlotAxis, y: PlotAxis,
    isOverTime: Bool = false,
    _ series: (CaseResult) -> LinePlot.Series?
  ) -> [Plot] {
    let groups = drawn
    return groups.enumerated().compactMap { index, rows in
      let found = rows.compactMap { row in
        series(row.entry).map { one in
          var named = one
          named.name = rows.count == 1 && groups.count == 1 ? "" : row.name
          return named
        }
      }
      let part = groups.count > 1 ? ", \(index + 1) of \(groups.count)" : ""
      let left = measured.count > Self.mostDrawn ? " The first \(Self.mostDrawn) cases." : ""
      let plot = Plot(
        name: groups.count > 1 ? "\(name)-\(index + 1)" : name, title: title + part,
        note: note + left,
        content: .lines(
          LinePlot(
            x: x, y: y, series: found, references: isOverTime ? eventMarks(rows.map(\.entry)) : []))
      )
      return plot.isEmpty ? nil : plot
    }
  }

  // MARK: Over time

  var timeSection: ReportSection? {
    func each(_ value: Int64?, _ sample: IntervalSample, by unit: Double) -> Double? {
      guard let value, sample.durationS > 0 else { return nil }
      return Double(value) / unit / sample.durationS
    }
    func over(
      _ name: String, _ title: String, _ unit: String, isLatency: Bool = false,
      _ value: @escaping (IntervalSample) -> Double?
    ) -> [Plot] {
      let all = measured.flatMap { $0.entry.repetitions }.flatMap(\.intervals).compactMap(value)
      let axis = PlotAxis(unit, scale: isLatency ? scale(for: all) : .linear)
      return plots(
        name, title,
        note: "",
        x: PlotAxis("s since measuring began"), y: axis, isOverTime: true
      ) { timeSeries($0, value) }
    }
    var section = ReportSection(
      title: "Over time",
      paragraphs: ["Lines are medians over the repetitions, bands their range."])
    section.plots =
      over("produced-over-time", "Produced", "MB/s") { each($0.bytesProduced, $0, by: 1e6) }
    if measured.contains(where: { !Metric.producedMb.hasSamples($0.entry) }) {
      section.plots += over("consumed-over-time", "Consumed", "MB/s") {
        each($0.bytesConsumed, $0, by: 1e6)
      }
    }
    section.plots += over(
      "produce-latency-over-time", "Produce latency, p99", "ms", isLatency: true
    ) { Figures.milliseconds($0.produceLatency?.p99Ns) }
    section.plots += over(
      "end-to-end-latency-over-time", "End-to-end latency, p99", "ms", isLatency: true
    ) { Figures.milliseconds($0.endToEndLatency?.p99Ns) }
    let lags = measured.flatMap { $0.entry.repetitions }.flatMap(\.intervals)
      .compactMap(\.consumerLagRecords)
    if lags.contains(where: { $0 != 0 }) {
      section.plots += over("consumer-lag-over-time", "Consumer lag", "records") {
        $0.consumerLagRecords.map(Double.init)
      }
    } else if !lags.isEmpty {
      section.paragraphs.append("At the end of no interval were the consumers behind.")
    }
    return section.plots.isEmpty ? nil : section
  }

  /// Logarithmic where values differ much.
  private func scale(for values: [Double]) -> PlotAxis.Scale {
    let shown = values.filter { $0 > 0 && $0.isFinite }
    guard let low = shown.min(), let high = shown.max(), high > 20 * low else { return .linear }
    return .logarithmic()
  }

  /// The median over the repetitions at each interval, with their range as a band.
  private func timeSeries(
    _ entry: CaseResult, _ value: (IntervalSample) -> Double?
  ) -> LinePlot.Series? {
    let whole = entry.repetitions.filter { !$0.isPartial }
    let counted = whole.isEmpty ? entry.repetitions : whole
    var places = IntervalPlaces()
    for repetition in counted {
      let longest = repetition.intervals.map(\.durationS).max() ?? 0
      // Not the warm-up, and no rest of a second at the end.
      let full = repetition.intervals.filter {
        $0.durationS > longest / 2 && $0.startS > -longest / 100
          && $0.startS + $0.durationS < repetition.durationS + longest / 4
      }
      for sample in full { places.add(value(sample), at: sample, lengthS: longest) }
    }
    // A point alone shows no course.
    return places.count < 2 ? nil : LinePlot.Series("", points: places.points, hasBand: true)
  }

  // MARK: By percentile

  var percentileSection: ReportSection? {
    let kinds: [(String, String, (RepetitionResult) -> HistogramData?)] = [
      ("produce-latency", "Produce latency", { $0.produceLatency }),
      ("end-to-end-latency", "End-to-end latency", { $0.endToEndLatency }),
      ("fetch-latency", "Fetch latency", { $0.fetchLatency }),
    ]
    var section = ReportSection(title: "Latency by percentile")
    for (name, title, data) in kinds {
      section.plots += percentilePlots(name, title, data)
    }
    section.plots += openLoopPlots
    guard !section.plots.isEmpty else { return nil }
    section.paragraphs = [
      "All repetitions of a case in one population; each further nine takes the same room."
    ]
    return section
  }

  private func percentilePlots(
    _ name: String, _ title: String, _ data: @escaping (RepetitionResult) -> HistogramData?
  ) -> [Plot] {
    let ends = measured.flatMap { $0.entry.repetitions }.compactMap(data)
      .flatMap { [$0.minNs, $0.maxNs] }.compactMap { $0 }
      .map { max(Double($0) / 1e6, Self.leastMs) }
    return plots(
      "\(name)-percentiles", title, note: "", x: PlotAxis("percentile", scale: .percentile),
      y: PlotAxis("ms", scale: scale(for: ends))
    ) { entry in percentileSeries("", entry.repetitions.compactMap(data)) }
  }

  /// Nothing here is measured finer than a microsecond.
  private static let leastMs = 0.001

  private func percentileSeries(_ name: String, _ data: [HistogramData]) -> LinePlot.Series? {
    let parts = data.compactMap { try? $0.histogram() }
    guard var merged = parts.first else { return nil }
    for part in parts.dropFirst() { merged.merge(part) }
    guard merged.totalCount > 0 else { return nil }
    // Ten points a nine, as far as there is a record beyond the percentile.
    var percentiles: [Double] = []
    var beyond = 1.0
    while beyond * Double(merged.totalCount) >= 1, percentiles.count < 100 {
      percentiles.append(100 * (1 - beyond))
      beyond /= 1.258_925_4
    }
    let points = zip(percentiles, merged.percentiles(percentiles)).compactMap { at, value in
      value.map { PlotPoint(x: at, y: max(Double($0) / 1e6, Self.leastMs)) }
    }
    return LinePlot.Series(name, points: points, style: .curve)
  }

  /// With a fixed rate: what of the latency was waiting, and what was the generator's own delay.
  private var openLoopPlots: [Plot] {
    let open = measured.filter { $0.entry.workload.rate.isOpenLoop }
    guard !open.isEmpty, open.count <= PlotStyle.seriesCount else { return [] }
    return open.compactMap { row in
      let repetitions = row.entry.repetitions
      let hasLag = repetitions.contains { ($0.scheduleLag?.maxNs ?? 0) > Int64(Self.leastMs * 1e6) }
      let series = [
        percentileSeries("latency (from the due time)", repetitions.compactMap(\.produceLatency)),
        percentileSeries("service time (from the send)", repetitions.compactMap(\.serviceTime)),
        hasLag
          ? percentileSeries(
            "schedule lag (of the generator)", repetitions.compactMap(\.scheduleLag)) : nil,
      ].compactMap { $0 }
      guard series.count > 1 else { return nil }
      let heights = series.flatMap(\.points).map(\.y)
      return Plot(
        name: "latency-parts-\(row.entry.index)",
        title: "Where the latency is: \(ReportText.oneLine(row.name))",
        note: hasLag ? "" : "The generator kept its schedule to the microsecond.",
        content: .lines(
          LinePlot(
            x: PlotAxis("percentile", scale: .percentile),
            y: PlotAxis("ms", scale: scale(for: heights)), series: series)))
    }
  }
}
