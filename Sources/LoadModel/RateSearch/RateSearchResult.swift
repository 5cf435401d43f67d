import Statistics

/// The highest rate that one case sustained, with its interval: `CaseResult.rateSearch`.
///
/// ```
/// rate:  ── … ── lowPerS ─────────── highPerS ── … ──►
///        passes 3 of 3 trials        fails 3 of 3 trials
/// ```
public struct RateSearchResult: Codable, Sendable, Equatable {
  /// What was asked for.
  public var settings: RateSearchSettings
  /// The highest rate that a majority of sustained trials passed, in records a second of all
  /// producers together; nil where no trial passed.
  public var ratePerS: Double?
  /// The lower end of the interval: `ratePerS`, less the growth of the backlog that its trials
  /// could not exclude; lower where trials contradict each other. Nil where no trial passed.
  public var lowPerS: Double?
  /// The upper end: the lowest rate whose trials failed, higher where trials contradict each other.
  /// Nil where no rate failed, or where the generator was the limit: then the result is "at least".
  public var highPerS: Double?
  /// What most of the failing trials at the upper end failed on; nil where none failed.
  public var bound: RateCriterion?
  /// The resource that was exhausted in most of those trials.
  public var resource: LimitingResource?
  /// The load generator reached its limit before the target did: the rate is "at least".
  public var isGeneratorLimited = false
  /// The interval is wider than `settings.precision`, or not confirmed by sustained trials: why.
  public var doubt: RateDoubt?
  /// Ctrl-C ended the search; the interval is what the trials until then show.
  public var isPartial = false
  /// In the order in which they were made.
  public var trials: [RateTrial] = []

  public init(settings: RateSearchSettings) { self.settings = settings }
}

/// Why an interval is wider than was asked for, or less sure.
public enum RateDoubt: String, Codable, Sendable, CaseIterable {
  /// Trials at the same rate, or at a lower and a higher one, contradict each other.
  case contradiction
  /// The time of the search was over.
  case time
  /// No trial passed down to the lowest rate that was tried.
  case nothingPassed = "nothing-passed"
  /// No trial failed up to the highest rate that was tried.
  case nothingFailed = "nothing-failed"
}

/// What a rate search is to find, and how.
public struct RateSearchSettings: Codable, Sendable, Equatable {
  /// Nil: capacity, the highest rate without a growing backlog.
  public var target: ServiceLevel?
  /// How long each trial that confirms is measured, in milliseconds, its warm-up not counted.
  public var sustainMs: Int64 = 20_000
  /// How far apart the two rates of the result may lie, as a share: 0.05.
  public var precision: Double = 0.05
  /// How long the whole search may take, in seconds; what is not confirmed by then is a doubt.
  public var limitS: Double = 300

  public init(target: ServiceLevel? = nil) { self.target = target }
}

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
  /// What it did not hold, in the order of `RateCriterion`; empty: it passed.
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
  /// Cores that the broker, the clients and others used on average; nil where not known.
  public var brokerCores: Double?
  public var clientCores: Double?
  public var totalCores: Double?
  /// The repetition of the case that has all of its figures; nil: only this summary is kept.
  public var repetition: Int?
  /// Why it ended early; such a trial fails.
  public var failure: String?

  public var hasPassed: Bool { offeredPerS != nil && failed.isEmpty }

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

  public init?(_ data: HistogramData?) {
    guard let data, data.count > 0 else { return nil }
    (p50Ns, p90Ns, p99Ns) = (data.p50Ns, data.p90Ns, data.p99Ns)
    (p999Ns, maxNs) = (data.p999Ns, data.maxNs)
  }
}
