import Foundation
import LoadModel

extension SuiteBench {
  /// Searches the highest rate that a workload sustains; each trial has a topic of its own.
  ///
  /// - Parameters:
  ///   - workload: Its rate, duration and warm-up are set by the search.
  ///   - settings: Without a target: capacity, the highest rate without a growing backlog.
  ///   - repetition: Of the turn, for what is noted of the cluster meanwhile.
  /// - Returns: What the trials until then show, where Ctrl-C ended it (`isPartial`).
  /// - Throws: What keeps the load from being measured at all; `.load` where acknowledged records
  ///   were lost or damaged.
  /// - Complexity: About `settings.limitS` seconds at most.
  func findRate(
    _ workload: Workload, _ settings: RateSearchSettings, on target: BenchTarget,
    _ admin: AdminSession, repetition: Int = 1
  ) throws(RunError) -> RateSearchResult {
    var search = RateSearchRun(
      workload, settings, processors: ProcessInfo.processInfo.activeProcessorCount)
    try search.run(title) { load, title throws(RunError) in
      var plan = try self.plan(load, on: target, topic: self.newTopicName())
      plan.givesUpAfterS = RateSearchRun.givesUpAfterS
      let result = try self.run(plan, on: target, admin, repetition: repetition, title: title)
      self.noteEvents(of: result)
      let damaged = result.verification?.corrupted ?? 0
      if load.acks != .none {
        try self.refuseUnsound(result)
      } else if damaged > 0 {
        // Nothing was acknowledged: only what came back damaged is against the level's promise.
        throw RunError.load("\(damaged) records came back damaged")
      }
      return result
    } finished: { line, _ in
      self.progress.note(line)
    }
    return search.outcome.result
  }
}
