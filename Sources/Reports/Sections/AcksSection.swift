import LoadModel
import Statistics

/// What the suite `acks` found: what each level costs, and what it loses when a broker is killed.
struct AcksSection {
  let study: Study
  let isCluster: Bool
  /// In the order of measuring.
  let levels: [String]
  /// By `level figure`, at the load of the main table, corrected together.
  let contests: [String: Contest]

  init(_ study: Study, isCluster: Bool) {
    self.study = study
    self.isCluster = isCluster
    levels = study.points.compactMap { $0.label(AcksFigures.level) }
      .reduce(into: []) { found, name in if !found.contains(name) { found.append(name) } }
    contests = Self.comparisons(study, levels).corrected()
  }

  var section: ReportSection {
    var section = ReportSection(
      title: "What acks cost and what they lose", question: study.question)
    section.answerPoints = answer
    section.paragraphs = [scope]
    section.tables = [table]
    section.plots = [latencyPlot, silencePlot].compactMap { $0 }
    section.parts = [
      ReportSection(title: "Latency and CPU by load", tables: loadTables, isFolded: true),
      ReportSection(title: "Every kill", tables: [killTable], isFolded: true),
      ReportSection(
        title: "How it was measured", paragraphs: [method], points: study.notes, isFolded: true),
    ].filter { !$0.isEmpty }
    return section
  }

  // MARK: Points

  /// The level that others are compared with: the leader's own acknowledgement.
  static func base(_ levels: [String]) -> String? {
    levels.first { $0 == AcksGrade(.leader).name } ?? levels.first
  }

  static func load(_ study: Study, _ level: String, percent: Int) -> StudyPoint? {
    study.points.first {
      $0.label(AcksFigures.level) == level
        && $0.label(AcksFigures.part) == AcksFigures.loadPart
        && $0.label(AcksFigures.load) == AcksFigures.loadText(percent)
    }
  }

  func capacity(_ level: String) -> StudyPoint? {
    study.points.first {
      $0.label(AcksFigures.level) == level
        && $0.label(AcksFigures.part) == AcksFigures.capacityPart
    }
  }

  /// Of one level, and where given of one kind.
  func kills(_ level: String, hit: String? = nil, idempotence: String? = nil) -> AcksKills {
    AcksKills(
      study.points.filter {
        $0.label(AcksFigures.level) == level && $0.label(AcksFigures.part) == AcksFigures.killPart
          && (hit == nil || $0.label(AcksFigures.hit) == hit)
          && (idempotence == nil || $0.label(AcksFigures.idempotence) == idempotence)
      })
  }

  var hasKills: Bool { levels.contains { kills($0).count > 0 } }

  /// The load of the main table, in percent.
  static let mainLoad = AcksSettings.killLoad

  private static let compared = ["produce p99", "end to end p99", AcksFigures.brokerCpu]

  static func name(_ level: String, _ figure: String) -> String { "\(level) \(figure)" }

  private static func comparisons(_ study: Study, _ levels: [String]) -> [String: Contest] {
    guard let base = base(levels) else { return [:] }
    let other = load(study, base, percent: mainLoad)
    var contests: [String: Contest] = [:]
    for level in levels where level != base {
      for figure in compared {
        contests[name(level, figure)] = Contest(
          whole: load(study, level, percent: mainLoad), other, figure)
      }
    }
    return contests
  }

  // MARK: Words

  /// What the kills test, and what they do not.
  private var scope: String {
    guard hasKills else {
      return "No broker was killed: what the levels lose was not measured."
    }
    return "A kill is SIGKILL: the process dies, the machine does not. What the broker had written"
      + " stays in the page cache and is there after the restart. It tests a broker that crashes"
      + " and the failover to another replica, and not a power loss, which also takes what was not"
      + " flushed; a level that lost nothing here may lose records then. With `acks=0` no broker"
      + " acknowledges: a record counts as acknowledged once it was sent."
  }

  private var method: String {
    var text =
      "Capacity: the highest rate in the open loop without a growing backlog, with the interval of"
      + " the search. Latency: in the open loop, from the time at which a record was due; the"
      + " levels take turns, forwards and backwards; values are 20 % trimmed means over the rounds"
      + " with their 95 % interval. One consumer reads meanwhile."
    if hasKills {
      text +=
        " Each kill has a load and a topic of its own, at \(Self.mainLoad) % of the slowest level's"
        + " capacity: \(Numbers.fixed(Double(AcksSettings.killAtMs) / 1000, 0)) s after measuring"
        + " began the leader of a partition is killed, in every third kill the active controller,"
        + " and started again some seconds later. Every other producer with `acks=all` is"
        + " idempotent. Silence: the longest time without an acknowledgement of a partition. The"
        + " bound of kills that lose is exact (Clopper and Pearson, one side, 95 %); it counts"
        + " kills, because the records of one kill share a fate."
    }
    text +=
      " Bytes: what the load's clients gave to sockets and took from them; what brokers send each"
      + " other is not among them."
    return text
  }
}

/// What the kills of a level, or some of them, came to.
struct AcksKills {
  let points: [StudyPoint]

  init(_ points: [StudyPoint]) { self.points = points }

  func samples(_ figure: String) -> [Double] {
    points.flatMap { $0.figure(figure)?.samples ?? [] }.filter(\.isFinite)
  }

  func sum(_ figure: String) -> Double { samples(figure).reduce(0, +) }

  /// Kills that were measured.
  var count: Int { samples(FaultFigures.lost).count }
  /// Kills after which acknowledged records were missing.
  var losing: Int { samples(FaultFigures.lost).count { $0 > 0 } }

  /// `234 of 1,234,567`
  var lostText: String {
    "\(Numbers.grouped(sum(FaultFigures.lost))) of \(Numbers.grouped(sum(FaultFigures.acked)))"
  }

  /// `0 of 20 (≤ 14 %)`; empty without a kill.
  var losingText: String {
    guard let bound = BinomialBound.upper(losing, of: count) else { return "" }
    return losing == count
      ? "\(count) of \(count)" : "\(losing) of \(count) (≤ \(Self.percent(bound)))"
  }

  /// Rounded up: a bound must not seem narrower than it is.
  static func percent(_ share: Double) -> String {
    let value = share * 100
    return value < 10
      ? "\(Numbers.fixed((value * 10).rounded(.up) / 10, 1)) %"
      : "\(Numbers.fixed(value.rounded(.up), 0)) %"
  }

  /// `9.8 (max 12.1)`, of silences in seconds; empty where none is known.
  var silenceText: String {
    guard let silence = Summary(samples(FaultFigures.silence)) else { return openText ?? "" }
    let text =
      silence.count == 1
      ? Numbers.readable(silence.median)
      : "\(Numbers.readable(silence.median)) (max \(Numbers.readable(silence.max)))"
    return [text, openText].compactMap { $0 }.joined(separator: "; ")
  }

  /// Silences that the load's end cut off.
  private var openText: String? {
    guard let open = Summary(samples(FaultFigures.openSilence)) else { return nil }
    return "\(open.count) × at least \(Numbers.readable(open.max))"
  }
}
