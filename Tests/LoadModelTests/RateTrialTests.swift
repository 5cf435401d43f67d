import Statistics
import Testing

@testable import LoadModel

@Suite("what makes a trial of a rate search pass or fail")
struct RateTrialTests {
  private static let rate = 10_000.0

  private func histogram(_ ms: Double) -> HistogramData {
    var histogram = Histogram()
    histogram.record(Int64(ms * 1e6), count: 100_000)
    return HistogramData(histogram)
  }

  private func workload(acks: AckLevel = .all) -> Workload {
    var workload = Workload()
    workload.rate = .perSecond(Self.rate)
    workload.acks = acks
    return workload
  }

  /// A measurement of 10 s in which all is well.
  private func sound() -> RepetitionResult {
    var result = RepetitionResult(
      repetition: 1, turn: 0, startedUtc: "2026-11-28T10:00:00Z", durationS: 10)
    result.produced = Flow(records: 100_000, bytes: 102_400_000)
    result.produceLatency = histogram(4)
    result.serviceTime = histogram(2)
    result.endToEndLatency = histogram(6)
    result.scheduleLag = histogram(0.1)
    result.unsentRecords = 0
    result.backlogTrend = BacklogTrend(growthPerS: 1, standardErrorPerS: 5)
    result.steady = SteadyState(warmupS: 2)
    result.verification = Verification()
    result.generatorBusyShare = 0.3
    return result
  }

  private func failed(
    _ target: String? = "e2e.p99<20ms,lost=0", _ change: (inout RepetitionResult) -> Void
  ) throws -> [RateCriterion] {
    var result = sound()
    change(&result)
    let settings = RateSearchSettings(target: try target.map { try ServiceLevel.parse($0) })
    return RateTrial(
      number: 1, phase: .bracket, result, of: workload(), settings, processors: 2
    ).failed
  }

  @Test("a sound trial passes, with and without a target")
  func passes() throws {
    #expect(try failed { _ in }.isEmpty)
    #expect(try failed(nil) { _ in }.isEmpty)
    // At the limit of each criterion.
    #expect(try failed(nil) { $0.produced?.records = 99_000 }.isEmpty)
    #expect(
      try failed(nil) {
        $0.backlogTrend = BacklogTrend(growthPerS: 24, standardErrorPerS: 0)
      }.isEmpty)
    #expect(
      try failed(nil) {
        $0.backlogTrend = BacklogTrend(growthPerS: 190, standardErrorPerS: 100)
      }.isEmpty)
    // What had not settled before, and does not drift, is steady.
    #expect(
      try failed(nil) { $0.steady = SteadyState(warmupS: 4, unsettled: [.cpuPerGB]) }.isEmpty)
  }

  @Test("each criterion fails by itself")
  func fails() throws {
    let terms = try ServiceLevel.parse("e2e.p99<20ms,lost=0").terms
    #expect(try failed { $0.endToEndLatency = histogram(21) } == [.target(terms[0])])
    #expect(try failed { $0.verification?.lost = 1 } == [.target(terms[1])])
    // What was not measured does not hold.
    #expect(try failed { $0.endToEndLatency = nil } == [.target(terms[0])])
    #expect(
      try failed(nil) { $0.backlogTrend = BacklogTrend(growthPerS: 200, standardErrorPerS: 50) }
        == [.backlog])
    #expect(try failed(nil) { $0.produced?.records = 98_900 } == [.schedule])
    #expect(try failed(nil) { $0.unsentRecords = 1 } == [.schedule])
    #expect(try failed(nil) { $0.errors = [ErrorCount(name: "X", count: 1)] } == [.errors])
    #expect(try failed("errors<5") { $0.errors = [ErrorCount(name: "X", count: 1)] }.isEmpty)
    #expect(
      try failed(nil) { $0.steady = SteadyState(warmupS: 2, drifted: [.batchSize]) } == [.unsteady])
    #expect(try failed(nil) { $0.steady = SteadyState(warmupS: 2, drifted: [.backlog]) }.isEmpty)
    #expect(try failed(nil) { $0.failure = "a producer gave up" } == [.ended])
  }

  @Test("a generator that is late itself is told from a broker whose clients' buffers are full")
  func generator() throws {
    // A tenth of 20 ms.
    #expect(try failed { $0.scheduleLag = histogram(1.9) }.isEmpty)
    #expect(try failed { $0.scheduleLag = histogram(2.1) } == [.generator])
    // Without a limit on latency its lag has none.
    #expect(try failed(nil) { $0.scheduleLag = histogram(2.1) }.isEmpty)
    // 10 MB/s that wait 2.5 s from append to acknowledgement are 25 of 32 MiB.
    let term = try ServiceLevel.parse("e2e.p99<20ms").terms[0]
    let full = try failed {
      $0.scheduleLag = histogram(500)
      $0.produceLatency = histogram(3_000)
      $0.endToEndLatency = histogram(3_000)
    }
    #expect(full == [.target(term)])
    // A thread that is busy all the time counts where something fails.
    #expect(try failed(nil) { $0.generatorBusyShare = 0.99 }.isEmpty)
    let busy = try failed(nil) {
      $0.generatorBusyShare = 0.99
      $0.produced?.records = 90_000
      $0.backlogTrend = BacklogTrend(growthPerS: 1_000, standardErrorPerS: 10)
    }
    #expect(busy == [.backlog, .schedule, .generator])
  }

  @Test("of few records, those under way at the window's ends are no missed schedule")
  func fewRecords() {
    var slow = workload()
    slow.rate = .perSecond(5)
    var result = sound()
    result.produced?.records = 49
    #expect(
      RateTrial(number: 1, phase: .bracket, result, of: slow, RateSearchSettings(), processors: 2)
        .failed.isEmpty)
  }

  @Test("the trend of a backlog is in records a second")
  func trend() throws {
    func trend(_ backlog: (Double) -> Double) -> BacklogTrend? {
      var readings = LoadReadings(gapNanos: 15_000_000)
      for step in 0...500 {
        let seconds = Double(step) * 0.02
        readings.add(
          LoadReading(
            nanos: Int64(seconds * 1e9), bytes: 0, records: Int64(step), batches: 1,
            backlogRecords: Int64(backlog(seconds))))
      }
      return BacklogTrend(readings, from: 0, until: 10_000_000_000)
    }
    let growing = try #require(trend { 100 + 50 * $0 })
    #expect(abs(growing.growthPerS - 50) < 1 && growing.standardErrorPerS < 1)
    let still = try #require(trend { _ in 100 })
    #expect(still.growthPerS == 0 && still.standardErrorPerS == 0)
    var none = LoadReadings(gapNanos: 15_000_000)
    for step in 0...500 {
      none.add(LoadReading(nanos: Int64(step) * 20_000_000, bytes: 0, records: 1, batches: 1))
    }
    #expect(BacklogTrend(none, from: 0, until: 10_000_000_000) == nil)
  }
}
