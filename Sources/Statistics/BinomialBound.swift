import Glibc

/// How large a probability may be that `successes` of `trials` were seen of: exact bounds after
/// Clopper and Pearson (1934).
public enum BinomialBound {
  /// The largest probability under which so few successes still have the probability
  /// 1 − confidence: of 0 of n, 1 − (1 − confidence)^(1/n).
  ///
  /// - Parameters:
  ///   - confidence: 0 … 1, of one side.
  /// - Returns: Nil without a trial.
  public static func upper(_ successes: Int, of trials: Int, confidence: Double = 0.95) -> Double? {
    guard trials > 0, successes >= 0, successes <= trials else { return nil }
    if successes == trials { return 1 }
    let alpha = 1 - confidence
    if successes == 0 { return 1 - pow(alpha, 1 / Double(trials)) }
    var (low, high) = (Double(successes) / Double(trials), 1.0)
    // The probability of so few falls as p grows.
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if atMost(successes, of: trials, middle) > alpha { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of at most `successes` where each trial succeeds with `p`, 0 < p < 1.
  private static func atMost(_ successes: Int, of trials: Int, _ p: Double) -> Double {
    let n = Double(trials)
    // Logarithms: the first terms may be too small for a number.
    var term = n * log1p(-p)
    var sum = exp(term)
    for count in stride(from: 1, through: successes, by: 1) {
      let k = Double(count)
      term += log((n - k + 1) / k) + log(p) - log1p(-p)
      sum += exp(term)
    }
    return sum
  }
}
