import LoadModel
import Reports
import Testing

@testable import LoadRunner

@Suite("The suite partition-scaling", .serialized)
struct PartitionScalingTests {
  @Test("every series, small: sound records, costs, and every record there after each start")
  func small() throws {
    let folder = try Folder()
    let text = """
      name: small
      suite: partition-scaling
      partitions: [1, 120]
      producers: [1, 2]
      volume: 2MiB
      equal-batch-size: 4KiB
      duration: 2s
      rate: 1000
      repetitions: 1
      output: \(folder.path)
      """
    let scenario = try Scenario(yaml: Array(text.utf8), file: "small.yaml")
    try scenario.validate()
    var run = BenchmarkRun(scenario, host: testHost)
    let outcome = run.run()
    #expect(outcome.error == nil)
    let study = try #require(outcome.result.study)
    #expect(study.points.count == 10)
    for point in study.points {
      for name in ["throughput", "batch", "create", "produce p99", "resident", "open files"] {
        #expect(point.figure(name)?.samples.count == 1, "\(name) at \(point.labels)")
      }
    }
    let starts = study.points.filter { $0.label("series") == "starts" }
    #expect(starts.count == 2)
    for point in starts {
      for name in ["start after SIGKILL", "clean stop", "start after clean stop"] {
        #expect(point.figure(name) != nil)
      }
    }
    let equal = study.points.filter { $0.label("series") == "equal-batches" }
    let batches = equal.compactMap { $0.figure("batch")?.median }
    #expect(batches.count == 2 && batches.allSatisfy { $0 > 2000 && $0 <= 4096 })
    #expect(study.points.contains { $0.figure("end to end p99") != nil })
    #expect(study.points.contains { $0.figure("memory a partition") != nil })
    #expect(folder.entries.filter { $0.hasPrefix(".data") }.isEmpty)
    try Reports.write(outcome.result, to: folder.path + "/report")
  }

  @Test("what cannot be measured is refused, with what can be")
  func refusals() throws {
    for (line, key) in [
      ("series: all", "series"), ("producers: 0", "producers"), ("rate: max", "rate"),
      ("equal-batch-size: 1KiB", "equal-batch-size"), ("consumers: 2", "consumers"),
      ("linger-ms: [1, 2]", "linger-ms"),
    ] {
      let text = "name: bad\nsuite: partition-scaling\n\(line)\n"
      let error = #expect(throws: ScenarioError.self) {
        try Scenario(yaml: Array(text.utf8), file: "bad.yaml").validate()
      }
      #expect(error?.key == key)
    }
  }
}
