import EventLoop
import Glibc
import LoadModel
import Synchronization

extension Measurement {
  /// What is under way while this thread stands by.
  struct Watched {
    var window: MeasureWindow
    var threads: [LoadThreads] = []
    var producers: ProducerFleet?
    var consumers: (any ReadingFleet)?
    var phase = LoadMode.both
    let title: String

    /// Consumers read until they are told where the end is; without producers they know it.
    var isOver: Bool {
      producers.map { $0.isFinished } ?? consumers.map { $0.isFinished } ?? true
    }
  }

  /// A window whose warm-up lasts so long; one that is not decided where it lasts until the load is
  /// steady.
  ///
  /// - Parameter leadMs: From now to the load's beginning.
  func newWindow(_ warmup: Warmup, leadMs: Int64 = 2) -> MeasureWindow {
    let start = EventLoop.currentTime.nanoseconds + leadMs * 1_000_000
    var window = MeasureWindow(
      startNanos: start, fromNanos: .max, untilNanos: .max,
      intervalNanos: plan.intervalMs * 1_000_000)
    if let seconds = plan.givesUpAfterS { window.overdueMostNanos = Int64(seconds * 1e9) }
    guard case .fixed(let ms) = warmup else { return window }
    return measuring(window, fromNanos: start + ms * 1_000_000)
  }

  /// Stands by while the load runs: samples CPU at the window's edges and once an interval, shows
  /// progress, hears Ctrl-C and notices a broker that ends, a consumer that gives up, a standstill.
  mutating func watch(_ watched: inout Watched, _ progress: inout Progress) {
    var drainUntil: Int64?
    var lastMove = (count: Int64(-1), at: EventLoop.currentTime.nanoseconds)
    var standstill = Standstill(nowNanos: lastMove.at, isCluster: target.isCluster)
    while !watched.isOver {
      let now = EventLoop.currentTime.nanoseconds
      searchSteadyState(&watched, nowNanos: now)
      let window = watched.window
      if measuredWindow != nil { faults?.begin(window) }
      sampleIfDue(watched, nowNanos: now)
      if watched.producers != nil { noteRetention(window, nowNanos: now) }
      usage.sampleLag(atNanos: now, shared)
      performGroupEvents(watched, nowNanos: now)
      if now >= window.untilNanos, drainUntil == nil {
        endUsage(watched)
        if watched.producers == nil { return }
        let offeredUntil = plan.workload.rate.isOpenLoop ? window.overdueUntilNanos : now
        let patience = plan.givesUpAfterS ?? Self.patienceSeconds
        drainUntil = max(now, offeredUntil) + Int64(patience * 1e9)
      }
      if Interrupt.requested, !isInterrupted {
        isInterrupted = true
        watched.producers?.stop()
        if watched.producers == nil { return }
        drainUntil = now + 5_000_000_000
      }
      let count = shared.counters.total
      let isExcused = faults?.excusesStandstill(nowNanos: now) ?? false
      if count != lastMove.count || isExcused { lastMove = (count, now) }
      let isStanding = Double(now - lastMove.at) / 1e9 > Self.standstillSeconds
      failure = problem(
        watched, &standstill, nowNanos: now, isStanding: isStanding, isExcused: isExcused)
      if failure != nil { return }
      noteStandstill(standstill, watched, nowNanos: now)
      if drainUntil != nil, !isInterrupted, faults?.isRestoring ?? false {
        drainUntil = now + Int64(Self.patienceSeconds * 1e9)
      }
      if let drainUntil, now > drainUntil {
        if !isInterrupted, plan.givesUpAfterS == nil {
          failure =
            "\(Int(Self.patienceSeconds)) s after the end acknowledgements were missing"
            + retryCause(since: standstill)
        }
        return
      }
      let (title, phase) = (watched.title, watched.phase)
      let line = { [shared, plan] in
        ProgressText.line(title, shared, window, plan.workload, phase: phase, nowNanos: now)
      }
      progress.show(line())
      usleep(useconds_t(min(5_000, max(200, (nextEvent(window) - now) / 1000))))
    }
  }

  /// Why there is no use in waiting on; nil where there is.
  private mutating func problem(
    _ watched: Watched, _ standstill: inout Standstill, nowNanos now: Int64, isStanding: Bool,
    isExcused: Bool
  ) -> String? {
    if let problem = faults?.failure { return problem }
    if target.hasEnded { return "the broker \(target.ending ?? "ended") while it was measured" }
    if let problem = reserve?.problem(nowNanos: now) { return problem }
    if let error = watched.consumers?.failure { return "a consumer gave up: \(error)" }
    // While a planted fault lasts, and its election, the load may stand still.
    if isExcused { return nil }
    let moved = shared.counters.moved
    if let refusal = standstill.look(nowNanos: now, moved: moved, at: target.bootstrap) {
      isTargetGone = true
      return "\(refusal); the load got on last \(standstill.lastMove(watched.window))"
    }
    let acknowledged = shared.counters.produced.load(ordering: .relaxed)
    if watched.producers != nil, let text = shared.retries.exhausted(acknowledged: acknowledged) {
      return text
    }
    // An open loop may be so slow that nothing happens for a while.
    if isStanding, !plan.workload.rate.isOpenLoop {
      return "nothing was acknowledged or read for \(Int(Self.standstillSeconds)) s"
        + retryCause(since: standstill)
    }
    return nil
  }

  /// What producers have been told since the load got on last: `; last answer: …`, or nothing.
  private func retryCause(since standstill: Standstill) -> String {
    shared.retries.error(sinceNanos: standstill.movedNanos)
      .map { "; last answer: \($0.error), \($0.count) times" } ?? ""
  }

  /// What was used until the load stood still, in case that it never gets on again.
  private mutating func noteStandstill(
    _ standstill: Standstill, _ watched: Watched, nowNanos now: Int64
  ) {
    if now - standstill.movedNanos > Self.stillNanos {
      usage.noteStandstill(target: target, threads: watched.threads)
    } else {
      usage.forgetStandstill()
    }
  }

  private func nextEvent(_ window: MeasureWindow) -> Int64 {
    let now = EventLoop.currentTime.nanoseconds
    return [window.untilNanos, usage.nextSampleNanos ?? window.fromNanos].filter { $0 > now }.min()
      ?? .max
  }

  func waitBriefly(_ isOver: () -> Bool) {
    for _ in 0..<2000 where !isOver() { usleep(1000) }
  }

  // MARK: CPU and memory

  mutating func sampleIfDue(_ watched: Watched, nowNanos now: Int64) {
    let window = watched.window
    guard now >= usage.nextSampleNanos ?? window.fromNanos, now < window.untilNanos else { return }
    usage.sample(
      atNanos: now, window: window, target: target, threads: watched.threads, shared)
  }

  mutating func endUsage(_ watched: Watched) {
    usage.end(
      atNanos: EventLoop.currentTime.nanoseconds, window: watched.window, target: target,
      threads: watched.threads, shared)
  }
}
