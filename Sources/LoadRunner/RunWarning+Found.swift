import LoadModel

extension RunWarning {
  /// What a batch without compression may seem to be compressed by: rounding.
  private static let uncompressedMost = 1.001

  /// What only the runner knows; what the figures themselves tell is found again from them
  /// (`RunResult.allWarnings`).
  ///
  /// - Parameter interruption: Why the run did not get to its end, where it did not.
  static func found(in run: RunResult, interruption: String?) -> [RunWarning] {
    var found: [RunWarning] = []
    if let interruption { found.append(.partial(reason: interruption)) }
    return found + run.cases.compactMap(compressibility)
  }

  /// The codec, of the producer or of the topic, saw other payloads than were asked for.
  static func compressibility(_ entry: CaseResult) -> RunWarning? {
    let workload = entry.workload
    guard workload.payloadFile == nil, workload.mode != .consume else { return nil }
    let achieved = entry.repetitions.compactMap { repetition -> Double? in
      let ratios = [repetition.compressionRatio, repetition.fetchedCompressionRatio]
      // The topic may compress what the producer did not, or again.
      let most = ratios.compactMap { $0 }.max()
      let isCompressed = workload.compression.codec != .none || (most ?? 1) > uncompressedMost
      return isCompressed ? most : nil
    }
    guard let least = achieved.min(), let most = achieved.max() else { return nil }
    let asked = workload.compressibility
    // Codecs differ in how much of the repetition they find: a third is no news.
    let worst = asked / least > most / asked ? least : most
    guard worst < asked * 0.6 || worst > asked * 1.67 else { return nil }
    return .compressibilityMissed(caseIndex: entry.index, target: asked, achieved: worst)
  }
}
