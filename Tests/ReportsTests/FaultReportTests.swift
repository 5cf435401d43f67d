import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("planted faults in a report")
struct FaultReportTests {
  private func run() throws -> RunResult {
    var run = try SampleRun.make(flags: [("acks", "all"), ("rate", "1000")])
    var pause = FaultRecord(
      fault: Fault(atMs: 400, .pause, .leader(partition: 0), durationMs: 1000), startedS: 0.401)
    (pause.node, pause.wasController) = (2, true)
    (pause.doneS, pause.undoneS) = (0.41, 1.42)
    (pause.silenceS, pause.isSilenceOpen) = (1.05, true)
    var move = FaultRecord(
      fault: Fault(atMs: 2000, .moveLeader, .leader(partition: 1)), startedS: 2)
    (move.node, move.doneS) = (1, 2.1)
    var failed = FaultRecord(fault: Fault(atMs: 2200, .kill, .node(3)), startedS: 2.2)
    (failed.node, failed.failure) = (3, "exit code 3;\nno | such host")
    run.cases[0].repetitions[0].faults = [pause, move, failed]
    return run
  }

  @Test("they stand in a table: what, where, controller or not, when, why not")
  func table() throws {
    let text = MarkdownReport(try run()).text
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.contains("## Planted faults"))
    func cells(_ mark: String) -> [String] {
      let line = lines.first { $0.hasPrefix("|") && $0.contains(mark) } ?? ""
      return line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
    }
    let several = try run().cases[0].repetitions.count > 1 ? ["1"] : []
    #expect(
      cells("pause leader 0")
        == several + ["pause leader 0", "2", "yes", "0.40", "0.41", "1.42", "≥ 1.05"])
    #expect(
      cells("move-leader leader 1") == several + ["move-leader leader 1", "1", "2.00", "2.10"])
    #expect(cells("kill node 3").last == "exit code 3; no ¦ such host")
    // No fault has it: its column is left out.
    #expect(!text.contains("full ISR, s"))
    #expect(text.contains("A kill is a SIGKILL"))
  }

  @Test("a report without them has no such section, and older files read as before")
  func without() throws {
    let run = try SampleRun.make(flags: [("acks", "all")])
    #expect(!MarkdownReport(run).text.contains("Planted faults"))
    let bytes = try JSONEncoder().encode(run)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("\"faults\""))
    #expect(try JSONDecoder().decode(RunResult.self, from: bytes) == run)
  }

  @Test("run.json keeps them")
  func kept() throws {
    let run = try run()
    let bytes = try JSONEncoder().encode(run)
    #expect(try JSONDecoder().decode(RunResult.self, from: bytes) == run)
  }

  @Test("each is a phase on the time axis of every plot over time")
  func spans() throws {
    let report = RunReport(try run())
    let plots = try #require(report.timeSection?.plots)
    #expect(plots.count > 1)
    for plot in plots {
      guard case .lines(let lines) = plot.content else {
        Issue.record("no lines")
        continue
      }
      #expect(
        lines.spans.map(\.name) == ["pause leader 0 (node 2)", "move-leader leader 1 (node 1)"])
      #expect(lines.spans.map(\.from) == [0.401, 2])
      #expect(lines.spans.map(\.to) == [1.42, 2])
      let svg = PlotSvg.inline(plot)
      #expect(svg.contains("class=\"span\""))
      #expect(svg.contains(">pause leader 0 (node 2)</text>"))
    }
    // They are what the report is about: they are not folded away.
    #expect(report.sections.first { $0.title == "Over time" }?.isFolded == false)
  }

  @Test("results.csv counts them in a column at its end, and leaves it empty where none were")
  func column() throws {
    let rows = ResultsTable.csv(try run()).components(separatedBy: "\r\n").filter { !$0.isEmpty }
      .map { $0.components(separatedBy: ",") }
    let place = try #require(rows[0].firstIndex(of: "faults"))
    let events = try #require(rows[0].firstIndex(of: "events"))
    #expect(place > events, "it was appended")
    #expect(rows[1][rows[1].count - (rows[0].count - place)] == "3")
    #expect(rows[2][rows[2].count - (rows[0].count - place)] == "")
  }
}
