import Statistics
import Testing

@Suite("Exact bounds of a probability")
struct BinomialBoundTests {
  private func upper(_ successes: Int, _ trials: Int) throws -> Double {
    try #require(BinomialBound.upper(successes, of: trials))
  }

  @Test("as SciPy's beta.ppf(0.95, k + 1, n - k) has them")
  func known() throws {
    for (successes, trials, bound) in [
      (0, 20, 0.139108), (1, 20, 0.216106), (9, 20, 0.653069), (19, 20, 0.997439), (0, 1, 0.95),
      (999, 1000, 0.999949),
    ] {
      #expect(abs(try upper(successes, trials) - bound) < 1e-5, "\(successes) of \(trials)")
    }
    #expect(try upper(20, 20) == 1)
    #expect(BinomialBound.upper(0, of: 0) == nil)
    #expect(BinomialBound.upper(3, of: 2) == nil)
  }
}
