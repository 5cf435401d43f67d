import LoadModel
import Statistics

/// Consumer groups in the load: what each read, how evenly, and how far it lay behind.
extension RunReport {
  /// More groups than these are not drawn; the tables have them all.
  private static let mostDrawn = 8

  var groupSection: ReportSection? {
    let rows = measured.filter { row in row.entry.repetitions.contains { $0.groups != nil } }
    guard !rows.isEmpty else { return nil }
    var section = ReportSection(
      title: "Consumer groups", answer: rows.count == 1 ? together(rows[0].entry) : "",
      paragraphs: [
        "Each group gets every record; the rate consumed is that of all groups together. A member's"
          + " share is its part in what its group received. Lag: records appended and not yet read"
          + " by the group, sampled every 20 ms; the plots have the most of each interval."
      ])
    section.tables = [groupTable(rows)].filter { !$0.isEmpty }
    let series = rows.map { lagSeries($0.entry) }
    let lags = series.joined().flatMap(\.points).filter { !$0.isGap }.map { $0.high ?? $0.y }
    // One axis for all cases.
    let axis = PlotAxis("records", scale: .automatic, extent: lags.max().map { min(0, $0)...$0 })
    section.plots = zip(rows, series).compactMap { row, series in
      lagPlot(row.name, row.entry, series, axis, isAlone: rows.count == 1)
    }
    return section
  }

  /// `--consumer-property`, by name.
  var consumerProperties: [String: String] {
    let entry = run.configuration.entries.first { $0.name == "consumer-property" }
    return (entry?.values ?? []).reduce(into: [:]) { found, text in
      guard let place = text.firstIndex(of: "=") else { return }
      found[String(text[..<place])] = String(text[text.index(after: place)...])
    }
  }

  /// Of the suite `groups`.
  var groupsLoad: GroupsSection.Load {
    func value(_ name: String) -> Double? {
      run.configuration.entries.first { $0.name == name }?.values.first.flatMap(Double.init)
    }
    var load = GroupsSection.Load(properties: consumerProperties)
    if let partitions = value("partitions"), let rate = value("rate"), rate > 0 {
      load.distanceMs = partitions / rate * 1000
    }
    return load
  }

  /// `2 groups read 20.5 MB/s each, 40.9 MB/s together.`
  private func together(_ entry: CaseResult) -> String {
    let numbers = groupNumbers(entry)
    let each = numbers.compactMap { samples(entry, $0) { $0.consumed.mbPerS(over: $1) }?.median }
    guard let low = each.min(), let high = each.max() else { return "" }
    let rate =
      numbers.count == 1 || Numbers.readable(low) == Numbers.readable(high)
      ? "\(Numbers.readable(low)) MB/s"
      : "\(Numbers.readable(low)) to \(Numbers.readable(high)) MB/s"
    guard numbers.count > 1 else { return "The group read \(rate)." }
    let all = Metric.consumedMb.summary(entry).map { Numbers.readable($0.value) }
    return "\(numbers.count) groups read \(rate) each"
      + (all.map { ", \($0) MB/s together." } ?? ".")
  }

  private func groupNumbers(_ entry: CaseResult) -> [Int] {
    Set(entry.repetitions.flatMap { $0.groups ?? [] }.map(\.group)).sorted()
  }

  /// One figure of a group, a sample a repetition: whole ones, where there are any.
  private func samples(
    _ entry: CaseResult, _ group: Int, _ value: (GroupResult, Double) -> Double?
  ) -> Summary? {
    return Summary(
      entry.counted.compactMap { repetition in
        repetition.groups?.first { $0.group == group }
          .flatMap { value($0, repetition.durationS) }
      }.filter(\.isFinite))
  }

  private func groupTable(_ rows: [(name: String, entry: CaseResult)]) -> ReportTable {
    var table = ReportTable(
      [
        "Case", "Group", "records/s", "MB/s", "least busy member %", "busiest member %",
        "most lag, records", "lag at the end, records", "rebalances", "redelivered",
      ],
      caption: "Medians over the repetitions; of lag, rebalances and redelivered records the most.",
      leftColumns: 2)
    for (name, entry) in rows {
      for group in groupNumbers(entry) {
        func median(_ value: (GroupResult, Double) -> Double?) -> String {
          samples(entry, group, value).map { Numbers.readable($0.median) } ?? ""
        }
        func most(_ value: (GroupResult) -> Int64?) -> String {
          samples(entry, group) { one, _ in value(one).map(Double.init) }
            .map { Numbers.grouped($0.max) } ?? ""
        }
        table.row([
          ReportText.code(name), "\(group)", median { $0.consumed.recordsPerS(over: $1) },
          median { $0.consumed.mbPerS(over: $1) },
          median { one, _ in one.leastBusyShare.map { $0 * 100 } },
          median { one, _ in one.busiestShare.map { $0 * 100 } },
          most(\.peakLagRecords), most(\.lastLagRecords), most { $0.rebalances },
          most { $0.redelivered },
        ])
      }
    }
    return table
  }

  /// The lag of each group, interval by interval: medians over the repetitions, with their range.
  private func lagSeries(_ entry: CaseResult) -> [LinePlot.Series] {
    groupNumbers(entry).prefix(Self.mostDrawn).compactMap { group -> LinePlot.Series? in
      var places = IntervalPlaces()
      for repetition in entry.repetitions {
        let longest = repetition.intervals.map(\.durationS).max() ?? 0
        for sample in repetition.intervals where sample.startS >= 0 {
          let lag = sample.groupLagRecords.flatMap { group < $0.count ? Double($0[group]) : nil }
          places.add(lag, at: sample, lengthS: longest)
        }
      }
      return places.count < 2
        ? nil
        : LinePlot.Series("group \(group)", points: places.points, hasBand: true, look: group)
    }
  }

  private func lagPlot(
    _ name: String, _ entry: CaseResult, _ series: [LinePlot.Series], _ axis: PlotAxis,
    isAlone: Bool
  ) -> Plot? {
    guard !series.isEmpty else { return nil }
    let groups = groupNumbers(entry)
    let title = isAlone ? "" : ": \(ReportText.oneLine(name))"
    let left = groups.count > Self.mostDrawn ? "The first \(Self.mostDrawn) groups." : ""
    return Plot(
      name: "group-lag-over-time-\(entry.index)", title: "Lag of each group\(title)", note: left,
      content: .lines(
        LinePlot(
          x: PlotAxis("s since measuring began"), y: axis, series: series,
          references: eventMarks([entry]), spans: faultSpans([entry]))))
  }
}
