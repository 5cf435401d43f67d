import LoadModel
import Statistics

/// Latencies of the cases whose latency is reported, by percentile.
extension RunReport {
  var latencySection: ReportSection? {
    guard measured.contains(where: { showsLatency($0.entry) }) else { return nil }
    var section = ReportSection(title: "Latency by percentile")
    let parts = openLoopPlots
    for kind in Self.kinds where kind.file != nil {
      // A plot of its parts has the only case's produce latency already.
      guard measured.count > 1 || parts.isEmpty || kind.name != Self.produce else { continue }
      section.plots += percentilePlots(kind)
    }
    section.plots += parts
    let table = tailTable
    guard !section.plots.isEmpty || !table.isEmpty else { return nil }
    section.paragraphs = [
      "All repetitions of a case in one population, as far as \(HistogramData.fewestTailSamples)"
        + " independent samples lie beyond a percentile; the records of one batch are one sample."
    ]
    section.parts = [
      ReportSection(title: "Tails and other latencies", tables: [table], isFolded: true)
    ]
    return section
  }

  /// One of the latencies that a repetition has.
  private struct Kind {
    var name: String
    /// The stem of its plot's file; nil: it has no plot of its own.
    var file: String?
    /// The main table has its median and p99.
    var isInMainTable = false
    /// Each request is a sample, not each batch.
    var isByRequest = false
    var data: (RepetitionResult) -> HistogramData?
  }

  private static let produce = "produce"

  private static var kinds: [Kind] {
    [
      Kind(name: produce, file: "produce-latency", isInMainTable: true) { $0.produceLatency },
      Kind(name: "produce, service time") { $0.serviceTime },
      Kind(name: "schedule lag") { $0.scheduleLag },
      Kind(name: "end to end", file: "end-to-end-latency", isInMainTable: true) {
        $0.endToEndLatency
      },
      Kind(name: "fetch", file: "fetch-latency", isByRequest: true) { $0.fetchLatency },
    ]
  }

  /// All repetitions of a case in one histogram.
  private struct Population {
    let histogram: Histogram
    private let data: HistogramData
    /// In which its records travelled; nil where each value is a sample of its own.
    private let batches: Int64?

    init?(_ repetitions: [RepetitionResult], _ kind: Kind) {
      let parts = repetitions.compactMap(kind.data).compactMap { try? $0.histogram() }
      guard var merged = parts.first else { return nil }
      for part in parts.dropFirst() { merged.merge(part) }
      guard merged.totalCount > 0 else { return nil }
      histogram = merged
      data = HistogramData(merged)
      let all = kind.isByRequest ? 0 : repetitions.compactMap(\.batches).clampedSum
      batches = all > 0 ? all : nil
    }

    var independent: Int64 { data.tailSamples(beyond: 0, batches: batches) }

    func isTold(_ percentile: Double) -> Bool {
      data.isKnown(percentile: percentile, batches: batches)
    }

    /// Ten points a nine, as far as they are told.
    func series(_ name: String) -> LinePlot.Series {
      var percentiles: [Double] = []
      var beyond = 1.0
      while percentiles.count < 100, isTold(100 * (1 - beyond)) {
        percentiles.append(100 * (1 - beyond))
        beyond /= 1.258_925_4
      }
      let points = zip(percentiles, histogram.percentiles(percentiles)).compactMap { at, value in
        value.map { PlotPoint(x: at, y: max(Double($0) / 1e6, RunReport.leastMs)) }
      }
      return LinePlot.Series(name, points: points, style: .curve)
    }
  }

  private func percentilePlots(_ kind: Kind) -> [Plot] {
    guard let file = kind.file else { return [] }
    let title =
      file.prefix(1).uppercased() + file.dropFirst().replacing("-latency", with: " latency")
    return plots(
      "\(file)-percentiles", title, note: "",
      x: PlotAxis("percentile", scale: .percentile), y: PlotAxis("ms", scale: .automatic)
    ) { entry in
      showsLatency(entry) ? Population(entry.repetitions, kind)?.series("") : nil
    }
  }

  /// Nothing here is measured finer than a microsecond.
  private static let leastMs = 0.001

  /// What the main table does not have.
  private var tailTable: ReportTable {
    var table = ReportTable(
      [
        "Latency, ms", "samples", "mean", "p50", "p90", "p99", "p99.9", "p99.99", "max",
      ],
      caption: "p50 and p99 of produce and end-to-end latency are in the main table.")
    var isCut = false
    for (name, entry) in measured where showsLatency(entry) {
      for kind in Self.kinds {
        guard let all = Population(entry.repetitions, kind) else { continue }
        let wanted = [50, 90, 99, 99.9, 99.99]
        let percentiles = zip(wanted, all.histogram.percentiles(wanted)).map { at, value in
          if kind.isInMainTable, at == 50 || at == 99 { return "" }
          isCut = isCut || !all.isTold(at)
          return all.isTold(at) ? value.map { Self.milliseconds(Double($0)) } ?? "" : "–"
        }
        let of = measured.count > 1 ? "\(ReportText.code(name)), " : ""
        table.row(
          ["\(of)\(kind.name)", Numbers.grouped(all.independent)]
            + [all.histogram.mean.map(Self.milliseconds) ?? ""] + percentiles
            + [all.histogram.max.map { Self.milliseconds(Double($0)) } ?? ""])
      }
    }
    if isCut {
      table.footnotes = ["–: fewer than \(HistogramData.fewestTailSamples) samples lie beyond it."]
    }
    return table
  }

  private static func milliseconds(_ nanoseconds: Double) -> String {
    Numbers.readable(nanoseconds / 1e6)
  }

  /// With a fixed rate: what of the latency was waiting, and what was the generator's own delay.
  private var openLoopPlots: [Plot] {
    let open = measured.filter { $0.entry.workload.rate.isOpenLoop }
    guard !open.isEmpty, open.count <= PlotStyle.seriesCount else { return [] }
    return open.compactMap { row in
      let repetitions = row.entry.repetitions
      let hasLag = repetitions.contains { ($0.scheduleLag?.maxNs ?? 0) > Int64(Self.leastMs * 1e6) }
      let names = [
        "latency (from the due time)", "service time (from the send)",
        "schedule lag (of the generator)",
      ]
      let series = zip(names, Self.kinds).prefix(hasLag ? 3 : 2).compactMap { name, kind in
        Population(repetitions, kind)?.series(name)
      }
      guard series.count > 1 else { return nil }
      return Plot(
        name: "latency-parts-\(row.entry.index)",
        title: "Where the latency is: \(ReportText.oneLine(row.name))",
        note: hasLag ? "" : "The generator kept its schedule to the microsecond.",
        content: .lines(
          LinePlot(
            x: PlotAxis("percentile", scale: .percentile),
            y: PlotAxis("ms", scale: .automatic), series: series)))
    }
  }
}
