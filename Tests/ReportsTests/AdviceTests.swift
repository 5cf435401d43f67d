import Glibc
import LoadModel
import Statistics
import Testing

@testable import Reports

/// A sweep in which each setting multiplies the throughput by a factor, under noise.
struct FactorialRun {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 11) + 0.5) / Double(1 << 53)
  }

  private mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }

  /// - Parameters:
  ///   - noise: Standard deviation of the logarithm of a repetition's rate.
  ///   - factor: What a case's rate is multiplied by.
  mutating func run(
    _ flags: [(String, String)], noise: Double, factor: (Workload) -> Double
  ) throws -> RunResult {
    var run = try SampleRun.make(flags: flags)
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        let load = run.cases[index].workload
        let rate = 100_000 * factor(load) * exp(noise * normal())
        var repetition = run.cases[index].repetitions[place]
        let records = Int64(rate * repetition.durationS)
        repetition.produced = Flow(records: records, bytes: records * 1024)
        repetition.consumed = repetition.produced
        let isPacked = load.compression != .none
        repetition.compressionRatio = isPacked ? 1.82 : 1
        let cpu = (isPacked ? 1.8 : 1) * Double(records) / 1e6
        repetition.client = ProcessUsage(userCpuS: cpu, systemCpuS: 0)
        repetition.broker = ProcessUsage(userCpuS: Double(records) / 1e6, systemCpuS: 0)
        run.cases[index].repetitions[place] = repetition
      }
    }
    return run
  }
}

@Suite("What to use")
struct AdviceTests {
  private static let quick = [
    ("acks", "1,all"), ("batch-size", "16KiB,256KiB"), ("compression", "none,lz4"),
  ]

