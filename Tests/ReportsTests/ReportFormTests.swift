import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("The form of reports")
struct ReportFormTests {
  private static let folded = ReportSection(
    title: "Details of `a<b>`", paragraphs: ["Inside."],
    parts: [
      ReportSection(title: "Open part", paragraphs: ["Open."]),
      ReportSection(title: "Folded part", paragraphs: ["Closed."], isFolded: true),
    ], isFolded: true)

  @Test("a folded section or part shows its title alone, in Markdown too")
  func folds() {
    Golden.expect("folded.md", SectionMarkdown.text(Self.folded))
    Golden.expect("folded.html", SectionHtml.text(Self.folded, id: "s1"))
  }

  /// `run.json` of a sample, as it is stored.
  static func sample(_ name: String) throws -> RunResult {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try Reports.read(folder.appending(path: "reports/samples/\(name)/run.json").path)
  }

  static let suites = ["groups", "partition-scaling", "sequential-write", "zero-copy-fetch"]

  @Test("a suite's answer and the run's question are printed once", arguments: suites)
  func answersOnce(name: String) throws {
    let run = try Self.sample(name)
    let report = RunReport(run)
    let answers = report.studySections.flatMap { [$0.answer] + $0.answerPoints }
      .filter { !$0.isEmpty }
    #expect(!answers.isEmpty)
    let text = MarkdownReport(run).text
    for answer in answers + [run.question ?? ""] {
      let written = ReportText.markdown(answer)
      #expect(text.components(separatedBy: written).count == 2, "\(written)")
    }
    #expect(report.sections.first?.answerPoints == answers)
  }

  /// Words as `wc -w` counts them: a cell's borders are words, too.
  private static func words(_ text: String) -> Int {
    text.split(whereSeparator: \.isWhitespace).count
  }

  /// The other suites' sections are longer than that yet.
  @Test(
    "a report is read: quick's in 2,500 words, a suite's in 1,500", arguments: ["quick", "groups"])
  func lengths(name: String) throws {
    let count = Self.words(MarkdownReport(try Self.sample(name)).text)
    #expect(count <= (name == "quick" ? 2500 : 1500), "\(name): \(count) words")
  }

  @Test("what surrounds a suite's own section has at most 500 words", arguments: suites)
  func frame(name: String) throws {
    let run = try Self.sample(name)
    let report = RunReport(run)
    let own = report.studySections.map { SectionMarkdown.text($0) }.joined()
    var bare = run
    bare.study = nil
    bare.warnings = []
    let count = Self.words(MarkdownReport(bare).text)
    #expect(count <= 500, "\(name): \(count) words around \(Self.words(own))")
  }

