import LoadModel
import Statistics

/// Plots of series, one a case: of many cases several plots, whose axes are the same; a case looks
/// alike in all plots of a report.
extension RunReport {
  /// More cases than this are not drawn over time or by percentile; the CSV has them all.
  private static let mostDrawn = 24

  /// The measured cases, by their places, in groups of about equal size that one plot can tell
  /// apart.
  private var drawn: [Range<Int>] {
    let count = min(measured.count, Self.mostDrawn)
    let plots = (count + PlotStyle.seriesCount - 1) / PlotStyle.seriesCount
    return (0..<plots).map { count * $0 / plots..<count * ($0 + 1) / plots }
  }

  /// A plot for each group of cases; those without a point are left out.
  func plots(
    _ name: String, _ title: String, note: String, x: PlotAxis, y: PlotAxis,
    isOverTime: Bool = false,
    _ series: (CaseResult) -> LinePlot.Series?
  ) -> [Plot] {
    let rows = measured
    let all = rows.prefix(Self.mostDrawn).map { series($0.entry) }
    let points = all.compactMap { $0 }.flatMap(\.points).filter { !$0.isGap }
    let (x, y) = (shared(x, points.map(\.x)), shared(y, points.flatMap(Self.heights)))
    let groups = drawn
    return groups.enumerated().compactMap { index, places in
      let found = places.compactMap { place in
        all[place].map { one in
          var named = one
          named.name = rows.count == 1 ? "" : rows[place].name
          named.look = place
          return named
        }
      }
      let part = groups.count > 1 ? ", \(index + 1) of \(groups.count)" : ""
      let left = rows.count > Self.mostDrawn ? " The first \(Self.mostDrawn) cases." : ""
      let plot = Plot(
        name: groups.count > 1 ? "\(name)-\(index + 1)" : name, title: title + part,
        note: note + left,
        content: .lines(
          LinePlot(
            x: x, y: y, series: found,
            references: isOverTime ? eventMarks(places.map { rows[$0].entry }) : [],
            spans: isOverTime ? faultSpans(places.map { rows[$0].entry }) : [])))
      return plot.isEmpty ? nil : plot
    }
  }

  private static func heights(_ point: PlotPoint) -> [Double] {
    [point.y, point.low ?? point.y, point.high ?? point.y]
  }

  /// The axis with the scale and the ends that all values need.
  private func shared(_ axis: PlotAxis, _ values: [Double]) -> PlotAxis {
    var axis = axis.resolved(for: values)
    let shown = values.filter { PlotScale.isShown($0, on: axis) }
    if let low = shown.min(), let high = shown.max() { axis.extent = low...high }
    return axis
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
      plots(
        name, title, note: "", x: PlotAxis("s since measuring began"),
        y: PlotAxis(unit, scale: .automatic), isOverTime: true
      ) { isLatency && !showsLatency($0) ? nil : timeSeries($0, value) }
    }
    var section = ReportSection(
      title: "Over time",
      paragraphs: ["Lines: medians over the repetitions; bands: their range."])
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

  /// The median over the repetitions at each interval, with their range as a band.
  private func timeSeries(
    _ entry: CaseResult, _ value: (IntervalSample) -> Double?
  ) -> LinePlot.Series? {
    var places = IntervalPlaces()
    for repetition in entry.counted {
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
}
