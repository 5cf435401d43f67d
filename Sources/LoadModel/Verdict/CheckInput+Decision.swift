import Glibc
import Statistics

/// What `CheckInput.decide` finds.
public struct Decision: Sendable, Equatable {
  public var status: VerdictStatus
  public var why: String
  public var lines: [VerdictLine]
  public var control: ControlShift?
  public var notes: [String]
}

extension CheckInput {
  /// Judges every figure of every case, and all of them together.
  ///
  /// A line is a PASS where the whole of its interval lies below the tolerance (non-inferiority):
  /// a candidate that is worse by the tolerance gets one in one run of forty. The check is a PASS
  /// where each of its deciding lines is, and that takes no correction for their number: a
  /// candidate that is worse in one of them must pass that one.
  ///
  /// A line is a REGRESSION where it is worse by more than its tolerance, its interval excludes no
  /// change, it is beyond the noise floor, and so clear that among all lines that decide it is no
  /// chance (Holm). All else is INCONCLUSIVE. Timed figures are not judged where the reference is
  /// of another machine or the control lane moved.
  public func decide() -> Decision {
    let input = withoutZeros()
    let shift = controlShift()
    var found: [LineEvidence] = []
    for entry in candidate.lanes.first ?? [] {
      for metric in CheckMetric.all {
        let line = LineEvidence(
          input, measured: self, label: entry.label, metric: metric, shift: shift)
        if let line { found.append(line) }
      }
    }
    let deciding = found.indices.filter { found[$0].decides }
    var chances = [Double?](repeating: nil, count: found.count)
    for kind in CheckMetric.Kind.allCases {
      let family = deciding.filter { found[$0].metric.kind == kind }
      let adjusted = HolmCorrection.adjusted(family.map { found[$0].probability })
      for (index, chance) in zip(family, adjusted) { chances[index] = chance }
    }
    let lines = found.enumerated().map { index, line in
      judged(line, chance: chances[index], obstacle: obstacle(line.metric.kind, shift))
    }
    let (status, why) = together(lines, found, shift)
    return Decision(
      status: status, why: why, lines: lines, control: shift, notes: notes(shift, lines))
  }

  // MARK: The machine

  /// How much the control workload differed beside the two sides; nil where one has none.
  func controlShift() -> ControlShift? {
    let version = ControlSample.currentVersion
    let sides = [reference, candidate].map { $0.controls.filter { $0.version == version } }
    guard sides.allSatisfy({ $0.count >= 3 }) else { return nil }
    func shift(_ value: (ControlSample) -> Double) -> (size: Double, isMoved: Bool)? {
      let change = log(1 + settings.tolerance)
      guard design == .turns else {
        guard let above = TrimmedMean(sides[1].map(value)),
          let below = TrimmedMean(sides[0].map(value)),
          let size = logRatio(above.mean, to: below.mean)
        else { return nil }
        return (size, abs(size) > change)
      }
      let pairs = controlPairs(value)
      guard let mean = TrimmedMean(pairs) else { return nil }
      let interval = mean.interval(confidence: settings.confidence)
      return (mean.mean, abs(mean.mean) > change && (interval.low > 0 || interval.high < 0))
    }
    guard let rate = shift(\.unitsPerS), let cpu = shift(\.cpuSPerMillion) else { return nil }
    return ControlShift(
      rateChange: exp(rate.size) - 1, cpuChange: exp(cpu.size) - 1, isRateMoved: rate.isMoved,
      isCpuMoved: cpu.isMoved, count: sides[0].count + sides[1].count)
  }

  /// Logarithms of ratios, a round a pair.
  private func controlPairs(_ value: (ControlSample) -> Double) -> [Double] {
    func byRound(_ side: Side) -> [Int: Double] {
      var found: [Int: [Double]] = [:]
      for sample in side.lanes.flatMap({ $0.flatMap(\.repetitions) }) {
        if let control = sample.control { found[sample.round, default: []].append(value(control)) }
      }
      return found.mapValues(geometricMean)
    }
    let (before, after) = (byRound(reference), byRound(candidate))
    return before.sorted { $0.key < $1.key }.compactMap { round, value in
      after[round].flatMap { logRatio($0, to: value) }
    }
  }

  /// Why a figure of this kind cannot be judged here; nil where it can.
  private func obstacle(_ kind: CheckMetric.Kind, _ shift: ControlShift?) -> Obstacle? {
    guard kind.isTimed else { return nil }
    if case .stored(let other?, _) = design {
      return Obstacle(
        text: "the baseline is of another machine (\(other)), where timed figures decide nothing",
        isKnownBefore: true)
    }
    guard let shift else {
      guard design != .turns else { return nil }
      return Obstacle(
        text: "no control lane was measured with the baseline", isKnownBefore: true)
    }
    let (isMoved, change) =
      kind == .wall
      ? (shift.isRateMoved, shift.rateChange) : (shift.isCpuMoved, shift.cpuChange)
    guard isMoved else { return nil }
    return Obstacle(
      text: "the control lane, which runs the same code on both sides, moved by"
        + " \(Self.percent(change)): the machine was not the same", isKnownBefore: false)
  }

  private func notes(_ shift: ControlShift?, _ lines: [VerdictLine]) -> [String] {
    var notes: [String] = []
    if case .stored(let other?, _) = design {
      notes.append("The baseline is of another machine: \(other). Only counts decide.")
    }
    if let shift, shift.isRateMoved || shift.isCpuMoved {
      notes.append(
        "The control lane moved: \(Self.signed(shift.rateChange)) work a second,"
          + " \(Self.signed(shift.cpuChange)) CPU time for the same work.")
    }
    notes += missing(reference, beside: candidate, "reference")
    notes += missing(candidate, beside: reference, "candidate")
    if design != .turns, shift == nil {
      notes.append("The baseline has no control lane: timed figures are not judged.")
    }
    return notes
  }

