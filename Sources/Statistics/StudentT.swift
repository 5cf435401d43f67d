import Glibc

/// Student's t distribution, to the precision of `Double` (no table, no expansion).
///
/// With x = ν / (ν + t²), half of the regularized incomplete beta function I_x(ν/2, 1/2) lies above
/// |t|. SciPy: `stats.t.sf(t, degrees)`, `stats.t.ppf(probability, degrees)`.
public enum StudentT {
  /// How probable a value of at least `t` is.
  ///
  /// - Parameter degrees: Of freedom, above 0.
  /// - Returns: 0 … 1; NaN where an argument is not a number or `degrees` is not above 0.
  public static func upperTail(_ t: Double, degrees: Double) -> Double {
    guard !t.isNaN, degrees > 0 else { return .nan }
    guard t.isFinite else { return t > 0 ? 0 : 1 }
    // Both shares are made from the parts: 1 − x loses all digits where t is small or large.
    let square = t * t
    let (x, rest) = (degrees / (degrees + square), square / (degrees + square))
    let both = IncompleteBeta.value(at: x, rest: rest, degrees / 2, 0.5)
    return t >= 0 ? both / 2 : 1 - both / 2
  }

  /// The value that lies above `probability` of all values.
  ///
  /// - Parameters:
  ///   - probability: 0 … 1; at both ends the quantile is infinite.
  ///   - degrees: Of freedom, above 0.
  /// - Returns: NaN where an argument is not a number, or out of its range.
  public static func quantile(_ probability: Double, degrees: Double) -> Double {
    guard (0...1).contains(probability), degrees > 0 else { return .nan }
    guard probability != 0.5 else { return 0 }
    guard probability > 0.5 else { return -quantile(1 - probability, degrees: degrees) }
    guard probability < 1 else { return .infinity }
    let tail = 1 - probability
    var (low, high) = (0.0, 1.0)
    while upperTail(high, degrees: degrees) > tail {
      low = high
      high *= 2
      guard high.isFinite else { return .infinity }
    }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if upperTail(middle, degrees: degrees) > tail { low = middle } else { high = middle }
    }
  }
}

/// The regularized incomplete beta function.
private enum IncompleteBeta {
  /// - Parameters:
  ///   - x: 0 … 1.
  ///   - rest: 1 − x.
  static func value(at x: Double, rest: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard rest > 0 else { return 1 }
    // The fraction converges fast on the near side of the mean, so the far side uses the mirror.
    guard x <= (a + 1) / (a + b + 2) else {
      return 1 - value(at: rest, rest: x, b, a)
    }
    let logarithm = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(rest)
    return exp(logarithm) / a * fraction(x, a, b)
  }

  private static func logGamma(_ value: Double) -> Double { lgamma(value).0 }

  /// The continued fraction 1 / (1 + d₁ / (1 + d₂ / (1 + …))), evaluated by Lentz's method.
  ///
  /// - Source: NIST Digital Library of Mathematical Functions, 8.17.22.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var (value, numerator, denominator) = (1.0, Double.infinity, 1.0)
    for step in 1..<10_000 {
      let m = Double(step / 2)
      let term =
        step % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      denominator = 1 / nonzero(1 + term * denominator)
      numerator = nonzero(1 + term / numerator)
      value *= numerator * denominator
      if abs(numerator * denominator - 1) < 1e-15 { break }
    }
    return value
  }
}
