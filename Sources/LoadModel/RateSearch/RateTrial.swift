import Statistics

/// One trial of a rate search.
public struct RateTrial: Codable, Sendable, Equatable {
  public enum Phase: String, Codable, Sendable {
    /// Closed loop: an estimate of the upper end. It neither passes nor fails.
    case closedLoop = "closed-loop"
    case bracket, bisect, sustain
  }

  /// From 1.
  public var number: Int
  public var phase: Phase
  public var startedUtc: String
  /// Records a second of the schedule; nil in the closed loop.
  public var offeredPerS: Double?
  /// Records a second that were acknowledged in the window.
  public var achievedPerS: Double?
  /// How long was measured, in seconds.
  public var durationS: Double
  /// What it did not hold, the likeliest cause first; empty: it passed.
  public var failed: [RateCriterion] = []
  public var unsentRecords: Int64?
  /// How much the backlog grew, as a share of the offered rate, and its standard error.
  public var backlogGrowth: Double?
  public var backlogGrowthError: Double?
  public var produceLatency: RateTrialLatency?
  public var endToEndLatency: RateTrialLatency?
  public var serviceTime: RateTrialLatency?
  public var scheduleLag: RateTrialLatency?
  public var errors: Int64 = 0
  public var verification: Verification?
  public var steady: SteadyState?
  /// What was exhausted meanwhile.
  public var resource: LimitingResource?
  /// Cores that the broker, the clients and all processes used on average; nil where not known.
  public var brokerCores: Double?
  public var clientCores: Double?
  public var totalCores: Double?
  /// True: it failed for what says little of the target (drift, the generator), and another trial
  /// at this rate counts in its place.
  public var isRepeated: Bool?
  /// The repetition of the case that has all of its figures; nil: only this summary is kept.
  public var repetition: Int?
  /// Why it ended early; such a trial fails.
  public var failure: String?

  public var hasPassed: Bool { offeredPerS != nil && failed.isEmpty }

  /// It failed for what says little of the target: another trial must decide.
  var isDoubtful: Bool {
    !failed.isEmpty && failed.allSatisfy { $0 == .unsteady || $0 == .generator || $0 == .ended }
  }

  public init(number: Int, phase: Phase, startedUtc: String, durationS: Double) {
    self.number = number
    self.phase = phase
    self.startedUtc = startedUtc
    self.durationS = durationS
  }
}

/// The percentiles of one latency of a trial, in nanoseconds.
public struct RateTrialLatency: Codable, Sendable, Equatable {
  public var p50Ns: Int64?
  public var p90Ns: Int64?
  public var p99Ns: Int64?
  public var p999Ns: Int64?
  public var maxNs: Int64?

  /// - Returns: nil where nothing was measured.
  public init?(_ data: HistogramData?) {
    guard let data, data.count > 0 else { return nil }
    (p50Ns, p90Ns, p99Ns) = (data.p50Ns, data.p90Ns, data.p99Ns)
    (p999Ns, maxNs) = (data.p999Ns, data.maxNs)
  }

  public func value(_ statistic: ServiceLevel.Statistic) -> Int64? {
    switch statistic {
    case .p50: p50Ns
    case .p90: p90Ns
    case .p99: p99Ns
    case .p999: p999Ns
    case .max: maxNs
    }
  }
}