  @Test("an effect that is there is found and used, with its size and how sure it is")
  func effect() throws {
    var made = FactorialRun(seed: 7)
    let run = try made.run(Self.quick, noise: 0.05) { load in
      (load.batchSizeBytes > 20_000 ? 1.6 : 1) * (load.compression == .none ? 1 : 0.97)
    }
    let report = RunReport(run)
    let advice = try #require(report.advice)
    #expect(
      advice.headline
        == "Use `acks=all`, `batch.size=262144`, `compression.type=none` here; `lz4` if network or"
        + " disk is what you lack.")
    let batch = try #require(advice.points.first { $0.hasPrefix("`batch-size`") })
    #expect(batch.contains("`256KiB` instead of `16KiB`: throughput 1.59× (1.52–1.68)"), "\(batch)")
    #expect(batch.contains("in 12 of 12 pairs"), "\(batch)")
    let codec = try #require(advice.points.first { $0.hasPrefix("`compression`") })
    #expect(codec.contains("1.82× fewer bytes sent, 1.80× the client CPU; throughput"), "\(codec)")
    let acks = try #require(advice.points.first { $0.hasPrefix("`acks`") })
    #expect(acks.contains("`all` instead of `1`: throughput"), "\(acks)")
    #expect(acks.contains("no difference shown"), "\(acks)")
    #expect(acks.contains("one replica"), "\(acks)")
    // It is the first thing in both forms.
    let answer = try #require(report.sections.first)
    #expect(answer.answer == advice.headline)
    #expect(MarkdownReport(run).text.contains("**Use `acks=all`"))
    #expect(HtmlReport(run).text.contains("<p class=\"answer\">Use <code"))
    #expect(answer.points.contains { $0.hasPrefix("Not measured: latency at your rate") })
    #expect(advice.chosenCase?.label == "acks=all compression=none batch-size=256KiB")
  }

  @Test("where settings work on each other, what one does beside the others to use is told")
  func interaction() throws {
    var made = FactorialRun(seed: 11)
    let run = try made.run(Self.quick, noise: 0.02) { load in
      let isLarge = load.batchSizeBytes > 20_000
      return (isLarge ? 2 : 1) * (load.compression == .none ? 1 : isLarge ? 0.55 : 0.9)
    }
    let advice = try #require(RunReport(run).advice)
    let codec = try #require(advice.points.first { $0.hasPrefix("`compression`") })
    #expect(codec.contains("(with the other values to use: 0.5"), "\(codec)")
    let acks = try #require(advice.points.first { $0.hasPrefix("`acks`") })
    #expect(!acks.contains("other values to use"), "\(acks)")
  }

  @Test("of equal cases none is recommended by noise: the safe values stay")
  func noise() throws {
    var (changed, shown) = (0, 0)
    for seed in 1...40 as ClosedRange<UInt64> {
      var made = FactorialRun(seed: seed)
      let run = try made.run(Self.quick, noise: 0.06) { _ in 1 }
      let advice = try #require(RunReport(run).advice)
      let isSafe = advice.headline?.hasPrefix(
        "Use `acks=all`, `batch.size=16384`, `compression.type=none` here")
      changed += isSafe == true ? 0 : 1
      for axis in advice.factors.axes {
        let effect = advice.factors.effect(
          of: axis.values[1], insteadOf: axis.values[0], on: axis, .producedMb)
        shown += effect?.isShown == true ? 1 : 0
      }
    }
    #expect(changed <= 1, "\(changed) of 40")
    // A 95 % interval leaves the truth out of one in twenty: of 120 some six.
    #expect(shown <= 14, "\(shown) of 120")
  }

  @Test("a machine that slows down while it is measured makes no effect, nor does one bad minute")
  func drift() throws {
    for kind in 0..<2 {
      var made = FactorialRun(seed: 9)
      var run = try made.run(Self.quick, noise: 0.02) { _ in 1 }
      for index in run.cases.indices {
        for place in run.cases[index].repetitions.indices {
          let turn = Double(run.cases[index].repetitions[place].turn)
          let speed = kind == 0 ? exp(-turn / 12) : (turn < 4 ? 0.3 : 1)
          let records = Int64(
            speed * Double(run.cases[index].repetitions[place].produced?.records ?? 0))
          run.cases[index].repetitions[place].produced = Flow(
            records: records, bytes: records * 1024)
        }
      }
      let advice = try #require(RunReport(run).advice)
      for axis in advice.factors.axes {
        let effect = try #require(
          advice.factors.effect(
            of: axis.values[1], insteadOf: axis.values[0], on: axis, .producedMb))
        #expect(!effect.matters, "\(kind) \(axis.name) \(effect.text)")
      }
    }
  }

  @Test("acks=all is kept whatever it costs, and the price is told")
  func safety() throws {
    var made = FactorialRun(seed: 3)
    let run = try made.run(Self.quick, noise: 0.02) { $0.acks == .all ? 0.5 : 1 }
    let advice = try #require(RunReport(run).advice)
    #expect(advice.headline?.contains("`acks=all`") == true)
    let acks = try #require(advice.points.first)
    #expect(acks.contains("throughput 0.50× (0.4") || acks.contains("throughput 0.50× (0.5"))
    #expect(acks.contains("in 12 of 12 pairs"))
  }

  @Test("with too few pairs nothing is shown")
  func few() throws {
    var made = FactorialRun(seed: 4)
    let run = try made.run([("batch-size", "16KiB,64KiB,256KiB")], noise: 0.001) { load in
      Double(load.batchSizeBytes)
    }
    let advice = try #require(RunReport(run).advice)
    #expect(advice.headline?.hasPrefix("Use `batch.size=16384` here.") == true)
    #expect(advice.points[0].contains("3 pairs are too few to tell"), "\(advice.points)")
  }

  @Test("of values that the best is not shown to beat, the one nearest to the safe one is taken")
  func plateau() throws {
    var made = FactorialRun(seed: 5)
    let flags = [("batch-size", "16KiB,64KiB,256KiB"), ("linger-ms", "0,5,20")]
    let run = try made.run(flags, noise: 0.03) { $0.batchSizeBytes > 20_000 ? 1.5 : 1 }
    let advice = try #require(RunReport(run).advice)
    #expect(advice.headline == "Use `batch.size=65536`, `linger.ms=5` here.")
    #expect(advice.points[0].hasSuffix("`256KiB` does not show more than `64KiB`."))
  }

  @Test("where each case keeps its rate, latency decides, and nothing is most produced")
  func openLoop() throws {
    var run = try SampleRun.make(
      flags: [("batch-size", "16KiB,256KiB"), ("linger-ms", "0,5"), ("rate", "1000")])
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        run.cases[index].repetitions[place].produced = Flow(records: 2500, bytes: 2_560_000)
      }
    }
    let report = RunReport(run)
    #expect(report.advice?.goal.word == "p99 latency")
  }

  @Test("in the closed loop no latency is a result")
  func closedLoop() throws {
    let single = MarkdownReport(try SampleRun.make(flags: [("acks", "1")])).text
    #expect(!single.contains("p99 ms") && !single.contains("full buffer until"))
    let asked = MarkdownReport(
      try SampleRun.make(flags: [("acks", "1"), ("latency", "always")])
    ).text
    #expect(asked.contains("Time in a full buffer until the ack, p99 ms"))
  }

  @Test("settings of the load are compared, not recommended")
  func loadSettings() throws {
    let advice = try #require(
      RunReport(try SampleRun.make(flags: [("record-size", "100,1KiB")])).advice)
    #expect(advice.headline == nil)
    #expect(advice.points.count == 1)
  }

  @Test("repetitions that ended early make no pair, and their cases win nothing")
  func partial() throws {
    var run = try SampleRun.make(flags: Self.quick)
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        run.cases[index].repetitions[place].isPartial = true
      }
    }
    let report = RunReport(run)
    #expect(report.advice == nil)
    var single = try SampleRun.make(flags: [("acks", "1")])
    for place in single.cases[0].repetitions.indices {
      single.cases[0].repetitions[place].isPartial = true
    }
    let points = RunReport(single).sections.first?.points ?? []
    #expect(points.contains { $0.hasPrefix("Produced MB/s") })
    #expect(!points.contains { $0.contains("**") })
  }

  @Test("cases that differ in more than one setting, and records that were lost, advise nothing")
  func nothingToCompare() throws {
    var made = FactorialRun(seed: 11)
    let whole = try made.run(Self.quick, noise: 0.01) { $0.batchSizeBytes > 20_000 ? 1.6 : 1 }
    var early = whole
    // What is measured of `quick` when Ctrl-C comes after three turns.
    for index in early.cases.indices where ![0, 5, 6].contains(index) {
      early.cases[index].repetitions = []
    }
    #expect(RunReport(early).advice == nil)
    var lost = whole
    lost.warnings = lost.cases.map { .lostRecords(caseIndex: $0.index, count: 3) }
    #expect(RunReport(lost).advice == nil)
  }

  @Test("no round alone shows an effect, however many pairs it has")
  func rounds() throws {
    func pairs(_ rounds: Int) -> [FactorEffect.Pair] {
      (0..<16).map { .init(round: $0 % rounds, quotient: 1.5 + Double($0) / 100) }
    }
    let single = try #require(FactorEffect(pairs(1)))
    #expect(!single.isShown && single.certainty == "1 round is too few to tell (3 are needed)")
    #expect(try #require(FactorEffect(pairs(3))).isShown)
  }

  @Test(
    "Kafka's own names and numbers",
    arguments: [
      ("batch-size", "256KiB", "batch.size=262144"), ("acks", "all", "acks=all"),
      ("compression", "zstd:3", "compression.type=zstd compression.zstd.level=3"),
      ("fetch-max-wait", "500ms", "fetch.max.wait.ms=500"), ("linger-ms", "5", "linger.ms=5"),
    ])
  func names(name: String, value: String, text: String) {
    #expect(KafkaSetting.text(name, value) == text)
  }
}

@Suite("Latency of a case")
struct LatencyMetricTests {
  @Test("its percentile is the median of its repetitions', as in a comparison of results")
  func oneEstimator() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    // One repetition of many fast records, two of few slow ones: in one population the fast ones
    // would hide the slow repetitions.
    for (place, (value, count)) in [(1_000_000, 100_000), (9_000_000, 100), (8_000_000, 100)]
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
    let text = MarkdownReport(run).text
    #expect(text.contains("includes up to 3.00 ms of the generator's own delay"))
    #expect(!text.contains("lower bound"))
  }

  @Test("a generator whose busiest thread was full is a limit only where the rate was not reached")
  func busy() throws {
    var run = try late([1, 1, 1], [1_000_000, 1_000_000, 1_000_000])
    run.cases[0].repetitions[0].generatorBusyShare = 0.99
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
