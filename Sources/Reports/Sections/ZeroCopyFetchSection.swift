import LoadModel
import Statistics

/// What the suite `zero-copy-fetch` found: sendfile beside copying, by source and fetch size.
struct ZeroCopyFetchSection {
  private let study: Study

  init(_ study: Study) { self.study = study }

  var section: ReportSection {
    var section = ReportSection(
      title: "Zero-copy fetch", question: study.question, answer: answer,
      paragraphs: counted + [method], points: study.notes)
    section.parts = FetchSource.allCases.compactMap(part)
    return section
  }

  private var method: String {
    "How it was got: a broker a path serves the same records, both in this process; each turn"
      + " reads all of them once, every record verified, the paths taking turns after a round that"
      + " does not count. Latency is from a fetch request to its whole answer. The broker's loops"
      + " count bytes and calls where they make them; CPU and context switches are the kernel's,"
      + " for the broker's threads alone. `cold`: the page cache of the log's files was dropped"
      + " before each turn, and what the disk delivered is shown. `tailing`: the consumer waits"
      + " for what a producer writes at a fixed rate, so that throughput is the rate's."
  }

  // MARK: The answer

  /// Two points that differ in nothing but the path.
  private struct Pair {
    var sendfile: StudyPoint
    var copy: StudyPoint

    /// Sendfile's median by copying's.
    func ratio(_ figure: String) -> Double? {
      guard let a = sendfile.figure(figure)?.median, let b = copy.figure(figure)?.median else {
        return nil
      }
      return Statistics.ratio(a, to: b)
    }

    /// The ranges of the repetitions do not touch.
    func isClear(_ figure: String) -> Bool {
      guard let a = sendfile.figure(figure)?.summary, let b = copy.figure(figure)?.summary,
        a.count > 1, b.count > 1
      else { return false }
      return a.min > b.max || b.min > a.max
    }

    var size: String { sendfile.label("fetch size") ?? "" }
  }

  private func pairs(_ source: FetchSource, consumers: String? = nil) -> [Pair] {
    points(source).filter { $0.label("path") == FetchPath.sendfile.rawValue }
      .filter { consumers == nil || $0.label("consumers") == consumers }
      .compactMap { point in
        let wanted = point.labels.map {
          $0.name == "path" ? StudyPoint.Label("path", FetchPath.copy.rawValue) : $0
        }
        return study.points.first { $0.labels == wanted }.map { Pair(sendfile: point, copy: $0) }
      }
  }

  private func points(_ source: FetchSource) -> [StudyPoint] {
    study.points.filter { $0.label("source") == source.rawValue }
  }

  private var answer: String {
    let few = points(.cached).first?.label("consumers")
    let cached = pairs(.cached, consumers: few)
    guard !cached.isEmpty else { return single }
    var sentences = [verdict(cached, consumers: few ?? "1")]
    // At the tail the rate decides how much there is to fetch.
    let all = [FetchSource.cached, .cold].flatMap { pairs($0) }
    let losing = all.filter { ($0.ratio("throughput") ?? 1) < 1 && $0.isClear("throughput") }
    if !losing.isEmpty {
      let places = losing.map { pair in
        let words = ["source", "fetch size", "consumers"].compactMap { name in
          pair.sendfile.label(name).map { name == "consumers" ? readers($0) : $0 }
        }
        return "\(words.joined(separator: ", ")) (\(times(pair.ratio("throughput"))))"
      }
      sentences.append("Sendfile clearly loses throughput at \(places.joined(separator: "; ")).")
    } else if all.contains(where: { $0.isClear("throughput") }) {
      sentences.append("Nowhere does it clearly lose throughput.")
    }
    return sentences.joined(separator: " ")
  }

  private func verdict(_ pairs: [Pair], consumers: String) -> String {
    let each = pairs.map { pair -> String in
      let mark = pair.isClear("throughput") ? "" : " (ranges touch)"
      var text = "\(pair.size) \(times(pair.ratio("throughput")))\(mark)"
      if let cpu = pair.ratio("broker CPU") { text += " at \(times(cpu)) the broker CPU" }
      return text
    }
    return "From the page cache, to \(readers(consumers)), sendfile gives this share of copying's"
      + " throughput: \(each.joined(separator: "; "))."
  }

