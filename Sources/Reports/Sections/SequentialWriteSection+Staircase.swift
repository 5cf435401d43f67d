import LoadModel
import Statistics

extension SequentialWriteSection {
  /// Every step of one case: what is left, and what the step took from the one before it.
  func staircaseTable(_ name: String) -> ReportTable {
    var table = ReportTable(
      [
        "Step", "MB/s", "range", "of the ceiling", "µs a batch", "more", "CPU s/GB", "more",
        "user", "system", "sender CPU s/GB", "fsyncs",
      ],
      caption: caption(name),
      footnotes: [
        "More: than the step above it, from raw preallocated writes on. In brackets where the"
          + " ranges overlap, so that this run does not tell the two apart.",
        "The ceiling is one thread's: the log makes, allocates and deletes its files on another,"
          + " and may be above it.",
      ])
    let raw: [WriteStep] = [.rawGrowing, .rawBounded]
    let top = ceiling(name)?.figure("throughput")
    var before: StudyPoint?
    for step in steps(raw + Self.staircase, in: [name]) {
      guard let point = point(name, step) else { continue }
      let isStair = !raw.contains(step)
      table.row([
        Self.title(step) + FigureMark.suffix(FigureMark.found(in: point)),
        Self.number(point, "throughput"),
        point.figure("throughput")?.summary.map(ComparisonTable.range) ?? "",
        // A cluster's disk is not the one that the ceiling is of.
        step == .cluster
          ? ""
          : Self.ratios(point.figure("throughput"), to: top).map { Self.percent($0.median) } ?? "",
        Self.number(point, "time per batch", by: 1000),
        isStair ? Self.rise(point, from: before, "time per batch", by: 1000) : "",
        Self.number(point, "cpu"), isStair ? Self.rise(point, from: before, "cpu") : "",
        Self.parted(point, "user cpu"), Self.parted(point, "system cpu"),
        Self.number(point, "client cpu"), Self.number(point, "fsyncs"),
      ])
      // What a cluster costs is no step beyond our own broker.
      if isStair, step != .process { before = point } else { before = nil }
    }
    table.footnotes += FigureMark.footnotes(study.points.filter { $0.label("case") == name })
    return table.droppingEmptyColumns()
  }

  private func caption(_ name: String) -> String {
    guard let point = study.points.first(where: { $0.label("case") == name }) else { return "" }
    var parts = [
      "batches of \(point.label("batch-size") ?? "")",
      "records of \(point.label("record-size") ?? "")",
      "flush \(point.label("flush") ?? "")",
      point.label("retention-bytes") == "unlimited"
        ? "growing" : "\(point.label("retention-bytes") ?? "") kept",
    ]
    if let bytes = point.figure("volume")?.median {
      parts.append("\(Numbers.readable(bytes / 1e6)) MB a step")
    }
    return parts.joined(separator: ", ")
  }

  static func number(_ point: StudyPoint?, _ name: String, by divisor: Double = 1) -> String {
    point?.figure(name)?.median.map { Numbers.readable($0 / divisor) } ?? ""
  }

  /// User or system CPU per GB over all rounds; nothing where the kernel looked too seldom, below a
  /// second of both, to tell them apart.
  private static func parted(_ point: StudyPoint, _ name: String) -> String {
    func sum(_ name: String) -> Double { point.figure(name)?.samples.reduce(0, +) ?? 0 }
    let gigabytes = sum("bytes") / 1e9
    guard gigabytes > 0, sum("user cpu") + sum("system cpu") >= 1 else { return "" }
    return Numbers.readable(sum(name) / gigabytes)
  }

  /// What a figure has more than that of the step before.
  private static func rise(
    _ point: StudyPoint, from before: StudyPoint?, _ name: String, by divisor: Double = 1
  ) -> String {
    guard let a = before?.figure(name)?.summary, let b = point.figure(name)?.summary else {
      return ""
    }
    let more = (b.median - a.median) / divisor
    let text = (more >= 0 ? "+" : "−") + Numbers.readable(abs(more))
    return a.max >= b.min && b.max >= a.min ? "(\(text))" : text
  }

  var staircasePlot: Plot? {
    let shown = steps(Self.staircase, in: ["base"])
    guard shown.count > 1 else { return nil }
    let stairs = shown.compactMap { step -> StaircasePlot.Step? in
      guard let summary = point("base", step)?.figure("throughput")?.summary else { return nil }
      return StaircasePlot.Step(
        Self.title(step), value: summary.median, low: summary.min, high: summary.max)
    }
    return Plot(
      name: "sequential-write-staircase", title: "What is left of the raw writes",
      note: "Each step has all that the one before it has, and something more; but the log makes,"
        + " allocates and deletes its files on a thread of its own, raw writes in between.",
      content: .staircase(StaircasePlot(axis: PlotAxis("MB/s"), steps: stairs)))
  }

  // MARK: One setting after another

