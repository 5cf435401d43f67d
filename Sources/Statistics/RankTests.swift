import Glibc

/// Tests that look at the order of values alone: no outlier can sway them.
///
/// Both are exact up to `exactCount` values, also with ties: the distribution is that of the ranks
/// that there are, over all ways in which signs, or sides, could have fallen. Beyond, it is taken
/// for normal.
public enum RankTests {
  static let exactCount = 60

  /// How probable it is that pairs differ upwards this much by chance alone (one-sided).
  ///
  /// Pairs without a difference are left out. With n pairs nothing below 2^-n can be shown.
  ///
  /// - Parameter differences: One a pair.
  /// - Returns: 1 where no pair differs.
  /// - Complexity: O(n³) of up to `exactCount` pairs.
  /// - Source: Wilcoxon's signed-rank test.
  public static func signedRankUpper(_ differences: [Double]) -> Double {
    let moved = differences.filter { $0 != 0 && !$0.isNaN }
    guard !moved.isEmpty else { return 1 }
    let ranks = doubledRanks(moved.map(abs))
    let observed = zip(moved, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    guard ranks.count <= exactCount else {
      let variance = ranks.reduce(0.0) { $0 + Double($1) * Double($1) } / 4
      return normalUpper(
        observed, mean: Double(ranks.reduce(0, +)) / 2, variance: variance, step: 2)
    }
    // How probable each sum of positive ranks is, when every sign is a coin's.
    var probability = [Double](repeating: 0, count: ranks.reduce(0, +) + 1)
    probability[0] = 1
    for rank in ranks {
      for sum in stride(from: probability.count - 1, through: 0, by: -1) {
        probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2
      }
    }
    return min(1, probability[observed...].reduce(0, +))
  }

  /// How probable it is that `values` lie this far above `baseline` by chance alone (one-sided).
  ///
  /// With n and m values nothing below 1 / (n+m choose n) can be shown.
  ///
  /// - Returns: 1 where a side is empty.
  /// - Complexity: O((n + m)³ · n) of up to `exactCount` values.
  /// - Source: the rank-sum test of Wilcoxon, Mann and Whitney.
  public static func rankSumUpper(_ values: [Double], over baseline: [Double]) -> Double {
    let values = values.filter { !$0.isNaN }
    let baseline = baseline.filter { !$0.isNaN }
    guard !values.isEmpty, !baseline.isEmpty else { return 1 }
    let ranks = doubledRanks(values + baseline)
    let observed = ranks[..<values.count].reduce(0, +)
    let most = ranks.reduce(0, +)
    guard ranks.count <= exactCount else {
      let mean = Double(most) / Double(ranks.count)
      let squares = ranks.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      let sides = Double(values.count) * Double(baseline.count)
      return normalUpper(
        observed, mean: mean * Double(values.count),
        variance: squares * sides / (Double(ranks.count) * Double(ranks.count - 1)), step: 2)
    }
    // Share of the ways to choose so many of the ranks seen, by their sum.
    var ways = [[Double]](
      repeating: [Double](repeating: 0, count: most + 1), count: values.count + 1)
    ways[0][0] = 1
    for (index, rank) in ranks.enumerated() {
      for chosen in stride(from: min(values.count, index + 1), through: 1, by: -1) {
        for sum in stride(from: most, through: rank, by: -1) {
          ways[chosen][sum] += ways[chosen - 1][sum - rank]
        }
      }
    }
    let all = ways[values.count].reduce(0, +)
    return min(1, ways[values.count][observed...].reduce(0, +) / all)
  }

  // MARK: What so many values can show at all

  /// The least that `signedRankUpper` can find: where every one of so many pairs differs upwards.
  public static func signedRankLeast(pairs: Int) -> Double {
    guard pairs > 0 else { return 1 }
    guard pairs > exactCount else { return pow(0.5, Double(pairs)) }
    return signedRankUpper((1...pairs).map(Double.init))
  }

  /// The least that `rankSumUpper` can find: where all of `count` values lie above all of the
  /// baseline's.
  public static func rankSumLeast(_ count: Int, over baseline: Int) -> Double {
    guard count > 0, baseline > 0 else { return 1 }
    guard count + baseline > exactCount else {
      // One of the ways to choose the baseline's ranks among all.
      return (1...baseline).reduce(1) { $0 * Double($1) / Double(count + $1) }
    }
    let ranks = (1...count + baseline).map(Double.init)
    return rankSumUpper(Array(ranks[baseline...]), over: Array(ranks[..<baseline]))
  }

  /// How probable a sum of at least `observed` is; sums lie about `step` apart.
  private static func normalUpper(
    _ observed: Int, mean: Double, variance: Double, step: Double
  ) -> Double {
    guard variance > 0 else { return 1 }
    return erfc((Double(observed) - step / 2 - mean) / (2 * variance).squareRoot()) / 2
  }

  /// Twice the rank of each value, from 2; equal values share the mean of theirs.
  private static func doubledRanks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for place in first...last { ranks[order[place]] = first + last + 2 }
      first = last + 1
    }
    return ranks
  }
}

/// Several tests at once: with twenty of them, one in twenty is found by chance.
public enum HolmCorrection {
  /// Each probability as it counts among all of them: at most so probable is *any* false finding
  /// when those up to it are taken for findings.
  ///
  /// - Source: Holm (1979), step-down.
  public static func adjusted(_ probabilities: [Double]) -> [Double] {
    var adjusted = [Double](repeating: 1, count: probabilities.count)
    var worst = 0.0
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    for (place, index) in order.enumerated() {
      worst = max(worst, min(1, probabilities[index] * Double(order.count - place)))
      adjusted[index] = worst
    }
    return adjusted
  }
}
