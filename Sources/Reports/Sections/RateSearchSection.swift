import LoadModel
import Statistics

/// The highest rate of each case: figures with intervals, latency against load, every trial.
struct RateSearchSection {
  /// Cases whose rate was searched.
  private let cases: [(entry: CaseResult, result: RateSearchResult)]
  /// The cluster's cases in a table of one row need no name.
  private var isSweep: Bool { cases.count > 1 }

  /// More cases than this have their line in the table alone.
  private static let mostAnswers = 4

  /// - Returns: nil where none was searched.
  init?(_ run: RunResult) {
    cases = run.cases.compactMap { entry in
      entry.rateSearch.flatMap { $0.trials.isEmpty ? nil : (entry, $0) }
    }
    if cases.isEmpty { return nil }
  }

  var section: ReportSection {
    var section = ReportSection(title: "Highest rate")
    section.answerPoints = answers
    section.paragraphs = [explanation]
    section.tables = [resultTable]
    section.plots = [plot].compactMap { $0 }
    section.parts = [
      ReportSection(title: "Every trial", tables: cases.map(trialTable), isFolded: true)
    ]
    return section
  }

  // MARK: Words

  private var answers: [String] {
    guard isSweep else { return cases.map { sentence(RateText.headline($0.result)) } }
    let ranked = cases.sorted { $0.result.ratePerS ?? 0 > $1.result.ratePerS ?? 0 }
    let shown = cases.count > Self.mostAnswers ? [ranked[0], ranked[ranked.count - 1]] : cases
    return shown.map { entry, result in
      "\(ReportText.code(entry.label)): \(RateText.headline(result))."
    }
  }

  private func sentence(_ text: String) -> String { "Highest rate: \(text)." }

  private var explanation: String {
    let target = cases[0].result.settings.target
    let wanted =
      target.map { "holds \(ReportText.code($0.text))" }
      ?? "leaves no growing backlog (capacity)"
    return
      "The highest rate of an open loop that \(wanted). A trial also fails where less than 99 % of"
      + " the schedule is sent and acknowledged in time, records fail, or a quantity drifts. The"
      + " interval is from what the passing trials prove to the rate whose trials failed;"
      + " figures of other sections are of the passing sustained trials at that rate."
  }

  // MARK: Tables

  private var resultTable: ReportTable {
    var table = ReportTable([
      "Case", "Records/s", "from", "to", "MB/s", "against the first", "passed there", "failed at",
      "of them failed", "Bound by", "Trials",
    ])
    for (entry, result) in cases {
      let failing = result.failingPerS
      let above = result.sustained(at: failing)
      table.row([
        ReportText.code(entry.label),
        (result.highPerS == nil && result.ratePerS != nil ? "≥ " : "") + Self.rate(result.ratePerS),
        Self.rate(result.lowPerS), Self.rate(result.highPerS),
        Metric.producedMb.summary(entry).map { Numbers.readable($0.value) } ?? "",
        ratio(result), RateText.passed(result, at: result.ratePerS) ?? "", Self.rate(failing),
        above.map { "\($0.of - $0.passed) of \($0.of)" } ?? "",
        result.bound.map(RateText.cell) ?? "", "\(result.trials.count)",
      ])
    }
    return table.droppingEmptyColumns()
  }

  private static func rate(_ perS: Double?) -> String {
    perS.map { $0 < 100 ? Numbers.readable($0) : Numbers.grouped($0.rounded()) } ?? ""
  }

  /// `1.35× (1.28–1.42)`: by the quotients of the intervals' ends; empty where one is not known.
  private func ratio(_ result: RateSearchResult) -> String {
    let first = cases[0].result
    guard isSweep, result != first, let own = result.ratePerS, let base = first.ratePerS,
      let low = result.lowPerS, let high = result.highPerS, let baseLow = first.lowPerS,
      let baseHigh = first.highPerS, base > 0, baseLow > 0, baseHigh > 0
    else { return "" }
    let ends = "(\(Numbers.fixed(low / baseHigh, 2))–\(Numbers.fixed(high / baseLow, 2)))"
    return "\(Numbers.fixed(own / base, 2))× \(ends)"
  }

