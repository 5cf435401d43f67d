import Foundation
import LoadModel

extension BenchmarkRun {
  /// Searches the highest rate of each case, one after another.
  mutating func findRates(
    of cases: [Scenario.Case], target: BenchTarget, admin: AdminSession
  ) throws(RunError) {
    var turn = 0
    for entry in cases {
      if Interrupt.requested { return }
      try findRate(of: entry, turn: &turn, target, admin)
    }
  }

  private mutating func findRate(
    of entry: Scenario.Case, turn: inout Int, _ target: BenchTarget, _ admin: AdminSession
  ) throws(RunError) {
    // Settings of an existing topic stand in the result alone.
    let workload = result.cases[entry.index].workload
    var search = RateSearchRun(
      workload, scenario.run.rateSearch, processors: result.environment.cpuCount)
    let title = "[\(entry.index + 1)/\(scenario.caseCount)] \(entry.label)"
    try search.run(title) { load, title throws(RunError) in
      defer { turn += 1 }
      var plan = try plan(load, target: target, turn: turn)
      plan.givesUpAfterS = RateSearchRun.givesUpAfterS
      var repetition = RepetitionResult(
        repetition: 1, turn: turn, startedUtc: Self.utc(Date()), durationS: 0)
      var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
      try measurement.run(into: &repetition, progress: &progress, title: title)
      return repetition
    } finished: { line, outcome in
      progress.note(line)
      note(outcome, of: entry)
      keepSoFar()
    }
    if Interrupt.requested { return }
    note(search.outcome, of: entry)
    progress.finishStep("\(title)  \(search.outcome.result.text)")
  }

  private mutating func note(_ outcome: RateSearchRun.Outcome, of entry: Scenario.Case) {
    result.cases[entry.index].rateSearch = outcome.result
    result.cases[entry.index].workload = outcome.workload
    result.cases[entry.index].repetitions = outcome.repetitions
  }
}