  @Test("one table has the cases' figures, and no other table repeats one")
  func mainTable() throws {
    var run = try Self.sample("quick")
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        run.cases[index].repetitions[place].otherCpuShare = 0.01
      }
    }
    let report = RunReport(run)
    let results = try #require(report.sections.first { $0.title == "Results" })
    #expect(results.tables.count == 1)
    let table = try #require(results.tables.first)
    #expect(table.header.prefix(4) == ["Case", "Produced MB/s", "range", "records/s"])
    #expect(table.header.contains("CPU of 2") && table.header.contains("Batch achieved B"))
    #expect(!table.header.contains { $0.contains(" ms") || $0 == "Lost" || $0 == "Errors" })
    let sound = try #require(report.sound)
    #expect(results.paragraphs == [sound])
    let isOpen = report.sections.prefix { !$0.isFolded }
    #expect(isOpen.map(\.title) == ["The answer", "Before you believe it", "Results"])
    #expect(report.sections.dropFirst(isOpen.count).allSatisfy { $0.isFolded })
    // Every table of the report, by its heads: none twice, and none with a figure of the main one.
    let others = report.sections.filter { $0.title != "Results" && !$0.title.contains("setting") }
      .flatMap { $0.tables + $0.parts.flatMap(\.tables) }
    for title in table.header.dropFirst() {
      #expect(!others.contains { $0.header.contains(title) }, "\(title)")
    }
  }

  @Test("a case alone has its figures below each other")
  func single() throws {
    let report = RunReport(try SampleRun.make(flags: [("rate", "1000")]))
    let table = try #require(report.resultSection?.tables.first)
    #expect(table.header == ["Figure", "Median", "range"])
    #expect(table.rows.first == ["Produced MB/s", "410", "410–411"])
    Golden.expect("results-one-case.md", report.markdown("Results"))
  }

  @Test("what came to harm has a column of its own")
  func harm() throws {
    var run = try SampleRun.make(flags: [("acks", "1,all")])
    run.cases[1].repetitions[0].verification?.lost = 5
    run.cases[0].repetitions[1].errors = [ErrorCount(name: "NOT_LEADER_OR_FOLLOWER", count: 7)]
    let table = try #require(RunReport(run).resultSection?.tables.first)
    let lost = try #require(table.header.firstIndex(of: "Lost"))
    let errors = try #require(table.header.firstIndex(of: "Errors"))
    #expect(
      table.rows.map { $0[lost] } == ["", "5"] && table.rows.map { $0[errors] } == ["7", ""])
    #expect(!table.header.contains("Duplicated"))
    #expect(RunReport(run).resultSection?.paragraphs == [])
  }

  @Test("a closed loop has latencies where they were asked for, an open loop always")
  func latencies() throws {
    func report(_ flags: [(String, String)]) throws -> (table: [String], plots: [String]) {
      let report = RunReport(try SampleRun.make(flags: [("acks", "1,all")] + flags))
      return (
        report.resultSection?.tables.first?.header ?? [],
        report.sections.flatMap(\.allPlots).map(\.name).filter { $0.contains("latency") }
      )
    }
    let closed = try report([])
    #expect(!closed.table.contains { $0.contains(" ms") } && closed.plots == [])
    for flags in [[("latency", "always")], [("rate", "1000")]] {
      let shown = try report(flags)
      #expect(shown.table.contains("Produce p99 ms") && shown.table.contains("End-to-end p50 ms"))
      for name in [
        "compare-latency", "produce-latency-percentiles", "end-to-end-latency-over-time",
      ] {
        #expect(shown.plots.contains(name), "\(flags) \(name)")
      }
    }
    // Of both kinds in one run, the rows of the closed loop are empty.
    let mixed = RunReport(try SampleRun.make(flags: [("rate", "max,1000")]))
    let table = try #require(mixed.resultSection?.tables.first)
    let column = try #require(table.header.firstIndex(of: "Produce p99 ms"))
    #expect(table.rows[0][column].isEmpty && !table.rows[1][column].isEmpty)
  }

  @Test("the subtitle names client, target, replicas and partitions")
  func subtitle() throws {
    var run = try SampleRun.make(flags: [("partitions", "3,12"), ("replication-factor", "3")])
    run.target.version = "Weir 0.1.0"
    run.environment.buildConfiguration = "release"
    let replicated = RunReport(run).subtitle
    run.target.minInsyncReplicas = 2
    let inSync = RunReport(run).subtitle
    for index in run.cases.indices { run.cases[index].workload.minInsyncReplicas = index + 1 }
    let swept = RunReport(run).subtitle
    run.target = TargetDescription(
      kind: .cluster, bootstrap: ["a:9092", "b:9092"], brokerCount: 3)
    Golden.expect(
      "subtitles.md",
      [
        ("a broker in the same process", replicated), ("min.insync.replicas", inSync),
        ("a sweep of min.insync.replicas", swept),
        ("the sample of groups", RunReport(try Self.sample("groups")).subtitle),
        ("a cluster", RunReport(run).subtitle),
      ])
  }

  @Test("warnings that several cases share are one line")
  func sharedWarnings() throws {
    var run = try SampleRun.make(flags: [("batch-size", "1KiB,2KiB,4KiB,8KiB")])
    run.warnings = (0..<4).map { .consumersFellBehind(caseIndex: $0, records: 1000 * Int64($0)) }
    let shared = RunReport(run).markdown("Before you believe it")
    run.warnings.removeLast(3)
    Golden.expect(
      "warnings-shared.md",
      [
        ("four cases", shared),
        ("one of four cases", RunReport(run).markdown("Before you believe it")),
      ])
  }
}
