import Statistics

/// When a quantity counts as settled, and when as moving.
///
/// A span of time is cut into 20 to 40 windows of equal length. Each window has a deviation from
/// the span's mean, as a share of that mean:
///
/// | quantity | deviation of a window |
/// |---|---|
/// | rate | bytes a second, less the span's, by the span's |
/// | batch size | bytes, less the span's bytes a batch × batches, by the span's bytes a window |
/// | CPU per GB | CPU, less the span's CPU a byte × bytes, by the span's CPU a window |
/// | backlog | records in the backlog, less their mean, by the records of the *span* |
///
/// Batch size and CPU per GB are ratios: so a window in which little happened weighs little. A
/// backlog of nearly nothing varies by multiples of itself; what it says of a steady state is
/// whether consumers (or the broker, with a fixed rate) keep up. Its growth beside the throughput
/// shows that.
///
/// - Slope: the least-squares line's rise from the span's beginning to its end. At most 5 %.
/// - Excursion: the largest deviation of a window. At most 10 %.
///
/// These limits hold as they are for a machine whose windows hardly scatter. On a virtual machine
/// of two cores that broker and clients share, the rate of windows of 100 ms scatters by 9 to 22
/// % (one standard deviation), of 800 ms still by 5 to 17 %, each window like the one before:
/// there the limits would be exceeded for ever by a load that goes nowhere. So a quantity has
/// also settled if its own scatter explains what exceeds a limit: slope beyond 5 % within half a
/// standard error (which allows for autocorrelation), excursion beyond 10 % within three standard
/// deviations of the windows (from the median deviation, so that stalls do not excuse
/// themselves). Only a longer search allows that, and its last look one and a half and four. With
/// this, recorded loads of such a machine reach a steady state in 97 of 100 cases; a rise of 10 %
/// is refused where windows of 20 ms scatter by up to 5 %; where they scatter by 15 %, the scatter
/// hides it.
struct SteadyRule {
  static let windowsLeast = 20
  static let windowsMost = 40
  /// Longer windows, with some to spare where readings came late.
  static let windowsFew = 24
  static let slopeMost = 0.05
  static let excursionMost = 0.10

  /// How many standard errors of the slope, and standard deviations of the windows, may exceed the
  /// limits.
  var slopeErrors: Double
  var deviations: Double

  static let strict = SteadyRule(slopeErrors: 0, deviations: 0)
  static let scattering = SteadyRule(slopeErrors: 0.5, deviations: 3)
  static let last = SteadyRule(slopeErrors: 1.5, deviations: 4)

  func isSettled(_ deviations: [Double]) -> Bool {
    let trend = Trend(deviations)
    let excursion = deviations.map(abs).max() ?? 0
    return abs(trend.rise) <= Self.slopeMost + slopeErrors * trend.standardError
      && excursion <= Self.excursionMost + self.deviations * trend.scatter
  }

  /// The chances of finding a drift, and a shift, where there is none. A shift is looked for in
  /// many places.
  static let driftProbability = 0.005
  static let shiftProbability = 0.0001

  /// A quantity drifted: a line rises by more than 5 %; or its state shifted: the windows behind
  /// some moment differ by more than 10 % from those before it. Both are that much beyond what
  /// the scatter, each window like the one before it, explains with an error probability of 0.5 %
  /// and 0.01 %. A line alone would miss most shifts: they look like windows that resemble each
  /// other.
  static func hasDrifted(_ deviations: [Double]) -> Bool {
    let trend = Trend(deviations)
    func limit(_ probability: Double, _ degrees: Double) -> Double {
      StudentT.quantile(1 - probability, degrees: max(2, degrees))
    }
    let error = trend.standardError * limit(driftProbability, trend.degrees)
    if abs(trend.rise) - error > slopeMost { return true }
    guard let shift = Shift(deviations) else { return false }
    return abs(shift.size) - shift.standardError * limit(shiftProbability, shift.degrees)
      > excursionMost
  }
}

/// The least-squares line through values at equal distances.
struct Trend {
  /// From the beginning to the end of all values.
  let rise: Double
  /// Of `rise`; larger where each value is like the one before.
  let standardError: Double
  /// How many independent values the residuals are worth, less two.
  let degrees: Double
  /// Standard deviation of the residuals, from their median deviation.
  let scatter: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    guard values.count > 2 else {
      (rise, standardError, degrees, scatter) = (0, 0, 0, 0)
      return
    }
    let mean = values.reduce(0, +) / count
    let places = values.indices.map { (Double($0) + 0.5) / count - 0.5 }
    let squares = places.reduce(0) { $0 + $1 * $1 }
    let slope = zip(places, values).reduce(0) { $0 + $1.0 * ($1.1 - mean) } / squares
    let residuals = zip(places, values).map { $1 - mean - slope * $0 }
    let sum = residuals.reduce(0) { $0 + $1 * $1 }
    let inflation = Self.inflation(residuals)
    rise = slope
    standardError = (sum / (count - 2) / squares * inflation).squareRoot()
    degrees = count / inflation - 2
    let middle = median(residuals) ?? 0
    scatter = (median(residuals.map { abs($0 - middle) }) ?? 0) * 1.4826
  }

  /// By how much the variance of a mean is larger because each value resembles the one before it:
  /// of a first-order autoregression, its coefficient corrected for the bias of short series.
  static func inflation(_ residuals: [Double]) -> Double {
    let sum = residuals.reduce(0) { $0 + $1 * $1 }
    let products = zip(residuals.dropFirst(), residuals).reduce(0) { $0 + $1.0 * $1.1 }
    let seen = sum > 0 ? products / sum : 0
    let correlation = min(0.9, max(0, seen + (2 + 4 * seen) / Double(residuals.count)))
    return (1 + correlation) / (1 - correlation)
  }
}

/// The change of mean that explains a series best.
struct Shift {
  /// The mean behind the change, less the one before.
  let size: Double
  let standardError: Double
  /// How many independent values the residuals are worth, less two.
  let degrees: Double

  /// The least share of values on each side.
  private static let leastShare = 0.2

  /// - Returns: nil with fewer than ten values.
  init?(_ values: [Double]) {
    guard values.count >= 10 else { return nil }
    let least = Int(Double(values.count) * Self.leastShare)
    var best: (sum: Double, size: Double, at: Int, residuals: [Double])?
    for at in least...(values.count - least) {
      let before = values[..<at].reduce(0, +) / Double(at)
      let behind = values[at...].reduce(0, +) / Double(values.count - at)
      let residuals = values.indices.map { values[$0] - ($0 < at ? before : behind) }
      let sum = residuals.reduce(0) { $0 + $1 * $1 }
      if sum < best?.sum ?? .infinity { best = (sum, behind - before, at, residuals) }
    }
    guard let best else { return nil }
    let (count, at) = (Double(values.count), Double(best.at))
    let inflation = Trend.inflation(best.residuals)
    size = best.size
    standardError =
      (best.sum / (count - 2) * (1 / at + 1 / (count - at)) * inflation).squareRoot()
    degrees = count / inflation - 2
  }
}
