import Glibc
import LoadModel
import Statistics

/// What one thing is to another: the ratio of a figure, its interval and its certainty, from pairs
/// that were measured in the same round.
///
/// All ratios of all reports are made like this, in closed form:
/// ```
/// factor       e^m, where m is the 20 % trimmed mean of the logarithms of the rounds' ratios
/// interval     e^(m ± t · standard error), 95 % (see TrimmedMean)
/// probability  of a ratio this far from 1 by chance alone (two-sided, Student's t)
/// adjusted     the same after Holm's correction over all contests of the report
/// ```
/// With fewer than three rounds there is neither interval nor probability, and nothing is claimed.
///
/// A section makes every contest that it may claim something from, asks for the correction once,
/// and claims only what then `isMore` or `isLess`:
/// ```
/// let contests = [
///   "cached": Contest(sendfile, copy, "throughput"), "cold": Contest(one, other, "throughput"),
/// ].compactMapValues { $0 }.corrected()
/// if contests["cached"]?.isMore == true { … }
/// ```
/// Before the correction no contest claims anything.
struct Contest: Equatable {
  /// A smaller effect than this share is never claimed.
  static let leastEffect = 0.05
  static let confidence = 0.95

  /// Rounds that have both; of results that make no pairs, the repetitions of the side with fewer.
  let rounds: Int
  private let logarithm: Double
  /// Nil with fewer than three rounds.
  let estimate: TrimmedMean?
  /// After Holm's correction; nil before it, and where there is no probability.
  private(set) var adjusted: Double?
  /// Two cases that are the same thing differ by up to this (a logarithm, at least 0).
  private(set) var noiseFloor = 0.0
  /// How many contests were corrected together, this one included.
  private(set) var contestCount = 1

  /// - Parameter logarithms: One a round.
  /// - Returns: Nil without a round.
  init?(logarithms: [Double]) {
    let finite = logarithms.filter(\.isFinite)
    guard !finite.isEmpty else { return nil }
    rounds = finite.count
    estimate = TrimmedMean(finite)
    logarithm = estimate?.mean ?? finite.reduce(0, +) / Double(finite.count)
  }

