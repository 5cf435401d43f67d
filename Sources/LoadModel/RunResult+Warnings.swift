import Statistics

extension RunResult {
  /// The warnings that were noted while it ran, and those that the figures themselves give.
  public var allWarnings: [RunWarning] {
    var all = warnings
    for warning in runWarnings + cases.flatMap(warnings(of:)) where !all.contains(warning) {
      all.append(warning)
    }
    return all
  }

  private var runWarnings: [RunWarning] {
    var found: [RunWarning] = []
    if isPartial, !warnings.contains(where: { if case .partial = $0 { true } else { false } }) {
      found.append(.partial(reason: "the run ended before all was measured"))
    }
    if let leftBehind, !leftBehind.isEmpty { found.append(.leftBehind(leftBehind)) }
    if environment.buildConfiguration == "debug" { found.append(.debugBuild) }
    if environment.fileSystem == "tmpfs" || environment.fileSystem == "ramfs" {
      found.append(.temporaryFileSystem(directory: environment.dataDirectory ?? "the log"))
    }
    // Where acks are not compared, nobody is led astray.
    let single = cases.filter { $0.workload.replicationFactor == 1 }.map(\.workload.acks)
    if single.contains(.all), Set(single.map(\.rawValue)).count > 1 {
      found.append(.singleReplicaAcksAll)
    }
    if cases.contains(where: { $0.workload.retentionBytes == nil }) { found.append(.growingLog) }
    let bounded = cases.filter { $0.workload.retentionBytes != nil }
    let isFull = bounded.flatMap(\.repetitions).compactMap(\.isLogFull)
    if isFull.contains(false) {
      found.append(
        .retentionNotReached(repetitions: isFull.count { !$0 }, of: isFull.count))
    }
    if let memory, memory.wasCold { found.append(.coldMemory(memory)) }
    let codecs = cases.filter { $0.workload.payloadFile == nil }
      .map(\.workload.compression.codec).filter { $0 != .none }
    if Set(codecs.map(\.rawValue)).count > 1 { found.append(.generatedPayloads) }
    let fewest = cases.map(\.repetitions.count).min() ?? 0
    if !cases.isEmpty, fewest < 3 { found.append(.fewRepetitions(count: fewest)) }
    if let load = environment.loadAverage, let cpus = environment.cpuCount,
      load > Double(cpus) * 0.5
    {
      found.append(.busyMachine(loadAverage: load, cpuCount: cpus))
    }
    if let share = environment.otherCpuShare, share > Self.harmlessOtherShare {
      found.append(.otherLoadInSuite(share: share))
    }
    if let share = environment.stolenShare, share > 0.02 {
      found.append(.stolenTime(share: share))
    }
    return found
  }

  /// More of the machine than this in other processes' hands is reported.
  private static let harmlessOtherShare = 0.05

  /// Other processes in some repetition, or in some intervals of it.
  private func otherLoad(_ entry: CaseResult) -> RunWarning? {
    let shares = entry.repetitions.compactMap(\.otherCpuShare)
    guard let worst = shares.max() else { return nil }
    let cpus = Double(max(1, environment.cpuCount ?? 1))
    let intervals = entry.repetitions.flatMap(\.intervals).compactMap { interval in
      interval.otherCpuS.flatMap {
        interval.durationS > 0 ? $0 / interval.durationS / cpus : nil
      }
    }
    guard worst > Self.harmlessOtherShare else { return nil }
    return .otherLoad(
      caseIndex: entry.index, share: worst,
      intervals: intervals.count { $0 > Self.harmlessOtherShare }, of: intervals.count)
  }

  private func notSteady(_ entry: CaseResult) -> RunWarning? {
    guard entry.isSteady == false else { return nil }
    let states = entry.repetitions.filter { !$0.isPartial }.compactMap(\.steady)
    func named(_ list: (SteadyState) -> [SteadyState.Quantity]) -> [SteadyState.Quantity] {
      SteadyState.Quantity.allCases.filter { quantity in
        states.contains { list($0).contains(quantity) }
      }
    }
    return .notSteady(
      caseIndex: entry.index, repetitions: states.count { !$0.isReached }, of: states.count,
      unsettled: named(\.unsettled), drifted: named(\.drifted))
  }

