import LoadModel

extension SuiteBench {
  /// Searches the highest rate that a workload sustains; each trial has a topic of its own.
  ///
  /// - Parameters:
  ///   - workload: Its rate, duration and warm-up are set by the search.
  ///   - settings: Without a target: capacity, the highest rate without a growing backlog.
  /// - Returns: What the trials until then show, where Ctrl-C ended it (`isPartial`).
  /// - Throws: `.target` and the like where the target is gone, `.load` where acknowledged records
  ///   were lost or damaged.
  /// - Complexity: At most `settings.limitS` seconds.
  func findRate(
    _ workload: Workload, _ settings: RateSearchSettings, on target: BenchTarget,
    _ admin: AdminSession
  ) throws(RunError) -> RateSearchResult {
    throw .load("the rate search is under construction")
  }
}
