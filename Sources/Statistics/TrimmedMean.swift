/// The 20 % trimmed mean of some values, and its certainty by Student's t.
///
/// Of n values, g = ⌊n / 5⌋ are cut off at either end; h = n − 2g remain.
/// ```
/// mean           the mean of the h values that remain
/// standardError  √((n − 1) · s² / (h · (h − 1))), where s² is the sample variance (n − 1) of all
///                values after the g at either end took the value of the outermost that remains
/// degrees        h − 1
/// ```
/// With fewer than five values it is the mean and the usual t interval.
///
/// - Source: Yuen (1974), Tukey and McLaughlin (1963). SciPy: `stats.trim_mean(values, 0.2)`,
///   `stats.mstats.winsorize`, and, for two sides, `stats.ttest_ind(…, trim=0.2)`.
public struct TrimmedMean: Sendable, Equatable {
  /// The least number of values from which an interval is made.
  public static let fewestValues = 3

  public let count: Int
  public let mean: Double
  /// Of `mean`; 0 where all values but those cut off are equal.
  public let standardError: Double
  /// Of freedom: one less than the values that remain.
  public let degrees: Double

  /// - Returns: Nil with fewer than three values, or one that is not finite.
  public init?(_ values: [Double]) {
    guard values.count >= Self.fewestValues, values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    let cut = Self.cut(of: sorted.count)
    let kept = sorted[cut..<(sorted.count - cut)]
    let (n, h) = (Double(sorted.count), Double(kept.count))
    count = sorted.count
    mean = kept.reduce(0, +) / h
    let limits = (low: sorted[cut], high: sorted[sorted.count - cut - 1])
    let winsorized = sorted.map { min(max($0, limits.low), limits.high) }
    let middle = winsorized.reduce(0, +) / n
    let squares = winsorized.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    standardError = (squares / (h * (h - 1))).squareRoot()
    degrees = h - 1
    guard mean.isFinite, standardError.isFinite else { return nil }
  }

  /// This mean less another one, of values that make no pairs.
  ///
  /// The standard errors add as squares; the degrees of freedom are Welch's:
  /// (a + b)² / (a² / degrees of this + b² / degrees of the other), where a and b are the squared
  /// standard errors. SciPy: `stats.ttest_ind(these, others, trim=0.2, equal_var=False)`.
  public func minus(_ other: TrimmedMean) -> TrimmedMean {
    let (a, b) = (standardError * standardError, other.standardError * other.standardError)
    let scale = a * a / degrees + b * b / other.degrees
    return TrimmedMean(
      count: min(count, other.count), mean: mean - other.mean,
      standardError: (a + b).squareRoot(),
      degrees: scale > 0 ? (a + b) * (a + b) / scale : min(degrees, other.degrees))
  }

  private init(count: Int, mean: Double, standardError: Double, degrees: Double) {
    self.count = count
    self.mean = mean
    self.standardError = standardError
    self.degrees = degrees
  }

  /// Values cut off at either end.
  static func cut(of count: Int) -> Int { count / 5 }

  /// - Parameter confidence: 0 … 1, of both sides together.
  public func interval(confidence: Double = 0.95) -> ConfidenceInterval {
    let reach = StudentT.quantile((1 + confidence) / 2, degrees: degrees) * standardError
    return ConfidenceInterval(low: mean - reach, high: mean + reach, confidence: confidence)
  }

  /// How probable a mean this far from `value`, either way, is by chance alone where the truth is
  /// `value`.
  public func probability(of value: Double = 0) -> Double {
    min(1, 2 * min(probabilityAbove(value), probabilityBelow(value)))
  }

  /// How probable a mean this high, or a higher one, is by chance alone where the truth is `value`:
  /// small where the mean lies above it for certain.
  public func probabilityAbove(_ value: Double) -> Double {
    StudentT.upperTail(distance(from: value), degrees: degrees)
  }

  /// How probable a mean this low, or a lower one, is by chance alone where the truth is `value`.
  public func probabilityBelow(_ value: Double) -> Double {
    StudentT.upperTail(-distance(from: value), degrees: degrees)
  }

  /// In standard errors.
  private func distance(from value: Double) -> Double {
    guard mean != value else { return 0 }
    return (mean - value) / standardError
  }

  /// The smallest difference from 0 that a mean of this error shows:
  /// (t(1 − α/2) + t(power)) · standardError, with α = 1 − confidence.
  ///
  /// - Parameters:
  ///   - confidence: 0 … 1: of a test of both sides.
  ///   - power: 0 … 1: how probably the test shows it.
  public func smallestShown(confidence: Double, power: Double) -> Double {
    let quantiles =
      StudentT.quantile((1 + confidence) / 2, degrees: degrees)
      + StudentT.quantile(power, degrees: degrees)
    return quantiles * standardError
  }

  /// How many values that scatter as these do would show a difference.
  ///
  /// The standard error is taken to shrink with the square root of their number; the least n where
  /// `smallestShown` of √(count / n) of it, and of the degrees of n values, is ≤ |difference|.
  /// Beside another mean, error and degrees are those of the difference (see `minus`), of which no
  /// value more makes the other's part smaller.
  ///
  /// - Parameters:
  ///   - difference: Between the truth and 0, or the other mean.
  ///   - confidence: 0 … 1: of a test of both sides.
  ///   - power: 0 … 1: how probably the test shows it.
  ///   - other: What these values are compared with, and stays as it is; nil for 0.
  ///   - most: More values than this are not proposed.
  /// - Returns: At least three; nil where more than `most` are needed.
  public func valuesNeeded(
    toShow difference: Double, confidence: Double = 0.95, power: Double = 0.8,
    above other: TrimmedMean? = nil, most: Int = 10_000
  ) -> Int? {
    let scatter = standardError * Double(count).squareRoot()
    func shows(_ count: Int) -> Bool {
      let own = TrimmedMean(
        count: count, mean: mean, standardError: scatter / Double(count).squareRoot(),
        degrees: Double(count - 2 * Self.cut(of: count) - 1))
      let joint = other.map(own.minus) ?? own
      return joint.smallestShown(confidence: confidence, power: power) <= abs(difference)
    }
    // From 4 to 5 values one more is cut off than comes, so it does not fall steadily at the start.
    if let few = (Self.fewestValues...20).first(where: shows) { return few }
    guard shows(most) else { return nil }
    var (short, enough) = (20, most)
    while enough - short > 1 {
      let middle = (short + enough) / 2
      if shows(middle) { enough = middle } else { short = middle }
    }
    return enough
  }
}
