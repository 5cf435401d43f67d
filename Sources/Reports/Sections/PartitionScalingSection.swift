import Glibc
import LoadModel
import Statistics

/// What the suite `partition-scaling` found: many partitions beside one, many clients beside one.
struct PartitionScalingSection {
  private let study: Study
  /// A cluster that is not ours was measured, as it is.
  private let isCluster: Bool

  init(_ study: Study, isCluster: Bool = false) {
    self.study = study
    self.isCluster = isCluster
  }

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
    let target =
      isCluster
      ? "the cluster was measured as it is, with topics of its own that were deleted again; each"
        + " turn made one of so many partitions, a first round of all does not count,"
      : "each turn has a broker in a process of its own, on an empty directory, and a topic of so"
        + " many partitions; memory is touched by a scratch file before,"
    let warmup = ValueText.duration(PartitionScalingSettings.warmupMs)
    return "How it was got: \(target) and \(warmup) of load before each measurement does not count."
      + " The same bytes, with random keys so that each record picks its partition, acks=1, go"
      + " into logs that grow; then what is stored is read back and verified. With more partitions"
      + " the same linger fills smaller batches: that is an effect of its own, so it is measured"
      + " with the settings left alone, and with batches that have time to fill, where what remains"
      + " is the partitions'. Shares are taken round by round. \(StudyReading.percentileNote)"
  }

  // MARK: Points

  func points(_ series: ScalingSeries) -> [StudyPoint] {
    study.points.filter { $0.label("series") == series.rawValue }
  }

  func size(_ point: StudyPoint, _ series: ScalingSeries) -> Double? {
    point.label(series == .clients ? "producers" : "partitions").flatMap(Double.init)
  }

  /// The points that may be claimed of, by size.
  func steady(_ series: ScalingSeries) -> [(size: Double, point: StudyPoint)] {
    let all = points(series)
    let other = series == .equalBatches ? unequal(all) : []
    return all.filter { FigureMark.isSteady($0) && !other.contains($0.label("partitions") ?? "") }
      .compactMap { point in size(point, series).map { (size: $0, point: point) } }
      .sorted { $0.size < $1.size }
  }

  /// Numbers of partitions whose batches are not as large as those of the first row, though they
  /// were to be.
  private func unequal(_ found: [StudyPoint]) -> [String] {
    guard let first = found.compactMap({ $0.figure("batch")?.median }).first else { return [] }
    return found.filter { point in
      guard let achieved = point.figure("batch")?.median else { return false }
      return abs(achieved / first - 1) > 0.2
    }.compactMap { $0.label("partitions") }
  }

  /// What each size of a series has of the smallest one's throughput, round by round.
  private func kept(_ series: ScalingSeries) -> [(size: Double, point: StudyPoint, of: PairedRatio)]
  {
    let sized = steady(series)
    guard let first = sized.first,
      first.size == points(series).compactMap({ size($0, series) }).min()
    else { return [] }
    return sized.dropFirst().compactMap { each in
      PairedRatio(each.point, first.point, "throughput").map { (each.size, each.point, $0) }
    }
  }

  // MARK: The answer

  private var answer: String {
    let sentences = [
      share(.equalSettings, "at equal settings"),
      share(.equalBatches, "at equal achieved batch size"), unsteady, producers, starts,
    ]
    return sentences.compactMap { $0 }.joined(separator: " ")
  }

  /// What a thousand partitions and the most of them keep.
  private func share(_ series: ScalingSeries, _ words: String) -> String? {
    let shares = kept(series)
    guard let last = shares.last else { return nil }
    let middle = shares.first { $0.size == 1000 && $0.size < last.size }
    // One partition has one batch on its way at a time in each request: more may well bring more.
    let best = shares.max { $0.of.summary.median < $1.of.summary.median }
    let more = best.flatMap { best in
      best.of.isMore && best.size < middle?.size ?? last.size
        ? "\(Numbers.grouped(best.size)) partitions take \(best.of.text) what"
          + " \(smallest(series)) takes \(words)." : nil
    }
    let told = [middle, last].compactMap { $0 }.map { each in
      let many = "\(Numbers.grouped(each.size)) partitions"
      let few = smallest(series)
      let found = each.of.summary
      if found.count < 2 {
        return "\(many) were measured once beside \(few) \(words): that tells no share."
      }
      if found.median > 1.2 {
        return "\(many) take more than \(few) \(words) (\(percent(found))), so that what they cost"
          + " cannot be told."
      }
      let isBrief = FigureMark.found(in: each.point).contains(.fewBatches)
      return "\(many) keep \(percent(found)) of the throughput of \(few) \(words)"
        + (isBrief ? ", of so few batches each that how they begin weighs much." : ".")
    }
    return (told + [more].compactMap { $0 }).joined(separator: " ")
  }

  /// Where only a queue was measured.
  private var unsteady: String? {
    let parts = [ScalingSeries.equalSettings, .equalBatches, .clients].compactMap { series in
      let names = points(series).filter { !FigureMark.isSteady($0) }
        .compactMap { size($0, series) }.map(Numbers.grouped)
      let unit = series == .clients ? "producers" : "partitions"
      return names.isEmpty ? nil : "\(names.joined(separator: ", ")) \(unit) (\(series.rawValue))"
    }
    guard !parts.isEmpty else { return nil }
    return "No steady state, and so no claim, at \(parts.joined(separator: "; "))."
  }

  private var producers: String? {
    let all = kept(.clients).filter { $0.of.summary.count > 1 }
    guard let best = all.max(by: { $0.of.summary.median < $1.of.summary.median }) else {
      return nil
    }
    let many = "\(Numbers.grouped(best.size)) producers"
    guard best.of.isMore else {
      return
        "More producers than \(smallest(.clients)) bring nothing that this run can tell (at most"
        + " \(best.of.text), with \(Numbers.grouped(best.size)))."
    }
    let isLimited = FigureMark.found(in: best.point).contains(.generator)
    return "\(many) bring \(best.of.text) the throughput of \(smallest(.clients))"
      + (isLimited ? ", where the load generator was the limit." : ".")
  }

  private var starts: String? {
    guard
      let point = points(.starts).max(by: { size($0, .starts) ?? 0 < size($1, .starts) ?? 0 }),
      let crash = point.figure("start after SIGKILL")?.summary,
      let clean = point.figure("start after clean stop")?.summary,
      let count = size(point, .starts)
    else { return nil }
    return "\(Numbers.grouped(count)) partitions are served \(seconds(crash)) after the start that"
      + " follows a SIGKILL, and \(seconds(clean)) after one that follows a clean stop."
  }

  private func smallest(_ series: ScalingSeries) -> String {
    let least = points(series).compactMap { size($0, series) }.min() ?? 1
    return least == 1 ? "one" : Numbers.grouped(least)
  }

  /// `85 % (80–90)`
  private func percent(_ share: Summary) -> String {
    "\(Self.percent(share.median)) (\(Numbers.fixed(share.min * 100, 0))–"
      + "\(Numbers.fixed(share.max * 100, 0)))"
  }

  static func percent(_ share: Double) -> String { "\(Numbers.fixed(share * 100, 0)) %" }

  /// `4.20 s (4.10–4.30)`
  private func seconds(_ milliseconds: Summary) -> String {
    func text(_ value: Double) -> String { Numbers.readable(value / 1000) }
    let range =
      milliseconds.count < 2 ? "" : " (\(text(milliseconds.min))–\(text(milliseconds.max)))"
    return "\(text(milliseconds.median)) s\(range)"
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
        figures: [
          "throughput", "batch", "batches a partition", "produce p50", "produce p99", "broker CPU",
          "client CPU", "generator busy",
        ],
        caption: "Medians, with the range of the repetitions; latency in the closed loop is the"
          + " queue's; generator busy: of one core, by its busiest thread.", hasRange: true)
    ]
    let other = series == .equalBatches ? unequal(found) : []
    if !other.isEmpty {
      part.paragraphs.append(
        "Not equal: with \(other.joined(separator: ", ")) partitions the achieved batch size is"
          + " more than 20 % off that of the first row; they are left out of every claim.")
    }
    let law = ScalingLaw(steady(series))
    part.paragraphs.append(
      series == .equalSettings
        ? "No law is fitted here: with more partitions batches shrink, so that two things change at"
          + " once." : law.text)
    let fit = series == .equalSettings ? nil : law.follows
    if let plot = plot(found, series, fit, label) { part.plots = [plot] }
    return part
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
      guard let x = size(point, series), let reading = StudyReading(point, figure) else {
        return nil
      }
      return PlotPoint(x: x, y: reading.value, low: reading.low, high: reading.high)
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
        figures: [
          "produce p50", "produce p99", "end to end p50", "end to end p99", "schedule lag p99",
          "rate reached",
        ],
        caption: "From the scheduled time. Schedule lag: how late the generator itself was.",
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
    let times =
      "Time until every partition is told to have a leader, and until CreateTopics was"
      + " answered"
    part.tables = [
      PointTable.make(
        found, labels: ["partitions"],
        figures: [
          "create", "create answered", "memory a partition, created", "memory a partition, loaded",
          "resident", "open files",
        ],
        caption: isCluster
          ? "\(times)."
          : "\(times); what creating the partitions, and creating and loading them, added to the"
            + " broker's memory, for each; its memory and open files after the load, the topic"
            + " still there.", hasRange: true)
    ]
    return part
  }

  private var startPart: ReportSection? {
    let found = points(.starts)
    guard !found.isEmpty else { return nil }
    let figures = ["start after SIGKILL", "clean stop", "start after clean stop"]
    let isWhole = found.allSatisfy { ($0.failures ?? 0) == 0 }
    var part = ReportSection(
      title: "Starting again",
      paragraphs: [
        "Until the broker has told the end of every partition, its process's start included."
          + " SIGKILL came after the load was read back, with all that was not flushed"
          + (isWhole
            ? "; after each start the ends of the logs added up to every acknowledged record."
            : ". Not every start went well: the notes say why.")
      ])
    part.tables = [
      PointTable.make(
        found, labels: ["partitions"], figures: figures,
        caption: "Medians, with the range of the repetitions.", hasRange: true)
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
