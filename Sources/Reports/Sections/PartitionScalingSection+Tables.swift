import LoadModel
import Statistics

extension PartitionScalingSection {
  private static let unknown = "–"

  private struct Column {
    var series: ScalingSeries
    var figure: String
    var title: String
  }

  /// A row a number of partitions; what each series measured there.
  var mainTable: ReportTable {
    table(
      "partitions", [.equalSettings, .equalBatches, .latency],
      [
        Column(series: .equalSettings, figure: "throughput", title: "equal settings, MB/s"),
        Column(series: .equalSettings, figure: "batch", title: "batch, B"),
        Column(series: .equalBatches, figure: "throughput", title: "equal batches, MB/s"),
        Column(series: .equalBatches, figure: "batch", title: "batch, B"),
        Column(series: .latency, figure: "end to end p50", title: "end to end p50, ms"),
        Column(series: .latency, figure: "end to end p99", title: "p99, ms"),
      ], caption: "Mean [95 % interval, from three rounds on].")
  }

  private func table(
    _ label: String, _ series: [ScalingSeries], _ columns: [Column], caption: String
  ) -> ReportTable {
    let sizes = Set(series.flatMap { found.sized($0) }.map(\.size)).sorted()
    var table = ReportTable([label] + columns.map(\.title), caption: caption)
    for size in sizes {
      func point(_ series: ScalingSeries) -> StudyPoint? {
        found.sized(series).first { $0.size == size }?.point
      }
      let cells = columns.map { column -> String in
        guard let point = point(column.series) else { return "" }
        let text = cell(point, column.figure)
        let isFirst = columns.first { $0.series == column.series }?.figure == column.figure
        // What must be known of a series' point stands beside its first figure.
        return text.isEmpty || !isFirst
          ? text : text + FigureMark.suffix(FigureMark.found(in: point))
      }
      table.row([Numbers.grouped(size)] + cells)
    }
    table.footnotes = FigureMark.footnotes(
      series.flatMap { found.all($0) }.flatMap(FigureMark.found))
    if table.rows.contains(where: { $0.contains(Self.unknown) }) {
      table.footnotes.append("\(Self.unknown) fewer than ten batches lie beyond the percentile")
    }
    return table.droppingEmptyColumns()
  }

  private func cell(_ point: StudyPoint, _ figure: String) -> String {
    if figure.hasSuffix(" p99"), !hasTail(point) { return Self.unknown }
    return IntervalText.cell(ScalingPoints.samples(point, figure))
  }

  /// Ten batches lie beyond the p99 of each repetition.
  private func hasTail(_ point: StudyPoint) -> Bool {
    guard let each = point.figure("batches a partition")?.summary?.min,
      let partitions = point.label("partitions").flatMap(Double.init)
    else { return false }
    return each * partitions >= 1000
  }

  // MARK: Parts

  var clientsPart: ReportSection? {
    guard !found.all(.clients).isEmpty else { return nil }
    var part = ReportSection(title: "More producers", isFolded: true)
    if let why = law.refusal { part.paragraphs = [why] }
    part.tables = [
      table(
        "producers", [.clients],
        [
          Column(series: .clients, figure: "throughput", title: "throughput, MB/s"),
          Column(series: .clients, figure: "batch", title: "batch, B"),
          Column(series: .clients, figure: "generator busy", title: "busiest generator thread, %"),
        ],
        caption:
          "On \(PartitionScalingSettings.clientsPartitions) partitions; mean [95 % interval].")
    ]
    return part
  }

  var costPart: ReportSection? {
    let costs = costSeries
    guard found.all(costs).contains(where: { $0.figure("create") != nil }) else { return nil }
    var part = ReportSection(title: "What partitions cost, and starts", isFolded: true)
    var columns = [
      Column(series: costs, figure: "create", title: "created, ms"),
      Column(series: costs, figure: "memory a partition, loaded", title: "memory each, KiB"),
      Column(series: costs, figure: "open files", title: "open files"),
    ]
    columns += [
      Column(series: .starts, figure: "start after SIGKILL", title: "start after SIGKILL, ms"),
      Column(series: .starts, figure: "start after clean stop", title: "after clean stop, ms"),
    ]
    part.tables = [
      table(
        "partitions", [costs, .starts], columns,
        caption: isCluster
          ? "Created: until every partition has a leader."
          : "Created: until every partition has a leader. Memory and open files are the broker's,"
            + " with the loaded topic. Starts: from the process's start until the broker has"
            + " reported the end of every log.")
    ]
    let starts = found.all(.starts)
    if !starts.isEmpty, starts.allSatisfy({ ($0.failures ?? 0) == 0 }) {
      part.paragraphs = [
        "After each start the ends of the logs added up to every acknowledged record."
      ]
    }
    return part
  }

  // MARK: Plots

  var throughputPlot: Plot? {
    let lines = [ScalingSeries.equalSettings, .equalBatches].compactMap { series in
      line(
        series, "throughput", name: series == .equalSettings ? "equal settings" : "equal batches")
    }
    return plot("scaling-throughput", "Throughput by partitions", "MB/s", lines)
  }

  var latencyPlot: Plot? {
    plot(
      "scaling-latency", "End-to-end latency by partitions, at a fixed rate", "ms",
      [line(.latency, "end to end p50", name: "p50")].compactMap { $0 })
  }

  private func line(_ series: ScalingSeries, _ figure: String, name: String) -> LinePlot.Series? {
    let points = found.sized(series).compactMap { each -> PlotPoint? in
      let samples = ScalingPoints.samples(each.point, figure)
      guard let mean = TrimmedMean(samples) else {
        return Summary(samples).map { PlotPoint(x: each.size, y: $0.median) }
      }
      let interval = mean.interval()
      return PlotPoint(
        x: each.size, y: mean.mean, low: interval.low > 0 ? interval.low : nil,
        high: interval.low > 0 ? interval.high : nil)
    }
    return points.count > 1 ? LinePlot.Series(name, points: points) : nil
  }

  private func plot(_ name: String, _ title: String, _ unit: String, _ lines: [LinePlot.Series])
    -> Plot?
  {
    guard !lines.isEmpty else { return nil }
    return Plot(
      name: name, title: title,
      note: lines.contains { $0.points.contains { $0.low != nil } }
        ? "Means with 95 % intervals." : "",
      content: .lines(
        LinePlot(
          x: PlotAxis("partitions", scale: .logarithmic()),
          y: PlotAxis(unit, scale: .logarithmic()), series: lines)))
  }
}
