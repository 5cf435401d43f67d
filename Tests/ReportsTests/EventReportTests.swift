import LoadModel
import Testing

@testable import Reports

@Suite struct EventReportTests {
  private func run() throws -> RunResult {
    var run = try SampleRun.make(flags: [("acks", "all")])
    var events = RunEvents()
    events.nodeLosses = [.init(node: 2, lostS: 0.4, backS: 1.7, reason: "reset")]
    events.leaderChanges = (0..<4).map { .init(partition: $0, from: 2, to: 1, atS: 1.1) }
    events.leaderChangeCount = 4
    events.longestSilence = .init(startS: 0.4, durationS: 0.7)
    run.cases[0].repetitions[0].events = events
    return run
  }

  @Test("a node that died and came back stands in a sentence of the report")
  func sentence() throws {
    Golden.expect("node-lost.md", RunReport(try run()).markdown("Before you believe it"))
  }

  @Test("a log that was truncated below what was read has a sentence of its own")
  func truncation() throws {
    var run = try run()
    run.cases[0].repetitions[0].errors = [
      ErrorCount(name: ErrorCount.logTruncated, count: 2), ErrorCount(name: "TIMED_OUT", count: 1),
    ]
    let text = MarkdownReport(run).text
    #expect(text.contains("a log was truncated below what a consumer had read, 2 times."))
    #expect(text.contains("1 errors, most of them TIMED_OUT."))
  }

  @Test("and on the time axis of the plots over time")
  func marks() throws {
    let run = try run()
    let report = RunReport(run)
    let plots = try #require(report.timeSection?.plots)
    let plot = try #require(plots.first { $0.name.hasPrefix("produced-over-time") })
    guard case .lines(let lines) = plot.content else {
      Issue.record("no lines")
      return
    }
    #expect(lines.references.map(\.value) == [0.4, 1.1, 1.7])
    let whose = run.cases[0].repetitions.count > 1 ? "repetition 1, " : ""
    #expect(
      lines.references.map(\.name)
        == ["node 2 lost", "4 leaders moved", "node 2 back"].map {
          whose + $0
        })
    #expect(lines.references.allSatisfy { $0.direction == .x })
  }
}
