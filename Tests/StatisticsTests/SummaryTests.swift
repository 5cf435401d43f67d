import Statistics
import Testing

@Suite("Summaries")
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
}
