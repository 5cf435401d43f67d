import LoadModel
import Statistics

extension SequentialWriteSection {
  var flushPart: ReportSection? {
    let cases = cases(varying: "flush")
    guard cases.count > 1 else { return nil }
    var part = ReportSection(
      title: "By flush policy", question: "What does it cost to have each batch on the disk?",
      answer: flushAnswer(cases))
    part.tables = [
      matrix("Flush", "MB/s", cases: cases, steps: Self.staircase, "throughput"),
      matrix(
        "Flush", "µs a batch", cases: cases, steps: Self.staircase, "time per batch", by: 1000),
      matrix("Flush", "fsyncs", cases: cases, steps: Self.staircase, "fsyncs"),
      matrix("Flush", "batches written", cases: cases, steps: Self.staircase, "batches"),
    ]
    part.points = [
      "fsyncs are calls of fdatasync, counted where files are opened; those of a broker in another"
        + " process are not told. The log syncs a segment and its directory.",
      "With a flush before each answer, requests under way do not help: the next one is looked at"
        + " when the one before it is answered.",
    ]
    return part
  }

  private func flushAnswer(_ cases: [(name: String, value: String)]) -> String {
    let last = Self.staircase.last { point("base", $0)?.figure("throughput") != nil }
    guard let last, let base = point("base", last)?.figure("throughput")?.summary else { return "" }
    let parts = cases.filter { $0.name != "base" }.compactMap { entry -> String? in
      // Cases are measured apart from each other: of their medians, not of rounds.
      guard let figure = point(entry.name, last)?.figure("throughput"), let own = figure.summary,
        let kept = ratio(own.median, to: base.median),
        let rate = Self.text(figure, unit: "MB/s")
      else { return nil }
      let isTold = own.max < base.min || own.min > base.max
      return "\(rate) with \(ReportText.code(entry.value)),"
        + " \(isTold ? Self.percent(kept) : "not told apart")"
    }
    let rate = Self.text(point("base", last)?.figure("throughput"), unit: "MB/s") ?? ""
    return parts.isEmpty
      ? ""
      : "Of \(rate) without flushes, \(Self.phrase(last)) keeps \(parts.joined(separator: "; "))."
  }

  /// Bounded retention and growth.
  var growthPart: ReportSection? {
    let cases = cases(varying: "retention-bytes")
    guard cases.count > 1 else { return nil }
    let steps = [WriteStep.rawGrowing, .rawBounded] + Self.staircase
    return ReportSection(
      title: "Bounded and growing logs",
      question: "What does it cost to delete, and what to grow?",
      answer: growthAnswer(cases),
      paragraphs: [
        "A bounded log deletes its oldest segments and gets their memory back; one that grows takes"
          + " new memory and new blocks all the time. Memory was warm in both."
      ],
      tables: [
        matrix("Kept", "MB/s", cases: cases, steps: steps, "throughput"),
        matrix("Kept", "CPU s/GB", cases: cases, steps: steps, "cpu"),
      ])
  }

