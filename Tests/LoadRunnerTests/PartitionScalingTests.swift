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
      volume: 16MiB
      equal-batch-size: 4KiB
      duration: 1s
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
      for name in [
        "throughput", "batch", "batches a partition", "create", "produce p99", "resident",
        "open files", "generator busy", "errors",
      ] {
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
    for point in study.points where point.label("partitions") == "120" {
      // Counted while the topic is there: a log each.
      #expect(try #require(point.figure("open files")?.median) >= 120)
      #expect(point.figure("memory a partition, created") != nil)
      #expect(point.figure("memory a partition, loaded") != nil)
    }
    for point in study.points {
      let (answered, created) = (point.figure("create answered"), point.figure("create"))
      #expect(try #require(answered?.median) <= (try #require(created?.median)))
      let isLatency = point.label("series") == "latency"
      #expect((point.figure("rate reached") != nil) == isLatency)
      #expect(point.pairing == [1])
      #expect((point.figure("buffer filled") != nil) == !isLatency)
      #expect((point.figure("schedule lag p50") != nil) == isLatency)
    }
    #expect(folder.entries.filter { $0.hasPrefix(".data") }.isEmpty)
    try Reports.write(outcome.result, to: folder.path + "/report")
  }

  @Test("the plan counts open files, and takes longer where more is written")
  func plan() throws {
    func plan(_ lines: String) throws -> RunPlan {
      let text = "name: p\nsuite: partition-scaling\n\(lines)\n"
      return try Scenario(yaml: Array(text.utf8), file: "p.yaml").plan()
    }
    #expect(try plan("partitions: [1, 20000]").leastOpenFiles == 20_200)
    let text = "name: p\nsuite: partition-scaling\npartitions: [1, 20000]\n"
    let scenario = try Scenario(yaml: Array(text.utf8), file: "p.yaml")
    let refusal = OpenFiles.refusal(scenario, allowed: 20_000)
    #expect(try #require(refusal).contains("20200 open files are needed"))
    #expect(OpenFiles.refusal(scenario, allowed: 20_200) == nil)
    #expect(try plan("bootstrap: [\"h:1\"]\nseries: clients").leastOpenFiles == nil)
    let steps = try plan("partitions: [10000]\nseries: [equal-settings, equal-batches]").steps
    // Batches of many partitions take a while to fill before the window.
    #expect(steps[1].seconds > steps[0].seconds + 2)
    #expect(try #require(steps[1].leastDiskBytes) > 0)
    let huge = try plan("partitions: [10000]\nvolume: 16TiB\nduration: 1000h\nrate: 1000000000")
    #expect(huge.steps.allSatisfy { $0.likelyDiskBytes ?? 0 > 0 })
  }

  @Test("what cannot be measured is refused, with what can be")
  func refusals() throws {
    for (line, key) in [
      ("series: all", "series"), ("producers: 0", "producers"), ("rate: max", "rate"),
      ("equal-batch-size: 1KiB", "equal-batch-size"), ("consumers: 2", "consumers"),
      ("linger-ms: [1, 2]", "linger-ms"), ("bootstrap: [\"h:1\"]\nseries: starts", "series"),
    ] {
      let text = "name: bad\nsuite: partition-scaling\n\(line)\n"
      let error = #expect(throws: ScenarioError.self) {
        try Scenario(yaml: Array(text.utf8), file: "bad.yaml").validate()
      }
      #expect(error?.key == key)
    }
  }
}
