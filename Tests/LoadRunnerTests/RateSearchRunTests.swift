import Foundation
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("a rate search measures its trials")
  struct RateSearchRunTests {
    private func search(_ flags: [String: String]) throws -> BenchmarkRun.Outcome {
      let folder = try Folder()
      var scenario = Scenario()
      let usual = ["find-rate": "true", "sustain": "2s", "warmup": "0s", "output": folder.path]
      for (name, text) in usual.merging(flags, uniquingKeysWith: { $1 })
        .sorted(by: { $0.key < $1.key })
      {
        try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
      }
      try scenario.validate()
      var run = BenchmarkRun(scenario, host: testHost)
      return run.run()
    }

    @Test("a planted capacity is not exceeded, and each trial is kept")
    func planted() throws {
      let capacity = 2_000.0
      let outcome = try search([
        "broker-property": "weir.test.produce.records.per.second=2000", "record-size": "100",
        "precision": "20%",
      ])
      #expect(outcome.error == nil && !outcome.result.isPartial)
      let entry = try #require(outcome.result.cases.first)
      let found = try #require(entry.rateSearch)
      let trials = found.trials
      #expect(trials.first?.phase == .closedLoop)
      // However the machine stalls, the broker takes no more. In a window of 2 s its burst is a
      // hundredth.
      #expect((trials.first?.achievedPerS ?? 0) <= capacity * 1.05)
      #expect((found.lowPerS ?? 0) <= capacity * 1.02)
      for trial in trials where trial.offeredPerS ?? 0 > capacity * 1.1 {
        #expect(!trial.hasPassed && trial.failed.contains(.backlog), "\(trial)")
      }
      #expect(trials.map(\.number) == Array(1...trials.count))
      #expect(trials.allSatisfy { $0.verification?.lost == 0 && $0.startedUtc.hasSuffix("Z") })
      guard let rate = found.ratePerS else { return }
      // The case's repetitions are trials at its rate.
      #expect(entry.workload.rate == .perSecond(rate))
      let kept = trials.filter { $0.repetition != nil }
      #expect(kept.allSatisfy { $0.offeredPerS == rate } && !kept.isEmpty)
      #expect(entry.repetitions.map(\.repetition) == Array(1...kept.count))
      #expect(entry.repetitions.allSatisfy { !$0.intervals.isEmpty && $0.backlogTrend != nil })
    }

    @Test("each case of a sweep has its own search")
    func sweep() throws {
      let outcome = try search([
        "acks": "1,all", "precision": "50%", "record-size": "100", "slo": "errors=0,lost=0",
        "broker-property": "weir.test.produce.records.per.second=3000",
      ])
      #expect(outcome.error == nil)
      #expect(outcome.result.cases.count == 2)
      #expect(outcome.result.cases.allSatisfy { $0.rateSearch?.trials.isEmpty == false })
      #expect(outcome.result.lostAckedRecords == 0)
    }
  }
}
