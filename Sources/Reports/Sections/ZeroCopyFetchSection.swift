import LoadModel
import Statistics

/// What the suite `zero-copy-fetch` found: sendfile beside copying, at the tail, from the page
/// cache and from the disk.
struct ZeroCopyFetchSection {
  let study: Study
  /// A cluster that is not ours was measured: it has one path, its own.
  let isCluster: Bool
  /// Points that differ in nothing but the path, in the order of the sources.
  let pairs: [Pair]
  /// All of the section, corrected together.
  let contests: [Comparison: Contest]

  /// A pair, by its place, and the figure that is compared.
  struct Comparison: Hashable {
    var pair: Int
    var figure: String
  }

  struct Pair {
    var source: FetchSource
    var sendfile: StudyPoint
    var copy: StudyPoint
    /// Neither was over in a moment, nor fell behind, nor failed.
    var isSound: Bool {
      [sendfile, copy].allSatisfy {
        Set(FigureMark.found(in: $0)).isDisjoint(with: [.moment, .queue, .failed, .rate, .nodeLost])
      }
    }
    /// At the tail the rate decides how much there is to fetch.
    private var usualFigures: [String] {
      source == .tailing ? ["broker CPU", "end to end p50"] : ["throughput", "broker CPU"]
    }
    /// What is concluded on the broker.
    var figures: [String] { usualFigures.filter { !isLimited($0) } }
    /// What the load generator decided at one of the points, so that it is not the broker's.
    var limitedFigures: [String] { usualFigures.filter(isLimited) }

    private func isLimited(_ figure: String) -> Bool {
      figure != "broker CPU"
        && [sendfile, copy].contains { FigureMark.found(in: $0).contains(.generator) }
    }
  }

  init(_ study: Study, isCluster: Bool = false) {
    self.study = study
    self.isCluster = isCluster
    let pairs = Self.pairs(study)
    self.pairs = pairs
    var all: [Comparison: Contest] = [:]
    for (index, pair) in pairs.enumerated() where pair.isSound {
      for figure in pair.figures {
        all[Comparison(pair: index, figure: figure)] = Contest(
          whole: pair.sendfile, pair.copy, figure)
      }
    }
    contests = all.corrected()
  }

  /// In the report, the answer stands above all sections.
  var section: ReportSection {
    var section = ReportSection(
      title: isCluster ? "Fetches" : "Zero-copy fetch", question: study.question)
    section.answerPoints = answerPoints
    section.points = study.notes
    section.tables = [pairs.isEmpty ? singleTable : pairTable]
    section.plots = plots
    section.parts = [tailPart, callPart, methodPart].compactMap { $0 }.filter { !$0.isEmpty }
    return section
  }

  private static func pairs(_ study: Study) -> [Pair] {
    FetchSource.allCases.flatMap { source in
      study.points.filter {
        $0.label("source") == source.rawValue && $0.label("path") == FetchPath.sendfile.rawValue
      }.compactMap { point in
        let wanted = point.labels.map {
          $0.name == "path" ? StudyPoint.Label("path", FetchPath.copy.rawValue) : $0
        }
        return study.points.first { $0.labels == wanted }
          .map { Pair(source: source, sendfile: point, copy: $0) }
      }
    }
  }

  func points(_ source: FetchSource) -> [StudyPoint] {
    study.points.filter { $0.label("source") == source.rawValue }
  }

  // MARK: The answer

  private var answerPoints: [String] {
    guard !pairs.isEmpty else { return single }
    if contests.areTooShort {
      let rounds = pairs.compactMap { $0.sendfile.figure("broker CPU")?.samples.count }.max() ?? 0
      return [
        "Nothing is compared: \(rounds == 1 ? "one round gives" : "\(rounds) rounds give") no"
          + " interval, which needs at least \(TrimmedMean.fewestValues) rounds"
          + " (`--repetitions`; the suite's own number is 8)."
      ] + counted
    }
    return FetchSource.allCases.compactMap(answer) + counted
  }

