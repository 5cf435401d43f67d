import LoadModel

/// `results.csv`: one row a repetition.
enum ResultsTable {
  static func csv(_ run: RunResult) -> String { "" }
}
