import Statistics
import Testing

@Suite("Summaries and intervals")
struct SummaryTests {
  @Test("the median is in the middle, the range is the ends")
  func summary() throws {
    let odd = try #require(Summary([3, 1, 2]))
    #expect((odd.median, odd.min, odd.max, odd.count) == (2, 1, 3, 3))
    #expect(median([4, 1, 3, 2]) == 2.5)
    #expect(median([]) == nil)
    #expect(Summary([.nan]) == nil)
    #expect(odd.relativeRange == 1)
  }

  @Test("a ratio to nothing is none")
  func ratios() {
    #expect(ratio(3, to: 2) == 1.5)
    #expect(ratio(3, to: 0) == nil)
    #expect(ratio(.infinity, to: 2) == nil)
  }

  @Test("intervals hold the median in about the stated share of experiments")
  func coverage() throws {
    var random = SplitMix64(seed: 11)
    var held = 0
    for experiment in 0..<200 as Range<UInt64> {
      let runs = (0..<15).map { _ in Double.random(in: 0...2, using: &random) }
      let interval = try #require(
        Bootstrap.medianInterval(runs, confidence: 0.95, resamples: 400, seed: experiment))
      #expect(interval.low <= interval.high)
      if interval.low <= 1, interval.high >= 1 { held += 1 }
    }
    #expect(held >= 176 && held <= 200)
  }

  @Test("the same seed gives the same interval; a clear ratio excludes 1")
  func ratioIntervals() throws {
    let slow: [Double] = [100, 102, 98, 101, 99, 103]
    let fast = slow.map { $0 * 1.5 }
    let interval = try #require(Bootstrap.medianRatioInterval(fast, to: slow))
    #expect(interval == Bootstrap.medianRatioInterval(fast, to: slow))
    #expect(interval.low > 1.4 && interval.high < 1.6)
    #expect(Bootstrap.medianInterval([1]) == nil)
    #expect(Bootstrap.medianRatioInterval(fast, to: [0, 0]) == nil)
  }

  @Test("intervals of a mean hold it in the stated share also of few values", arguments: [6, 12])
  func meanCoverage(count: Int) throws {
    var random = SplitMix64(seed: 5)
    var held = 0
    for experiment in 0..<400 as Range<UInt64> {
      let values = (0..<count).map { _ in
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0...1, using: &random) }
      }
      let interval = try #require(
        Bootstrap.meanInterval(values, resamples: 300, seed: experiment))
      if interval.low <= 0, interval.high >= 0 { held += 1 }
    }
    // 95 % of 400 are 380.
    #expect(held >= 366 && held <= 396, "\(held)")
    #expect(Bootstrap.meanInterval([1, 2]) == nil)
    #expect(Bootstrap.meanInterval([1, 2, .nan]) == nil)
  }
}
