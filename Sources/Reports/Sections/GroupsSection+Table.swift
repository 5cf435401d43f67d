import LoadModel
import Statistics

extension GroupsSection {
  private static let columns: [(figure: String, title: String)] = [
    ("partition pause", "a partition, ms"), ("member pause", "slowest staying member, ms"),
    ("group pause", "whole group, ms"), ("redelivered", "delivered again"),
    ("end to end p99", "others' end to end p99, ms"),
  ]

  /// A row an event and assignor, the time without an event first.
  var table: ReportTable {
    var table = ReportTable(
      ["event", "assignor", "events"] + Self.columns.map(\.title),
      caption: "The longest pause after an event: mean [95 % interval].", leftColumns: 2)
    for event in [GroupEventKind.quiet] + GroupEventKind.allCases {
      for assignor in assignors {
        guard let point = point(assignor, event.rawValue) else { continue }
        let count = point.figure("partition pause")?.samples.count ?? 0
        let cells = Self.columns.map { cell(point, $0.figure, isQuiet: event == .quiet) }
        table.row([event.rawValue, assignor + marks(point), "\(count)"] + cells)
      }
    }
    table.footnotes = footnotes
    return table.droppingEmptyColumns()
  }

  private func marks(_ point: StudyPoint) -> String {
    let letters = (point.isPartial ? "p" : "") + (point.figure("disturbed") == nil ? "" : "d")
    return letters.isEmpty ? "" : " [\(letters)]"
  }

  private var footnotes: [String] {
    var lines: [String] = []
    if study.points.contains(where: \.isPartial) {
      lines.append("[p] fewer repetitions than were wanted")
    }
    if study.points.contains(where: { $0.figure("disturbed") != nil }) {
      lines.append("[d] without the events during which the cluster changed")
    }
    return lines
  }

  private func cell(_ point: StudyPoint, _ figure: String, isQuiet: Bool) -> String {
    if let open = point.figure(Self.open)?.summary {
      return figure == "partition pause"
        ? "at least \(Numbers.readable(open.max)), not taken over within the window" : ""
    }
    let samples = Self.samples(point, figure)
    guard !samples.isEmpty, figure != "end to end p99" || hasTail(point) else {
      return ""
    }
    if !isQuiet, figure != "end to end p99", let text = below(samples, figure) { return text }
    return IntervalText.cell(samples)
  }

  /// Ten batches lie beyond the percentile in each event.
  private func hasTail(_ point: StudyPoint) -> Bool {
    (point.figure("end to end batches")?.summary?.min ?? 0) >= 1000
  }

  /// A group of bars an event and kind of pause, a bar an assignor.
  var pausePlot: Plot? {
    let kinds = [("partition", "partition pause"), ("member", "member pause")]
    let groups = GroupEventKind.allCases.flatMap { event in
      kinds.compactMap { kind, figure -> BarPlot.Group? in
        let bars = assignors.enumerated().compactMap { index, assignor -> BarPlot.Bar? in
          let samples = Self.samples(point(assignor, event.rawValue), figure)
          guard let mean = TrimmedMean(samples) else { return nil }
          let interval = mean.interval()
          return BarPlot.Bar(
            series: index, value: mean.mean, low: max(0, interval.low), high: interval.high)
        }
        return bars.isEmpty ? nil : BarPlot.Group("\(event.rawValue): a \(kind)", bars: bars)
      }
    }
    guard !groups.isEmpty else { return nil }
    return Plot(
      name: "groups-pauses", title: "The longest pause of a partition, and of a staying member",
      note: "Means with 95 % intervals.",
      content: .bars(BarPlot(axis: PlotAxis("ms"), series: assignors, groups: groups)))
  }
}
