import Testing

@testable import LoadModel

@Suite("the target of a rate search, and its other settings")
struct ServiceLevelTests {
  @Test(
    "terms are read, and read back",
    arguments: [
      ("e2e.p99<20ms,errors=0", "e2e.p99<20ms,errors=0"),
      (" produce.p50 <= 1.5ms , lost < 3 ", "produce.p50<=1500us,lost<3"),
      ("service.max<2000ms", "service.max<2s"), ("e2e.p999<0.5us,lost=0", ""),
      ("errors<=10", "errors<=10"),
    ])
  func read(text: String, readBack: String) throws {
    guard !readBack.isEmpty else {
      #expect(throws: ValueText.Refusal.self) { try ServiceLevel.parse(text) }
      return
    }
    let target = try ServiceLevel.parse(text)
    #expect(target.text == readBack)
    #expect(try ServiceLevel.parse(target.text) == target)
  }

  private static let wrong: [(text: String, named: String, allowed: String)] = [
    ("e2e.p98<20ms", "\"e2e.p98<20ms\"", ".p99"),
    ("errors=0,latency<1s", "\"latency<1s\"", "produce, e2e or service"),
    ("e2e.p99<20", "\"e2e.p99<20\"", "us, ms or s"),
    ("e2e.p99<20 minutes", "\"e2e.p99<20 minutes\"", "us, ms or s"),
    ("e2e.p99=20ms", "\"e2e.p99=20ms\"", "< or <="),
    ("e2e.p99>20ms", "\"e2e.p99>20ms\"", "<, <= or ="),
    ("e2e.p99", "\"e2e.p99\"", "<, <= or ="), ("errors<0", "\"errors<0\"", "errors=0"),
    ("errors=-1", "\"errors=-1\"", "whole number"), ("errors=1.5", "\"errors=1.5\"", "whole"),
    ("errors=0,", "\"\"", "separated by commas"), ("", "\"\"", "separated by commas"),
    ("lost=0,lost<5", "lost is there twice", "each quantity once"),
    ("e2e.p99<1e9s", "\"e2e.p99<1e9s\"", "3600s"),
  ]

  @Test("a wrong term names itself and what is allowed", arguments: wrong.indices)
  func refused(index: Int) {
    let (text, named, allowed) = Self.wrong[index]
    do throws(ValueText.Refusal) {
      let target = try ServiceLevel.parse(text)
      Issue.record("\(text) was read as \(target.text)")
    } catch {
      #expect(error.allowed.contains(named), "\(error.allowed)")
      #expect(error.allowed.contains(allowed), "\(error.allowed)")
    }
  }

  private func scenario(_ flags: [(String, String)]) throws -> Scenario {
    var scenario = Scenario()
    for (name, text) in flags { try ScenarioSchema.set(flag: name, to: [text], in: &scenario) }
    try scenario.validate()
    return scenario
  }

  @Test("settings of a search are read in any order")
  func settings() throws {
    let found = try scenario([
      ("precision", "2.5%"), ("slo", "e2e.p99<20ms"), ("find-rate", "true"), ("sustain", "1m"),
    ])
    #expect(found.run.findsRate)
    #expect(found.run.rateSearch.sustainMs == 60_000 && found.run.rateSearch.exploreMs == 10_000)
    #expect(found.run.rateSearch.precision == 0.025)
    #expect(found.run.rateSearch.target?.text == "e2e.p99<20ms")
    let entries = found.effectiveConfiguration(seed: 1).entries
    #expect(entries.first { $0.name == "precision" }?.values == ["2.5%"])
    #expect(entries.first { $0.name == "slo" }?.values == ["e2e.p99<20ms"])
    // A run without a search has no settings of one.
    #expect(
      !Scenario().effectiveConfiguration(seed: 1).entries.contains { $0.name == "sustain" })
  }

  private static let refusals: [(flags: [(String, String)], key: String)] = [
    ([("slo", "errors=0")], "slo"), ([("sustain", "10s")], "sustain"),
    ([("precision", "5%")], "precision"), ([("find-rate", "true"), ("rate", "5000")], "rate"),
    ([("find-rate", "true"), ("rate", "max,5000")], "rate"),
    ([("find-rate", "true"), ("producers", "0")], "find-rate"),
    ([("find-rate", "true"), ("duration", "10s")], "duration"),
    ([("find-rate", "true"), ("records", "1000")], "records"),
    ([("find-rate", "true"), ("repetitions", "5")], "repetitions"),
    ([("find-rate", "true"), ("suite", "groups")], "find-rate"),
    ([("find-rate", "true"), ("consumers", "0"), ("slo", "e2e.p99<1s")], "slo"),
    ([("find-rate", "true"), ("acks", "0,all"), ("slo", "produce.p99<1s")], "slo"),
    ([("find-rate", "true"), ("acks", "0"), ("slo", "service.max<1s")], "slo"),
    ([("find-rate", "true"), ("precision", "60%")], "precision"),
    ([("find-rate", "true"), ("precision", "0.1%")], "precision"),
    ([("find-rate", "true"), ("precision", "nan")], "precision"),
    ([("find-rate", "true"), ("sustain", "1s")], "sustain"),
    ([("find-rate", "maybe")], "find-rate"),
  ]

  @Test("what cannot be searched is refused with the reason", arguments: refusals.indices)
  func refusedScenario(index: Int) {
    let (flags, key) = Self.refusals[index]
    #expect {
      try scenario(flags)
    } throws: { error in
      let refusal = error as? ScenarioError
      return refusal?.key == key && refusal?.allowed?.isEmpty == false
    }
  }

  @Test("a file's duration and repetitions hold for its runs without a search")
  func file() throws {
    let text = "duration: 30s\nrepetitions: 5\nacks: [1, all]\n"
    var scenario = try Scenario(yaml: Array(text.utf8), file: "mine.yaml")
    try ScenarioSchema.set(flag: "find-rate", to: ["true"], in: &scenario)
    try scenario.validate()
    let plan = scenario.plan()
    #expect(plan.order == [0, 1])
    #expect(plan.seconds == 2 * scenario.run.rateSearch.limitS)
    #expect(plan.notes.contains { $0.contains("at most") && $0.contains("15s") })
  }

  @Test("a trial keeps the workload, but for its rate and time")
  func trialWorkload() {
    let settings = RateSearchSettings()
    var workload = Workload()
    workload.records = 5
    workload.acks = .leader
    let trial = settings.trialWorkload(workload, perS: 250, measuredMs: 7_500)
    #expect(trial.rate == .perSecond(250) && trial.durationMs == 7_500 && trial.records == nil)
    #expect(trial.warmup == .auto(maxMs: 3_750) && trial.acks == .leader)
    workload.warmup = .fixed(ms: 100)
    let fixed = settings.trialWorkload(workload, perS: nil, measuredMs: 1_000)
    #expect(fixed.rate == .max && fixed.warmup == .fixed(ms: 100))
  }
}