  /// `Tail (20.5 MB/s offered), sendfile beside copying: broker CPU per GB …`
  private func answer(_ source: FetchSource) -> String? {
    let own = pairs.indices.filter { pairs[$0].source == source }
    guard !own.isEmpty else { return nil }
    let names = ["throughput", "broker CPU", "end to end p50"]
    let parts = names.compactMap { figure -> String? in
      let found = own.compactMap { index in
        contests[Comparison(pair: index, figure: figure)].map { (pairs[index].sendfile, $0) }
      }
      let limited = own.filter { pairs[$0].isSound && pairs[$0].limitedFigures.contains(figure) }
        .map { place(pairs[$0].sendfile) }
      let title = Self.titles[figure] ?? figure
      var why = ""
      if !limited.isEmpty {
        why = "no conclusion \(limited.joined(separator: ", ")) (\(FigureMark.generatorLimit))"
      }
      guard !found.isEmpty else { return why.isEmpty ? nil : "\(title): \(why)" }
      if !why.isEmpty { why = ", " + why }
      let shown = found.filter { $0.1.isShown }
      guard !shown.isEmpty else { return "\(title): \(Contest.noneShown)\(why)" }
      let list = shown.map { "\($0.1.text) \(place($0.0))" }.joined(separator: ", ")
      let rest = shown.count < found.count ? ", no other shown" : ""
      return "\(title) \(list)\(rest)\(why)"
    }
    guard !parts.isEmpty else {
      return "\(title(source)): not compared, for the reasons marked in the table."
    }
    return "\(title(source)), sendfile beside copying: \(parts.joined(separator: "; "))."
  }

  private static let titles = [
    "broker CPU": "broker CPU per GB", "end to end p50": "median end-to-end latency",
  ]

  private func title(_ source: FetchSource) -> String {
    switch source {
    case .tailing:
      let rate = points(.tailing).lazy.compactMap { RoundsReading($0.figure("throughput")) }.first
      return rate.map { "At the tail (\($0.plain()) MB/s)" } ?? "At the tail"
    case .cached: return "From the page cache"
    case .cold: return "From the disk"
    }
  }

  /// `at 1MiB with 4 consumers`
  private func place(_ point: StudyPoint) -> String {
    let readers = "with \(Self.readers(point.label("consumers") ?? "?"))"
    return point.label("fetch size").map { "at \(ReportText.code($0)) \(readers)" } ?? readers
  }

  static func readers(_ count: String) -> String {
    "\(count) consumer\(count == "1" ? "" : "s")"
  }

  /// One path alone: a cluster's, or the only one that was asked for.
  private var single: [String] {
    var lines: [String] = []
    func whole(_ source: FetchSource) -> [StudyPoint] {
      points(source).filter { !FigureMark.found(in: $0).contains(.nodeLost) }
    }
    for point in whole(.tailing) {
      guard let latency = reading(point, "end to end p50") else { continue }
      let rate = RoundsReading(point.figure("throughput"))
      if !Set(FigureMark.found(in: point)).isDisjoint(with: [.rate, .unsent, .queue]) {
        lines.append(
          "At the tail \(place(point)): the offered rate was not reached"
            + " (\(rate?.text("MB/s") ?? "?")), so that latency is a growing queue's.")
        continue
      }
      lines.append(
        "At the tail \(place(point)): median end-to-end latency \(latency.strong("ms")) at"
          + " \(rate?.plain() ?? "?") MB/s.")
    }
    for source in [FetchSource.cached, .cold] {
      let known = whole(source).compactMap { point in
        RoundsReading(point.figure("throughput")).map { (point, $0) }
      }
      guard let (point, rate) = known.max(by: { $0.1.value < $1.1.value }) else { continue }
      lines.append(
        "\(title(source)): \(rate.strong("MB/s")) \(place(point)), the"
          + " highest mean of \(known.count).")
    }
    if !study.points.isEmpty, FetchSource.allCases.allSatisfy({ whole($0).isEmpty }) {
      lines.append("A broker was lost or away in every measurement: there is no answer.")
    }
    if !isCluster, let path = study.points.first?.label("path"), !lines.isEmpty {
      lines.append("Only \(ReportText.code(path)) was measured, so that nothing is compared.")
    }
    return lines
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
      "Counted: with sendfile \(Numbers.readable(copied)) MB of \(Numbers.readable(sent + copied))"
      + " MB went through the broker's memory"
    if let other = sum("copied", .copy) {
      text +=
        ", with copying \(Numbers.readable(other)) MB of"
        + " \(Numbers.readable(other + (sum("by sendfile", .copy) ?? 0))) MB"
    }
    return [text + "."]
  }
}
