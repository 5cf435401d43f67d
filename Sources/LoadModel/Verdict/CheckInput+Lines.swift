import Statistics

/// Why a figure cannot be judged, however it is.
struct Obstacle {
  var text: String
  /// It was known before the first round: the figure takes part only where it looks worse.
  var isKnownBefore: Bool
}

extension CheckInput {
  /// One line, judged, with why.
  func judged(_ line: LineEvidence, chance: Double?, obstacle: Obstacle?) -> VerdictLine {
    let (status, why) = judgement(line, chance: chance ?? line.probability, obstacle)
    var decides = line.decides
    if let obstacle, obstacle.isKnownBefore, !isWorse(line) { decides = false }
    return VerdictLine(
      caseLabel: line.caseLabel, metric: line.metric.name, title: line.metric.title,
      kind: line.metric.kind, isHigherBetter: line.metric.isHigherBetter, decides: decides,
      status: status, why: why, reference: median(line.reference) ?? 0,
      candidate: median(line.candidate) ?? 0, referenceCount: line.reference.count,
      candidateCount: line.candidate.count, change: line.change(line.effect),
      changeLow: (line.metric.isHigherBetter ? line.high : line.low).map(line.change),
      changeHigh: (line.metric.isHigherBetter ? line.low : line.high).map(line.change),
      tolerance: settings.tolerance(of: line.metric),
      noiseFloor: line.floor.map(line.share), probability: chance,
      smallestShown: line.smallestShown.isFinite ? line.share(line.smallestShown) : nil,
      roundsNeeded: status == .inconclusive ? line.roundsNeeded : nil)
  }

  /// Beyond the tolerance, and its interval excludes no change.
  private func isWorse(_ line: LineEvidence) -> Bool {
    line.effect > line.tolerance && (line.low ?? 0) > 0
  }

  private func judgement(
    _ line: LineEvidence, chance: Double, _ obstacle: Obstacle?
  ) -> (VerdictStatus, String) {
    if let quantities = unsteady[line.caseLabel] {
      return (.inconclusive, "not judged: the load reached no steady state (\(quantities))")
    }
    if line.effect > line.tolerance { return beyondTolerance(line, chance, obstacle) }
    if let obstacle { return (.inconclusive, "not judged: \(obstacle.text)") }
    let size = sizeText(line)
    guard line.upperBound < line.tolerance else {
      return (.inconclusive, "\(size), \(doubt(line))")
    }
    let most = Self.percent(line.share(line.upperBound))
    return (
      .pass,
      line.upperBound > 0 && most != Self.percent(0) ? "\(size), at most \(most) worse" : size
    )
  }

  private func beyondTolerance(
    _ line: LineEvidence, _ chance: Double, _ obstacle: Obstacle?
  ) -> (VerdictStatus, String) {
    let worse = sizeText(line)
    guard let floor = line.floor else {
      return (
        .inconclusive,
        "\(worse), but too few pairs of identical runs show how much is noise"
      )
    }
    let noise = Self.percent(line.share(floor))
    guard line.effect > floor else {
      return (
        .inconclusive, "\(worse), within what two lanes of the same thing differ by here (\(noise))"
      )
    }
    guard let low = line.low, let high = line.high, low > 0 else {
      return (.inconclusive, "\(worse), but its interval does not exclude no change")
    }
    if chance > line.metric.kind.falseAlarmShare {
      return (
        .inconclusive,
        "\(worse), but among all figures one such comes by chance"
          + " (p = \(Self.chance(chance))): more rounds would show it"
      )
    }
    if let obstacle { return (.inconclusive, "\(worse), but \(obstacle.text)") }
    let range =
      line.isFromNothing
      ? "" : " (\(Self.percent(line.share(low))) to \(Self.percent(line.share(high))))"
    return (
      .regression,
      "\(worse)\(range): beyond the tolerance and the noise floor (\(noise))"
    )
  }

  /// `1.2 % worse`
  private func sizeText(_ line: LineEvidence) -> String {
    if line.isFromNothing, line.effect > line.tolerance { return "0 before, and more now" }
    let size = Self.percent(line.share(line.effect))
    guard size != Self.percent(0) else { return "the same" }
    return size + (line.effect > 0 ? " worse" : " better")
  }

  /// What the interval leaves open, what this run could have shown, and what it takes.
  private func doubt(_ line: LineEvidence) -> String {
    guard line.upperBound.isFinite else { return "but in too few rounds for an interval" }
    let most = Self.percent(line.share(line.upperBound))
    let shown = Self.percent(line.share(line.smallestShown))
    let tolerance = Self.percent(line.share(line.tolerance))
    let text =
      "but up to \(most) worse is possible: this run could have shown \(shown) or more;"
      + " the tolerance of \(tolerance) needs"
    guard let needed = line.roundsNeeded else {
      return text + (design == .turns ? " a quieter machine" : " a longer baseline")
    }
    // The candidate is nearly as much worse as it may be: no estimate from an effect of none.
    return needed <= line.rounds
      ? "but up to \(most) worse is possible: more rounds than \(line.rounds) would show which"
      : text + " about \(needed) rounds"
  }

  private static func chance(_ probability: Double) -> String {
    ValueText.plain((probability * 1000).rounded() / 1000)
  }
}
