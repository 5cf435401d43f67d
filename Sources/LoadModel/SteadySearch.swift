/// Finds out when a load has become steady: readings go in, an answer comes out. It has no clock.
///
/// ```
/// 0 ─────────────────────── elapsed ────────────────────────►
///                     │◄──────── span: 20 to 40 windows ────►│
/// ```
///
/// It looks at the last half of the time that has passed, and at no less than a quarter of the time
/// that will be measured (1 s at least): so windows grow, and what happened at the start falls out.
/// Looks are as far apart as a seventh of the time passed, so that chance gets few of them. Until
/// half of the measured time has passed, all quantities must hold `SteadyRule.strict`; then
/// `.scattering`; the last look, when the time is up, allows `.last`.
public struct SteadySearch: Sendable {
  public struct Settings: Sendable {
    public var warmup: Warmup
    /// How long is measured, in milliseconds; nil where a number of records ends it alone.
    public var measuredMs: Int64?
    /// How many records are measured; nil where time ends it alone.
    public var records: Int64?
    public var isOpenLoop: Bool

    public init(_ load: Workload) {
      warmup = load.warmup
      measuredMs = load.durationMs
      records = load.records
      isOpenLoop = load.rate.isOpenLoop
    }
  }

  private let settings: Settings
  private var readings: LoadReadings
  private var nextLookS: Double?
  private var unsettled: [SteadyState.Quantity] = []

  /// The base of all windows: the half of a search of 1 s has more than 20 of them.
  public static let gapNanos: Int64 = 15_000_000
  /// What a search looks at, at least, in seconds.
  private static let spanLeastS = 1.0

  public init(_ settings: Settings) {
    self.settings = settings
    readings = LoadReadings(gapNanos: Self.gapNanos)
  }

  /// It is time for a reading.
  public func wants(atNanos nanos: Int64) -> Bool { readings.wants(atNanos: nanos) }

  /// When the search ends at the latest, in seconds after its first reading.
  public var limitS: Double {
    Double(settings.warmup.longestMs(measuredMs: measuredMs)) / 1000
  }

  /// How long will be measured, in milliseconds: where a number of records ends it, by the rate
  /// until now.
  private var measuredMs: Int64? {
    guard let wanted = settings.records, let first = readings.all.first,
      let last = readings.all.last, last.records > first.records
    else { return settings.measuredMs }
    let rate = Double(last.records - first.records) / Double(last.nanos - first.nanos) * 1e6
    let byCount = Int64(min(Double(wanted) / rate, 1e12))
    return min(byCount, settings.measuredMs ?? .max)
  }

  /// Takes a reading and looks, where it is time to.
  ///
  /// - Parameters:
  ///   - reading: Later than all before.
  ///   - mayEnd: False: the load waits for something else, until the limit.
  /// - Returns: How the search ended; nil while the search continues.
  public mutating func observe(_ reading: LoadReading, mayEnd: Bool = true) -> SteadyState? {
    readings.add(reading)
    guard let first = readings.all.first else { return nil }
    let elapsed = Double(reading.nanos - first.nanos) / 1e9
    let limit = limitS
    let isLast = elapsed >= limit
    let spanLeast = min(
      max(Self.spanLeastS, Double(measuredMs ?? 0) / 4000), limit / 2)
    guard isLast || elapsed >= nextLookS ?? (spanLeast * 1.1) else { return nil }
    nextLookS = elapsed + max(elapsed / 7, Double(readings.gapNanos) / 1e9)
    let isEarly = elapsed < max(spanLeast * 1.5, min(Double(measuredMs ?? 0) / 2000, limit * 0.75))
    let rule: SteadyRule = isLast ? .last : (isEarly ? .strict : .scattering)
    look(at: max(spanLeast, elapsed / 2), rule, until: reading.nanos)
    guard isLast || (unsettled.isEmpty && mayEnd) else { return nil }
    return SteadyState(warmupS: elapsed, unsettled: unsettled)
  }

  private mutating func look(at spanS: Double, _ rule: SteadyRule, until: Int64) {
    // A reading that is a hair before the span still belongs to it.
    let from = until - Int64(spanS * 1e9) - readings.gapNanos / 2
    // Stalls that are shorter than a window are part of a steady state: longer windows hold more.
    let looks = [SteadyRule.windowsMost, SteadyRule.windowsFew].compactMap { most in
      readings.edges(from: from, until: until, most: most).map { edges in
        SteadyWindows(edges, isOpenLoop: settings.isOpenLoop)
          .quantities { !rule.isSettled($0) }
      }
    }
    // Too few readings show no quantity that has settled.
    unsettled = looks.min { $0.count < $1.count } ?? [.rate]
  }

  /// How the search stands where the load ended before it.
  public var ended: SteadyState {
    let all = readings.all
    let elapsed = all.last.flatMap { last in all.first.map { last.nanos - $0.nanos } } ?? 0
    return SteadyState(
      warmupS: Double(elapsed) / 1e9, unsettled: unsettled.isEmpty ? [.rate] : unsettled)
  }
}
