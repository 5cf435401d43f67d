import Foundation
import LoadModel
import Testing

@Suite("How long a load warms up")
struct WarmupTests {
  private func workload(_ text: String) throws -> Workload {
    var scenario = Scenario()
    try ScenarioSchema.set(flag: "warmup", to: [text], in: &scenario)
    return scenario.cases()[0].workload
  }

  @Test("until it is steady, where nothing else is said")
  func byDefault() {
    #expect(Workload().warmup == .auto(maxMs: nil))
    #expect(ScenarioSchema.field(named: "warmup")?.defaultText == "auto")
  }

  @Test(
    "a time, auto, or auto with a limit is read, and written as it is read",
    arguments: [
      ("0s", Warmup.fixed(ms: 0)), ("300ms", .fixed(ms: 300)), ("auto", .auto(maxMs: nil)),
      ("auto:max=2m", .auto(maxMs: 120_000)), ("auto:max=1s", .auto(maxMs: 1000)),
    ])
  func texts(text: String, warmup: Warmup) throws {
    #expect(try workload(text).warmup == warmup)
    #expect(warmup.text == text)
  }

  @Test(
    "what is neither is refused, with what is allowed",
    arguments: ["automatic", "auto:", "auto:max=", "auto:max=10ms", "auto:30s", "soon", "11h"])
  func refused(text: String) {
    do throws(ScenarioError) {
      var scenario = Scenario()
      try ScenarioSchema.set(flag: "warmup", to: [text], in: &scenario)
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error.description.contains("auto"), "\(error)")
    }
  }

  @Test("a scenario file says it like a flag")
  func file() throws {
    let text = "name: own\nwarmup: auto:max=120s\n"
    let scenario = try Scenario(yaml: Array(text.utf8), file: "own.yaml")
    #expect(scenario.cases()[0].workload.warmup == .auto(maxMs: 120_000))
  }

  @Test("a workload of an older file has the fixed warm-up that it had")
  func olderFile() throws {
    var older = Workload()
    older.warmup = .fixed(ms: 2_000)
    let written = try JSONEncoder().encode(older)
    let text = String(decoding: written, as: UTF8.self)
    #expect(text.contains("\"warmupMs\":2000") && !text.contains("isWarmupSearched"))
    #expect(try JSONDecoder().decode(Workload.self, from: written) == older)
    let searched = try JSONEncoder().encode(try workload("auto:max=5s"))
    let decoded = try JSONDecoder().decode(Workload.self, from: searched)
    #expect(decoded.warmup == .auto(maxMs: 5_000))
  }

  @Test("the limit follows from the measured time: 2 s at least, 30 s at most")
  func limits() {
    let auto = Warmup.auto(maxMs: nil)
    #expect(auto.longestMs(measuredMs: 100) == 2_000)
    #expect(auto.longestMs(measuredMs: 4_000) == 12_000)
    #expect(auto.longestMs(measuredMs: 3_600_000) == 30_000)
    #expect(auto.longestMs(measuredMs: .max) == 30_000)
    #expect(auto.longestMs(measuredMs: nil) == 30_000)
    #expect(Warmup.auto(maxMs: 120_000).longestMs(measuredMs: 100) == 120_000)
    #expect(Warmup.fixed(ms: 7).longestMs(measuredMs: 100) == 7)
  }

  @Test("a plan counts the warm-up that can be expected, and the disk that the longest needs")
  func plan() throws {
    func plan(_ warmup: String) throws -> RunPlan {
      var scenario = Scenario()
      for (name, text) in [
        ("rate", "1000"), ("duration", "10s"), ("repetitions", "1"), ("warmup", warmup),
        ("retention-bytes", "unlimited"),
      ] {
        try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
      }
      return scenario.plan()
    }
    let (fixed, auto) = (try plan("0s"), try plan("auto"))
    #expect(abs(auto.seconds - fixed.seconds - 5) < 0.01)
    let more = (auto.likelyDiskBytes ?? 0) - (fixed.likelyDiskBytes ?? 0)
    #expect(more >= 30_000 * 1024, "30 s at 1,000 records/s of 1 KiB: \(more)")
    #expect((auto.leastDiskBytes ?? 0) < 12_000 * 1100)
    let set = try #require(auto.workingSetBytes)
    #expect(set > 10_000_000 && set < 200_000_000, "\(set)")
  }
}
