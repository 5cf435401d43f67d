import Glibc
import LoadModel
import Statistics

/// What the suite `partition-scaling` found: many partitions beside one, many clients beside one.
struct PartitionScalingSection {
  private let study: Study

  init(_ study: Study) { self.study = study }

  var section: ReportSection {
    var section = ReportSection(
      title: "Partition scaling", question: study.question, answer: answer,
      paragraphs: [method], points: study.notes)
    section.parts = [
      throughputPart(.equalSettings, "At equal settings"),
      throughputPart(.equalBatches, "At equal achieved batch size"),
      latencyPart, throughputPart(.clients, "More producers"), costPart, startPart,
    ].compactMap { $0 }
    return section
  }

  private var method: String {
    "How it was got: each turn has a broker in a process of its own, on an empty directory, and a"
      + " topic of so many partitions; the same bytes, with random keys so that each record picks"
      + " its partition, acks=1, into logs that grow (memory is touched by a scratch file before);"
      + " then what is stored is read back and verified. With more partitions the same linger fills"
      + " smaller batches: that is an effect of its own, so it is measured with the settings left"
      + " alone, and with batches that have time to fill, where what remains is the partitions'."
  }

  // MARK: Points

  private func points(_ series: ScalingSeries) -> [StudyPoint] {
    study.points.filter { $0.label("series") == series.rawValue }
  }

  private func size(_ point: StudyPoint, _ series: ScalingSeries) -> Double? {
    point.label(series == .clients ? "producers" : "partitions").flatMap(Double.init)
  }

  /// The figure's median at the smallest size of a series and at each other, as shares of it.
  private func kept(_ series: ScalingSeries) -> [(size: Double, share: Double)] {
    let sized = points(series).compactMap { point in
      size(point, series).flatMap { size in
        point.figure("throughput")?.median.map { (size: size, rate: $0) }
      }
    }
    guard let first = sized.min(by: { $0.size < $1.size }) else { return [] }
    return sized.filter { $0.size > first.size }.sorted { $0.size < $1.size }
      .compactMap { each in ratio(each.rate, to: first.rate).map { (each.size, $0) } }
  }

  // MARK: The answer

  private var answer: String {
    var sentences: [String] = []
    for (series, words) in [
      (ScalingSeries.equalSettings, "at equal settings"),
      (.equalBatches, "at equal achieved batch size"),
    ] {
      let shares = kept(series)
      guard let shown = shares.first(where: { $0.size == 1000 }) ?? shares.last else { continue }
      let least = smallest(series)
      sentences.append(
        "\(Numbers.grouped(shown.size)) partitions keep \(percent(shown.share)) of the throughput"
          + " of \(least) \(words).")
    }
    if let best = kept(.clients).max(by: { $0.share < $1.share }) {
      sentences.append(
        "\(Numbers.grouped(best.size)) producers bring \(Numbers.fixed(best.share, 2))× the"
          + " throughput of \(smallest(.clients)).")
    }
    if let point = points(.starts).max(by: { size($0, .starts) ?? 0 < size($1, .starts) ?? 0 }),
      let crash = point.figure("start after SIGKILL")?.median,
      let clean = point.figure("start after clean stop")?.median,
      let count = size(point, .starts)
    {
      sentences.append(
        "\(Numbers.grouped(count)) partitions are served \(seconds(crash)) after the start that"
          + " follows a SIGKILL, and \(seconds(clean)) after one that follows a clean stop.")
    }
    return sentences.joined(separator: " ")
  }

  private func smallest(_ series: ScalingSeries) -> String {
    let least = points(series).compactMap { size($0, series) }.min() ?? 1
    return least == 1 ? "one" : Numbers.grouped(least)
  }

  private func percent(_ share: Double) -> String { "\(Numbers.fixed(share * 100, 0)) %" }
  private func seconds(_ milliseconds: Double) -> String {
    "\(Numbers.readable(milliseconds / 1000)) s"
  }

  // MARK: Throughput