  /// Figures that would have decided, had this side told them.
  private func missing(_ side: Side, beside other: Side, _ name: String) -> [String] {
    let samples = side.lanes.flatMap { $0.flatMap(\.repetitions) }
    guard !samples.isEmpty else { return [] }
    var notes: [String] = []
    let isBrokerUnknown = samples.allSatisfy { $0.values["broker_cpu"] == nil }
    if isBrokerUnknown {
      notes.append(
        "Companions are missing: of the \(name)'s broker neither CPU time nor counts nor memory"
          + " are known. --broker-pid and --against-broker-pid name a process on this machine.")
    }
    let labels = (candidate.lanes.first ?? []).map(\.label)
    let unknown = CheckMetric.all.filter { metric in
      if isBrokerUnknown, metric.name.hasPrefix("broker_") { return false }
      return labels.contains { label in
        decides(metric, label) && side.all(label, metric.name).isEmpty
          && !other.all(label, metric.name).isEmpty
      }
    }
    guard !unknown.isEmpty else { return notes }
    let why =
      unknown.contains(where: \.isCountedByBroker)
      ? " Only a broker that weir started counts its sockets and calls, and no older one does." : ""
    let list = unknown.map(\.title).joined(separator: "; ")
    return notes + ["Not compared, since the \(name) does not tell: \(list).\(why)"]
  }

  // MARK: All lines together

  private func together(
    _ lines: [VerdictLine], _ found: [LineEvidence], _ shift: ControlShift?
  ) -> (VerdictStatus, String) {
    let judged = lines.filter(\.decides)
    guard !judged.isEmpty else {
      return (.inconclusive, "no figure was measured on both sides that could be judged here")
    }
    let status = VerdictStatus.worst(judged.map(\.status))
    let those = judged.filter { $0.status == status }
    let deciding = zip(lines, found).filter(\.0.decides).map(\.1)
    switch status {
    case .regression:
      let list = those.map {
        "\($0.title) \($0.isFromNothing ? "from 0" : Self.signed($0.change))"
      }.joined(separator: "; ")
      return (status, "worse: \(list)")
    case .inconclusive:
      if let shortfall = shortfall(deciding, shift) { return (status, shortfall) }
      return (status, Self.open(those, rounds: deciding.map(\.rounds).max() ?? 0))
    case .pass:
      if let shortfall = shortfall(deciding, shift) { return (.inconclusive, shortfall) }
      return (status, passed(lines))
    }
  }

  /// Which figures are not clear, what the run could have shown of them, and the rounds that it
  /// takes.
  private static func open(_ lines: [VerdictLine], rounds: Int) -> String {
    let list = lines.map { line in
      let change = line.isFromNothing ? "from 0" : signed(line.change)
      guard let shown = line.smallestShown else { return "\(line.title) \(change)" }
      return "\(line.title) \(change) (tolerance \(percent(line.tolerance)); this run could have"
        + " shown \(percent(shown)) or more)"
    }.joined(separator: "; ")
    let needed = lines.compactMap(\.roundsNeeded).max() ?? 0
    return "not clear: \(list)" + (needed > rounds ? "; about \(needed) rounds are needed" : "")
  }

  private func passed(_ lines: [VerdictLine]) -> String {
    if case .stored(_?, _) = design {
      return "the counts are not worse by as much as their tolerance; times were not judged, since"
        + " the baseline is of another machine"
    }
    let areTimesJudged = lines.contains { $0.decides && $0.kind.isTimed }
    return "every figure is less worse than its tolerance, or better\(Self.wallTolerances(lines))"
      + (areTimesJudged ? "" : "; only counts were judged (see the notes)")
  }

  /// ` (wall time: Throughput, records/s within 15 %)`: figures by the clock on the wall have wider
  /// tolerances than the one that `--tolerance` states for all.
  private static func wallTolerances(_ lines: [VerdictLine]) -> String {
    let parts = lines.filter { $0.decides && $0.kind == .wall }
      .map { "\($0.title) within \(percent($0.tolerance))" }
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return parts.isEmpty ? "" : " (wall time: \(parts.joined(separator: "; ")))"
  }

  /// The first kind of which a figure was measured in too few rounds to be told from chance.
  private func shortfall(_ deciding: [LineEvidence], _ shift: ControlShift?) -> String? {
    let most = deciding.map(\.rounds).max()
    for kind in CheckMetric.Kind.allCases where obstacle(kind, shift) == nil {
      let family = deciding.filter { $0.metric.kind == kind }
      guard let line = family.min(by: { $0.rounds < $1.rounds }),
        let shortfall = CheckRounds.shortfall(
          line.rounds, kind, family: family.count, against: line.storedRounds)
      else { continue }
      let isRare = line.rounds != most
      return shortfall + (isRare ? "; \(line.metric.title) is not known of the others" : "")
    }
    return nil
  }

  /// `5.2 %`, without a sign.
  static func percent(_ share: Double) -> String {
    let tenths = (abs(share) * 1000).rounded() / 10
    return "\(ValueText.plain(tenths)) %"
  }

  static func signed(_ share: Double) -> String {
    (share < 0 ? "−" : "+") + percent(share)
  }
}