  private func growthAnswer(_ cases: [(name: String, value: String)]) -> String {
    guard let grown = cases.first(where: { $0.value == "unlimited" }),
      let bounded = cases.first(where: { $0.value != "unlimited" })
    else { return "" }
    func part(_ words: String, _ one: StudyFigure?, _ other: StudyFigure?) -> String? {
      guard let a = one?.summary, let b = other?.summary, let share = ratio(b.median, to: a.median),
        let kept = Self.text(one, unit: "MB/s"), let free = Self.text(other, unit: "MB/s")
      else { return nil }
      let isTold = a.max < b.min || b.max < a.min
      let verdict =
        !isTold
        ? "not told apart"
        : share < 1
          ? "growing costs \(Self.percent(1 - share))"
          : "deleting costs \(Self.percent(1 - 1 / share))"
      return "\(words) \(kept) where old segments are deleted and \(free) where the log grows:"
        + " \(verdict)"
    }
    let last = lastStep(cases)
    let raw = part(
      "raw writes reach", point(bounded.name, .rawBounded)?.figure("throughput"),
      point(grown.name, .rawGrowing)?.figure("throughput"))
    let own = last.flatMap { step in
      part(
        "\(Self.phrase(step)) stores", point(bounded.name, step)?.figure("throughput"),
        point(grown.name, step)?.figure("throughput"))
    }
    let text = [own, raw].compactMap { $0 }.joined(separator: "; ")
    return text.isEmpty ? "" : text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  // MARK: Memory and write-back

  var writeBackPart: ReportSection? {
    let points = study.points.filter { $0.label("case") == "write-back" }
    guard !points.isEmpty else { return nil }
    var table = ReportTable([
      "Step", "written MB", "into memory MB/s", "with write-back MB/s", "held MB/s",
      "write-back after s", "most that waited MB", "taken by the disk MB",
    ])
    for point in points {
      table.row([
        point.label("step") ?? "", Self.number(point, "bytes", by: 1e6),
        Self.number(point, "in memory"), Self.number(point, "write-back"),
        Self.number(point, "held"), Self.number(point, "background at"),
        Self.number(point, "peak waiting", by: 1e6),
        Self.number(point, "taken by the disk", by: 1e6),
      ])
    }
    return ReportSection(
      title: "Memory and write-back", question: "How long is it memory that is measured?",
      answer: writeBackAnswer(points),
      paragraphs: [
        "A log that grows was written on and on, in memory that may have been cold, while Dirty and"
          + " Writeback of `/proc/meminfo` were watched. Until the kernel's background threshold"
          + " is reached, writes go into memory; then it writes back beside them; midway to its"
          + " limit it holds writers to what the disk takes."
      ],
      tables: [table.droppingEmptyColumns()], plots: writeBackPlots(points))
  }

  private func writeBackAnswer(_ points: [StudyPoint]) -> String {
    guard let point = points.first, let written = point.figure("bytes")?.median else { return "" }
    guard let background = point.figure("background threshold")?.median,
      let limit = point.figure("dirty limit")?.median
    else { return "" }
    func mb(_ bytes: Double) -> String { "\(Numbers.readable(bytes / 1e6)) MB" }
    let memory = Self.text(point.figure("in memory"), unit: "MB/s") ?? ""
    guard let disk = Self.text(point.figure("write-back"), unit: "MB/s") else {
      return "The background threshold (\(mb(background))) was not reached: \(mb(written)) were"
        + " written at \(memory), which is the memory's rate, not the disk's."
    }
    let isLonger = written > limit
    let doubt = isLonger ? "" : ", so that the disk's own rate is not known"
    return "Raw writes go into memory at \(memory) until \(mb(background)) wait, and then on at"
      + " \(disk); the run wrote \(mb(written)), \(isLonger ? "more" : "less") than the"
      + " \(mb(limit)) that may wait\(doubt)."
  }

  private func writeBackPlots(_ points: [StudyPoint]) -> [Plot] {
    func series(_ name: String, by divisor: Double) -> [LinePlot.Series] {
      points.compactMap { point in
        guard let times = point.figure("seconds")?.samples,
          let values = point.figure(name)?.samples, values.count > 1
        else { return nil }
        let line = zip(times, values).map { PlotPoint(x: $0, y: $1 / divisor) }
        return LinePlot.Series(point.label("step") ?? "", points: line, style: .curve)
      }
    }
    let rates = series("rate", by: 1)
    let waiting = series("waiting", by: 1e6)
    guard !rates.isEmpty else { return [] }
    let levels = [("background threshold", "background"), ("dirty limit", "limit")].compactMap {
      name, title in
      points.first?.figure(name)?.median.map { LinePlot.Reference(title, value: $0 / 1e6) }
    }
    return [
      Plot(
        name: "sequential-write-long-rate", title: "Growing until memory is full: rate",
        content: .lines(
          LinePlot(x: PlotAxis("seconds"), y: PlotAxis("MB/s"), series: rates))),
      Plot(
        name: "sequential-write-long-waiting", title: "What waits for the disk",
        note: "Of the whole machine.",
        content: .lines(
          LinePlot(
            x: PlotAxis("seconds"), y: PlotAxis("MB"), series: waiting, references: levels))),
    ]
  }
}
