import Foundation
import LoadModel
import Testing

@testable import LoadRunner
@testable import weir

@Suite("Lanes that take turns")
struct LaneRunTests {
  private func lanes(_ settings: RunSettings) -> [Lane] {
    [("reference-1", Lane.Side.reference), ("candidate", .candidate), ("reference-2", .reference)]
      .map { Lane(name: $0.0, side: $0.1, executable: weirBinary, settings: settings) }
  }

  @Test("what cannot fit the disk is refused before anything is made")
  func refused() throws {
    let folder = try Folder()
    let great = try scenario(
      ["records": "1000G", "retention-bytes": "1024TiB", "record-size": "1MiB"], in: folder)
    #expect(LaneRun.refusal(great)?.contains("the run needs at least") == true)
    var run = LaneRun(great, lanes: lanes(great.run), kind: "check", host: testHost)
    let error = try #require(run.run().error)
    #expect(error.exitCode == 2)
    #expect(error.description.contains("choose another --data-dir"))
    #expect(folder.entries.isEmpty)
    // A cluster's disks are its own.
    var other = great
    other.run.target = .cluster(bootstrap: ["127.0.0.1:1"])
    #expect(LaneRun.refusal(other) == nil)
    #expect(LaneRun.refusal(try scenario(["records": "10"], in: folder)) == nil)
  }

  @Test("records that only the candidate breaks are a fault; a baseline takes none at all")
  func faults() throws {
    let folder = try Folder()
    let small = try scenario(["records": "10"], in: folder)
    func outcome(_ lanes: [Lane], broken: Int, _ change: (inout Verification) -> Void)
      -> LaneRun.Outcome
    {
      let cases = small.cases()
      let results = lanes.enumerated().map { index, lane in
        var run = RunResult(
          runId: "x/\(lane.name)", scenario: "check", startedUtc: "2026-01-02T03:04:05Z",
          target: TargetDescription(kind: .process, bootstrap: [], brokerCount: 1),
          environment: RunEnvironment(), configuration: small.effectiveConfiguration(seed: 1),
          weirVersion: "0.1.0")
        var repetition = RepetitionResult(
          repetition: 1, turn: 1, startedUtc: "2026-01-02T03:04:05Z", durationS: 1)
        var verification = Verification()
        if index == broken { change(&verification) }
        repetition.verification = verification
        run.cases = cases.map {
          var entry = CaseResult(index: $0.index, label: $0.label, workload: $0.workload)
          entry.repetitions = [repetition]
          return entry
        }
        return LaneResult(lane: lane, run: run, samples: run.cases.map { CaseSamples($0) })
      }
      return LaneRun.Outcome(lanes: results, error: nil, wasInterrupted: false)
    }
    let all = lanes(small.run)
    let candidate = outcome(all, broken: 1) { $0.corrupted = 3 }
    #expect(LaneArguments.fault(candidate)?.kind == .unsound)
    #expect(LaneArguments.failure(candidate)?.exitCode == 1)
    #expect(LaneArguments.fault(outcome(all, broken: 0) { $0.corrupted = 3 }) == nil)
    let lost = LaneArguments.fault(outcome(all, broken: 0) { $0.lost = 3 })
    #expect(lost == RecordFault(.lost, "reference-1: 3 acknowledged records are lost"))
    let stored = outcome([all[0], all[2]], broken: 1) { $0.duplicated = 1 }
    #expect(LaneArguments.failure(stored)?.description == "records came back unsound: 1 duplicated")
    // What reached no steady state, and what retention had not reached, is known by its label.
    var unsteady = candidate
    #expect(CheckPlan.unsteady(unsteady).isEmpty && CheckPlan.growing(unsteady).isEmpty)
    for lane in unsteady.lanes.indices {
      unsteady.lanes[lane].run.cases[0].repetitions[0].isLogFull = lane == 0
    }
    unsteady.lanes[2].run.cases[0].repetitions[0].steady =
      SteadyState(warmupS: 30, unsettled: [.rate], drifted: [.backlog])
    let label = small.cases()[0].label
    #expect(CheckPlan.unsteady(unsteady) == [label: "rate, backlog"])
    #expect(CheckPlan.growing(unsteady) == [label])
  }
}
