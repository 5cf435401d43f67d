import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("Reports")
struct ReportsTests {
  /// A directory of the test's own, deleted afterwards.
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "weir-reports-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
  }

  private func content(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }

  @Test("what is made again from run.json alone is the same, byte for byte")
  func regeneration() throws {
    try withDirectory { directory in
      let run = try SampleRun.make()
      try Reports.write(run, to: directory)
      let names = Reports.derived(from: run).map(\.name)
      #expect(Set(names).count == names.count)
      let first = try names.map { try content(directory + "/" + $0) }
      for name in names { try FileManager.default.removeItem(atPath: directory + "/" + name) }
      let read = try Reports.regenerate(in: directory)
      #expect(read == run)
      #expect(try names.map { try content(directory + "/" + $0) } == first)
      #expect(try Reports.json(read) == content(directory + "/run.json"))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
          == [
            "histograms", "plots", "report.html", "report.md", "results.csv", "run.json",
            "timeseries.csv",
          ])
    }
  }

  @Test("results.csv begins with the columns that others read, in their order")
  func columns() throws {
    let stated =
      "run_id,scenario,started_utc,target,brokers,partitions,replication_factor,producers,"
      + "consumers,acks,compression,batch_size_bytes,linger_ms,record_size_bytes,loop,"
      + "rate_target_per_s,repetition,duration_s,records_produced,produced_records_per_s,"
      + "produced_mb_per_s,produce_latency_p50_ms,produce_latency_p99_ms,"
      + "produce_latency_p999_ms,produce_latency_max_ms,records_consumed,"
      + "consumed_records_per_s,consumed_mb_per_s,end_to_end_latency_p50_ms,"
      + "end_to_end_latency_p99_ms,end_to_end_latency_p999_ms,end_to_end_latency_max_ms,"
      + "batch_size_achieved_bytes,compression_ratio,broker_user_cpu_s_per_gb,"
      + "broker_system_cpu_s_per_gb,client_user_cpu_s_per_gb,client_system_cpu_s_per_gb,"
      + "client_cpu_s_per_million_records,broker_resident_mib,lost,duplicated,reordered,"
      + "corrupted,errors,partial"
    let lines = ResultsTable.csv(try SampleRun.make()).components(separatedBy: "\r\n")
    #expect(lines[0].hasPrefix(stated + ",case_index,case,service_time_p50_ms,"))
    #expect(Set(lines[0].split(separator: ",")).count == ResultsTable.columns.count)
    #expect(lines.count == 1 + 18 + 1)
    #expect(lines.last == "")
    let width = ResultsTable.columns.count
    for line in lines.dropLast() {
      #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == width)
    }
  }

  @Test("a row holds plain numbers, and nothing where nothing is known")
  func row() throws {
    let run = try SampleRun.make()
    let lines = ResultsTable.csv(run).components(separatedBy: "\r\n")
    let names = lines[0].components(separatedBy: ",")
    let first = Dictionary(uniqueKeysWithValues: zip(names, lines[1].components(separatedBy: ",")))
    #expect(first["acks"] == "0")
    #expect(first["produce_latency_p50_ms"] == "")
    #expect(first["broker_resident_mib"] == "")
    #expect(first["rate_target_per_s"] == "")
    #expect(first["loop"] == "closed")
    #expect(first["produced_records_per_s"] == "400400.0")
    #expect(first["produced_mb_per_s"] == "410.010")
    #expect(first["consumed_records_per_s"] == "385000.0")
    #expect(first["broker_user_cpu_s_per_gb"] == "0.49")
    #expect(first["partial"] == "false")
    #expect(first["compression"] == "none")
  }

  @Test("fields with commas, quotes and line feeds are quoted")
  func quoting() {
    var writer = CsvWriter()
    writer.row(["a", nil, "b,c", "d\"e", "f\ng", "ü"])
    #expect(writer.text == "a,,\"b,c\",\"d\"\"e\",\"f\ng\",ü\r\n")
  }

  @Test(
    "numbers are written alike everywhere",
    arguments: [
      (0.0, 3, "0.000"), (1.0005, 3, "1.001"), (-0.25, 1, "-0.3"), (12_345_678.9, 0, "12345679"),
      (0.049, 1, "0.0"),
    ])
  func numbers(value: Double, decimals: Int, text: String) {
    #expect(Numbers.fixed(value, decimals) == text)
  }

  @Test("numbers for people have about three digits")
  func readable() {
    #expect(Numbers.readable(1_234_567.8) == "1,234,568")
    #expect(Numbers.readable(12.345) == "12.3")
    #expect(Numbers.readable(1.2345) == "1.23")
    #expect(Numbers.readable(0.01234) == "0.0123")
    #expect(Numbers.readable(0) == "0")
    #expect(Numbers.readable(0.999_99) == "1.00")
    #expect(Numbers.readable(9.999) == "10.0")
    #expect(Numbers.readable(99.99) == "100")
  }

  @Test("the report answers each question with ratios to its baseline")
  func markdown() throws {
    let report = RunReport(try SampleRun.make())
    let text = MarkdownReport(report: report, sections: report.sections).text
    // A list of all settings would make each new one a change of this file.
    let sections = report.sections.filter { $0.title != "What was run" }
    #expect(sections.count == report.sections.count - 1)
    Golden.expect("report.md", MarkdownReport(report: report, sections: sections).text)
    // Every line of a table is as wide as its head.
    var width = 0
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("|") {
        if width == 0 { width = line.count }
        #expect(line.count == width)
      } else {
        width = 0
      }
    }
  }

  @Test("lost, partial and failed runs say so first")
  func badNews() throws {
    var run = try SampleRun.make(flags: [("acks", "1")])
    run.cases[0].repetitions[0].verification?.lost = 5
    run.cases[0].repetitions[0].verification?.firstLost = [
      "producer 0, partition 0, records 1 to 5"
    ]
    run.cases[0].repetitions[1].errors = [ErrorCount(name: "NOT_LEADER_OR_FOLLOWER", count: 7)]
    run.cases[0].repetitions[2].isPartial = true
    run.isPartial = true
    #expect(run.lostAckedRecords == 5)
    let report = RunReport(run)
    #expect(report.sections.first?.title == "The answer")
    Golden.expect(
      "bad-news.md", report.markdown("The answer", "Before you believe it", "Repetitions"))
  }

  @Test("a loss with acks=0 is a result, not a failure")
  func lossWithoutAcks() throws {
    var run = try SampleRun.make(flags: [("acks", "0")])
    run.cases[0].repetitions[0].verification?.lost = 5
    #expect(run.lostAckedRecords == 0)
  }

  @Test("a column says how many replicas had to be in sync")
  func minInsyncColumn() throws {
    func column(_ run: RunResult) throws -> [String] {
      let lines = ResultsTable.csv(run).components(separatedBy: "\r\n").filter { !$0.isEmpty }
      let names = lines[0].components(separatedBy: ",")
      let place = try #require(names.firstIndex(of: "min_insync_replicas"))
      return lines.dropFirst().map { $0.components(separatedBy: ",")[place] }
    }
    let flags = [
      ("acks", "all"), ("replication-factor", "3"), ("min-insync-replicas", "1,2"),
      ("repetitions", "1"),
    ]
    #expect(try column(SampleRun.make(flags: flags)) == ["1", "2"])
    // Not set: what the cluster has by itself.
    var usual = try SampleRun.make(flags: [("acks", "all"), ("repetitions", "1")])
    usual.target.minInsyncReplicas = 3
    #expect(try column(usual) == ["3"])
  }

  @Test("a run without cases is a report too")
  func empty() throws {
    var run = try SampleRun.make()
    run.cases = []
    Golden.expect("no-case.md", RunReport(run).markdown("The answer", "Results"))
    #expect(ResultsTable.csv(run).components(separatedBy: "\r\n").count == 2)
  }

  @Test("truncated, foreign and newer files are refused with the reason")
  func foreignFiles() throws {
    try withDirectory { directory in
      #expect(
        throws: Reports.Failure.unreadable(
          path: directory + "/run.json", reason: "no such file")
      ) { try Reports.regenerate(in: directory) }
      let whole = try Reports.json(try SampleRun.make(flags: []))
      func refusal(_ text: String) -> String {
        do {
          _ = try Reports.decode(Data(text.utf8), path: "run.json")
          return "accepted"
        } catch {
          return error.description
        }
      }
      func replacing(_ name: String, _ value: String, with other: String) -> String {
        whole.replacing("\"\(name)\" : \(value)", with: "\"\(name)\" : \(other)")
      }
      Golden.expect(
        "refused-runs.txt",
        [
          ("no byte", refusal("")),
          ("half of a file", refusal(String(whole.prefix(whole.count / 2)))),
          ("another object", refusal("{\"a\": 1}")), ("an array", refusal("[]")),
          ("a newer schema", refusal(replacing("schemaVersion", "1", with: "2"))),
          ("a seed of letters", refusal(replacing("seed", "42", with: "\"x\""))),
          ("acks=5", refusal(replacing("acks", "\"all\"", with: "\"5\""))),
        ])
    }
  }

  @Test("a place that cannot be written is named")
  func unwritable() throws {
    let run = try SampleRun.make()
    #expect(
      throws: Reports.Failure.unwritable(
        path: "/proc/nothing/here", reason: "No such file or directory")
    ) { try Reports.write(run, to: "/proc/nothing/here") }
    try withDirectory { directory in
      try Reports.makeDirectory(directory + "/run.json")
      // A directory stands where the file would.
      do throws(Reports.Failure) {
        try Reports.write(run, to: directory)
        Issue.record("written")
      } catch {
        #expect(!"\(error)".contains("Error Domain"), "\(error)")
        #expect("\(error)".contains("run.json cannot be written: "), "\(error)")
      }
    }
  }
}

@Suite("Hostile results")
struct HostileResultTests {
  @Test("numbers of any size make a report, never a trap", arguments: 1...4)
  func extremes(round: Int) throws {
    let whole = try Reports.json(try SampleRun.make(flags: []))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<25 {
      var lines = whole.components(separatedBy: "\n")
      for _ in 0..<20 {
        let index = Int.random(in: 0..<lines.count, using: &random)
        guard let colon = lines[index].range(of: " : "),
          lines[index][colon.upperBound...].first?.isNumber == true
        else { continue }
        let values = [
          "9223372036854775807", "-9223372036854775808", "1e300", "-1e300", "0", "-1", "1e-300",
        ]
        let comma = lines[index].hasSuffix(",") ? "," : ""
        lines[index] =
          lines[index][..<colon.upperBound] + (values.randomElement(using: &random) ?? "0") + comma
      }
      let text = lines.joined(separator: "\n")
      if let run = try? Reports.decode(Array(text.utf8), path: "x") {
        #expect(Reports.derived(from: run).count >= 4)
      }
    }
  }
}
