/// The highest rate that one case sustained, with its interval: `CaseResult.rateSearch`.
///
/// ```
/// rate:  ── … ── lowPerS ─────────── highPerS ── … ──►
///        passes 3 of 3 trials        fails 3 of 3 trials
/// ```
public struct RateSearchResult: Codable, Sendable, Equatable {
  /// What was asked for.
  public var settings: RateSearchSettings
  /// The highest rate that a majority of its trials passed, in records a second of all producers
  /// together; nil where no trial passed.
  public var ratePerS: Double?
  /// The lower end of the interval: `ratePerS`, less the growth of the backlog that its trials
  /// could not exclude; lower where trials contradict each other. Nil where no trial passed.
  public var lowPerS: Double?
  /// The upper end: the lowest rate above whose trials failed, higher where trials contradict each
  /// other. Nil where no rate failed, or where the generator was the limit: then the result is "at
  /// least".
  public var highPerS: Double?
  /// What most of the failing trials at the upper end failed on; nil where none failed.
  public var bound: RateCriterion?
  /// The resource that was exhausted in most of those trials.
  public var resource: LimitingResource?
  /// The load generator reached its limit before the target did: the rate is "at least".
  public var isGeneratorLimited = false
  /// Why the interval is wider than was asked for, or less sure; nil where it is neither.
  public var doubt: RateDoubt?
  /// Ctrl-C or a failure ended the search; the interval is what the trials until then show.
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
  public var sustainMs: Int64 = 15_000
  /// How far apart the two ends of the result may lie, as a share: 0.05.
  public var precision: Double = 0.05
  /// See `limitS`; nil: it follows from how long its trials are.
  private var givenLimitS: Double?

  public init(target: ServiceLevel? = nil) { self.target = target }
}

extension RateSearchSettings {
  /// How long a trial that looks for the rate is measured, in milliseconds.
  public var exploreMs: Int64 { min(10_000, max(1_000, sustainMs / 2)) }

  /// How many trials of each kind the estimated time of a search has.
  private static let explored = 10.0
  private static let sustained = 8.0

  /// What a trial takes at most, as far as can be expected, in seconds: warm-up, window, the rest
  /// of its backlog, its topic made and removed.
  static func costS(measuredMs: Int64) -> Double { Double(measuredMs) / 1000 * 1.25 + 2.5 }

  /// The search begins no trial that would end later than this, in seconds after its own beginning.
  /// What is not confirmed by then is a doubt.
  public var limitS: Double {
    get {
      givenLimitS ?? Self.explored * Self.costS(measuredMs: exploreMs)
        + Self.sustained * Self.costS(measuredMs: sustainMs)
    }
    set { givenLimitS = newValue }
  }

  /// A backlog that grows by no more than this share of the offered rate may be noise.
  public var growthMost: Double { precision / 20 }
}
