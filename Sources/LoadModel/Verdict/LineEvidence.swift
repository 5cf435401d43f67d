import Glibc
import Statistics

/// What is known of one figure of one case before it is judged. Sizes are logarithms of ratios,
/// above zero where the candidate is worse.
struct LineEvidence {
  var caseLabel: String
  var metric: CheckMetric
  /// As they were measured.
  var reference: [Double]
  var candidate: [Double]
  /// Pairs; against a stored reference the candidate's rounds.
  var rounds: Int
  /// Of a stored reference.
  var storedRounds: Int?
  /// How much worse, with its certainty; nil where there are too few rounds.
  var worsening: Worsening?
  /// The same without its certainty.
  var effect: Double
  /// Of the 95 % interval.
  var low: Double?
  var high: Double?
  /// Nil where too few pairs of identical lanes showed it.
  var floor: Double?
  /// What the machine itself moved between a stored reference and now, within the tolerance: no
  /// round shows more than that.
  var machine = 0.0
  /// One-sided, of this line alone.
  var probability: Double
  var tolerance: Double
  var decides: Bool
  private var confidence: Double

  /// - Parameters:
  ///   - input: Without zeros, of which there are no logarithms.
  ///   - measured: The same as it was measured, to be shown.
  /// - Returns: Nil where a side has no such figure, or neither any above zero.
  init?(
    _ input: CheckInput, measured: CheckInput, label: String, metric: CheckMetric,
    shift: ControlShift?
  ) {
    let reference = input.reference.byRound(label, metric.name)
    let candidate = input.candidate.byRound(label, metric.name)
    let sign = metric.isHigherBetter ? -1.0 : 1.0
    caseLabel = label
    self.metric = metric
    self.reference = measured.reference.all(label, metric.name)
    self.candidate = measured.candidate.all(label, metric.name)
    confidence = input.settings.confidence
    switch input.design {
    case .turns:
      let pairs = reference.sorted { $0.key < $1.key }.compactMap { round, value in
        candidate[round].flatMap { logRatio($0, to: value) }
      }.map { $0 * sign }
      guard let middle = median(pairs) else { return nil }
      worsening = Worsening(pairs: pairs)
      effect = worsening?.effect ?? middle
      rounds = pairs.count
      probability = RankTests.signedRankUpper(pairs)
    case .stored:
      // A round counts once, however many lanes measured it: lanes of a round share its luck.
      func sizes(_ rounds: [Int: Double]) -> [Double] {
        rounds.sorted { $0.key < $1.key }.compactMap { logRatio($0.value, to: 1) }.map { $0 * sign }
      }
      let (above, below) = (sizes(candidate), sizes(reference))
      guard let high = median(above), let low = median(below) else { return nil }
      worsening = Worsening(above, above: below)
      effect = worsening?.effect ?? high - low
      (rounds, storedRounds) = (above.count, below.count)
      probability = RankTests.rankSumUpper(above, over: below)
    }
    let found = worsening?.interval(confidence)
    (low, high) = (found?.low, found?.high)
    let share = min(input.settings.tolerance(of: metric), 0.99)
    tolerance = metric.isHigherBetter ? -log(1 - share) : log(1 + share)
    decides = input.decides(metric, label)
    if input.design != .turns { machine = Self.machineMove(metric, shift) }
    floor = Self.floor(input, label, metric).map { $0 + machine }
  }

  /// How far the machine moved, by its control workload; where that is beyond the tolerance no
  /// timed figure decides at all.
  private static func machineMove(_ metric: CheckMetric, _ shift: ControlShift?) -> Double {
    guard metric.kind.isTimed, let shift else { return 0 }
    let (change, isMoved) =
      metric.kind == .wall
      ? (shift.rateChange, shift.isRateMoved) : (shift.cpuChange, shift.isCpuMoved)
    return isMoved ? 0 : abs(log(max(1 + change, 1e-9)))
  }

  /// What identical lanes differ by.
  private static func floor(
    _ input: CheckInput, _ label: String, _ metric: CheckMetric
  ) -> Double? {
    let sides = [input.reference, input.candidate]
    var floors = sides.compactMap { side in
      Worsening.noise(ofIdentical: side.identicalPairs(label, metric.name))
    }
    guard case .stored(_, let stored) = input.design else {
      // The candidate is compared with two lanes' mean, which swings less than one of them: the
      // variance is 1.5 of a turn's, where that of two identical lanes' difference is 2.
      return floors.max().map { input.reference.lanes.count == 2 ? $0 * sqrt(0.75) : $0 }
    }
    if let share = stored[label]?[metric.name] { floors.append(log(1 + max(0, share))) }
    return floors.max()
  }

  /// There was none of it in the reference: how much more it is, no ratio tells.
  var isFromNothing: Bool {
    reference.allSatisfy { $0 == 0 } && candidate.contains { $0 > 0 }
  }

  /// The worst that the candidate may be, as far as this run knows: the upper end of its interval,
  /// and what the machine itself moved.
  var upperBound: Double { (high ?? .infinity) + machine }

  /// The smallest worsening that this run would have shown in nine of ten.
  var smallestShown: Double {
    (worsening?.smallestShown(confidence) ?? .infinity) + machine
  }

  /// How many rounds such as these would show the tolerance in nine runs of ten; nil where none do.
  var roundsNeeded: Int? {
    worsening?.roundsNeeded(toShow: tolerance - machine, confidence: confidence)
  }

  /// A size as a share of the reference, as readers know it: above zero where it is worse.
  func share(_ size: Double) -> Double {
    metric.isHigherBetter ? 1 - exp(-size) : exp(size) - 1
  }

  /// A size as the change of the figure itself.
  func change(_ size: Double) -> Double { exp(metric.isHigherBetter ? -size : size) - 1 }
}
