import Statistics

extension CheckInput {
  /// One line, judged, with why.
  func judged(_ line: LineEvidence, chance: Double?, obstacle: String?) -> VerdictLine {
    let (status, why) = judgement(line, chance: chance ?? line.probability, obstacle)
    return VerdictLine(
      caseLabel: line.caseLabel, metric: line.metric.name, title: line.metric.title,
      kind: line.metric.kind, isHigherBetter: line.metric.isHigherBetter, decides: line.decides,
      status: status, why: why, reference: median(line.reference) ?? 0,
      candidate: median(line.candidate) ?? 0, referenceCount: line.reference.count,
      candidateCount: line.candidate.count, change: line.change(line.effect),
      changeLow: (line.metric.isHigherBetter ? line.high : line.low).map(line.change),
      changeHigh: (line.metric.isHigherBetter ? line.low : line.high).map(line.change),
      tolerance: settings.tolerance(of: line.metric.name),
      noiseFloor: line.floor.map(line.share), probability: chance)
  }

  private func judgement(
    _ line: LineEvidence, chance: Double, _ obstacle: String?
  ) -> (VerdictStatus, String) {
    let worse =
      line.isFromNothing
      ? "0 before, and more now" : "\(Self.percent(line.share(line.effect))) worse"
    guard line.effect > line.tolerance else { return withinTolerance(line) }
    guard let floor = line.floor else {
      return (
        .inconclusive,
        "\(worse), but too few pairs of identical runs tell how much is noise"
      )
    }
    let noise = Self.percent(line.share(floor))
    guard line.effect > floor else {
      let isSeen = (line.low ?? 0) > 0
      return (
        settings.isStrict || isSeen ? .inconclusive : .pass,
        "\(worse), within what two lanes of the same thing differ by here (\(noise))"
          + (isSeen ? ", though its interval excludes no change" : "")
      )
    }
    guard let low = line.low, let high = line.high, low > 0 else {
      return (.inconclusive, "\(worse), but its interval does not exclude no change")
    }
    if chance > line.metric.kind.falseAlarmShare {
      return (
        .inconclusive,
        "\(worse), but among all figures one such comes by chance"
          + " (p = \(Self.chance(chance))): more rounds would tell"
      )
    }
    if let obstacle { return (.inconclusive, "\(worse), but \(obstacle)") }
    let range =
      line.isFromNothing
      ? "" : " (\(Self.percent(line.share(low))) to \(Self.percent(line.share(high))))"
    return (
      .regression,
      "\(worse)\(range): beyond the tolerance and the noise floor (\(noise))"
    )
  }

  private func withinTolerance(_ line: LineEvidence) -> (VerdictStatus, String) {
    let size = Self.percent(line.share(line.effect))
    let isBlind = line.smallestShown > line.tolerance
    let blindness =
      line.smallestShown.isFinite
      ? "; less than \(Self.percent(line.share(line.smallestShown))) could not be seen" : ""
    if settings.isStrict, isBlind, line.decides {
      return (.inconclusive, "nothing found\(blindness)")
    }
    guard size != Self.percent(0) else { return (.pass, "the same\(isBlind ? blindness : "")") }
    guard line.effect > 0 else { return (.pass, "\(size) better\(isBlind ? blindness : "")") }
    return (.pass, "\(size) worse, within the tolerance\(isBlind ? blindness : "")")
  }

  private static func chance(_ probability: Double) -> String {
    ValueText.plain((probability * 1000).rounded() / 1000)
  }
}
