import LoadModel

extension RunWarning {
  /// What a reader of this result must know before believing it.
  ///
  /// - Parameter interruption: Why the run did not get to its end, where it did not.
  static func found(in run: RunResult, interruption: String?) -> [RunWarning] {
    var found: [RunWarning] = []
    if let interruption {
      found.append(.partial(reason: interruption))
    } else if run.isPartial {
      found.append(.partial(reason: "a repetition did not get to its end"))
    }
    if run.environment.buildConfiguration == "debug" { found.append(.debugBuild) }
    if let type = run.environment.fileSystem, type == "tmpfs" || type == "ramfs",
      let directory = run.environment.dataDirectory
    {
      found.append(.temporaryFileSystem(directory: directory))
    }
    if let load = run.environment.loadAverage, let cores = run.environment.cpuCount,
      load > Double(cores) / 2
    {
      found.append(.busyMachine(loadAverage: load, cpuCount: cores))
    }
    if run.configuration.repetitions < 3 {
      found.append(.fewRepetitions(count: run.configuration.repetitions))
    }
    let workloads = run.cases.map(\.workload)
    if workloads.contains(where: { $0.acks == .all && $0.replicationFactor == 1 }) {
      found.append(.singleReplicaAcksAll)
    }
    if workloads.contains(where: { $0.retentionBytes == nil }) { found.append(.growingLog) }
    return found + run.cases.flatMap { ofCase($0) }
  }

  private static func ofCase(_ entry: CaseResult) -> [RunWarning] {
    var found = entry.repetitions.flatMap { ofRepetition($0, entry) }
    let rates = entry.repetitions.compactMap { repetition in
      (repetition.produced ?? repetition.consumed)?.recordsPerS(over: repetition.durationS)
    }.sorted()
    if rates.count > 1, entry.workload.rate == .max, rates[0] < rates[rates.count - 1] * 0.8 {
      let share = Int(((1 - rates[0] / rates[rates.count - 1]) * 100).rounded())
      found.append(
        .wideSpread(caseIndex: entry.index, detail: "the slowest is \(share) % below the fastest"))
    }
    var seen: [RunWarning] = []
    for warning in found where !seen.contains(warning) { seen.append(warning) }
    return seen
  }

  private static func ofRepetition(_ result: RepetitionResult, _ entry: CaseResult) -> [RunWarning]
  {
    let index = entry.index
    var found: [RunWarning] = []
    if let share = result.generatorBusyShare, share > 0.9 {
      found.append(
        .generatorBottleneck(
          caseIndex: index, detail: "a load thread used \(Int(share * 100)) % of its core"))
    }
    if let lag = result.scheduleLag?.p99Ns, lag > 1_000_000 {
      found.append(
        .generatorBottleneck(
          caseIndex: index,
          detail: "1 % of the records were offered over \(Figures.milliseconds(lag)) late"))
    }
    if let target = entry.workload.rate.target, let flow = result.produced,
      let achieved = flow.recordsPerS(over: result.durationS), achieved < target * 0.98
    {
      found.append(.rateNotReached(caseIndex: index, target: target, achieved: achieved))
    }
    if let most = result.errors.max(by: { $0.count < $1.count }) {
      found.append(
        .errors(caseIndex: index, count: result.errorCount, mostFrequent: most.name))
    }
    if entry.workload.payloadFile == nil, entry.workload.compression.codec != .none,
      let achieved = result.compressionRatio
    {
      let asked = entry.workload.compressibility
      if achieved < asked * 0.6 || achieved > asked * 1.67 {
        found.append(
          .compressibilityMissed(caseIndex: index, target: asked, achieved: achieved))
      }
    }
    for latency in [result.produceLatency, result.endToEndLatency] {
      if let count = latency?.negativeCount, count > 0 {
        found.append(.negativeLatencies(caseIndex: index, count: count))
      }
    }
    return found + ofVerification(result.verification, entry)
  }

  private static func ofVerification(
    _ verification: Verification?, _ entry: CaseResult
  ) -> [RunWarning] {
    guard let verification else { return [] }
    var found: [RunWarning] = []
    if verification.lost > 0 {
      found.append(.lostRecords(caseIndex: entry.index, count: verification.lost))
    }
    let faults = [
      ("duplicated", verification.duplicated), ("reordered", verification.reordered),
      ("corrupted", verification.corrupted),
      ("in the wrong partition", verification.wrongPartition),
    ].filter { $0.1 > 0 }
    if !faults.isEmpty {
      let detail = faults.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
      found.append(.unsoundRecords(caseIndex: entry.index, detail: detail))
    }
    if verification.unverified > 0 {
      let reason =
        entry.workload.mode == .produce
        ? "deleted by retention before it was read back" : "not read to the end"
      found.append(
        .unverifiedRecords(caseIndex: entry.index, count: verification.unverified, reason: reason))
    }
    return found
  }
}
