import LoadModel
import Transport

extension BenchmarkRun {
  /// Refuses client properties that are not understood, without starting anything.
  ///
  /// - Throws: `.usage`.
  public static func checkProperties(of scenario: Scenario) throws(RunError) {
    guard scenario.run.suite == nil else { return }
    for entry in scenario.cases() {
      _ = try MeasurementPlan(
        entry.workload, settings: scenario.run, bootstrap: [], topic: "weir", seed: 1, runTag: 1,
        nowNanos: 0)
    }
  }
}
