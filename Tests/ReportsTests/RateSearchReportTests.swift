import FoundationEssentials
import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("the report of a rate search")
struct RateSearchReportTests {
  private func latency(_ p99Ms: Double) -> RateTrialLatency? {
    var histogram = Histogram()
    for step in 1...100 as ClosedRange<Int64> {
      histogram.record(Int64(p99Ms * 1e6) * step / 99, count: 100)
    }
    return RateTrialLatency(HistogramData(histogram))
  }

  /// A search that ends between `rate` and a step above; `change` alters its result.
  private func search(
    _ rate: Double, target: String? = nil, change: (inout RateSearchResult) -> Void = { _ in }
  ) throws -> RateSearchResult {
    let settings = RateSearchSettings(target: try target.map { try ServiceLevel.parse($0) })
    var result = RateSearchResult(settings: settings)
    func add(_ phase: RateTrial.Phase, _ perS: Double?, _ failed: [RateCriterion]) {
      var trial = RateTrial(
        number: result.trials.count + 1, phase: phase, startedUtc: "2026-11-28T10:00:00Z",
        durationS: phase == .sustain ? 15 : 7.5)
      trial.offeredPerS = perS
      trial.achievedPerS = min(perS ?? rate * 1.02, rate * 1.02)
      trial.failed = failed
      trial.endToEndLatency = latency(failed.isEmpty ? 8 : 45)
      (trial.backlogGrowth, trial.backlogGrowthError) = (failed.isEmpty ? 0.0001 : 0.03, 0.0002)
      trial.resource = failed.isEmpty ? LimitingResource.none : .allProcessors
      trial.verification = Verification()
      trial.repetition = nil
      result.trials.append(trial)
    }
    let why: RateCriterion = settings.target.map { .target($0.terms[0]) } ?? .backlog
    add(.closedLoop, nil, [])
    add(.bracket, rate * 1.05, [why])
    for _ in 0..<3 {
      add(.sustain, rate, [])
      add(.sustain, rate * 1.05, [why])
    }
    (result.ratePerS, result.lowPerS, result.highPerS) = (rate, rate * 0.999, rate * 1.05)
    (result.bound, result.resource) = (why, .allProcessors)
    change(&result)
    return result
  }

  private func run(_ searches: [RateSearchResult]) throws -> RunResult {
    var run = try SampleRun.make(flags: [("acks", "all,1")])
    run.cases = Array(run.cases.prefix(searches.count))
    for (index, search) in searches.enumerated() {
      run.cases[index].rateSearch = search
      if search.ratePerS == nil { run.cases[index].repetitions = [] }
    }
    return run
  }

  private func text(_ run: RunResult) -> String {
    Reports.derived(from: run).first { $0.name == "report.md" }?.text ?? ""
  }

  @Test("states the rate, its interval, how its trials went and what bound it")
  func single() throws {
    let text = text(try run([search(182_000, target: "e2e.p99<20ms,errors=0")]))
    #expect(
      text.contains(
        "Highest rate: **182,000 records/s** (181,818–191,100); 3 of 3 sustained trials passed"
          + " there; 3 of 3 failed at 191,100; bound by `e2e.p99<20ms`; all processors of this"
          + " machine were busy."), "\(text)")
    #expect(text.contains("latency-against-load"))
    // Every trial has its row.
    #expect(text.contains("8, sustain"))
    #expect(text.contains("holds `e2e.p99<20ms,errors=0`"))
    #expect(!text.contains("Nothing was measured"))
  }

  @Test("of a sweep each case has its rate, against the first one's")
  func sweep() throws {
    let text = text(try run([search(100_000), search(150_000)]))
    #expect(text.contains("`acks=all`: **100,000 records/s**"))
    #expect(text.contains("`acks=1`: **150,000 records/s**"))
    #expect(text.contains("1.50× (1.43–1.58)"))
    #expect(text.contains("a growing backlog"))
    // Rates that differ are no effect of a setting at the same load.
    #expect(!text.contains("all else equal"))
  }

  @Test("a generator's limit, and a search in which nothing passed, are no intervals")
  func ends() throws {
    let limited = try search(50_000) {
      $0.isGeneratorLimited = true
      $0.bound = .generator
      $0.highPerS = nil
    }
    let none = try search(50_000) {
      ($0.ratePerS, $0.lowPerS, $0.doubt) = (nil, nil, .nothingPassed)
      $0.highPerS = 3_000
    }
    let both = text(try run([limited, none]))
    #expect(both.contains("**at least 50,000 records/s**, generator-limited"))
    #expect(both.contains("≥ 50,000"))
    #expect(both.contains("**no rate passed** below 3,000 records/s"))
    let alone = text(try run([none]))
    #expect(!alone.contains("Nothing was measured"))
  }

  @Test("a stored result reads back the same, and rows of results.csv have the rate behind all")
  func stored() throws {
    let run = try run([search(182_000, target: "e2e.p99<20ms,lost=0") { $0.doubt = .contradiction }]
    )
    let json = try Reports.json(run)
    let again = try JSONDecoder().decode(RunResult.self, from: Data(json.utf8))
    #expect(again.cases[0].rateSearch == run.cases[0].rateSearch)
    let lines = ResultsTable.csv(run).split(whereSeparator: \.isNewline)
    #expect(
      lines[0].contains(
        "highest_rate_per_s,highest_rate_low_per_s,highest_rate_high_per_s,highest_rate_bound_by,"
          + "highest_rate_generator_limited"))
    try #require(lines.count > 1)
    #expect(lines[1].contains("182000.000,181818.000,191100.000,e2e.p99<20ms"))
    #expect(text(run).contains("trials contradict each other"))
  }
}
