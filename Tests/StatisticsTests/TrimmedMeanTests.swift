import Statistics
import Testing

@Suite("Student's t and the trimmed mean")
struct TrimmedMeanTests {
  private func isNear(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-10) -> Bool {
    abs(value - expected) <= tolerance * max(abs(expected), 1e-300)
  }

  @Test(
    "tails are SciPy's (stats.t.sf)",
    arguments: [
      (0, 3, 0.5), (0.5, 1, 0.35241638234956674), (1, 2, 0.2113248654051871),
      (2.5, 3, 0.04385332350403278), (4.2, 7.5, 0.0017300409064761602),
      (0.001, 5, 0.4996203933860988), (2, 30, 0.027312522481491547),
      (40, 2, 0.0003122073360923703), (1.96, 100_000, 0.02499928159715084),
      (-1.3, 4, 0.868274201764388),
    ] as [(Double, Double, Double)])
  func tails(t: Double, degrees: Double, expected: Double) {
    #expect(isNear(StudentT.upperTail(t, degrees: degrees), expected, 1e-9))
  }

  @Test(
    "quantiles are SciPy's (stats.t.ppf)",
    arguments: [
      (0.975, 1, 12.706204736174694), (0.975, 2, 4.302652729749462),
      (0.975, 3, 3.1824463052837078), (0.95, 5, 2.0150483733330233),
      (0.999, 7, 4.785289628638333), (0.2, 4, -0.9409645772351811),
      (0.995, 29, 2.756385903670605), (0.9999, 3, 22.203742273205),
      (0.975, 100_000, 1.9599877075346095), (0.5, 3, 0),
    ] as [(Double, Double, Double)])
  func quantiles(probability: Double, degrees: Double, expected: Double) {
    #expect(isNear(StudentT.quantile(probability, degrees: degrees), expected, 1e-9))
  }

  @Test("ends and what is out of range")
  func ends() {
    #expect(StudentT.upperTail(.infinity, degrees: 3) == 0)
    #expect(StudentT.upperTail(-.infinity, degrees: 3) == 1)
    #expect(StudentT.upperTail(1, degrees: 0).isNaN)
    #expect(StudentT.quantile(1, degrees: 3) == .infinity)
    #expect(StudentT.quantile(0, degrees: 3) == -.infinity)
    #expect(StudentT.quantile(1.5, degrees: 3).isNaN)
  }

  struct Sample: CustomTestStringConvertible {
    var values: [Double]
    var mean, error, degrees, low, high, probability, aboveTenth: Double
    var testDescription: String { "\(values.count) values" }
  }

  @Test(
    "mean, error, interval and probabilities are those of SciPy's parts (trim_mean, winsorize, t)",
    arguments: [
      Sample(
        values: [0.1, 0.2, 0.4], mean: 0.23333333333333336, error: 0.08819171036881969,
        degrees: 2, low: -0.1461249700263426, high: 0.6127916366930093,
        probability: 0.11808289631180313, aboveTenth: 0.13485162832988923),
      Sample(
        values: [0.3, -0.1, 0.2, 0.15], mean: 0.1375, error: 0.08508574106942557, degrees: 3,
        low: -0.13328080229871964, high: 0.40828080229871966, probability: 0.2045083234095568,
        aboveTenth: 0.34461647902780124),
      Sample(
        values: [0.05, 0.1, 0.2, 0.12, 5], mean: 0.14, error: 0.042268979957726285, degrees: 2,
        low: -0.04186874199883628, high: 0.3218687419988363, probability: 0.08032626989219552,
        aboveTenth: 0.2219360008399757),
      // Of two sides, SciPy has it as one call: ttest_ind(values, zeros, trim=0.2,
      // equal_var=False) finds the same probability.
      Sample(
        values: [0.69, 0.71, 0.64, 0.75, 0.7, 0.2, 0.66, 0.73], mean: 0.6883333333333335,
        error: 0.017841898254763504, degrees: 5, low: 0.6424692737663671,
        high: 0.7341973929002998, probability: 2.204925452404156e-07,
        aboveTenth: 2.410415895832327e-07),
      Sample(
        values: [-0.2, 0.01, 0.03, -0.02, 0.05, -0.03, 0.02, 0.04, -0.01, 0.9, 0.06, -0.07],
        mean: 0.011250000000000001, error: 0.01481533150554005, degrees: 7,
        low: -0.023782692173386633, high: 0.04628269217338664,
        probability: 0.47243562815869444, aboveTenth: 0.9997262656421698),
    ])
  func oracle(sample: Sample) throws {
    let found = try #require(TrimmedMean(sample.values))
    #expect(isNear(found.mean, sample.mean))
    #expect(isNear(found.standardError, sample.error))
    #expect(found.degrees == sample.degrees)
    let interval = found.interval()
    #expect(isNear(interval.low, sample.low, 1e-9))
    #expect(isNear(interval.high, sample.high, 1e-9))
    #expect(isNear(found.probability(), sample.probability, 1e-8))
    #expect(isNear(found.probabilityAbove(0.1), sample.aboveTenth, 1e-8))
    #expect(isNear(found.probabilityBelow(0.1), 1 - sample.aboveTenth, 1e-8))
  }

  @Test("too few values, and one that is no number, have no interval")
  func refused() {
    #expect(TrimmedMean([1, 2]) == nil)
    #expect(TrimmedMean([1, 2, .infinity]) == nil)
    #expect(TrimmedMean([1, 2, .nan]) == nil)
  }

  @Test("equal values are certain of themselves and of nothing else")
  func equal() throws {
    let found = try #require(TrimmedMean([2, 2, 2, 2]))
    #expect(found.probability(of: 2) == 1)
    #expect(found.probability(of: 1) == 0)
    #expect(found.valuesNeeded(toShow: 0.1) == 3)
    #expect(found.valuesNeeded(toShow: 0) == 3)
  }

  @Test("an interval of 95 % misses the truth one time in twenty", arguments: [4, 6, 10, 14])
  func coverage(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }
    let rounds = 4000
    var missed = 0
    for _ in 0..<rounds {
      let found = try #require(TrimmedMean((0..<count).map { _ in 1 + normal() }))
      let interval = found.interval()
      if interval.low > 1 || interval.high < 1 { missed += 1 }
    }
    // Four standard deviations of the share that is counted.
    #expect(abs(Double(missed) / Double(rounds) - 0.05) < 0.017)
  }

  @Test("so many values as are proposed show the difference as often as is said")
  func power() throws {
    var random = SplitMix64(seed: 7)
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }
    // A large sample, so that its own scatter is near the truth's.
    let pilot = try #require(TrimmedMean((0..<2000).map { _ in normal() }))
    let count = try #require(pilot.valuesNeeded(toShow: 0.8, confidence: 0.95, power: 0.8))
    #expect((14...20).contains(count))
    var shown = 0
    for _ in 0..<2000 {
      let found = try #require(TrimmedMean((0..<count).map { _ in 0.8 + normal() }))
      shown += found.probability() < 0.05 ? 1 : 0
    }
    #expect(abs(Double(shown) / 2000 - 0.8) < 0.06)
    #expect(pilot.valuesNeeded(toShow: 0.001) == nil)
    // Beside another mean more are needed, and none is enough where its own error is too large.
    let beside = try #require(pilot.valuesNeeded(toShow: 0.15, above: pilot))
    #expect(beside > (try #require(pilot.valuesNeeded(toShow: 0.15))))
    #expect(pilot.valuesNeeded(toShow: pilot.standardError, above: pilot) == nil)
    #expect(pilot.valuesNeeded(toShow: 0.1)! > 500)
  }
}
