import Statistics
import Testing

@Suite("Rank tests and the noise floor")
struct RankTestTests {
  @Test("probabilities are those of SciPy, exact ones also with ties")
  func oracle() {
    func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-4 }
    #expect(
      isNear(
        RankTests.signedRankUpper([0.3, -0.1, 0.5, 0.7, 0.2, 0.9, -0.4, 1.1]), 0.0390625))
    #expect(isNear(RankTests.signedRankUpper([1, 1, -1, 2, 3, -2, 4, 0]), 0.1328125))
    #expect(
      isNear(
        RankTests.rankSumUpper(
          [12.1, 13.4, 11.8, 15.0, 14.2], over: [10.2, 11.1, 12.5, 9.9, 10.8, 11.5]), 0.00865801))
    #expect(isNear(RankTests.rankSumUpper([1, 2, 2, 3, 5], over: [1, 1, 2, 2, 4, 0]), 0.16233766))
  }

  @Test("many values are taken for normal, as SciPy does it")
  func many() {
    let pairs = (0..<80).map { Double($0 * 37 % 101) / 10 - 4.4 }
    #expect(abs(RankTests.signedRankUpper(pairs) - 0.04997162) < 0.002)
    let values = (0..<40).map { Double($0 * 29 % 97) / 9.7 + 0.8 }
    let baseline = (0..<40).map { Double($0 * 31 % 89) / 8.9 }
    #expect(abs(RankTests.rankSumUpper(values, over: baseline) - 0.04381868) < 0.002)
  }

  @Test("nothing to compare shows nothing")
  func empty() {
    #expect(RankTests.signedRankUpper([]) == 1)
    #expect(RankTests.signedRankUpper([0, 0]) == 1)
    #expect(RankTests.rankSumUpper([], over: [1]) == 1)
    #expect(RankTests.signedRankUpper([1, 1, 1, 1]) == 1.0 / 16)
  }

  @Test("the least that so many values can show is what the tests find in the clearest order")
  func least() {
    for count in [1, 5, 12] {
      let pairs = (1...count).map(Double.init)
      #expect(RankTests.signedRankLeast(pairs: count) == RankTests.signedRankUpper(pairs))
    }
    for (count, stored) in [(1, 1), (4, 3), (7, 5)] {
      let found = RankTests.rankSumUpper(
        (1...count).map { Double($0) + 100 }, over: (1...stored).map(Double.init))
      #expect(abs(RankTests.rankSumLeast(count, over: stored) - found) < 1e-12)
    }
    #expect(abs(RankTests.rankSumLeast(3, over: 3) - 1.0 / 20) < 1e-12)
    #expect(RankTests.signedRankLeast(pairs: 0) == 1 && RankTests.rankSumLeast(0, over: 5) == 1)
    // Beyond what is exact, as the tests see it themselves.
    #expect((0..<1e-6).contains(RankTests.signedRankLeast(pairs: 100)))
    #expect(RankTests.rankSumLeast(100, over: 3) > 1e-3)
  }

  @Test("of many tests the least probable counts as often as there are tests")
  func holm() {
    #expect(HolmCorrection.adjusted([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    #expect(HolmCorrection.adjusted([0.5, 0.9]) == [1, 1])
    #expect(HolmCorrection.adjusted([]) == [])
  }
}
