import Foundation
import Testing

@testable import LoadModel

@Suite("Lost records: a failure, or a figure")
struct LossRuleTests {
  /// A run of one case that lost five records, with or without a planted fault.
  private func run(
    _ acks: AckLevel, minInsync: Int?, replicas: Int16 = 3, clusterMinInsync: Int? = nil,
    hasFault: Bool
  ) -> RunResult {
    var target = TargetDescription(kind: .cluster, bootstrap: [], brokerCount: 3)
    target.minInsyncReplicas = clusterMinInsync
    var run = RunResult(
      runId: "r", scenario: "s", startedUtc: "", target: target, environment: RunEnvironment(),
      configuration: EffectiveConfiguration(entries: [], repetitions: 1, seed: 1, file: nil),
      weirVersion: "1")
    var load = Workload()
    load.acks = acks
    load.replicationFactor = replicas
    load.minInsyncReplicas = minInsync
    var repetition = RepetitionResult(repetition: 1, turn: 0, startedUtc: "", durationS: 1)
    repetition.verification = Verification()
    repetition.verification?.lost = 5
    if hasFault {
      repetition.faults = [
        FaultRecord(fault: Fault(atMs: 0, .kill, .leader(partition: 0)), startedS: 0)
      ]
    }
    var entry = CaseResult(index: 0, label: "", workload: load)
    entry.repetitions = [repetition]
    run.cases = [entry]
    return run
  }

  @Test("without planted faults a lost acknowledged record is a failure, with acks=0 never")
  func without() {
    #expect(run(.leader, minInsync: 1, hasFault: false).lostAckedRecords == 5)
    #expect(run(.all, minInsync: 1, hasFault: false).lostAckedRecords == 5)
    #expect(run(.all, minInsync: 2, hasFault: false).lostAckedRecords == 5)
    #expect(run(.none, minInsync: 1, hasFault: false).lostAckedRecords == 0)
  }

  @Test("with planted faults only acks=all with two or more in sync must keep its records")
  func with() {
    #expect(run(.none, minInsync: 2, hasFault: true).lostAckedRecords == 0)
    #expect(run(.leader, minInsync: 2, hasFault: true).lostAckedRecords == 0)
    #expect(run(.all, minInsync: 1, hasFault: true).lostAckedRecords == 0)
    #expect(run(.all, minInsync: 2, hasFault: true).lostAckedRecords == 5)
    // What the cluster has by itself counts where the run sets nothing; one replica caps it.
    #expect(run(.all, minInsync: nil, clusterMinInsync: 2, hasFault: true).lostAckedRecords == 5)
    #expect(run(.all, minInsync: nil, hasFault: true).lostAckedRecords == 0)
    #expect(
      run(.all, minInsync: nil, replicas: 1, clusterMinInsync: 2, hasFault: true)
        .lostAckedRecords == 0)
  }

  @Test("a suite's points count what was lost against a promise")
  func study() {
    var run = run(.none, minInsync: 1, hasFault: true)
    run.study = Study(suite: .acks, question: "?")
    var point = StudyPoint([])
    point.figures = [
      StudyFigure("lost", "", [9]),
      StudyFigure(StudyPoint.brokenPromise, "", [3, 4, .nan, .infinity]),
    ]
    run.study?.points = [point]
    #expect(run.lostAckedRecords == 7)
  }
}
