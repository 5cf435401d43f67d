import Glibc
import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("What to use")
struct AdviceTests {
  private static let quick = [
    ("acks", "1,all"), ("batch-size", "16KiB,256KiB"), ("compression", "none,lz4"),
    ("repetitions", "8"),
  ]

  private func advice(_ run: RunResult) throws -> Advice { try #require(RunReport(run).advice) }

  private func answer(_ run: RunResult) -> String { RunReport(run).markdown("The answer") }

  private func effect(
    _ advice: Advice, _ axis: String, _ value: String, _ context: String?
  ) throws -> Effect {
    try #require(
      advice.effects.all.first {
        $0.axis.name == axis && $0.value == value && $0.context == context
      })
  }

  @Test("an effect that is there is found and used, with its size and how sure it is")
  func effect() throws {
    var made = FactorialRun(seed: 7)
    let run = try made.run(Self.quick, noise: 0.03) { load in
      load.batchSizeBytes > 20_000 ? 1.6 : 1
    }
    let report = RunReport(run)
    let advice = try #require(report.advice)
    // Both contexts of the codec are alike: one mean, one value a round.
    let batch = try effect(advice, "batch-size", "256KiB", nil)
    #expect(batch.pairs.count == 2 && batch.goal?.rounds == 8)
    let interval = try #require(batch.goal?.interval)
    #expect(interval.low < 1.6 && interval.high > 1.6 && interval.high / interval.low < 1.15)
    // It is the first thing in both forms, in at most five lines.
    let answer = try #require(report.sections.first)
    #expect(answer.answer == advice.headline)
    #expect(answer.paragraphs.isEmpty && answer.points.count <= 4)
    Golden.expect("advice-effect.md", SectionMarkdown.text(answer))
    Golden.expect("advice-effect.html", SectionHtml.text(answer, id: "s1", isFirst: true))
  }

