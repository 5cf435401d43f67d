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
  /// How much worse: the middle mean of pairs, or the difference of the two sides' own.
  var effect: Double
  var low: Double?
  var high: Double?
  /// Nil where too few pairs of identical lanes showed it.
  var floor: Double?
  /// One-sided, of this line alone.
  var probability: Double
  var tolerance: Double
  var decides: Bool

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
    let (level, resamples) = (input.settings.confidence, input.settings.resamples)
    let found: ConfidenceInterval?
    switch input.design {
    case .turns:
      let pairs = reference.sorted { $0.key < $1.key }.compactMap { round, value in
        candidate[round].flatMap { logRatio($0, to: value) }
      }.map { $0 * sign }
      guard let middle = middleMean(pairs) else { return nil }
      effect = middle
      rounds = pairs.count
      found = Bootstrap.middleMeanInterval(pairs, confidence: level, resamples: resamples)
      probability = RankTests.signedRankUpper(pairs)
    case .stored:
      // A round counts once, however many lanes measured it: lanes of a round share its luck.
      func sizes(_ rounds: [Int: Double]) -> [Double] {
        rounds.sorted { $0.key < $1.key }.compactMap { logRatio($0.value, to: 1) }.map { $0 * sign }
      }
      let (above, below) = (sizes(candidate), sizes(reference))
      guard let high = middleMean(above), let low = middleMean(below) else { return nil }
      effect = high - low
      (rounds, storedRounds) = (above.count, below.count)
      found = Bootstrap.middleMeanInterval(
        above, above: below, confidence: level, resamples: resamples)
      probability = RankTests.rankSumUpper(above, over: below)
    }
    (low, high) = (found?.low, found?.high)
    let share = min(input.settings.tolerance(of: metric.name), 0.99)
    tolerance = metric.isHigherBetter ? -log(1 - share) : log(1 + share)
    decides = input.decides(metric, label)
    floor = Self.floor(input, label, metric, shift)
  }

  /// What identical lanes differ by; against a stored reference also how far the
  /// machine itself moved.
  private static func floor(
    _ input: CheckInput, _ label: String, _ metric: CheckMetric, _ shift: ControlShift?
  ) -> Double? {
    let sides = [input.reference, input.candidate]
    var floors = sides.compactMap { side in
      NoiseFloor.ofPairs(
        side.identicalPairs(label, metric.name), resamples: input.settings.resamples)
    }
    guard case .stored(_, let stored) = input.design else {
      // The candidate is compared with two lanes' mean, which swings less than one of them: the
      // variance is 1.5 of a turn's, where that of two identical lanes' difference is 2.
      return floors.max().map { input.reference.lanes.count == 2 ? $0 * sqrt(0.75) : $0 }
    }
    if let share = stored[label]?[metric.name] { floors.append(log(1 + max(0, share))) }
    guard metric.kind.isTimed, let shift else { return floors.max() }
    // What the machine moved within the tolerance; beyond it, no timed figure decides at all.
    let (change, isMoved) =
      metric.kind == .wall
      ? (shift.rateChange, shift.isRateMoved) : (shift.cpuChange, shift.isCpuMoved)
    return floors.max().map { isMoved ? $0 : $0 + abs(log(max(1 + change, 1e-9))) }
  }

  /// There was none of it in the reference: how much more it is, no ratio tells.
  var isFromNothing: Bool {
    reference.allSatisfy { $0 == 0 } && candidate.contains { $0 > 0 }
  }

  /// The smallest worsening that would have been found.
  var smallestShown: Double {
    max(floor ?? .infinity, high.map { $0 - effect } ?? .infinity)
  }

  /// A size as a share of the reference, as readers know it: above zero where it is worse.
  func share(_ size: Double) -> Double {
    metric.isHigherBetter ? 1 - exp(-size) : exp(size) - 1
  }

  /// A size as the change of the figure itself.
  func change(_ size: Double) -> Double { exp(metric.isHigherBetter ? -size : size) - 1 }
}
