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
  /// Where nothing under so many tolerances could have been seen, nothing is said to be well.
  static let blindTolerances = 3.0

  /// Judges every figure of every case, and all of them together.
  ///
  /// A line is a REGRESSION where it is worse by more than its tolerance, by more than its
  /// interval's doubt, by more than the noise floor, and so clearly that among all lines that
  /// decide it is no chance. Timed figures cannot be one where the reference is of another machine
  /// or the control lane moved.
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
    let (status, why) = together(lines, deciding.map { found[$0] }, shift)
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
        guard let above = middleMean(sides[1].map(value)),
          let below = middleMean(sides[0].map(value)),
          let size = logRatio(above, to: below)
        else { return nil }
        return (size, abs(size) > change)
      }
      let pairs = controlPairs(value)
      guard let size = middleMean(pairs), let interval = Bootstrap.middleMeanInterval(pairs)
      else { return nil }
      return (size, abs(size) > change && (interval.low > 0 || interval.high < 0))
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

  /// Why a figure of this kind cannot be a REGRESSION here; nil where it can.
  private func obstacle(_ kind: CheckMetric.Kind, _ shift: ControlShift?) -> String? {
    guard kind.isTimed else { return nil }
    if case .stored(let other?, _) = design {
      return "the baseline is of another machine (\(other)), where timed figures decide nothing"
    }
    guard let shift else {
      return design == .turns ? nil : "no control lane was measured with the baseline"
    }
    let (isMoved, change) =
      kind == .wall
      ? (shift.isRateMoved, shift.rateChange) : (shift.isCpuMoved, shift.cpuChange)
    guard isMoved else { return nil }
    return "the control lane, which runs the same code on both sides, moved by"
      + " \(Self.percent(change)): the machine was not the same"
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
      notes.append("The baseline has no control lane: timed figures cannot be a REGRESSION.")
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
    _ lines: [VerdictLine], _ deciding: [LineEvidence], _ shift: ControlShift?
  ) -> (VerdictStatus, String) {
    let judged = lines.filter(\.decides)
    guard !judged.isEmpty else {
      return (.inconclusive, "no figure was measured on both sides")
    }
    let status = VerdictStatus.worst(judged.map(\.status))
    let those = judged.filter { $0.status == status }
    switch status {
    case .regression, .inconclusive:
      let list = those.map {
        "\($0.title) \($0.isFromNothing ? "from 0" : Self.signed($0.change))"
      }.joined(separator: "; ")
      return (status, status == .regression ? "worse: \(list)" : "not clear: \(list)")
    case .pass: return passed(deciding, shift)
    }
  }

  /// Nothing spoke against it: but could anything have?
  ///
  /// Every kind of figure that may be a REGRESSION here needs rounds enough for one. Beyond that,
  /// CPU time must have been able to, wherever it was measured on this machine: of a check that is
  /// blind to a change of `blindTolerances` tolerances nobody learns anything.
  private func passed(
    _ deciding: [LineEvidence], _ shift: ControlShift?
  ) -> (VerdictStatus, String) {
    if let shortfall = shortfall(deciding, shift) { return (.inconclusive, shortfall) }
    var watched = deciding.filter { $0.metric.kind == .cpu }
    if watched.isEmpty { watched = deciding.filter { $0.metric.kind.isTimed } }
    var isOther = false
    if case .stored(_?, _) = design { isOther = true }
    if isOther || watched.isEmpty { watched = deciding.filter { !$0.metric.kind.isTimed } }
    let best = watched.min { $0.smallestShown / $0.tolerance < $1.smallestShown / $1.tolerance }
    guard let best, best.smallestShown <= best.tolerance * Self.blindTolerances else {
      if let best, best.smallestShown.isFinite {
        let size = Self.percent(best.share(best.smallestShown))
        return (
          .inconclusive,
          "too few rounds or too much noise: \(best.metric.kind.words) shows nothing smaller than"
            + " \(size), and the tolerance is \(Self.percent(best.share(best.tolerance)))"
        )
      }
      return (.inconclusive, "too few rounds: nothing could have been seen")
    }
    if isOther {
      return (
        .pass,
        "the counts are not worse by more than their tolerance; times were not judged, since the"
          + " baseline is of another machine"
      )
    }
    let isBarred = watched.contains { obstacle($0.metric.kind, shift) != nil }
    return (
      .pass,
      "nothing is worse by more than its tolerance and its noise"
        + (isBarred ? "; only counts could have been a REGRESSION (see the notes)" : "")
    )
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