  /// One figure: a row a case, a column a step.
  func matrix(
    _ heading: String, _ caption: String, cases: [(name: String, value: String)],
    steps wanted: [WriteStep], _ figure: String, by divisor: Double = 1
  ) -> ReportTable {
    let shown = steps(wanted, in: cases.map(\.name))
    var table = ReportTable([heading] + shown.map(\.rawValue), caption: caption)
    for entry in cases {
      table.row(
        [ReportText.code(entry.value)]
          + shown.map { step in
            let point = point(entry.name, step)
            let text = Self.number(point, figure, by: divisor)
            guard !text.isEmpty, let point else { return text }
            return text + FigureMark.suffix(FigureMark.found(in: point))
          })
    }
    let names = Set(cases.map(\.name))
    table.footnotes = FigureMark.footnotes(
      study.points.filter { point in
        names.contains(point.label("case") ?? "")
          && shown.contains { $0.rawValue == point.label("step") }
      })
    return table.droppingEmptyColumns()
  }

  /// The last step that is no raw write, as far as it was measured in any of the cases.
  func lastStep(_ cases: [(name: String, value: String)]) -> WriteStep? {
    steps(Self.staircase, in: cases.map(\.name)).last.flatMap { $0.isRaw ? nil : $0 }
  }

  /// The share of the ceiling that the last step before a cluster keeps, by case.
  private func shares(_ cases: [(name: String, value: String)]) -> String? {
    guard let last = lastStep(cases), last != .cluster else { return nil }
    let parts = cases.compactMap { entry -> String? in
      guard let top = ceiling(entry.name),
        let share = Self.ratios(
          point(entry.name, last)?.figure("throughput"), to: top.figure("throughput"))
      else { return nil }
      return "\(Self.shareText(share)) at \(ReportText.code(entry.value))\(Self.remark(share))"
    }
    guard !parts.isEmpty else { return nil }
    return "Of the raw ceiling \(Self.phrase(last)) keeps \(parts.joined(separator: ", "))."
  }

  /// From which size on at least nine tenths of the best are reached.
  private func largeEnough(_ cases: [(name: String, value: String)]) -> String? {
    guard let last = lastStep(cases) else { return nil }
    let rates = cases.compactMap { entry in
      point(entry.name, last)?.figure("throughput")?.median.map { (size: entry.value, rate: $0) }
    }
    guard rates.count > 1, let best = rates.max(by: { $0.rate < $1.rate }) else { return nil }
    let isEnough = rates.map { $0.rate >= best.rate * 0.9 }
    let bestAt = rates.firstIndex { $0.size == best.size } ?? 0
    let from = isEnough[...bestAt].lastIndex(of: false).map { $0 + 1 } ?? 0
    let isFalling = isEnough.last == false
    return
      "From \(ReportText.code(rates[from].size)) on \(Self.phrase(last)) reaches nine tenths of"
      + " its best, \(Numbers.readable(best.rate)) MB/s at \(ReportText.code(best.size))"
      + (isFalling ? "; the largest are slower again." : ".")
  }

  var batchPart: ReportSection? {
    let cases = cases(varying: "batch-size")
    guard cases.count > 1 else { return nil }
    var part = ReportSection(
      title: "By batch size", question: "How large must batches be?",
      answer: [largeEnough(cases), shares(cases)].compactMap { $0 }.joined(separator: " "))
    part.tables = [
      matrix("Batch", "MB/s", cases: cases, steps: Self.staircase, "throughput"),
      matrix(
        "Batch", "µs a batch", cases: cases, steps: Self.staircase, "time per batch", by: 1000),
      matrix("Batch", "CPU s/GB", cases: cases, steps: Self.staircase, "cpu"),
    ]
    let series = steps(Self.staircase, in: cases.map(\.name)).map { step in
      LinePlot.Series(
        step.rawValue,
        points: cases.compactMap { entry in
          guard let summary = point(entry.name, step)?.figure("throughput")?.summary else {
            return nil
          }
          return PlotPoint(
            x: Double(Self.bytes(entry.value)), y: summary.median, low: summary.min,
            high: summary.max)
        })
    }
    part.plots = [
      Plot(
        name: "sequential-write-batch-size", title: "Throughput by batch size",
        content: .lines(
          LinePlot(
            x: PlotAxis("batch", scale: .logarithmic(base: 2), isBytes: true),
            y: PlotAxis("MB/s", scale: .logarithmic()), series: series)))
    ]
    return part
  }

  var recordPart: ReportSection? {
    let cases = cases(varying: "record-size")
    guard cases.count > 1 else { return nil }
    return ReportSection(
      title: "By record size", question: "What do small records cost in batches of the same size?",
      answer: shares(cases) ?? "",
      tables: [
        matrix("Record", "MB/s", cases: cases, steps: Self.staircase, "throughput"),
        matrix("Record", "CPU s/GB", cases: cases, steps: Self.staircase, "cpu"),
        matrix("Record", "records/s", cases: cases, steps: Self.staircase, "records"),
      ])
  }
}
