import EventLoop
import LoadModel

extension Measurement {
  /// From the decision to the window's beginning, in nanoseconds: clients hear of it meanwhile.
  private static let leadNanos: Int64 = 20_000_000
  /// How often a window is moved because a client heard of it too late.
  private static let decisionsMost = 4

  /// Looks for the steady state, where the warm-up lasts until that; begins measuring once it is
  /// found, or the time for it is up.
  mutating func searchSteadyState(_ watched: inout Watched, nowNanos now: Int64) {
    guard !isInterrupted, var steady else { return }
    let isFound = steady.read(
      nowNanos: now, in: watched.window, shared, target: target, retention: &retention)
    self.steady = steady
    if isFound { decideWindow(&watched) }
  }

  /// Gives all clients the window. One that heard of it after it had begun did not count what was
  /// between: then all get a later one, and count anew.
  ///
  /// Where a number of records ends the window there is one decision, with a longer lead: a client
  /// may have offered all of its records before a second one reaches it.
  private mutating func decideWindow(_ watched: inout Watched) {
    let isCounted = plan.workload.records != nil
    let decisions = isCounted ? 1 : Self.decisionsMost
    var lead = isCounted ? Self.leadNanos * 10 : Self.leadNanos
    for attempt in 1...decisions {
      watched.window = measuring(
        watched.window, fromNanos: EventLoop.currentTime.nanoseconds + lead)
      let replies =
        (watched.producers?.measure(watched.window) ?? [])
        + (watched.consumers?.measure(watched.window) ?? [])
      let seconds = Double(lead) / 1e9 + 1
      let isInTime = replies.map { $0.wait(seconds: seconds) == true }.allSatisfy { $0 }
      if isInTime || attempt == decisions { break }
      shared.silence.forget()
      lead *= 4
    }
    measuredWindow = watched.window
  }

  /// The window that begins at a time, of a load that has warmed up until then.
  func measuring(_ window: MeasureWindow, fromNanos: Int64) -> MeasureWindow {
    var window = window
    window.fromNanos = fromNanos
    window.untilNanos = plan.workload.durationMs.map { fromNanos + $0 * 1_000_000 } ?? .max
    return window
  }

  /// The window as it was; one of no length where the load ended while it warmed up.
  mutating func windowAtEnd(_ watched: Watched) -> MeasureWindow {
    let window =
      watched.window.isDecided
      ? watched.window : measuring(watched.window, fromNanos: loadEndNanos)
    measuredWindow = window
    return window
  }

  /// Asks how the log stands when the window begins.
  mutating func noteRetention(_ window: MeasureWindow, nowNanos now: Int64) {
    guard !isRetentionNoted, now >= window.fromNanos else { return }
    isRetentionNoted = true
    retention.windowBegins(nowNanos: now, plan: plan, admin: admin)
  }

  /// Writes the state into the result.
  func fillState(_ result: inout RepetitionResult, window: MeasureWindow) {
    result.steady = steady?.state(in: window, untilNanos: min(loadEndNanos, window.untilNanos))
    result.backlogTrend = steady?.trend(
      in: window, untilNanos: min(loadEndNanos, window.untilNanos))
    if isRetentionNoted { result.isLogFull = retention.found }
  }
}
