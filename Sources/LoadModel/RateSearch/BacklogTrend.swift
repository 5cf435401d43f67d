/// How the backlog moved within a window: records that were due and not acknowledged (where
/// consumers read beside the load: not read). Nil where a closed loop keeps its buffer full and
/// nothing reads.
public struct BacklogTrend: Codable, Sendable, Equatable {
  /// The slope of the least-squares line, in records a second.
  public var growthPerS: Double
  /// Its standard error, which allows for windows that resemble the one before.
  public var standardErrorPerS: Double

  public init(growthPerS: Double, standardErrorPerS: Double) {
    self.growthPerS = growthPerS
    self.standardErrorPerS = standardErrorPerS
  }

  /// - Returns: nil where there are too few readings, or none of a backlog.
  public init?(_ readings: LoadReadings, from: Int64, until: Int64) {
    let most = SteadyRule.windowsMost
    guard let edges = readings.edges(from: from, until: until, most: most),
      let first = edges.first, let last = edges.last, last.nanos > first.nanos
    else { return nil }
    let backlog = edges.dropFirst().compactMap { $0.backlogRecords.map(Double.init) }
    guard backlog.count == edges.count - 1 else { return nil }
    let trend = Trend(backlog)
    let seconds = Double(last.nanos - first.nanos) / 1e9
    growthPerS = trend.rise / seconds
    standardErrorPerS = trend.standardError / seconds
  }
}
