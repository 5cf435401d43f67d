import Glibc
import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("Latency of a case")
struct LatencyMetricTests {
  @Test("its percentile is the median of its repetitions', as in a comparison of results")
  func oneEstimator() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    // One repetition of many fast records, two of few slow ones: in one population the fast ones
    // would hide the slow repetitions.
    for (place, (value, count)) in [(1_000_000, 100_000), (9_000_000, 1000), (8_000_000, 1000)]
      .enumerated()
    {
      var histogram = Histogram()
      histogram.record(Int64(value), count: Int64(count))
      run.cases[0].repetitions[place].produceLatency = HistogramData(histogram)
    }
    let found = try #require(Metric.produceP99.summary(run.cases[0]))
    #expect(abs(found.value - 8) < 0.05)
    let samples = CaseSamples(run.cases[0])
    let cells = ResultComparison([.init(name: "a", cases: [samples])]).cells
    #expect(cells.first { $0.metric == "produce_p99_ms" }?.median == found.value)
    #expect(abs(found.min - 1) < 0.01 && abs(found.max - 9) < 0.05)
    #expect(found.count == 3)
  }

  @Test("a percentile with fewer than ten batches beyond it is not known, in no report")
  func fewBatches() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    for place in run.cases[0].repetitions.indices {
      run.cases[0].repetitions[place].batches = 999
    }
    #expect(Metric.produceP99.summary(run.cases[0]) == nil)
    #expect(Metric.produceP50.summary(run.cases[0]) != nil)
    #expect(CaseSamples(run.cases[0]).repetitions.allSatisfy { $0.values["produce_p99_ms"] == nil })
    run.cases[0].workload.rate = .perSecond(1000)
    Golden.expect("latency-few-batches.md", RunReport(run).markdown("Results"))
    let rows = ResultsTable.csv(run).split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let p99 = try #require(rows[0].firstIndex(of: "produce_latency_p99_ms"))
    #expect(rows.dropFirst().allSatisfy { $0[p99].isEmpty && !$0[p99 - 1].isEmpty })
    for place in run.cases[0].repetitions.indices {
      run.cases[0].repetitions[place].batches = 1000
    }
    #expect(Metric.produceP99.summary(run.cases[0])?.count == 3)
    #expect(Metric.endToEndP99.summary(run.cases[0])?.count == 3)
  }

  private func late(_ lags: [Int64], _ latencies: [Int64]) throws -> RunResult {
    var run = try SampleRun.make(flags: [("rate", "1000"), ("linger-ms", "0,5")])
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        run.cases[index].repetitions[place].produced = Flow(records: 2500, bytes: 2_560_000)
        guard index == 0 else { continue }
        var (lag, latency) = (Histogram(), Histogram())
        lag.record(lags[place])
        latency.record(latencies[place])
        run.cases[index].repetitions[place].scheduleLag = HistogramData(lag)
        run.cases[index].repetitions[place].produceLatency = HistogramData(latency)
      }
    }
    return run
  }

  @Test("the generator's own delay is judged within a repetition, and marks latency alone")
  func delay() throws {
    // The greatest lag and the greatest latency belong to different repetitions: nothing to tell.
    let quiet = try late([500_000, 500_000, 3_000_000], [1_000_000, 4_000_000, 90_000_000])
    #expect(!quiet.allWarnings.contains { if case .generatorDelay = $0 { true } else { false } })
    let run = try late([500_000, 3_000_000, 500_000], [1_000_000, 6_000_000, 90_000_000])
    let warning = run.allWarnings.first { if case .generatorDelay = $0 { true } else { false } }
    guard case .generatorDelay(let index, let lag, let latency, let service?) = warning else {
      Issue.record("no warning")
      return
    }
    #expect(index == 0)
    #expect(abs(lag - 3) < 0.01 && abs(latency - 6) < 0.01 && service > 0)
    #expect(!MarkdownReport(run).text.contains("lower bound"))
    Golden.expect("generator-delay.md", RunReport(run).markdown("Before you believe it"))
  }

  @Test("a generator whose busiest thread was full is a limit only where the rate was not reached")
  func busy() throws {
    var run = try late([1, 1, 1], [1_000_000, 1_000_000, 1_000_000])
    for place in run.cases[0].repetitions.indices {
      run.cases[0].repetitions[place].generatorBusyShare = 0.99
    }
    func isLimit(_ run: RunResult) -> Bool {
      run.allWarnings.contains { if case .generatorBottleneck = $0 { true } else { false } }
    }
    #expect(!isLimit(run))
    for place in run.cases[0].repetitions.indices {
      run.cases[0].repetitions[place].produced = Flow(records: 100, bytes: 102_400)
    }
    #expect(isLimit(run))
  }

  @Test("one replica is told of only where levels of acks are compared")
  func replicas() throws {
    #expect(
      !(try SampleRun.make(flags: [("acks", "all")])).allWarnings.contains(.singleReplicaAcksAll))
    #expect(
      (try SampleRun.make(flags: [("acks", "1,all")])).allWarnings.contains(.singleReplicaAcksAll))
  }

  @Test("the ends of a range that look alike have a digit more")
  func ranges() {
    #expect(Numbers.range(1.2341, 1.2349) == "1.234–1.235")
    #expect(Numbers.range(100.2, 100.4) == "100.2–100.4")
    #expect(Numbers.range(2, 2) == "2.00")
    #expect(Numbers.range(818, 1001) == "818–1,001")
  }
}
