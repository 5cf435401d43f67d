import Glibc
import Statistics

/// What one value of a setting instead of another does to a figure, everything else being equal.
///
/// From pairs of measurements of the same round whose cases differ in nothing but that setting:
/// what the machine did in that minute, and what the other settings do, is in both.
struct FactorEffect {
  /// With fewer pairs nothing is taken for shown.
  static let fewestPairs = 6
  /// Pairs of one round share what the machine did meanwhile: with fewer rounds nothing is shown.
  static let fewestRounds = 3
  /// A smaller effect than this is no reason to leave a default.
  static let leastShare = 0.05

  struct Pair {
    /// In which round both were measured.
    var round: Int
    var quotient: Double
  }

  /// A logarithm of the quotient for each pair.
  private let logarithms: [Double]
  /// The rounds whose own mean goes the way the mean of all goes.
  private let agreeingRounds: Int
  private let rounds: Int
  /// The geometric mean of the quotients.
  let factor: Double
  /// Nil with fewer than `fewestPairs`.
  let interval: ConfidenceInterval?

  /// - Parameters:
  ///   - pairs: Quotients that are not above 0 are left out.
  ///   - confidence: Of the interval, 0 … 1.
  /// - Returns: Nil without a pair.
  init?(_ pairs: [Pair], confidence: Double = 0.95) {
    let pairs = pairs.filter { $0.quotient > 0 && $0.quotient.isFinite }
    let logarithms = pairs.map { log($0.quotient) }
    guard !logarithms.isEmpty else { return nil }
    let sum = logarithms.reduce(0, +)
    let sums = Dictionary(zip(pairs, logarithms).map { ($0.round, $1) }, uniquingKeysWith: +)
    self.logarithms = logarithms
    rounds = sums.count
    agreeingRounds = sums.values.count { sum >= 0 ? $0 > 0 : $0 < 0 }
    factor = exp(sum / Double(logarithms.count))
    guard factor.isFinite, factor > 0 else { return nil }
    guard logarithms.count >= Self.fewestPairs else {
      interval = nil
      return
    }
    interval = Bootstrap.meanInterval(logarithms, confidence: confidence).map { found in
      var interval = found
      (interval.low, interval.high) = (exp(found.low), exp(found.high))
      return interval
    }
  }

  var pairs: Int { logarithms.count }

  /// Pairs that go the way the mean goes.
  var agreeing: Int { logarithms.count { factor >= 1 ? $0 > 0 : $0 < 0 } }

  /// The interval excludes that nothing changes, and four rounds of five go the same way: pairs of
  /// one round share what the machine did meanwhile, and count for less than they are many.
  var isShown: Bool {
    guard let interval, interval.low > 1 || interval.high < 1, rounds >= Self.fewestRounds else {
      return false
    }
    return 5 * agreeingRounds >= 4 * rounds
  }

  /// Shown, and large enough to decide by.
  var matters: Bool {
    isShown && (factor >= 1 + Self.leastShare || factor <= 1 / (1 + Self.leastShare))
  }

  // MARK: As text

  /// `1.60× (1.43–1.78)`; small changes as `−2.1 % (−8.0 … +5.2 %)`.
  var text: String {
    let isSmall = abs(factor - 1) < 0.1
    let own = isSmall ? "\(Self.percent(factor)) %" : "\(Self.times(factor))×"
    guard let interval else { return own }
    if isSmall {
      return "\(own) (\(Self.percent(interval.low)) … \(Self.percent(interval.high)) %)"
    }
    return "\(own) (\(Self.times(interval.low))–\(Self.times(interval.high)))"
  }

  static func times(_ factor: Double) -> String {
    factor >= 9.95 ? Numbers.readable(factor) : Numbers.fixed(factor, 2)
  }

  private static func percent(_ factor: Double) -> String {
    let share = (factor - 1) * 100
    let digits = Numbers.fixed(abs(share), 1)
    return (share < 0 && digits != "0.0" ? "−" : "+") + digits
  }

  /// How sure it is; a half sentence.
  var certainty: String {
    guard interval != nil else {
      return "\(pairs) pair\(pairs == 1 ? " is" : "s are") too few to tell"
        + " (\(Self.fewestPairs) are needed)"
    }
    guard rounds >= Self.fewestRounds else {
      return "\(rounds) round\(rounds == 1 ? " is" : "s are") too few to tell"
        + " (\(Self.fewestRounds) are needed)"
    }
    guard isShown else {
      let isRound = interval.map { $0.low > 1 || $0.high < 1 } ?? false
      return isRound
        ? "but the rounds contradict each other: no difference shown" : "no difference shown"
    }
    return "in \(agreeing) of \(pairs) pairs" + (matters ? "" : ", too little to decide by")
  }
}