  private func throughputPart(_ series: ScalingSeries, _ title: String) -> ReportSection? {
    let found = points(series)
    guard !found.isEmpty else { return nil }
    var part = ReportSection(title: title)
    let label = series == .clients ? "producers" : "partitions"
    part.tables = [
      PointTable.make(
        found, labels: [label],
        figures: ["throughput", "batch", "produce p50", "produce p99", "broker CPU", "client CPU"],
        caption: "Medians, with the range of the repetitions; latency in the closed loop is the"
          + " queue's.", hasRange: true)
    ]
    if series == .equalBatches, let warning = unequal(found) { part.paragraphs.append(warning) }
    let fit = series == .equalSettings ? nil : fitted(found, series)
    if series != .equalSettings { part.paragraphs += fitText(fit, found, series) }
    if let plot = plot(found, series, fit, label) { part.plots = [plot] }
    return part
  }

  /// Batches that are not as large everywhere as they were to be.
  private func unequal(_ found: [StudyPoint]) -> String? {
    guard let first = found.compactMap({ $0.figure("batch")?.median }).first else { return nil }
    let off = found.filter { point in
      guard let achieved = point.figure("batch")?.median else { return false }
      return abs(achieved / first - 1) > 0.2
    }.compactMap { $0.label("partitions") }
    guard !off.isEmpty else { return nil }
    return "Not equal: with \(off.joined(separator: ", ")) partitions the achieved batch size is"
      + " more than 20 % off that of the first row."
  }

  private func fitted(_ found: [StudyPoint], _ series: ScalingSeries) -> ScalabilityFit? {
    ScalabilityFit(
      found.compactMap { point in
        size(point, series).flatMap { size in
          point.figure("throughput")?.median.map {
            ScalabilityFit.Point(size: size, throughput: $0)
          }
        }
      })
  }

  /// The law's parameters and residuals, and whether the data follow it.
  private func fitText(_ fit: ScalabilityFit?, _ found: [StudyPoint], _ series: ScalingSeries)
    -> [String]
  {
    guard let fit else {
      return ["Fewer than four sizes: no scaling law can be told from them."]
    }
    var text =
      "The universal scalability law fitted: one alone gives \(Numbers.readable(fit.rate)) MB/s,"
      + " contention \(Numbers.readable(fit.contention)), coherency"
      + " \(scientific(fit.coherency))"
    if let peak = fit.peakSize { text += ", peak at \(Numbers.readable(peak))" }
    let names = found.compactMap { $0.label(series == .clients ? "producers" : "partitions") }
    let residuals = zip(names, fit.residuals).map {
      "\($0) \($1 >= 0 ? "+" : "")\(Numbers.fixed($1 * 100, 1)) %"
    }
    text += ". Residuals, measured over fitted: \(residuals.joined(separator: ", "))."
    let noise =
      found.compactMap { $0.figure("throughput")?.summary?.relativeRange }.max() ?? 0
    let tolerance = max(0.1, noise)
    if fit.fits(within: tolerance) {
      text +=
        " The data follow it within \(percent(fit.worstResidual)) at worst; a law that fits is not"
        + " yet a cause."
    } else {
      text =
        "**The data do not follow the universal scalability law** (the worst point is"
        + " \(percent(fit.worstResidual)) off, the repetitions range over \(percent(noise))):"
        + " do not reckon with its parameters. " + text
    }
    return [text]
  }

  /// `2.4e-4`, which a table of small decimals hides.
  private func scientific(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    var exponent = 0
    var digits = value
    while digits < 1 {
      digits *= 10
      exponent -= 1
    }
    return exponent == 0 ? Numbers.readable(value) : "\(Numbers.fixed(digits, 1))e\(exponent)"
  }