  /// Of samples that make no pairs, such as those of two results: the difference of the trimmed
  /// means of the logarithms, with Welch's degrees of freedom (see `TrimmedMean.minus`).
  ///
  /// - Returns: Nil where a side has no sample above 0.
  init?(unpaired own: [Double], to base: [Double]) {
    func logarithms(_ samples: [Double]) -> [Double] {
      samples.filter { $0 > 0 && $0.isFinite }.map { log($0) }
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let (above, below) = (logarithms(own), logarithms(base))
    guard !above.isEmpty, !below.isEmpty else { return nil }
    rounds = min(above.count, below.count)
    if let one = TrimmedMean(above), let other = TrimmedMean(below) {
      estimate = one.minus(other)
    } else {
      estimate = nil
    }
    logarithm = estimate?.mean ?? mean(above) - mean(below)
  }

  /// - Parameters:
  ///   - own: A figure by its round; what is not above 0 makes no pair.
  ///   - base: The figure that it is compared with.
  init?(_ own: [Int: Double], to base: [Int: Double]) {
    self.init(
      pairs: own.keys.sorted().compactMap { round in
        own[round].flatMap { above in base[round].map { (above, $0) } }
      })
  }

  /// - Parameter pairs: A figure and the one that it is compared with, of one round each; what is
  ///   not above 0 makes no pair.
  init?(pairs: [(Double, Double)]) {
    self.init(logarithms: pairs.filter { $0.0 > 0 && $0.1 > 0 }.map { log($0.0 / $0.1) })
  }

  /// Samples of a figure at two points of a suite, in the order of the rounds.
  ///
  /// - Returns: Nil where no round has both, or where a round lacks one: then it is not known which
  ///   samples were measured in the same round.
  init?(_ point: StudyPoint?, _ other: StudyPoint?, _ figure: String) {
    guard let own = point?.figure(figure)?.samples, let base = other?.figure(figure)?.samples
    else { return nil }
    self.init(pairs: StudyPairs.values((point, own), (other, base)))
  }

  /// How many times the other.
  var factor: Double { Self.factor(logarithm) }

  static func factor(_ logarithm: Double) -> Double { exp(logarithm) }

  /// Of `factor`, 95 %.
  var interval: ConfidenceInterval? {
    estimate?.interval(confidence: Self.confidence).map(exp)
  }

  /// Of a ratio this far from 1, either way, by chance alone.
  var probability: Double? { estimate?.probability() }

  /// Claimed: improbable by chance after the correction, above the noise floor, and at least 5 %.
  var isShown: Bool {
    guard let adjusted, adjusted < 1 - Self.confidence else { return false }
    return abs(logarithm) > noiseFloor && isLarge
  }

  var isMore: Bool { isShown && factor > 1 }
  var isLess: Bool { isShown && factor < 1 }

  private var isLarge: Bool { abs(logarithm) >= log(1 + Self.leastEffect) }

  /// How many rounds would show a ratio of `factor` as probably as not four times over, corrected
  /// for as many contests as this one was.
  ///
  /// - Returns: Nil where the scatter is not known, or where more than 10,000 are needed.
  func roundsNeeded(toShow factor: Double) -> Int? {
    estimate?.valuesNeeded(
      toShow: log(factor), confidence: 1 - (1 - Self.confidence) / Double(contestCount))
  }

  fileprivate mutating func correct(_ adjusted: Double?, of count: Int, noiseFloor: Double) {
    self.adjusted = adjusted
    contestCount = max(1, count)
    self.noiseFloor = noiseFloor
  }

  // MARK: As text

  /// `1.65× (1.50–1.80)`; without an interval `1.65×`.
  var text: String {
    guard let interval else { return "\(Self.times(factor))×" }
    return "\(Self.times(factor))× (\(Self.text(interval)))"
  }

  /// `1.50–1.80`
  static func text(_ interval: ConfidenceInterval) -> String {
    "\(times(interval.low))–\(times(interval.high))"
  }

  static func times(_ factor: Double) -> String {
    factor >= 9.95 ? Numbers.readable(factor) : Numbers.fixed(factor, 2)
  }

  /// Why nothing is claimed; nil where something is.
  var doubt: String? {
    guard estimate != nil else {
      let count = rounds == 1 ? "1 round is" : "\(rounds) rounds are"
      return "\(count) too few (three are needed)"
    }
    guard !isShown else { return nil }
    if let adjusted, adjusted < 1 - Self.confidence {
      return isLarge ? "within the noise of this run" : "too small to claim"
    }
    return Self.noneShown
  }
}

extension Dictionary where Value == Contest {
  /// The contests, corrected for their number: of all that are claimed, with a probability of 95 %
  /// none is claimed by chance (Holm). Those of fewer than three rounds claim nothing and do not
  /// count.
  ///
  /// - Parameter noiseFloor: What two cases that are the same thing differ by in this run, as the
  ///   logarithm of a ratio; 0 where it was not measured.
  func corrected(noiseFloor: (Key) -> Double = { _ in 0 }) -> Self {
    let tested = compactMap { key, contest in contest.probability.map { (key, $0) } }
    let adjusted = [Key: Double](
      uniqueKeysWithValues: zip(
        tested.map(\.0), HolmCorrection.adjusted(tested.map(\.1))
      ).map { ($0, $1) })
    var corrected = self
    for key in keys {
      corrected[key]?.correct(adjusted[key], of: tested.count, noiseFloor: noiseFloor(key))
    }
    return corrected
  }
}

extension ConfidenceInterval {
  /// The interval of a rising function of the value.
  func map(_ function: (Double) -> Double) -> ConfidenceInterval {
    var mapped = self
    (mapped.low, mapped.high) = (function(low), function(high))
    return mapped
  }
}
