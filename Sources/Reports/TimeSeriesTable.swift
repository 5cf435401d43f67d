import LoadModel

/// `timeseries.csv`: one row an interval.
enum TimeSeriesTable {
  static func csv(_ run: RunResult) -> String { "" }
}
