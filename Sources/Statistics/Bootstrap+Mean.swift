import Glibc

extension Bootstrap {
  /// The interval of the mean of `values`, widened for their small number.
  ///
  /// Means of drawn samples scatter too little, by √(n−1)/√n, and their percentiles know nothing of
  /// the spread's own uncertainty: both are made up for, as Student's t does.
  ///
  /// - Parameter confidence: 0 … 1.
  /// - Returns: Nil with fewer than three values, or one that is no number.
  /// - Complexity: O(resamples × values).
  /// - Source: Hesterberg, What Teachers Should Know About the Bootstrap (2015), on expanded
  ///   percentiles.
  public static func meanInterval(
    _ values: [Double], confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1
  ) -> ConfidenceInterval? {
    guard values.count >= 3, values.allSatisfy(\.isFinite) else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    var random = SplitMix(seed)
    let means = (0..<max(1, resamples)).map { _ in
      values.indices.reduce(0.0) { sum, _ in sum + values[random.below(values.count)] } / count
    }
    let drawn = interval(means, confidence)
    let normal = normalQuantile((1 + confidence) / 2)
    guard normal > 0 else { return drawn }
    let widening =
      studentQuantile(normal, degrees: count - 1) / normal * (count / (count - 1)).squareRoot()
    return ConfidenceInterval(
      low: mean + (drawn.low - mean) * widening, high: mean + (drawn.high - mean) * widening,
      confidence: confidence)
  }

  /// How many standard deviations lie below `probability`, from 0.5 up.
  static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, 8.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 1 - erfc(middle / 2.0.squareRoot()) / 2 < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// Student's quantile from the normal one.
  ///
  /// - Source: Cornish and Fisher's expansion; off by less than 2 % from 5 degrees of freedom on.
  static func studentQuantile(_ z: Double, degrees: Double) -> Double {
    let (z3, z5, z7) = (pow(z, 3), pow(z, 5), pow(z, 7))
    let first = (z3 + z) / 4
    let second = (5 * z5 + 16 * z3 + 3 * z) / 96
    let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
    return z + first / degrees + second / pow(degrees, 2) + third / pow(degrees, 3)
  }
}