  private func trialTable(_ entry: CaseResult, _ result: RateSearchResult) -> ReportTable {
    var table = ReportTable(
      [
        "Trial", "Outcome", "offered/s", "acknowledged/s", "s", "produce p50 ms", "p99 ms",
        "end to end p50 ms", "p99 ms", "schedule lag p99 ms", "backlog growth %", "unsent",
        "broker cores", "client cores", "all cores",
      ], caption: isSweep ? ReportText.code(entry.label) : "", leftColumns: 2)
    for trial in result.trials { table.row(cells(trial)) }
    return table.droppingEmptyColumns()
  }

  private func cells(_ trial: RateTrial) -> [String] {
    func ms(_ nanos: Int64?) -> String {
      nanos.map { Numbers.readable(Double($0) / 1e6) } ?? ""
    }
    func cores(_ value: Double?) -> String { value.map { Numbers.fixed($0, 2) } ?? "" }
    let growth = trial.backlogGrowth.map { growth in
      let error = trial.backlogGrowthError.map { " ± \(Numbers.fixed($0 * 100, 2))" } ?? ""
      return Numbers.fixed(growth * 100, 2) + error
    }
    return [
      "\(trial.number), \(trial.phase.rawValue)", Self.outcome(trial),
      Self.rate(trial.offeredPerS), Self.rate(trial.achievedPerS),
      Numbers.fixed(trial.durationS, 1),
      ms(trial.produceLatency?.p50Ns), ms(trial.produceLatency?.p99Ns),
      ms(trial.endToEndLatency?.p50Ns), ms(trial.endToEndLatency?.p99Ns),
      ms(trial.scheduleLag?.p99Ns), trial.offeredPerS == nil ? "" : growth ?? "",
      trial.unsentRecords.map { $0 > 0 ? Numbers.grouped($0) : "" } ?? "",
      cores(trial.brokerCores), cores(trial.clientCores), cores(trial.totalCores),
    ]
  }

  private static func outcome(_ trial: RateTrial) -> String {
    if trial.offeredPerS == nil { return "–" }
    if trial.hasPassed { return "passed" }
    let why = trial.failed.map(RateText.cell).joined(separator: ", ")
    let again = trial.isRepeated == true ? ", made again" : ""
    return "failed: \(why)\(again)" + (trial.failure.map { " (\(ReportText.oneLine($0)))" } ?? "")
  }

  // MARK: Plot

  /// Latency against load: of one case median and p99, of several the p99 of each.
  private var plot: Plot? {
    let isRead = cases.contains { $0.result.trials.contains { $0.endToEndLatency != nil } }
    func latency(_ trial: RateTrial) -> RateTrialLatency? {
      isRead ? trial.endToEndLatency : trial.produceLatency
    }
    let shown = cases.prefix(PlotStyle.seriesCount)
    let series =
      isSweep
      ? shown.map { entry, result in
        Self.series(entry.label, result) { latency($0)?.p99Ns }
      }
      : [
        Self.series("p50", cases[0].result) { latency($0)?.p50Ns },
        Self.series("p99", cases[0].result) { latency($0)?.p99Ns },
      ]
    guard series.contains(where: { $0.points.count > 1 }) else { return nil }
    let rate = isSweep ? nil : cases[0].result.ratePerS
    let what = isRead ? "End-to-end" : "Produce"
    return Plot(
      name: "latency-against-load", title: "\(what) latency against load",
      note: cases.count > shown.count ? "The first \(shown.count) of \(cases.count) cases." : "",
      content: .lines(
        LinePlot(
          x: PlotAxis("records/s offered", includesZero: false),
          y: PlotAxis(isSweep ? "p99, ms" : "ms", scale: .automatic), series: Array(series),
          references: rate.map { [LinePlot.Reference("highest rate", value: $0, on: .x)] } ?? [])))
  }

  /// The median of the trials at each rate, and their range.
  private static func series(
    _ name: String, _ result: RateSearchResult, _ value: (RateTrial) -> Int64?
  ) -> LinePlot.Series {
    var byRate: [Double: [Double]] = [:]
    for trial in result.trials {
      guard let rate = trial.offeredPerS, let nanos = value(trial) else { continue }
      byRate[rate, default: []].append(max(Double(nanos), 1000) / 1e6)
    }
    let points = byRate.sorted { $0.key < $1.key }.map { rate, values in
      PlotPoint(
        x: rate, y: median(values) ?? 0, low: values.count > 1 ? values.min() : nil,
        high: values.count > 1 ? values.max() : nil)
    }
    return LinePlot.Series(ReportText.oneLine(name), points: points)
  }
}
