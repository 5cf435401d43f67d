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
    case notABaseline(path: String, reason: String)
    /// A run of which no baseline can be made.
    case tooLittle(path: String, reason: String)
    case otherSchema(path: String, found: Int, known: Int)
    case unwritable(path: String, reason: String)

    public var description: String {
      switch self {
      case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
      case .notARun(let path, let reason): "\(path) is not the result of a run: \(reason)"
      case .notABaseline(let path, let reason): "\(path) is not a baseline: \(reason)"
      case .tooLittle(let path, let reason): "\(path) is too little for a baseline: \(reason)"
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

  /// Writes `run.json` alone: what a run keeps while it goes on.
  public static func keep(_ run: RunResult, in directory: String) throws(Failure) {
    try makeDirectory(directory)
    try writeFile(json(run), to: directory + "/run.json")
  }

  /// Makes all other files again from `run.json` in `directory`.
  ///
  /// - Returns: What was read.
  @discardableResult
  public static func regenerate(in directory: String) throws(Failure) -> RunResult {
    var run = try read(directory + "/run.json")
    if let left = leftBehind(in: directory) { run.leftBehind = left }
    try writeDerived(run, to: directory)
    return run
  }

  /// What a run that was killed, or is under way, has made and not removed; nil where there is
  /// nothing, or no such file.
  public static func leftBehind(in directory: String) -> LeftBehind? {
    let path = directory + "/" + LeftBehind.fileName
    guard let data = try? contents(of: path),
      let left = try? JSONDecoder().decode(LeftBehind.self, from: data), !left.isEmpty
    else { return nil }
    return left
  }

  /// The files that are made from `run`, by their paths in its directory, without writing them:
  /// tables, the report as Markdown and HTML, its plots, the histograms.
  public static func derived(from run: RunResult) -> [(name: String, text: String)] {
    let report = RunReport(run)
    let sections = report.sections
    let plots = sections.flatMap(\.allPlots).filter { !$0.isEmpty }
    return [
      ("results.csv", ResultsTable.csv(run)), ("timeseries.csv", TimeSeriesTable.csv(run)),
      ("report.md", MarkdownReport(report: report, sections: sections).text),
      ("report.html", HtmlReport(report: report, sections: sections).text),
    ] + (run.study.map { [("study.csv", StudyTable.csv($0, of: run))] } ?? [])
      + plots.map { ($0.file, PlotSvg.file($0)) } + HistogramFiles.files(run)
  }

  static func writeDerived(_ run: RunResult, to directory: String) throws(Failure) {
    let files = derived(from: run)
    for folder in ["plots", "histograms"]
    where files.contains(where: { $0.name.hasPrefix(folder + "/") }) {
      try makeDirectory(directory + "/" + folder)
    }
    for file in files { try writeFile(file.text, to: directory + "/" + file.name) }
  }
}
