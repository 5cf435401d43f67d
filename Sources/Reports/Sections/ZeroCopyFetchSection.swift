import LoadModel
import Statistics

/// What the suite `zero-copy-fetch` found: sendfile beside copying, by source and fetch size.
struct ZeroCopyFetchSection {
  private let study: Study
  /// A cluster that is not ours was measured: it has one path, its own.
  private let isCluster: Bool

  init(_ study: Study, isCluster: Bool = false) {
    self.study = study
    self.isCluster = isCluster
  }

  var section: ReportSection {
    var section = ReportSection(
      title: isCluster ? "Fetches" : "Zero-copy fetch", question: study.question, answer: answer,
      paragraphs: counted + [method], points: study.notes)
    section.parts = FetchSource.allCases.compactMap(part)
    return section
  }

  private var method: String {
    let tail =
      " `tailing`: the consumer waits for what a producer writes at a fixed rate, so that"
      + " throughput is the rate's"
    if isCluster {
      return "How it was got: a topic was filled; each turn reads all of it once, every record"
        + " verified, after a round that does not count. Latency is from a fetch request to its"
        + " whole answer. What the cluster's brokers do for it (calls, copies, page cache) cannot"
        + " be seen from here.\(tail). \(StudyReading.percentileNote)"
    }
    return "How it was got: a broker a path serves the same records, both in this process; each"
      + " turn reads all of them once, every record verified, the paths taking turns after a round"
      + " that does not count. Latency is from a fetch request to its whole answer. The broker's"
      + " loops count bytes and calls where they make them; CPU and context switches are the"
      + " kernel's, for the broker's threads alone. `cold`: the page cache of the log's files was"
      + " dropped before each turn, and what the disk delivered is shown; on a virtual machine that"
      + " is the guest's cache alone, and the host may still have the blocks in memory.\(tail), and"
      + " the broker's CPU includes taking the producer's records. \(chance)"
      + StudyReading.percentileNote
  }

  /// How much it means that all rounds agree.
  private var chance: String {
    guard let rounds = study.points.compactMap({ $0.figure("throughput")?.samples.count }).max(),
      rounds > 1, rounds < 8
    else { return "" }
    return "Of two paths that do the same, all \(rounds) rounds agree by chance one time in"
      + " \(1 << (rounds - 1)): a small difference is a hint. "
  }

  // MARK: The answer

  /// Two points that differ in nothing but the path.
  private struct Pair {
    var sendfile: StudyPoint
    var copy: StudyPoint

    /// Sendfile by copying, round by round.
    func ratio(_ figure: String) -> PairedRatio? { PairedRatio(sendfile, copy, figure) }
    /// Neither was over in a moment, nor told how fast a buffer fills.
    var isTold: Bool {
      [sendfile, copy].allSatisfy {
        Set(FigureMark.found(in: $0)).isDisjoint(with: [.moment, .queue, .failed])
      }
    }
    var wins: Bool { isTold && ratio("throughput")?.isMore ?? false }
    var loses: Bool { isTold && ratio("throughput")?.isLess ?? false }
    var size: String { sendfile.label("fetch size") ?? "" }

