import LoadModel
import Reports
import Testing

@testable import LoadRunner

@Suite("The suite zero-copy-fetch", .serialized)
struct ZeroCopyFetchTests {
  private func run(_ lines: String, in folder: Folder) throws -> BenchmarkRun.Outcome {
    let text = """
      name: small
      suite: zero-copy-fetch
      volume: 2MiB
      repetitions: 2
      duration: 2s
      rate: 2000
      output: \(folder.path)
      \(lines)
      """
    let scenario = try Scenario(yaml: Array(text.utf8), file: "small.yaml")
    try scenario.validate()
    var run = BenchmarkRun(scenario, host: testHost)
    return run.run()
  }

  @Test("both paths from every source: what went through user space is counted")
  func counts() throws {
    let folder = try Folder()
    let outcome = try run("fetch-size: [64KiB, 1MiB]\nconsumers: [1, 2]", in: folder)
    #expect(outcome.error == nil)
    let study = try #require(outcome.result.study)
    // Two sizes from memory and from the disk, and the tail; two paths, one and two consumers.
    #expect(study.points.count == 20)
    for point in study.points {
      let share = try #require(point.figure("through user space"))
      #expect(share.samples.count == 2)
      let isCopied = point.label("path") == "copy"
      #expect(share.samples.allSatisfy { $0 == (isCopied ? 100 : 0) })
      let moved = try #require(point.figure(isCopied ? "copied" : "by sendfile"))
      if point.label("source") != "tailing" {
        #expect(moved.samples.allSatisfy { $0 > 2.0 && $0 < 2.6 })
      } else {
        #expect(point.figure("end to end p99") != nil)
      }
      for name in ["throughput", "broker CPU", "fetch p99", "system calls", "context switches"] {
        #expect(point.figure(name)?.samples.count == 2, "\(name) at \(point.labels)")
      }
      #expect(point.histograms.contains { $0.name == "fetch" })
      #expect(!point.isPartial)
    }
    #expect(folder.entries.filter { $0.hasPrefix(".data") }.isEmpty)
    try Reports.write(outcome.result, to: folder.path + "/report")
  }

  @Test("what cannot be measured is refused, with what can be")
  func refusals() throws {
    for (line, key) in [
      ("fetch-size: 4KiB", "fetch-size"), ("rate: max", "rate"), ("consumers: 0", "consumers"),
      ("record-size: [1KiB, 2KiB]", "record-size"), ("acks: all", "acks"),
      ("sources: [warm]", "sources"), ("bootstrap: [\"h:1\"]\nsources: cold", "sources"),
      ("fetch-paths: splice", "fetch-paths"),
    ] {
      let text = "name: bad\nsuite: zero-copy-fetch\n\(line)\n"
      let error = #expect(throws: ScenarioError.self) {
        try Scenario(yaml: Array(text.utf8), file: "bad.yaml").validate()
      }
      #expect(error?.key == key)
      #expect(error?.allowed != nil)
    }
  }

  @Test("the plan has every turn of every round, and the disk of both copies")
  func plan() throws {
    let text = "name: p\nsuite: zero-copy-fetch\nvolume: 1GiB\nrepetitions: 3\n"
    let plan = try Scenario(yaml: Array(text.utf8), file: "p.yaml").plan()
    #expect(plan.steps.count == 20)
    #expect(plan.order.count == 20 * 4)
    #expect(try #require(plan.leastDiskBytes) >= 2 << 30)
    #expect(plan.seconds > 60 && plan.seconds < 1800)
  }
}
