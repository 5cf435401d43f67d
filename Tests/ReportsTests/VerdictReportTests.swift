import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("Baselines, verdicts and comparisons as files")
struct VerdictReportTests {
  /// A verdict with a line of each kind, in words that no format may take for its own.
  private func verdict() throws -> Verdict {
    var before = try SampleRun.make(flags: [("acks", "1"), ("repetitions", "12")])
    before.scenario = "<a> & \"b\" | c"
    let cases = before.cases.map { CaseSamples($0) }
    var worse = cases
    for index in worse[0].repetitions.indices {
      worse[0].repetitions[index].values["broker_cpu"]? *= 1.5
    }
    let input = CheckInput(
      reference: .init(lanes: [cases, cases]), candidate: .init(lanes: [worse]),
      design: .turns, settings: CheckSettings())
    return Verdict(
      input.decide(), of: before, runId: "x", reference: "<old> & co", candidate: "new | one",
      rounds: 12, sidesTookTurns: true)
  }

  @Test("what the machine and the build do to a verdict's figures is told beside it")
  func machine() throws {
    var run = try SampleRun.make()
    run.environment = RunEnvironment()
    #expect(Reports.machineNotes(of: run).isEmpty)
    run.environment.stolenShare = 0.1
    run.environment.loadAverage = 8
    run.environment.cpuCount = 2
    run.environment.buildConfiguration = "debug"
    run.environment.fileSystem = "tmpfs"
    let notes = Reports.machineNotes(of: run)
    #expect(notes.count == 4)
    Golden.expect("machine-notes.md", notes.joined(separator: "\n"))
  }

  @Test("a verdict is told in every form, and never breaks one")
  func forms() throws {
    let verdict = try verdict()
    #expect(verdict.status == .regression)
    #expect(verdict.decidingLines.filter { $0.status == .regression }.count == 1)
    let text = VerdictText.text(verdict)
    Golden.expect("verdict.txt", text)
    #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    let markdown = VerdictSummary.markdown(verdict)
    Golden.expect("verdict.xml", JUnitReport.xml(verdict))
    let frame = JUnitReport.Frame(startedUtc: "2026-01-02T03:04:05Z", seconds: 1.5)
    let fault = RecordFault(.unsound, "7 twice")
    Golden.expect("check-error.xml", JUnitReport.xml(error: "a\u{1}b\n<c>", frame: frame))
    Golden.expect(
      "check-lost.xml", JUnitReport.xml(fault: RecordFault(.lost, "7 gone"), frame: frame))
    Golden.expect("check-unsound.xml", JUnitReport.xml(fault: fault, frame: frame))
    // Changes are of pairs where both sides took turns, and the table says so.
    var stored = verdict
    stored.sidesTookTurns = false
    let alone = VerdictSummary.markdown(stored)
    #expect(!alone.contains("of pairs") && !alone.contains("in turns"))
    Golden.expect(
      "verdict.md",
      [
        ("both sides took turns", markdown), ("a stored baseline", alone),
        ("unsound records", VerdictSummary.markdown(error: "7 twice", fault: .unsound)),
      ])
    let again = try JSONDecoder().decode(
      Verdict.self, from: Data(try Reports.jsonText(verdict, "v").utf8))
    #expect(again == verdict)
  }

  @Test("a baseline is read as it was written, and other files are refused with the reason")
  func baseline() throws {
    let run = try SampleRun.make(flags: [("acks", "1"), ("repetitions", "8")])
    let baseline = try #require(Baseline(run))
    #expect(baseline.lanes.count == 2)
    // Both lanes of a round are one sample of it.
    let pooled = try #require(baseline.pooledCases.first).values("records_per_s")
    #expect(pooled.keys.sorted() == [1, 2, 3, 4])
    let lanes = try baseline.lanes.map { try #require($0[0].values("records_per_s")[2]) }
    #expect(abs(try #require(pooled[2]) - (lanes[0] * lanes[1]).squareRoot()) < 1e-6)
    #expect(baseline.noiseFloors["custom"]?["records_per_s"] != nil)
    let text = try Reports.jsonText(baseline, "b")
    #expect(try Reports.decodeBaseline(Array(text.utf8), path: "b") == baseline)
    let again = try baseline.scenarioAgain()
    #expect(baseline.difference(from: again) == nil)
    var other = again
    try ScenarioSchema.set(flag: "acks", to: ["all"], in: &other)
    func refusal(_ broken: String) -> String {
      do throws(Reports.Failure) {
        _ = try Reports.decodeBaseline(Array(broken.utf8), path: "b")
        return "accepted"
      } catch { return "\(error)" }
    }
    Golden.expect(
      "refused-baselines.txt",
      [
        ("another scenario", try #require(baseline.difference(from: other))),
        ("no byte", refusal("")), ("an empty object", refusal("{}")),
        ("an array", refusal("[]")),
        ("half of a file", refusal(String(text.prefix(text.count / 2)))),
        (
          "a newer schema",
          refusal(text.replacing("\"schemaVersion\" : 1", with: "\"schemaVersion\" : 2"))
        ),
        ("no round", refusal(text.replacing("\"round\" : 1", with: "\"turn\" : 1"))),
        (
          "rates below 0",
          refusal(text.replacing("\"records_per_s\" : ", with: "\"records_per_s\" : -"))
        ),
        ("a run", refusal(try Reports.json(run))),
      ])
    var partial = run
    for index in partial.cases[0].repetitions.indices {
      partial.cases[0].repetitions[index].isPartial = true
    }
    #expect(Baseline(partial) == nil)
  }

  @Test("what grew from nothing has no share")
  func fromNothing() throws {
    var verdict = try verdict()
    let index = try #require(verdict.lines.firstIndex { $0.status == .regression })
    verdict.lines[index].reference = 0
    Golden.expect(
      "verdict-from-nothing.md",
      [
        ("a terminal", VerdictText.text(verdict)), ("a summary", VerdictSummary.markdown(verdict)),
      ])
  }

  @Test("a run of too few repetitions for a baseline says how many it takes")
  func shortRun() throws {
    func run(_ repetitions: Int) throws -> RunResult {
      try SampleRun.make(flags: [("acks", "0,1"), ("repetitions", "\(repetitions)")])
    }
    let short = try run(5)
    let enough = try run(6)
    #expect(Baseline.shortcoming(of: enough) == nil)
    let baseline = try #require(Baseline(enough))
    #expect(baseline.shortcoming == nil && baseline.rounds == 3)
    var partial = enough
    partial.cases[1].repetitions[2].isPartial = true
    Golden.expect(
      "short-baselines.txt",
      [
        ("a run of 5 repetitions", try #require(Baseline.shortcoming(of: short))),
        ("the baseline of it", try #require(Baseline(short)?.shortcoming)),
        ("one of 6 is partial", try #require(Baseline.shortcoming(of: partial))),
      ])
  }

  @Test("another machine is one that differs in what figures of time depend on")
  func machines() throws {
    let here = try SampleRun.make().environment
    var there = here
    there.freeDiskBytes = 5
    there.loadAverage = 9
    #expect(here.machineDifference(from: there) == nil)
    there.cpuCount = 64
    #expect(here.machineDifference(from: there) == "CPUs 2 here, 64 there")
  }
}
