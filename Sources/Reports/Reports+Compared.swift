import FoundationEssentials
import LoadModel

extension Reports {
  /// What `weir compare` is given by a path: a `run.json`, a baseline, a directory that holds a
  /// `run.json`, or one of a check, which holds a result for each lane.
  ///
  /// - Throws: `.unreadable`, `.notARun`, `.otherSchema`.
  public static func readCompared(_ path: String) throws(Failure) -> [ResultComparison.Entry] {
    guard isDirectory(path) else { return [try readEntry(path, file: path)] }
    let file = path + "/run.json"
    let lanes = FileManager.default.fileExists(atPath: file) ? [] : lanes(in: path)
    guard !lanes.isEmpty else { return [try readEntry(path, file: file)] }
    var entries: [ResultComparison.Entry] = []
    for lane in lanes {
      let folder = path.hasSuffix("/") ? path + lane : "\(path)/\(lane)"
      entries.append(try readEntry(folder, file: folder + "/run.json"))
    }
    return entries
  }

  /// The folders of a check's lanes; the reference first.
  private static func lanes(in directory: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let lanes = names.filter {
      FileManager.default.fileExists(atPath: "\(directory)/\($0)/run.json")
    }
    return lanes.sorted { one, other in
      let (a, b) = (one.hasPrefix("reference"), other.hasPrefix("reference"))
      return a == b ? one < other : a
    }
  }

  private static func readEntry(_ name: String, file: String) throws(Failure)
    -> ResultComparison.Entry
  {
    let data = try contents(of: file)
    do {
      let baseline = try decodeBaseline(data, path: file)
      return .init(name: name, cases: baseline.pooledCases, configuration: baseline.configuration)
    } catch {
      if case .otherSchema = error { throw error }
      let run = try decode(data, path: file)
      let cases = run.cases.map { CaseSamples($0) }.filter { !$0.repetitions.isEmpty }
      guard !cases.isEmpty || run.study?.points.isEmpty == false else {
        throw .notARun(path: file, reason: "it holds no whole repetition")
      }
      return .init(
        name: name, cases: cases, isPartial: run.isPartial, configuration: run.configuration,
        study: run.study,
        doubts: Advice.doubts(of: run).merging(
          run.study.map(ResultComparison.doubts) ?? [:], uniquingKeysWith: { one, _ in one }))
    }
  }
}
