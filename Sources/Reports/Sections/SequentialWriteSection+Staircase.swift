import LoadModel
import Statistics

/// Every step of the first case, and the plots of the staircase and of the batch size.
extension SequentialWriteSection {
  var staircaseTable: ReportTable {
    var table = ReportTable(
      [
        "Step", "MB/s", "× reference", "µs a batch", "CPU s/GB", "× CPU, step before",
        "cores in use",
      ],
      caption: caption)
    let extra: [WriteStep] = [.rawGrowing, .rawBounded]
    for step in steps(extra + Self.staircase) {
      guard let point = point("base", step) else { continue }
      table.row([
        Self.title(step) + FigureMark.suffix(FigureMark.besideIntervals(point)),
        reading("base", step, "throughput")?.text() ?? "",
        contestWithReference(step)?.cell ?? "",
        RoundsReading(point.figure("time per batch"))?.plain(by: 1000) ?? "",
        RoundsReading(point.figure("cpu"))?.text() ?? "",
        contests[.layerCpu(step)]?.cell ?? "", Self.cores(point),
      ])
    }
    table.footnotes = footnotes(
      table, steps(extra + Self.staircase).compactMap { point("base", $0) })
    return table.droppingEmptyColumns()
  }

  func footnotes(_ table: ReportTable, _ points: [StudyPoint]) -> [String] {
    Contest.notes(of: table)
      + FigureMark.footnotes(points.flatMap(FigureMark.besideIntervals))
  }

  /// Of the step itself and of the sender, where there is one.
  private static func cores(_ point: StudyPoint) -> String {
    guard let rate = RoundsReading(point.figure("throughput")),
      let cpu = RoundsReading(point.figure("cpu"))
    else { return "" }
    let sender = RoundsReading(point.figure("client cpu"))?.value ?? 0
    return Numbers.fixed((cpu.value + sender) * rate.value / 1000, 2)
  }

  private var caption: String {
    guard let point = study.points.first(where: { $0.label("case") == "base" }) else { return "" }
    var parts = [
      "Batches of \(point.label("batch-size") ?? "")",
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

  var staircasePlot: Plot? {
    let shown = steps(Self.staircase)
    guard shown.count > 1 else { return nil }
    let stairs = shown.compactMap { step -> StaircasePlot.Step? in
      guard let rate = reading("base", step, "throughput") else { return nil }
      return StaircasePlot.Step(
        Self.title(step), value: rate.value, low: rate.interval?.low,
        high: rate.interval?.high)
    }
    return Plot(
      name: "sequential-write-staircase", title: "From raw writes to a broker",
      content: .staircase(StaircasePlot(axis: PlotAxis("MB/s"), steps: stairs)))
  }

  var batchPlot: Plot? {
    let cases = cases(varying: "batch-size")
    guard cases.count > 1, let last else { return nil }
    let series = [WriteStep.reference, last].map { step in
      LinePlot.Series(
        Self.title(step),
        points: cases.compactMap { entry in
          reading(entry.name, step, "throughput")?.point(x: Double(Self.bytes(entry.value)))
        })
    }.filter { $0.points.count > 1 }
    guard !series.isEmpty else { return nil }
    return Plot(
      name: "sequential-write-batch-size", title: "Throughput by batch size",
      content: .lines(
        LinePlot(
          x: PlotAxis("batch", scale: .logarithmic(base: 2), isBytes: true),
          y: PlotAxis("MB/s", scale: .logarithmic()), series: series)))
  }
}