  @Test("acks=1 and acks=all with one replica are one experiment: a noise floor, no comparison")
  func sameExperiment() throws {
    var made = FactorialRun(seed: 3)
    let run = try made.run(Self.quick, noise: 0.02) { $0.acks == .all ? 0.8 : 1 }
    let advice = try advice(run)
    #expect(advice.effects.all.allSatisfy { $0.axis.name != "acks" })
    #expect(advice.factors.cells.count == 4)
    let floor = try #require(advice.effects.noiseFloor)
    #expect(abs(floor - log(1.25)) < 0.05)
    // What lies below it is not claimed, however certain its sign is.
    let small = try made.run(Self.quick, noise: 0.02) {
      ($0.acks == .all ? 0.8 : 1) * ($0.batchSizeBytes > 20_000 ? 1.15 : 1)
    }
    let other = try self.advice(small)
    #expect(other.steps.isEmpty)
    #expect(
      other.effects.all.filter { $0.axis.name == "batch-size" }
        .allSatisfy { $0.goal?.doubt == "within the noise of this run" })
    Golden.expect(
      "advice-same-experiment.md",
      [
        ("acks=all has 0.8 times the throughput", answer(run)),
        ("and 256KiB 1.15 times that of 16KiB", answer(small)),
      ])
  }

  @Test("with two replicas acks are compared, and all is kept whatever it costs")
  func safety() throws {
    var made = FactorialRun(seed: 3)
    let run = try made.run(Self.quick + [("replication-factor", "2")], noise: 0.02) {
      $0.acks == .all ? 0.5 : 1
    }
    let advice = try advice(run)
    #expect(advice.factors.cells.count == 8 && advice.effects.noiseFloor == nil)
    #expect(advice.steps.isEmpty)
    Golden.expect("advice-two-replicas.md", answer(run))
    let acks = try effect(advice, "acks", "1", nil)
    #expect(acks.goal?.isMore == true && abs((acks.goal?.factor ?? 0) - 2) < 0.1)
  }

  @Test("where settings work on each other each context has its own effect, and no mean is made")
  func interaction() throws {
    var made = FactorialRun(seed: 11)
    let run = try made.run(Self.quick, noise: 0.02) { load in
      let isLarge = load.batchSizeBytes > 20_000
      return (isLarge ? 2 : 1) * (load.compression == .none ? 1 : isLarge ? 0.55 : 0.86)
    }
    let advice = try advice(run)
    let small = try effect(advice, "compression", "lz4", "batch-size=16KiB")
    let large = try effect(advice, "compression", "lz4", "batch-size=256KiB")
    #expect(abs(try #require(small.goal).factor - 0.86) < 0.03)
    #expect(abs(try #require(large.goal).factor - 0.55) < 0.03)
    #expect(small.goal?.isLess == true && large.goal?.isLess == true)
    #expect(advice.effects.all.allSatisfy { $0.context != nil })
    // The step is judged where the other settings have the values to use.
    #expect(advice.steps.map(\.value) == ["256KiB"])
    Golden.expect(
      "advice-interaction.md",
      RunReport(run).markdown("The answer", "What each setting does, all else equal"))
  }

  @Test(
    "a mean over contexts needs a test that shows no interaction, with an interval that is small")
  func withoutInteraction() {
    func effects(_ contexts: [[Double]]) -> [[Int: Double]] {
      contexts.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { ($0, $1) }) }
    }
    let calm = [0.50, 0.51, 0.49, 0.50, 0.52, 0.48]
    #expect(Effects.isWithoutInteraction(effects([calm, calm.map { $0 + 0.001 }])) == false)
    #expect(Effects.isWithoutInteraction(effects([calm, calm.reversed()])))
    #expect(!Effects.isWithoutInteraction(effects([calm, calm.reversed().map { $0 + 0.08 }])))
    // Not shown to differ, and not shown to be alike either: the interval is wide.
    let wild = [0.2, 0.9, 0.4, 0.6, 0.1, 0.8]
    #expect(!Effects.isWithoutInteraction(effects([wild, wild.reversed()])))
    // Two rounds have no interval; one context has no mean.
    #expect(!Effects.isWithoutInteraction(effects([[0.5, 0.5], [0.5, 0.5]])))
    #expect(!Effects.isWithoutInteraction(effects([calm])))
  }

  @Test("each figure has a mean over contexts only where its own effect is the same in all")
  func meansOfFigures() throws {
    var made = FactorialRun(seed: 7)
    var run = try made.run(Self.quick, noise: 0.02) { _ in 1 }
    for index in run.cases.indices {
      let load = run.cases[index].workload
      guard load.compression != .none, load.batchSizeBytes > 20_000 else { continue }
      for place in run.cases[index].repetitions.indices {
        run.cases[index].repetitions[place].client?.userCpuS *= 1.6
      }
    }
    let advice = try advice(run)
    let codec = try effect(advice, "compression", "lz4", nil)
    #expect(codec.contests[.clientCpu] == nil && codec.differing == [.clientCpu])
    #expect(codec.contests[.bytesSent]?.isShown == true && codec.contests[.brokerCpu] != nil)
    let table = advice.table
    let column = try #require(table.header.firstIndex(of: "client CPU ×"))
    let row = try #require(table.rows.first { $0[0] == "compression" })
    #expect(row[column] == "–")
    Golden.expect(
      "advice-means.md", SectionMarkdown.text(ReportSection(title: "Means", tables: [table])))
  }

  @Test("of equal cases none is recommended by noise: Kafka's defaults stay")
  func noise() throws {
    var (changed, claimed) = (0, 0)
    for seed in 1...60 as ClosedRange<UInt64> {
      var made = FactorialRun(seed: seed)
      var run = try made.run(Self.quick, noise: 0.06) { _ in 1 }
      // The clients' CPU and the bytes sent of a codec are meant to differ: only the rate is noise.
      for index in run.cases.indices {
        for place in run.cases[index].repetitions.indices {
          run.cases[index].repetitions[place].client = nil
          run.cases[index].repetitions[place].compressionRatio = nil
        }
      }
      let advice = try advice(run)
      changed += advice.steps.isEmpty ? 0 : 1
      claimed +=
        advice.effects.all.contains { $0.contests.values.contains(where: \.isShown) } ? 1 : 0
    }
    #expect(changed <= 3, "\(changed) of 60")
    #expect(claimed <= 6, "\(claimed) of 60")
  }

  @Test("a machine that slows down while it is measured makes no effect, nor does one bad minute")
  func drift() throws {
    for kind in 0..<2 {
      var made = FactorialRun(seed: 9)
      var run = try made.run(Self.quick, noise: 0.02) { _ in 1 }
      for index in run.cases.indices {
        for place in run.cases[index].repetitions.indices {
          let turn = Double(run.cases[index].repetitions[place].turn)
          let speed = kind == 0 ? exp(-turn / 32) : (turn < 4 ? 0.3 : 1)
          let records = Int64(
            speed * Double(run.cases[index].repetitions[place].produced?.records ?? 0))
          run.cases[index].repetitions[place].produced = Flow(
            records: records, bytes: records * 1024)
        }
      }
      let advice = try advice(run)
      #expect(advice.steps.isEmpty, "\(kind) \(advice.headline ?? "")")
      #expect(advice.effects.all.allSatisfy { $0.goal?.isShown == false }, "\(kind)")
    }
  }

  @Test("with too few rounds nothing is claimed, and the command says how many are needed")
  func few() throws {
    var made = FactorialRun(seed: 4)
    let flags = [("batch-size", "16KiB,64KiB,256KiB"), ("repetitions", "2")]
    var run = try made.run(flags, noise: 0.001) { load in Double(load.batchSizeBytes) }
    let two = answer(run)
    // Three rounds of much noise: as many are proposed as would show 10 %.
    run = try made.run([("batch-size", "16KiB,256KiB"), ("repetitions", "3")], noise: 0.05) { _ in
      1
    }
    let three = try advice(run)
    let contest = try #require(three.effects.all.first?.goal)
    let needed = try #require(contest.roundsNeeded(toShow: 1.1))
    #expect((4...60).contains(needed))
    #expect(three.headline?.contains("--repetitions \(needed)`") == true)
    let few = answer(run)
    // Many calm ones: nothing is left to be found.
    run = try made.run([("batch-size", "16KiB,256KiB"), ("repetitions", "10")], noise: 0.01) { _ in
      1
    }
    Golden.expect(
      "advice-few-rounds.md",
      [("two rounds", two), ("three rounds of much noise", few), ("ten calm rounds", answer(run))])
  }

  @Test("where every other value was shown to be worse, the defaults are the result")
  func defaultsWin() throws {
    var made = FactorialRun(seed: 6)
    let run = try made.run([("compression", "none,lz4,zstd"), ("repetitions", "8")], noise: 0.02) {
      $0.compression == .none ? 1 : 0.6
    }
    Golden.expect("advice-defaults-win.md", answer(run))
  }

  @Test("of values that the best is not shown to beat, the one nearest to the default is taken")
  func plateau() throws {
    var made = FactorialRun(seed: 5)
    let flags = [
      ("batch-size", "16KiB,64KiB,256KiB"), ("linger-ms", "0,5,20"), ("repetitions", "8"),
    ]
    let run = try made.run(flags, noise: 0.03) { $0.batchSizeBytes > 20_000 ? 1.5 : 1 }
    Golden.expect("advice-plateau.md", answer(run))
  }

  @Test("cases that the load generator limited are compared as the clients', and advise nothing")
  func limited() throws {
    var made = FactorialRun(seed: 8)
    var run = try made.run(Self.quick, noise: 0.02) { $0.batchSizeBytes > 20_000 ? 2 : 1 }
    for index in run.cases.indices where run.cases[index].workload.batchSizeBytes > 20_000 {
      for place in run.cases[index].repetitions.indices {
        // A millisecond in the buffer: 0.2 of 32 MiB.
        var histogram = Histogram()
        histogram.record(1_000_000)
        run.cases[index].repetitions[place].produceLatency = HistogramData(histogram)
      }
    }
    let advice = try advice(run)
    #expect(advice.limited.count == 4 && advice.steps.isEmpty)
    Golden.expect("advice-clients-limit.md", answer(run))
    let marks = FigureMark.found(in: run)
    for doubt in advice.limited { #expect(marks[doubt.entry.index]?.contains(.generator) == true) }
  }

  @Test("cases without a steady state, and those that are too short, are in no comparison")
  func unsteady() throws {
    var made = FactorialRun(seed: 8)
    var run = try made.run([("batch-size", "16KiB,256KiB"), ("repetitions", "8")], noise: 0.02) {
      $0.batchSizeBytes > 20_000 ? 2 : 1
    }
    #expect(try advice(run).steps.count == 1)
    for place in run.cases[1].repetitions.indices {
      run.cases[1].repetitions[place].steady = SteadyState(warmupS: 30, unsettled: [.batchSize])
    }
    let advice = try advice(run)
    #expect(advice.effects.all.isEmpty && advice.steps.isEmpty)
    let unsteady = answer(run)
    for place in run.cases[1].repetitions.indices {
      run.cases[1].repetitions[place].steady = nil
      run.cases[1].repetitions[place].durationS = 0.4
    }
    Golden.expect(
      "advice-unsteady.md",
      [("no steady state", unsteady), ("measured for 0.4 s", answer(run))])
  }

  @Test("where each case keeps its rate, latency decides")
  func openLoop() throws {
    var run = try SampleRun.make(
      flags: [("batch-size", "16KiB,256KiB"), ("linger-ms", "0,5"), ("rate", "1000")])
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        run.cases[index].repetitions[place].produced = Flow(records: 2500, bytes: 2_560_000)
      }
    }
    #expect(RunReport(run).advice?.goal.word == "p99 latency")
  }

  @Test("in the closed loop no latency is a result")
  func closedLoop() throws {
    let single = try SampleRun.make(flags: [("acks", "1")])
    #expect(RunReport(single).advice == nil)
    let text = MarkdownReport(single).text
    #expect(!text.contains("p99 ms") && !text.contains("full buffer until"))
    let asked = try SampleRun.make(flags: [("acks", "1"), ("latency", "always")])
    Golden.expect(
      "answer-closed-loop.md", [("by default", answer(single)), ("asked for", answer(asked))])
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
    #expect(RunReport(run).advice == nil)
    var single = try SampleRun.make(flags: [("acks", "1")])
    for place in single.cases[0].repetitions.indices {
      single.cases[0].repetitions[place].isPartial = true
    }
    let points = RunReport(single).sections.first?.points ?? []
    #expect(!points.isEmpty && !points.contains { $0.contains("**") })
    Golden.expect("answer-partial.md", answer(single))
  }

  @Test("cases that differ in more than one setting, and records that were lost, advise nothing")
  func nothingToCompare() throws {
    var made = FactorialRun(seed: 11)
    let whole = try made.run(Self.quick, noise: 0.01) { $0.batchSizeBytes > 20_000 ? 1.6 : 1 }
    var early = whole
    // What is measured of `quick` when Ctrl-C comes after three turns.
    for index in early.cases.indices where ![0, 3, 6].contains(index) {
      early.cases[index].repetitions = []
    }
    #expect(RunReport(early).advice?.steps.isEmpty != false)
    var lost = whole
    lost.warnings = lost.cases.map { .lostRecords(caseIndex: $0.index, count: 3) }
    let advice = try advice(lost)
    #expect(advice.steps.isEmpty && advice.effects.all.isEmpty)
    Golden.expect("advice-lost-records.md", answer(lost))
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
