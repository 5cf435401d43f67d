import LoadModel
import Statistics

/// Its tables, plots and details.
extension ZeroCopyFetchSection {
  func reading(_ point: StudyPoint, _ figure: String) -> RoundsReading? {
    // A percentile needs enough samples beyond it.
    point.isKnown(figure) ? RoundsReading(point.figure(figure)) : nil
  }

  var pairTable: ReportTable {
    var table = ReportTable(
      [
        "Source", "consumers", "fetch size", "MB/s sendfile", "MB/s copy", "×",
        "CPU s/GB sendfile", "CPU s/GB copy", "×", "cores in use",
      ], leftColumns: 3)
    for (index, pair) in pairs.enumerated() {
      func cell(_ point: StudyPoint, _ figure: String) -> String {
        reading(point, figure)?.plain() ?? ""
      }
      var marks = FigureMark.besideIntervals(pair.sendfile)
      marks += FigureMark.besideIntervals(pair.copy).filter { !marks.contains($0) }
      let both = [pair.sendfile, pair.copy].compactMap(Self.cores)
      table.row([
        pair.source.rawValue + FigureMark.suffix(marks), pair.sendfile.label("consumers") ?? "",
        pair.sendfile.label("fetch size") ?? "", cell(pair.sendfile, "throughput"),
        cell(pair.copy, "throughput"),
        pair.limitedFigures.contains("throughput")
          ? "[\(FigureMark.generator.letter)]"
          : contests[Comparison(pair: index, figure: "throughput")]?.cell ?? "",
        cell(pair.sendfile, "broker CPU"), cell(pair.copy, "broker CPU"),
        contests[Comparison(pair: index, figure: "broker CPU")]?.cell ?? "",
        both.isEmpty ? "" : both.joined(separator: ", "),
      ])
    }
    table.footnotes = footnotes(table)
    return table.droppingEmptyColumns()
  }

  /// Of broker and clients together.
  private static func cores(_ point: StudyPoint) -> String? {
    guard let rate = RoundsReading(point.figure("throughput")),
      let broker = RoundsReading(point.figure("broker CPU")),
      let client = RoundsReading(point.figure("client CPU"))
    else { return nil }
    return Numbers.fixed((broker.value + client.value) * rate.value / 1000, 2)
  }

  private func footnotes(_ table: ReportTable) -> [String] {
    Contest.notes(of: table)
      + FigureMark.footnotes(study.points.flatMap(FigureMark.besideIntervals))
  }

  /// Without a second path: what was measured.
  var singleTable: ReportTable {
    let figures = ["throughput", "broker CPU", "end to end p50", "end to end p99"]
    var table = ReportTable(
      [
        "Source", "consumers", "fetch size", "MB/s", "broker CPU s/GB", "end to end p50 ms",
        "p99 ms",
      ],
      leftColumns: 3)
    for source in FetchSource.allCases {
      for point in points(source) {
        table.row(
          [
            source.rawValue + FigureMark.suffix(FigureMark.besideIntervals(point)),
            point.label("consumers") ?? "", point.label("fetch size") ?? "",
          ] + figures.map { reading(point, $0)?.text() ?? "" })
      }
    }
    table.footnotes = footnotes(table)
    return table.droppingEmptyColumns()
  }

  // MARK: Plots

  var plots: [Plot] {
    [FetchSource.cached, .cold].flatMap { source in
      [
        plot(source, "throughput", "Throughput", "MB/s"),
        plot(source, "broker CPU", "Broker CPU", "s/GB"),
      ].compactMap { $0 }
    }
  }

  private func plot(_ source: FetchSource, _ figure: String, _ title: String, _ unit: String)
    -> Plot?
  {
    var series: [LinePlot.Series] = []
    for point in points(source) {
      guard let size = point.label("fetch size").flatMap(Self.bytes),
        let reading = RoundsReading(point.figure(figure))
      else { continue }
      let name = "\(point.label("path") ?? ""), \(Self.readers(point.label("consumers") ?? "?"))"
      if let index = series.firstIndex(where: { $0.name == name }) {
        series[index].points.append(reading.point(x: size))
      } else {
        series.append(LinePlot.Series(name, points: [reading.point(x: size)]))
      }
    }
    guard series.contains(where: { $0.points.count > 1 }) else { return nil }
    for index in series.indices { series[index].points.sort { $0.x < $1.x } }
    return Plot(
      name: "zero-copy-\(source.rawValue)-\(figure.lowercased())",
      title: "\(title) by fetch size, \(source.rawValue)",
      content: .lines(
        LinePlot(
          x: PlotAxis("fetch size", scale: .logarithmic(base: 2), isBytes: true),
          y: PlotAxis(unit), series: series)))
  }

  private static func bytes(_ text: String) -> Double? {
    (try? ValueText.size(text, in: 1...(1 << 50))).map(Double.init)
  }

  // MARK: Details

  var tailPart: ReportSection? {
    guard !pairs.isEmpty, !points(.tailing).isEmpty else { return nil }
    var table = ReportTable(
      ["consumers", "path", "p50 ms", "p99 ms", "rate reached %", "schedule lag p99 ms"],
      leftColumns: 2)
    for point in points(.tailing) {
      table.row(
        [point.label("consumers") ?? "", point.label("path") ?? ""]
          + ["end to end p50", "end to end p99", "rate reached", "schedule lag p99"].map {
            reading(point, $0)?.text() ?? ""
          })
    }
    return ReportSection(
      title: "At the tail, end to end", tables: [table.droppingEmptyColumns()], isFolded: true)
  }

  var callPart: ReportSection? {
    guard !pairs.isEmpty else { return nil }
    let figures = ["system calls", "context switches"]
    var table = ReportTable(
      ["Source", "consumers", "fetch size"]
        + ["calls /MB", "switches /GB"].flatMap {
          ["\($0) sendfile", "copy"]
        }, leftColumns: 3)
    for pair in pairs {
      table.row(
        ["source", "consumers", "fetch size"].map { pair.sendfile.label($0) ?? "" }
          + figures.flatMap { figure in
            [pair.sendfile, pair.copy].map { RoundsReading($0.figure(figure))?.plain() ?? "" }
          })
    }
    return ReportSection(
      title: "System calls and context switches of the broker",
      tables: [table.droppingEmptyColumns()], isFolded: true)
  }

  var methodPart: ReportSection {
    let statistics =
      " Figures are trimmed means of the rounds, in brackets 95 % intervals; ratios are those of"
      + " pairs of one round. A difference is claimed where Holm's correction over all comparisons"
      + " leaves less than 5 % for chance, and from 5 % on."
    let tail =
      " At the tail the consumers wait for what a producer writes at a fixed rate: the rate decides"
      + " the throughput."
    if isCluster {
      return ReportSection(
        title: "How it was measured",
        paragraphs: [
          "A topic was filled; each turn reads all of it once, every record verified, after a round"
            + " that does not count.\(tail) What the cluster's brokers do for it"
            + " (calls, copies, page cache) cannot be seen from here.\(statistics)"
        ], isFolded: true)
    }
    return ReportSection(
      title: "How it was measured",
      paragraphs: [
        "Each path has a broker of its own in this process, with the same records. A turn reads all"
          + " of them once and verifies each; the paths take turns after a round that does not"
          + " count. Rates are those of broker and consumers on the same cores.\(tail) The broker's"
          + " CPU includes taking the producer's records there. For `cold` the page cache of the"
          + " log's files is dropped before each turn; the host of a virtual machine may still have"
          + " the blocks in memory.\(statistics)"
      ], isFolded: true)
  }
}
