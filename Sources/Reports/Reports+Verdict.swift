import FoundationEssentials
import LoadModel

extension Reports {
  /// Reads a baseline.
  ///
  /// - Throws: `.unreadable`, `.notABaseline`, `.otherSchema`.
  public static func readBaseline(_ path: String) throws(Failure) -> Baseline {
    try decodeBaseline(try contents(of: path), path: path)
  }

  /// Reads the bytes of a baseline.
  ///
  /// - Parameter path: For the message only.
  public static func decodeBaseline(_ bytes: [UInt8], path: String) throws(Failure) -> Baseline {
    try decodeBaseline(Data(bytes), path: path)
  }

  private struct BaselineHead: Decodable {
    var format: String?
    var schemaVersion: Int?
    /// Of a run.
    var cases: [Ignored]?

    struct Ignored: Decodable {}
  }

  static func decodeBaseline(_ data: Data, path: String) throws(Failure) -> Baseline {
    let decoder = JSONDecoder()
    do {
      let head = try decoder.decode(BaselineHead.self, from: data)
      guard head.format == Baseline.format, let version = head.schemaVersion else {
        throw Failure.notABaseline(
          path: path,
          reason: head.cases == nil
            ? "its format is not \(Baseline.format)"
            : "it is a run; `weir baseline \(path)` makes a baseline of it")
      }
      guard version == Baseline.currentSchemaVersion else {
        throw Failure.otherSchema(
          path: path, found: version, known: Baseline.currentSchemaVersion)
      }
      let baseline = try decoder.decode(Baseline.self, from: data)
      try check(baseline, path)
      return baseline
    } catch let failure as Failure {
      throw failure
    } catch let error as DecodingError {
      throw .notABaseline(path: path, reason: reason(error))
    } catch {
      throw .notABaseline(path: path, reason: "\(error)")
    }
  }

  /// Figures that no measurement gives would make a verdict of nothing.
  private static func check(_ baseline: Baseline, _ path: String) throws(Failure) {
    let samples = baseline.lanes.flatMap { $0.flatMap(\.repetitions) }
    guard !samples.isEmpty else {
      throw .notABaseline(path: path, reason: "it holds no measurement")
    }
    for sample in samples {
      for (name, value) in sample.values where !(value.isFinite && value >= 0) {
        throw .notABaseline(path: path, reason: "\(name) cannot be \(value)")
      }
    }
  }

  /// Writes a baseline: the old file or the new one is there, never half of one.
  public static func write(_ baseline: Baseline, to path: String) throws(Failure) {
    try writeFile(try jsonText(baseline, path), to: path)
  }

  /// Writes `verdict.json` and `verdict.md` into the check's directory.
  public static func write(_ verdict: Verdict, to directory: String) throws(Failure) {
    try makeDirectory(directory)
    let path = directory + "/verdict.json"
    try writeFile(try jsonText(verdict, path), to: path)
    try writeFile(VerdictSummary.markdown(verdict), to: directory + "/verdict.md")
  }

  /// Writes the JUnit form, for the services that show such results.
  public static func writeJUnit(_ verdict: Verdict, to path: String) throws(Failure) {
    try writeFile(JUnitReport.xml(verdict), to: path)
  }

  /// Of a check that has no verdict.
  ///
  /// - Parameters:
  ///   - fault: Records came to harm, which is a failure, not an error of measuring.
  ///   - hostName: Where it ran; `localhost` where nil.
  ///   - startedUtc: `2026-01-02T03:04:05Z`
  ///   - seconds: How long it ran.
  public static func writeJUnit(
    error: String, fault: RecordFault.Kind? = nil, hostName: String?, startedUtc: String,
    seconds: Double,
    to path: String
  ) throws(Failure) {
    let frame = JUnitReport.Frame(
      hostName: hostName, startedUtc: startedUtc, seconds: seconds)
    try writeFile(
      fault.map { JUnitReport.xml(fault: RecordFault($0, error), frame: frame) }
        ?? JUnitReport.xml(error: error, frame: frame),
      to: path)
  }

  /// Writes the summary for a pull request.
  public static func writeSummary(_ verdict: Verdict, to path: String) throws(Failure) {
    try writeFile(VerdictSummary.markdown(verdict), to: path)
  }

  public static func writeSummary(
    error: String, fault: RecordFault.Kind? = nil, to path: String
  ) throws(Failure) {
    try writeFile(VerdictSummary.markdown(error: error, fault: fault), to: path)
  }

  /// The run that a path names: a `run.json`, or a directory that holds one.
  public static func readRun(_ path: String) throws(Failure) -> RunResult {
    try read(isDirectory(path) ? path + "/run.json" : path)
  }

  static func isDirectory(_ path: String) -> Bool {
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
    return type as? FileAttributeType == .typeDirectory
  }

  static func jsonText(_ value: some Encodable, _ path: String) throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw .unwritable(path: path, reason: "\(error)")
    }
  }

  /// What a reader of a verdict must know of the machine and the build that it was measured with.
  ///
  /// - Parameter run: Any of its lanes, ended.
  public static func machineNotes(of run: RunResult) -> [String] {
    run.allWarnings.compactMap { warning in
      switch warning {
      case .stolenTime, .busyMachine, .debugBuild, .temporaryFileSystem:
        let text = WarningText(warning, labels: [])
        return "\(text.message) \(text.advice)"
      default: return nil
      }
    }
  }
}
