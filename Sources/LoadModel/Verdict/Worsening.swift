import Statistics

/// How much worse the candidate is by one figure, with its certainty: a logarithm of a ratio,
/// above zero where it is worse.
///
/// Where sides take turns it is the trimmed mean of the pairs of all rounds; against a stored
/// reference the difference of two trimmed means, with Welch's degrees of freedom.
///
/// - Source: Yuen (1974), The two-sample trimmed t for unequal population variances.
struct Worsening: Sendable, Equatable {
  /// How probably a run is to show what `smallestShown` and `roundsNeeded` promise.
  static let power = 0.9
  /// More rounds than these are not proposed.
  private static let roundsMost = 1000

  let difference: TrimmedMean
  /// What the candidate's rounds, or the pairs, scatter by; what is left of the error is the stored
  /// reference's, which no further round of the candidate makes smaller.
  private let own: TrimmedMean
  private let stored: TrimmedMean?

  var effect: Double { difference.mean }

  /// - Returns: Nil with fewer than three pairs.
  init?(pairs: [Double]) {
    guard let mean = TrimmedMean(pairs) else { return nil }
    (own, stored, difference) = (mean, nil, mean)
  }

  /// - Returns: Nil with fewer than three values on a side.
  init?(_ candidate: [Double], above reference: [Double]) {
    guard let above = TrimmedMean(candidate), let below = TrimmedMean(reference) else { return nil }
    (own, stored, difference) = (above, below, above.minus(below))
  }

  func interval(_ confidence: Double) -> ConfidenceInterval {
    difference.interval(confidence: confidence)
  }

  /// The smallest difference from none that so many rounds show in nine of ten runs.
  func smallestShown(_ confidence: Double) -> Double {
    difference.smallestShown(confidence: confidence, power: Self.power)
  }

  /// How many rounds that scatter as these do would show a difference of `size` from none in nine
  /// of ten runs.
  ///
  /// - Returns: Nil where no number of rounds would: the stored reference has too few.
  func roundsNeeded(toShow size: Double, confidence: Double) -> Int? {
    guard size > 0 else { return nil }
    return own.valuesNeeded(
      toShow: size, confidence: confidence, power: Self.power, above: stored,
      most: Self.roundsMost)
  }

  /// The largest difference that two identical lanes may show by chance, from pairs of them: the
  /// outer end of the interval of their trimmed mean.
  ///
  /// - Returns: Nil with fewer than three pairs.
  static func noise(ofIdentical pairs: [Double]) -> Double? {
    TrimmedMean(pairs).map { mean in
      let interval = mean.interval()
      return max(abs(interval.low), abs(interval.high))
    }
  }
}
