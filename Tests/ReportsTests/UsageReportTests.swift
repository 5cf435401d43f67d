import LoadModel
import Testing

@testable import Reports

@Suite("What a report says of the machine")
struct UsageReportTests {
  @Test("no more digits than the kernel's steps give")
  func digits() {
    var usage = ProcessUsage(userCpuS: 0.123456, systemCpuS: 0.176543)
    usage.cpuStepS = 0.004
    #expect(CpuText(usage).user == "0.12" && CpuText(usage).system == "0.18")
    // Their sum is exact.
    #expect(CpuText(usage).all == "0.300")
    usage.cpuStepS = nil
    #expect(CpuText(usage).user == "0.12")
    usage.cpuStepS = 0.0001
    #expect(CpuText(usage).user == "0.123")
  }

  @Test(
    "figures by the gigabyte end where a step does",
    arguments: [
      (0.12345, 0.0004, "0.123"), (0.12345, 0.004, "0.12"), (0.12345, 0.04, "0.1"),
      (1.2345, 0.4, "1"), (1234, 40, "1,200"), (12.345, 0.0, "12.3"),
    ])
  func parts(value: Double, step: Double, text: String) {
    #expect(CpuText.readable(value, step: step) == text)
  }

  @Test("other processes are reported where they used more than 5 % of the machine")
  func others() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    for index in run.cases[0].repetitions.indices {
      run.cases[0].repetitions[index].otherCpuShare = index == 0 ? 0.2 : 0.04
      run.cases[0].repetitions[index].intervals[0].otherCpuS = 0.4
    }
    #expect(
      run.allWarnings.contains(.otherLoad(caseIndex: 0, share: 0.2, intervals: 3, of: 3)))
    Golden.expect("other-load.md", RunReport(run).markdown("Before you believe it"))
    let table = TimeSeriesTable.csv(run).split(whereSeparator: \.isNewline)
    #expect(table[0].hasSuffix(",errors,other_cpu_s") && table[1].hasSuffix(",0,0.400"))
    run.cases[0].repetitions[0].otherCpuShare = 0.05
    let warned = run.allWarnings.contains { if case .otherLoad = $0 { true } else { false } }
    #expect(!warned)
    run.environment.otherCpuShare = 0.3
    #expect(run.allWarnings.contains(.otherLoadInSuite(share: 0.3)))
  }

  @Test("what is left behind is named in the report, with the commands that remove it")
  func leftBehind() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    var left = LeftBehind()
    left.bootstrap = ["a:9092", "[::1]:9092"]
    left.topics = ["weir-x-1"]
    left.dataDirectories = ["/tmp/it's"]
    run.leftBehind = left
    #expect(
      left.commands == [
        "weir topics delete --bootstrap 'a:9092,[::1]:9092' weir-x-1", "rm -r -- '/tmp/it'\\''s'",
      ])
    Golden.expect("left-behind.md", RunReport(run).markdown("Before you believe it"))
    let decoded = try Reports.decode(Array(try Reports.json(run).utf8), path: "run.json")
    #expect(decoded.leftBehind == left)
  }

  @Test("a report prints user time by the gigabyte in the steps of its source")
  func report() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    for index in run.cases[0].repetitions.indices {
      // A short turn: 10 MB, 5 ms of CPU.
      run.cases[0].repetitions[index].produced = Flow(records: 10_000, bytes: 10_000_000)
      run.cases[0].repetitions[index].broker = ProcessUsage(userCpuS: 0.005, systemCpuS: 0.0033)
      run.cases[0].repetitions[index].broker?.cpuStepS = 0.004
    }
    let summary = try #require(Metric.brokerUserCpu.summary(run.cases[0]))
    #expect(summary.step == 0.4)
    let table = ComparisonTable(metrics: Metric.costs)
      .table(heading: "Case", rows: [("a", run.cases[0])])
    let row = try #require(table?.rows.first)
    #expect(row.contains("1") && !row.contains("0.500"), "\(row)")
  }
}
