import LoadModel

extension RunWarning {
  /// What only the runner knows; what the figures themselves tell is found again from them
  /// (`RunResult.allWarnings`).
  ///
  /// - Parameter interruption: Why the run did not get to its end, where it did not.
  static func found(in run: RunResult, interruption: String?) -> [RunWarning] {
    var found: [RunWarning] = []
    if let interruption { found.append(.partial(reason: interruption)) }
    return found + run.cases.compactMap(compressibility)
  }

  /// The codec saw other payloads than were asked for.
  private static func compressibility(_ entry: CaseResult) -> RunWarning? {
    let workload = entry.workload
    guard workload.payloadFile == nil, workload.compression.codec != .none else { return nil }
    let achieved = entry.repetitions.compactMap(\.compressionRatio)
    guard let least = achieved.min(), let most = achieved.max() else { return nil }
    let asked = workload.compressibility
    // Codecs differ in how much of the repetition they find: a third is no news.
    let worst = asked / least > most / asked ? least : most
    guard worst < asked * 0.6 || worst > asked * 1.67 else { return nil }
    return .compressibilityMissed(caseIndex: entry.index, target: asked, achieved: worst)
  }
}
