import FoundationEssentials
import LoadModel

/// Reads and writes the files of a run.
///
/// `run.json` holds everything; the others are made from it alone, and made again come out the
/// same, byte for byte.
public enum Reports {
  /// Why files could not be read or written.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case notARun(path: String, reason: String)
    case otherSchema(path: String, found: Int, known: Int)
    case unwritable(path: String, reason: String)

    public var description: String {
      switch self {
      case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
      case .notARun(let path, let reason): "\(path) is not the result of a run: \(reason)"
      case .otherSchema(let path, let found, let known):
        "\(path) has schema version \(found); this Weir knows version \(known)"
      case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
      }
    }
  }

  /// Writes `run.json` and all that is made from it into `directory`, which is made if need be.
  ///
  /// Each file is written beside its name and renamed: a reader sees the old one or the new one.
  public static func write(_ run: RunResult, to directory: String) throws(Failure) {
    try makeDirectory(directory)
    try writeFile(json(run), to: directory + "/run.json")
    try writeDerived(run, to: directory)
  }

  /// Makes `results.csv`, `timeseries.csv` and `report.md` again from `run.json` in `directory`.
  ///
  /// - Returns: What was read.
  @discardableResult
  public static func regenerate(in directory: String) throws(Failure) -> RunResult {
    let run = try read(directory + "/run.json")
    try writeDerived(run, to: directory)
    return run
  }

  /// The files that are made from `run`, by name, without writing them.
  public static func derived(from run: RunResult) -> [(name: String, text: String)] {
    [
      ("results.csv", ResultsTable.csv(run)), ("timeseries.csv", TimeSeriesTable.csv(run)),
      ("report.md", MarkdownReport(run).text),
    ]
  }

  static func writeDerived(_ run: RunResult, to directory: String) throws(Failure) {
    for file in derived(from: run) {
      try writeFile(file.text, to: directory + "/" + file.name)
    }
  }
}
