import LoadModel
import Statistics

extension AcksSection {
  /// At most five lines: what a level costs, then what it loses.
  var answer: [String] {
    [capacityLine, latencyLine, lossLine, duplicateLine, silenceLine].compactMap { $0 }
  }

  private func each(_ text: (String) -> String?) -> String? {
    let parts = levels.compactMap { level in
      text(level).map { "\($0) with \(ReportText.code(level))" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  // MARK: Costs

  private var capacityLine: String? {
    each { level in
      capacityText(level).map { "**\($0)**" }
    }.map { "Capacity in records/s: \($0)." }
  }

  /// `61,000 to 64,000`; `at least 96,000`; nil where it was not found.
  func capacityText(_ level: String) -> String? {
    guard let point = capacity(level), let low = point.figure(AcksFigures.capacity)?.median else {
      return nil
    }
    if (point.figure(AcksFigures.isEstimate)?.median ?? 0) > 0 {
      return "about \(Numbers.readable(low)), not confirmed"
    }
    let isLimited = (point.figure(AcksFigures.generatorLimited)?.median ?? 0) > 0
    guard !isLimited, let high = point.figure(AcksFigures.capacityAbove)?.median, high > low else {
      return "at least \(Numbers.readable(low))"
    }
    return "\(Numbers.readable(low)) to \(Numbers.readable(high))"
  }

  private var latencyLine: String? {
    let figures = [("produce p99", "produce p99"), ("broker CPU", "brokers' CPU")]
    let parts = figures.compactMap { figure, words -> String? in
      let shown = levels.compactMap { level -> String? in
        guard let contest = contests[Self.name(level, figure)] else { return nil }
        return contest.isShown
          ? "\(contest.text) with \(ReportText.code(level))"
          : "\(Contest.noneShown) for \(ReportText.code(level))"
      }
      return shown.isEmpty ? nil : "\(words) \(shown.joined(separator: ", "))"
    }
    guard !parts.isEmpty, let base = Self.base(levels) else { return nil }
    let point = Self.load(study, base, percent: Self.mainLoad)
    let value = RoundsReading(point?.figure("produce p99")).map {
      " (produce p99 \($0.text("ms")))"
    }
    return "\(loadWords), beside \(ReportText.code(base))\(value ?? ""):"
      + " \(parts.joined(separator: "; "))."
  }

  /// `At 70 % of the slowest level's capacity, 42,000 records/s`
  private var loadWords: String {
    let rate = levels.compactMap {
      Self.load(study, $0, percent: Self.mainLoad)?.figure(AcksFigures.rate)?.median
    }.first
    let text = "At \(Self.mainLoad) % of the slowest level's capacity"
    return rate.map { "\(text), \(Numbers.readable($0)) records/s" } ?? text
  }

  // MARK: Losses

  private var lossLine: String? {
    let parts = levels.compactMap { level -> String? in
      let kills = kills(level)
      guard kills.count > 0 else { return nil }
      let text =
        "\(ReportText.code(level)) **\(kills.lostText)** in \(kills.losingText) kills"
      let broken = kills.sum(StudyPoint.brokenPromise)
      return broken > 0 ? text + " **although it promises to lose none**" : text
    }
    guard !parts.isEmpty else { return nil }
    return "Acknowledged records that were lost when a broker was killed:"
      + " \(parts.joined(separator: "; "))."
  }

  private var duplicateLine: String? {
    guard hasKills else { return nil }
    let parts = [("off", "without idempotence"), ("on", "with it")].compactMap {
      mode, words -> String? in
      let measured = levels.map { (level: $0, kills: self.kills($0, idempotence: mode)) }
        .filter { $0.kills.count > 0 }
      guard !measured.isEmpty else { return nil }
      let found = measured.filter { $0.kills.sum(FaultFigures.duplicated) > 0 }.map {
        "\(Numbers.grouped($0.kills.sum(FaultFigures.duplicated))) with"
          + " \(ReportText.code($0.level))"
      }
      return "\(words) \(found.isEmpty ? "none" : found.joined(separator: ", "))"
    }
    return "Records stored twice: \(parts.joined(separator: "; "))."
  }

  private var silenceLine: String? {
    guard
      let each = each({ level in
        let text = kills(level).silenceText
        return text.isEmpty ? nil : text
      })
    else { return nil }
    func all(_ hit: String) -> String {
      AcksKills(levels.flatMap { kills($0, hit: hit).points }).silenceText
    }
    let (controller, others) = (all(AcksFigures.controller), all(AcksFigures.leader))
    let apart =
      controller.isEmpty || others.isEmpty
      ? "" : "; where the active controller was killed \(controller), elsewhere \(others)"
    return "Seconds without an acknowledgement after a kill, median: \(each)\(apart)."
  }
}