  private func warnings(of entry: CaseResult) -> [RunWarning] {
    var found: [RunWarning] = []
    let repetitions = entry.repetitions
    if let other = otherLoad(entry) { found.append(other) }
    if let moving = notSteady(entry) { found.append(moving) }
    func sum(_ value: (Verification) -> Int64) -> Int64 {
      repetitions.compactMap(\.verification).map(value).clampedSum
    }
    let lost = sum(\.lost)
    if lost > 0 { found.append(.lostRecords(caseIndex: entry.index, count: lost)) }
    let unsound = [
      ("duplicated", sum(\.duplicated)), ("reordered", sum(\.reordered)),
      ("corrupted", sum(\.corrupted)), ("in another partition", sum(\.wrongPartition)),
    ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    if !unsound.isEmpty {
      found.append(
        .unsoundRecords(caseIndex: entry.index, detail: unsound.joined(separator: ", ")))
    }
    let unverified = sum(\.unverified)
    if unverified > 0 {
      found.append(
        .unverifiedRecords(
          caseIndex: entry.index, count: unverified,
          reason: Verification.unverifiedText(repetitions.compactMap(\.verification))))
    }
    let notVisible = sum { $0.notVisible ?? 0 }
    if notVisible > 0 {
      let details = repetitions.flatMap { $0.verification?.notVisibleDetail ?? [] }
      found.append(
        .notVisibleRecords(
          caseIndex: entry.index, count: notVisible,
          detail: Set(details).sorted().prefix(8).joined(separator: "; ")))
    }
    let name = entry.label.isEmpty ? "" : "\(entry.label): "
    found += repetitions.compactMap(\.eventText).map { .other(text: name + $0) }
    let truncations = repetitions.flatMap(\.errors).filter(\.isTruncation)
    if !truncations.isEmpty {
      let count = truncations.map(\.count).clampedSum
      found.append(.truncatedLog(caseIndex: entry.index, count: count))
    }
    let errors = repetitions.flatMap(\.errors).filter { !$0.isTruncation }
    if let worst = errors.max(by: { $0.count < $1.count }), worst.count > 0 {
      let count = errors.map(\.count).clampedSum
      found.append(.errors(caseIndex: entry.index, count: count, mostFrequent: worst.name))
    }
    return found + loadWarnings(of: entry)
  }

  private func percent(_ share: Double) -> String {
    "\(ValueText.plain((share * 100).rounded())) %"
  }

  /// Judged repetition by repetition: the lag of one says nothing of another's latency.
  private func generatorDelay(of entry: CaseResult, _ repetitions: [RepetitionResult])
    -> RunWarning?
  {
    let late = repetitions.compactMap { repetition -> (lag: Int64, of: RepetitionResult)? in
      guard let lag = repetition.scheduleLag?.p99Ns, lag > 1_000_000,
        let latency = repetition.produceLatency?.p99Ns, Double(lag) > 0.2 * Double(latency)
      else { return nil }
      return (lag, repetition)
    }
    guard let worst = late.max(by: { $0.lag < $1.lag }) else { return nil }
    func milliseconds(_ nanoseconds: Int64?) -> Double? { nanoseconds.map { Double($0) / 1e6 } }
    return .generatorDelay(
      caseIndex: entry.index, lagMs: Double(worst.lag) / 1e6,
      latencyMs: milliseconds(worst.of.produceLatency?.p99Ns) ?? 0,
      serviceMs: milliseconds(worst.of.serviceTime?.p99Ns))
  }

  private func loadWarnings(of entry: CaseResult) -> [RunWarning] {
    var found: [RunWarning] = []
    let repetitions = entry.repetitions.filter { !$0.isPartial }
    let rates = repetitions.compactMap { $0.produced?.recordsPerS(over: $0.durationS) }
    if let target = entry.workload.rate.target, let achieved = median(rates) {
      if achieved < target * 0.98 {
        found.append(
          .rateNotReached(caseIndex: entry.index, target: target, achieved: achieved))
      }
    }
    let unsent = repetitions.compactMap(\.unsentRecords).clampedSum
    if unsent > 0 { found.append(.unsentRecords(caseIndex: entry.index, count: unsent)) }
    if let detail = entry.generatorLimit(processors: environment.cpuCount) {
      found.append(.generatorBottleneck(caseIndex: entry.index, detail: detail))
    }
    if let delay = generatorDelay(of: entry, repetitions) { found.append(delay) }
    let (consumers, partitions) = (entry.workload.consumers, Int(entry.workload.partitions))
    if consumers > partitions {
      found.append(
        .idleConsumers(caseIndex: entry.index, consumers: consumers, partitions: partitions))
    }
    if let shortest = repetitions.map(\.durationS).min(), shortest < 0.5 {
      found.append(.shortMeasurement(caseIndex: entry.index, seconds: max(0, shortest)))
    }
    let consumed = repetitions.compactMap { $0.consumed?.recordsPerS(over: $0.durationS) }
    let spread = Summary(rates.isEmpty ? consumed : rates)
    if let spread, let share = spread.relativeRange, spread.count > 1, share > 0.2 {
      found.append(
        .wideSpread(
          caseIndex: entry.index,
          detail: "\(percent(share)) of the median between the slowest and the"
            + " fastest repetition"))
    }
    let histograms = repetitions.flatMap { [$0.produceLatency, $0.endToEndLatency] }
    let negative = histograms.compactMap { $0?.negativeCount }.clampedSum
    if negative > 0 {
      found.append(.negativeLatencies(caseIndex: entry.index, count: negative))
    }
    return found
  }
}