  private func plot(
    _ found: [StudyPoint], _ series: ScalingSeries, _ fit: ScalabilityFit?, _ label: String
  ) -> Plot? {
    let measured = line(found, series, "throughput")
    guard measured.count > 1, let low = measured.first?.x, let high = measured.last?.x else {
      return nil
    }
    var lines = [LinePlot.Series("measured", points: measured, style: .markers)]
    if let fit {
      let curve = (0...60).map { step -> PlotPoint in
        let x = low * pow(high / low, Double(step) / 60)
        return PlotPoint(x: x, y: fit.throughput(at: x))
      }
      lines.append(LinePlot.Series("fitted law", points: curve, style: .curve))
    } else {
      lines[0].style = .line
    }
    return Plot(
      name: "scaling-\(series.rawValue)", title: "Throughput by \(label), \(series.rawValue)",
      content: .lines(
        LinePlot(
          x: PlotAxis(label, scale: .logarithmic(base: series == .clients ? 2 : 10)),
          y: PlotAxis("MB/s"), series: lines)))
  }

  private func line(_ found: [StudyPoint], _ series: ScalingSeries, _ figure: String)
    -> [PlotPoint]
  {
    found.compactMap { point in
      guard let x = size(point, series), let summary = point.figure(figure)?.summary else {
        return nil
      }
      return PlotPoint(x: x, y: summary.median, low: summary.min, high: summary.max)
    }.sorted { $0.x < $1.x }
  }

  // MARK: Latency, cost, starts

  private var latencyPart: ReportSection? {
    let found = points(.latency)
    guard !found.isEmpty else { return nil }
    var part = ReportSection(
      title: "Latency at a fixed rate",
      paragraphs: ["One producer at a fixed rate without linger, one consumer that reads it all."])
    part.tables = [
      PointTable.make(
        found, labels: ["partitions"],
        figures: ["produce p50", "produce p99", "end to end p50", "end to end p99"],
        caption: "From the scheduled time; medians, with the range of the repetitions.",
        hasRange: true)
    ]
    part.plots = [
      linesPlot(
        "scaling-latency", "Latency by partitions", found, .latency, "ms",
        ["produce p50", "produce p99", "end to end p50", "end to end p99"])
    ].compactMap { $0 }
    return part
  }

  private var costPart: ReportSection? {
    let found = points(.equalSettings) + (points(.equalSettings).isEmpty ? points(.starts) : [])
    guard found.contains(where: { $0.figure("create") != nil }) else { return nil }
    var part = ReportSection(title: "What a partition costs")
    part.tables = [
      PointTable.make(
        found, labels: ["partitions"],
        figures: [
          "create", "create answered", "memory a partition, created", "memory a partition, loaded",
          "resident", "open files",
        ],
        caption: "Time until every partition has a leader, and until CreateTopics was answered;"
          + " what creating the partitions, and creating and loading them, added to the broker's"
          + " memory, for each; its memory and open files after the load, the topic still there.",
        hasRange: true)
    ]
    return part
  }

  private var startPart: ReportSection? {
    let found = points(.starts)
    guard !found.isEmpty else { return nil }
    let figures = ["start after SIGKILL", "clean stop", "start after clean stop"]
    var part = ReportSection(
      title: "Starting again",
      paragraphs: [
        "Until the broker has told the end of every partition, its process's start included."
          + " SIGKILL came right after the load, with all that was not flushed; every acknowledged"
          + " record was there after each start."
      ])
    part.tables = [
      PointTable.make(
        found, labels: ["partitions"], figures: figures, caption: "Once each.", hasRange: true)
    ]
    part.plots = [
      linesPlot("scaling-starts", "Starts by partitions", found, .starts, "ms", figures)
    ].compactMap { $0 }
    return part
  }

  private func linesPlot(
    _ name: String, _ title: String, _ found: [StudyPoint], _ series: ScalingSeries,
    _ unit: String, _ figures: [String]
  ) -> Plot? {
    let lines = figures.compactMap { figure -> LinePlot.Series? in
      let points = line(found, series, figure)
      return points.count > 1 ? LinePlot.Series(figure, points: points) : nil
    }
    guard !lines.isEmpty else { return nil }
    return Plot(
      name: name, title: title,
      content: .lines(
        LinePlot(
          x: PlotAxis("partitions", scale: .logarithmic()),
          y: PlotAxis(unit, scale: .logarithmic()), series: lines)))
  }
}
