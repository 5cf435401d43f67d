/// An interval that holds the truth with a given confidence.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  public var low: Double
  public var high: Double
  /// 0 … 1.
  public var confidence: Double
}

/// Intervals by drawing again from the runs that there are (never from single records: those of one
/// run are not independent).
public enum Bootstrap {
  /// The interval of the median of `runs`, by percentiles of the medians of drawn samples.
  ///
  /// - Returns: Nil with fewer than two runs.
  /// - Complexity: O(resamples × runs log runs).
  public static func medianInterval(
    _ runs: [Double], confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1
  ) -> ConfidenceInterval? {
    guard runs.count >= 2 else { return nil }
    var random = SplitMix(seed)
    return interval((0..<max(1, resamples)).map { _ in drawnMedian(runs, &random) }, confidence)
  }

  /// The interval of median(`runs`) / median(`baseline`), drawn on both sides independently.
  ///
  /// - Returns: Nil with fewer than two runs on a side, or a baseline about 0.
  public static func medianRatioInterval(
    _ runs: [Double], to baseline: [Double], confidence: Double = 0.95, resamples: Int = 2000,
    seed: UInt64 = 1
  ) -> ConfidenceInterval? {
    guard runs.count >= 2, baseline.count >= 2 else { return nil }
    var random = SplitMix(seed)
    var ratios: [Double] = []
    for _ in 0..<max(1, resamples) {
      let above = drawnMedian(runs, &random)
      guard let quotient = ratio(above, to: drawnMedian(baseline, &random)) else { return nil }
      ratios.append(quotient)
    }
    return interval(ratios, confidence)
  }

  private static func drawnMedian(_ runs: [Double], _ random: inout SplitMix) -> Double {
    let drawn = runs.map { _ in runs[random.below(runs.count)] }
    return medianOfSorted(drawn.sorted())
  }

  static func interval(_ values: [Double], _ confidence: Double) -> ConfidenceInterval {
    let sorted = values.sorted()
    let tail = (1 - min(max(confidence, 0), 1)) / 2
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    return ConfidenceInterval(
      low: quantile(tail), high: quantile(1 - tail), confidence: confidence)
  }
}

/// - Source: SplitMix64 (Steele, Lea, Flood).
struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func below(_ count: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    return Int(z.multipliedFullWidth(by: UInt64(count)).high)
  }
}
