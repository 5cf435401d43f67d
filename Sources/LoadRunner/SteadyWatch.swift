import EventLoop
import LoadModel
import Synchronization

/// Reads how a load gets on, to find its steady state before the window and drifts within it. After
/// a fixed warm-up it looks for drifts alone.
struct SteadyWatch {
  private var search: SteadySearch
  private var window: LoadReadings
  private let load: Workload
  private(set) var found: SteadyState?

  /// - Returns: nil where nothing is produced.
  init?(_ load: Workload) {
    guard load.mode != .consume else { return nil }
    self.load = load
    search = SteadySearch(SteadySearch.Settings(load))
    window = LoadReadings(gapNanos: SteadySearch.gapNanos)
  }

  /// Takes a reading, where it is time for one.
  ///
  /// - Returns: True where the search has just ended: then measuring begins.
  mutating func read(
    nowNanos now: Int64, in times: MeasureWindow, _ shared: SharedLoad, target: BenchTarget,
    retention: inout RetentionWatch
  ) -> Bool {
    if times.isDecided {
      if times.contains(now), window.wants(atNanos: now) {
        window.add(reading(now, times, shared, target))
      }
      return false
    }
    guard found == nil, now >= times.startNanos, search.wants(atNanos: now) else { return false }
    let isWaiting = retention.isWorthWaiting(
      nowNanos: now, stored: shared.counters.storedBytes.load(ordering: .relaxed),
      after: Double(now - times.startNanos) / 1e9, limitS: search.limitS)
    found = search.observe(reading(now, times, shared, target), mayEnd: !isWaiting)
    return found != nil
  }

  private func reading(
    _ now: Int64, _ times: MeasureWindow, _ shared: SharedLoad, _ target: BenchTarget
  ) -> LoadReading {
    let counters = shared.counters
    let produced = counters.produced.load(ordering: .relaxed)
    return LoadReading(
      nanos: now, bytes: counters.producedBytes.load(ordering: .relaxed), records: produced,
      batches: counters.batches.load(ordering: .relaxed),
      backlogRecords: backlog(now, times, produced: produced, shared),
      brokerCpuS: target.cpuSeconds())
  }

  private func backlog(
    _ now: Int64, _ times: MeasureWindow, produced: Int64, _ shared: SharedLoad
  ) -> Int64? {
    var backlog: Int64?
    if load.mode == .both {
      let ends = shared.ends?.known ?? []
      let read = shared.counters.consumed.load(ordering: .relaxed)
      backlog = shared.groups.map { $0.lag(logEnds: ends) }.max() ?? (produced - read)
    }
    guard let rate = load.rate.target else { return backlog }
    var until = now
    if let records = load.records, times.isDecided {
      until = min(until, times.fromNanos + Int64(min(Double(records) / rate, 1e9) * 1e9))
    }
    let due = Double(max(0, until - times.startNanos)) / 1e9 * rate
    return (backlog ?? 0) + Int64(due) - produced
  }

  /// How it went.
  ///
  /// - Parameter untilNanos: When the load was over, or the window.
  func state(in times: MeasureWindow, untilNanos: Int64) -> SteadyState {
    var state = SteadyState(
      warmupS: Double(max(0, times.fromNanos - times.startNanos)) / 1e9)
    if case .auto = load.warmup { state.unsettled = (found ?? search.ended).unsettled }
    state.drifted = SteadyState.drifted(
      window, from: times.fromNanos, until: untilNanos, isOpenLoop: load.rate.isOpenLoop)
    return state
  }

  /// How the backlog moved within the window; nil where it is not known.
  func trend(in times: MeasureWindow, untilNanos: Int64) -> BacklogTrend? {
    BacklogTrend(window, from: times.fromNanos, until: untilNanos)
  }
}
