import Testing

@testable import BrokerServer

@Suite("a broker of a known capacity, made on purpose")
struct ProduceBudgetTests {
  @Test("records are paid for at its rate, after a burst of 20 ms")
  func rate() throws {
    let budget = try #require(ProduceBudget(recordsPerSecond: 1_000))
    let start: Int64 = 5_000_000_000
    // The bucket holds 20 records.
    #expect(budget.take(20, nowNanos: start) == start)
    #expect(budget.take(1, nowNanos: start) == start + 1_000_000)
    #expect(budget.take(100, nowNanos: start) == start + 101_000_000)
    // Asked for late, it lost nothing that the bucket holds.
    #expect(budget.take(10, nowNanos: start + 111_000_000) == start + 111_000_000)
    // What does not fit into the bucket is lost.
    let later = start + 10_000_000_000
    #expect(budget.take(30, nowNanos: later) == later + 10_000_000)
  }

  @Test("without a rate there is none")
  func none() {
    #expect(ProduceBudget(recordsPerSecond: 0) == nil)
  }
}