  /// One path alone: a cluster's, or the only one that was asked for.
  private var single: String {
    let best = points(.cached).compactMap { point in
      point.figure("throughput")?.median.map { (point, $0) }
    }.max { $0.1 < $1.1 }
    guard let (point, rate) = best else { return "" }
    return "Only \(ReportText.code(point.label("path") ?? "one path")) was measured: at most"
      + " \(Numbers.readable(rate)) MB/s from the page cache, at fetches of"
      + " \(point.label("fetch size") ?? "?") with \(readers(point.label("consumers") ?? "?"))."
  }

  private func readers(_ count: String) -> String {
    "\(count) consumer\(count == "1" ? "" : "s")"
  }

  private func times(_ ratio: Double?) -> String {
    ratio.map { "\(Numbers.fixed($0, 2))×" } ?? "unknown"
  }

  /// Zero copy by counting.
  private var counted: [String] {
    func sum(_ figure: String, _ path: FetchPath) -> Double? {
      let samples = study.points.filter { $0.label("path") == path.rawValue }
        .compactMap { $0.figure(figure)?.samples }.flatMap { $0 }
      return samples.isEmpty ? nil : samples.reduce(0, +)
    }
    guard let sent = sum("by sendfile", .sendfile), let copied = sum("copied", .sendfile) else {
      return []
    }
    var text =
      "Counted: with sendfile, \(Numbers.readable(sent)) MB of records went from file to socket"
      + " within the kernel and \(Numbers.readable(copied)) MB through the broker's memory"
    if let other = sum("copied", .copy) {
      text += "; with copying, \(Numbers.readable(other)) MB went through its memory"
    }
    return [text + "."]
  }

  // MARK: Tables and plots

  private func part(_ source: FetchSource) -> ReportSection? {
    let found = points(source)
    guard !found.isEmpty else { return nil }
    var section = ReportSection(title: "\(source.rawValue) reads")
    section.tables = [table(source, found), detail(source, found)]
    guard source != .tailing else { return section }
    section.plots = [
      plot(source, "throughput", "Throughput by fetch size", "MB/s"),
      plot(source, "broker CPU", "Broker CPU by fetch size", "s/GB"),
      plot(source, "fetch p99", "Latency of a fetch, p99", "ms"),
    ].compactMap { $0 }
    return section
  }

  private func head(_ source: FetchSource) -> [String] {
    source == .tailing ? ["consumers", "path"] : ["consumers", "fetch size", "path"]
  }

  private func table(_ source: FetchSource, _ points: [StudyPoint]) -> ReportTable {
    let names = head(source)
    let figures =
      source == .tailing
      ? ["end to end p50", "end to end p99", "fetch p50", "fetch p99", "broker CPU"]
      : ["throughput", "broker CPU", "fetch p50", "fetch p99", "fetch p99.9"]
    return PointTable.make(
      points, labels: names, figures: figures,
      caption: "Medians, with the range of the repetitions.", hasRange: true)
  }

  private func detail(_ source: FetchSource, _ points: [StudyPoint]) -> ReportTable {
    PointTable.make(
      points, labels: head(source),
      figures: [
        "through user space", "system calls", "context switches", "bytes a fetch", "from the disk",
        "broker user CPU", "client CPU",
      ], caption: "What the broker did for it (client CPU: the consumers'); medians.",
      hasRange: false)
  }

  private func plot(_ source: FetchSource, _ figure: String, _ title: String, _ unit: String)
    -> Plot?
  {
    var series: [LinePlot.Series] = []
    for point in points(source) {
      guard let size = point.label("fetch size").flatMap(Self.bytes),
        let summary = point.figure(figure)?.summary
      else { continue }
      let name = "\(point.label("path") ?? ""), \(readers(point.label("consumers") ?? "?"))"
      let place = PlotPoint(x: size, y: summary.median, low: summary.min, high: summary.max)
      if let index = series.firstIndex(where: { $0.name == name }) {
        series[index].points.append(place)
      } else {
        series.append(LinePlot.Series(name, points: [place]))
      }
    }
    guard series.contains(where: { $0.points.count > 1 }) else { return nil }
    for index in series.indices { series[index].points.sort { $0.x < $1.x } }
    return Plot(
      name: "zero-copy-\(source.rawValue)-\(figure.lowercased())",
      title: "\(title), \(source.rawValue)",
      content: .lines(
        LinePlot(
          x: PlotAxis("fetch size", scale: .logarithmic(base: 2), isBytes: true),
          y: PlotAxis(unit), series: series)))
  }

  private static func bytes(_ text: String) -> Double? {
    (try? ValueText.size(text, in: 1...(1 << 50))).map(Double.init)
  }
}