    /// `1MiB: 1.65× (1.50–1.80) the throughput in all 3 rounds, 0.45× (…) the broker CPU, fetch p99
    /// 1.20 against 2.30 ms`
    var text: String {
      guard let throughput = ratio("throughput") else { return "\(size): not measured" }
      let sureness = wins || loses ? throughput.rounds : "not told apart"
      var parts = ["\(size): \(throughput.text) the throughput, \(sureness)"]
      if let cpu = ratio("broker CPU") {
        let isTold = cpu.isMore || cpu.isLess
        parts.append("\(cpu.text) the broker CPU\(isTold ? "" : ", not told apart")")
      }
      if let own = StudyReading(sendfile, "fetch p99"), let other = StudyReading(copy, "fetch p99")
      {
        parts.append(
          "fetch p99 \(Numbers.readable(own.value)) against \(Numbers.readable(other.value)) ms")
      }
      return parts.joined(separator: "; ")
    }
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
    let cached = pairs(.cached, consumers: few).sorted {
      (Self.bytes($0.size) ?? 0) < (Self.bytes($1.size) ?? 0)
    }
    guard !cached.isEmpty else { return single }
    var text =
      "\(verdict(cached)). Sendfile against copying from the page cache, to"
      + " \(readers(few ?? "1")): \(cached.map(\.text).joined(separator: ". "))."
    // At the tail the rate decides how much there is to fetch.
    let others = (pairs(.cached) + pairs(.cold)).filter {
      $0.loses
        && !($0.sendfile.label("source") == "cached" && $0.sendfile.label("consumers") == few)
    }
    let places = others.compactMap { pair -> String? in
      let words = ["source", "fetch size", "consumers"].compactMap { name in
        pair.sendfile.label(name).map { name == "consumers" ? readers($0) : $0 }
      }
      return pair.ratio("throughput").map { "\(words.joined(separator: ", ")) (\($0.text))" }
    }
    if !places.isEmpty {
      text += " It also loses throughput at \(places.joined(separator: "; ")), in every round."
    }
    return text
  }

  /// `Yes from 1MiB on`, as far as the rounds agree on throughput.
  private func verdict(_ pairs: [Pair]) -> String {
    let wins = pairs.filter(\.wins).map(\.size)
    let losses = pairs.filter(\.loses).map(\.size)
    let loss = losses.isEmpty ? "" : "; no at \(losses.joined(separator: ", ")), where it loses"
    guard let first = pairs.firstIndex(where: \.wins) else {
      return losses.isEmpty
        ? "Faster or not, this run cannot tell"
        : "No: it loses at \(losses.joined(separator: ", "))"
    }
    if wins.count == pairs.count { return "Yes, at every fetch size measured" }
    if pairs[first...].allSatisfy(\.wins) { return "Yes from \(pairs[first].size) on\(loss)" }
    return "Yes at \(wins.joined(separator: ", "))\(loss)"
  }

  /// One path alone: a cluster's, or the only one that was asked for.
  private var single: String {
    let best = points(.cached).compactMap { point in
      point.figure("throughput")?.summary.map { (point, $0) }
    }.max { $0.1.median < $1.1.median }
    guard let (point, rate) = best else { return "" }
    let found = ComparisonTable.range(rate)
    let range = found.isEmpty ? "" : " (\(found))"
    var text =
      "At most \(Numbers.readable(rate.median)) MB/s\(range), at fetches"
      + " of \(point.label("fetch size") ?? "?") with \(readers(point.label("consumers") ?? "?"))"
    if let p99 = StudyReading(point, "fetch p99") {
      text += "; a fetch takes \(Numbers.readable(p99.value)) ms there at p99"
    }
    if isCluster { return text + "." }
    return
      "Only \(ReportText.code(point.label("path") ?? "one path")) was measured, so that nothing"
      + " can be compared. \(text), from the page cache."
  }

  private func readers(_ count: String) -> String {
    "\(count) consumer\(count == "1" ? "" : "s")"
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
      ? [
        "end to end p50", "end to end p99", "fetch p50", "fetch p99", "broker CPU",
        "schedule lag p99", "rate reached",
      ]
      : ["throughput", "broker CPU", "fetch p50", "fetch p99", "fetch p99.9", "generator busy"]
    return PointTable.make(
      points, labels: names, figures: figures,
      caption: source == .tailing && !isCluster
        ? "Medians, with the range of the repetitions. The broker's CPU includes the produce side."
        : "Medians, with the range of the repetitions. Generator busy: of one core, by its busiest"
          + " thread.", hasRange: true)
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
        let reading = StudyReading(point, figure)
      else { continue }
      let name = "\(point.label("path") ?? ""), \(readers(point.label("consumers") ?? "?"))"
      let place = PlotPoint(x: size, y: reading.value, low: reading.low, high: reading.high)
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
          y: PlotAxis(unit, scale: unit == "ms" ? .logarithmic() : .linear), series: series)))
  }

  private static func bytes(_ text: String) -> Double? {
    (try? ValueText.size(text, in: 1...(1 << 50))).map(Double.init)
  }
}
