extension RateTrial {
  /// The least share of the schedule that must be acknowledged within the window.
  static let sentLeast = 0.99
  /// How many standard errors a growth must exceed what is allowed by: one in twenty trials of a
  /// backlog that does not grow exceeds it.
  static let growthErrors = 1.7

  /// What a measurement shows as a trial.
  ///
  /// - Parameters:
  ///   - workload: As it was measured, with the trial's rate.
  ///   - processors: Of the machine that the clients run on; nil where not known.
  public init(
    number: Int, phase: Phase, _ found: RepetitionResult, of workload: Workload,
    _ settings: RateSearchSettings, processors: Int?
  ) {
    self.init(
      number: number, phase: phase, startedUtc: found.startedUtc, durationS: found.durationS)
    offeredPerS = workload.rate.target
    achievedPerS = found.produced?.recordsPerS(over: found.durationS)
    unsentRecords = found.unsentRecords
    if let rate = offeredPerS, rate > 0, let trend = found.backlogTrend {
      backlogGrowth = trend.growthPerS / rate
      backlogGrowthError = trend.standardErrorPerS / rate
    }
    produceLatency = RateTrialLatency(found.produceLatency)
    endToEndLatency = RateTrialLatency(found.endToEndLatency)
    serviceTime = RateTrialLatency(found.serviceTime)
    scheduleLag = RateTrialLatency(found.scheduleLag)
    errors = found.errorCount
    verification = found.verification
    steady = found.steady
    resource = LimitingResource(found, of: workload, processors: processors)
    if found.durationS > 0 {
      brokerCores = found.broker.map { ($0.userCpuS + $0.systemCpuS) / found.durationS }
      clientCores = found.client.map { ($0.userCpuS + $0.systemCpuS) / found.durationS }
    }
    totalCores = processors.flatMap { found.totalCpu(processors: $0) }
    failure = found.failure
    if offeredPerS != nil { failed = broken(found, of: workload, settings) }
  }

  private func broken(
    _ found: RepetitionResult, of workload: Workload, _ settings: RateSearchSettings
  ) -> [RateCriterion] {
    let terms = settings.target?.terms ?? []
    var broken = terms.filter { !holds($0) }.map { RateCriterion.target($0) }
    if isBacklogGrowing(settings) { broken.append(.backlog) }
    if isScheduleMissed(workload) { broken.append(.schedule) }
    if errors > 0, !terms.contains(where: { $0.subject == .errors }) { broken.append(.errors) }
    if failure != nil { broken.append(.ended) }
    // A backlog that grows has its own criterion; one that a stall left behind may shrink.
    if broken.isEmpty, steady?.drifted.contains(where: { $0 != .backlog }) == true {
      broken.append(.unsteady)
    }
    if isGeneratorLate(found, of: workload, settings, hasBroken: !broken.isEmpty) {
      broken.append(.generator)
    }
    return broken
  }

  /// The value that a term limits; nil where it was not measured.
  public func value(_ subject: ServiceLevel.Subject) -> Int64? {
    switch subject {
    case .errors: errors
    case .lost: verification?.lost
    case .latency(.produce, let statistic): produceLatency?.value(statistic)
    case .latency(.endToEnd, let statistic): endToEndLatency?.value(statistic)
    case .latency(.service, let statistic): serviceTime?.value(statistic)
    }
  }

  /// What was not measured does not hold.
  private func holds(_ term: ServiceLevel.Term) -> Bool {
    value(term.subject).map(term.holds) ?? false
  }

  private func isBacklogGrowing(_ settings: RateSearchSettings) -> Bool {
    guard let growth = backlogGrowth, let error = backlogGrowthError else { return false }
    return growth - Self.growthErrors * error > settings.growthMost
  }

  private func isScheduleMissed(_ workload: Workload) -> Bool {
    if unsentRecords ?? 0 > 0 { return true }
    guard let offered = offeredPerS, let achieved = achievedPerS else { return true }
    let missing = (offered - achieved) * durationS
    // Of few records, those that are under way at the window's ends are more than a hundredth.
    return missing > max((1 - Self.sentLeast) * offered * durationS, Double(workload.producers) + 1)
  }

  /// The generator was late by itself: not because the producers' buffers were full, which is the
  /// broker's doing.
  private func isGeneratorLate(
    _ found: RepetitionResult, of workload: Workload, _ settings: RateSearchSettings,
    hasBroken: Bool
  ) -> Bool {
    if hasBroken, resource == .generatorThreads { return true }
    guard let limit = settings.target?.tightestNanos, let lag = scheduleLag?.p99Ns,
      lag > limit / 10
    else { return false }
    return !found.isBufferFull(of: workload)
  }
}

extension ServiceLevel {
  /// The least time that a latency may take; nil where no latency is limited.
  public var tightestNanos: Int64? {
    terms.filter { !$0.subject.isCount }.map(\.limit).min()
  }
}

extension RepetitionResult {
  /// The share of all producers' `buffer.memory` from which on a record may have waited for room.
  private static let fullBuffer = 0.5

  /// In an open loop: the mean time from append to acknowledgement × the rate fills half of the
  /// producers' memory or more (Little's law). Acknowledgements that are not awaited fill none.
  func isBufferFull(of workload: Workload) -> Bool {
    guard let latency = produceLatency?.meanNs, let rate = produced?.mbPerS(over: durationS) else {
      return false
    }
    let inside = max(0, latency - (scheduleLag?.meanNs ?? 0))
    let memory = Double(workload.producers) * Double(workload.bufferMemoryBytes)
    return memory > 0 && rate * 1e6 * inside / 1e9 >= Self.fullBuffer * memory
  }
}
