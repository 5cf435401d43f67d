/// Notices a wall clock that jumps ahead, by the monotonic one: what is deleted for its age is not
/// to go because a clock was wrong for a moment.
///
/// After a jump nothing is deleted by time until the clock came back, or has stood so for an hour.
struct ClockWatch {
  /// A larger step between two looks is a jump.
  static let jumpMs: Int64 = 60_000
  /// How long a clock that jumped must stand so to be believed, in nanoseconds.
  static let graceNanos: Int64 = 3_600 * 1_000_000_000

  enum Event: Equatable {
    case jumped(ms: Int64)
    case cameBack
    case believed
  }

  private var last: GroupInstant?
  /// How far ahead the clock is of where it would be without jumps, in milliseconds.
  private var aheadMs: Int64 = 0
  private var heldUntilNanos: Int64?

  var holdsDeletion: Bool { heldUntilNanos != nil }

  /// To be called often, and before anything is deleted by time.
  mutating func look(_ now: GroupInstant) -> Event? {
    defer { last = now }
    guard let last else { return nil }
    let (wallMs, overflow) = now.wallMs.subtractingReportingOverflow(last.wallMs)
    let drift = overflow ? 0 : wallMs &- (now.nanos - last.nanos) / 1_000_000
    if drift > Self.jumpMs {
      aheadMs = holdsDeletion ? aheadMs &+ drift : drift
      heldUntilNanos = now.nanos + Self.graceNanos
      return .jumped(ms: drift)
    }
    guard let until = heldUntilNanos else { return nil }
    if drift < -Self.jumpMs { aheadMs = aheadMs &+ drift }
    if aheadMs <= Self.jumpMs {
      heldUntilNanos = nil
      return .cameBack
    }
    if now.nanos >= until {
      heldUntilNanos = nil
      return .believed
    }
    return nil
  }
}

extension RequestProcessor {
  /// Each loop looks by itself, for each deletes by itself; loop 0 tells.
  func watchClock(_ now: GroupInstant) {
    guard let event = clock.look(now), loop == 0 else { return }
    let grace = ClockWatch.graceNanos / 60_000_000_000
    switch event {
    case .jumped(let ms):
      log(
        .warning,
        "the clock jumped ahead by \(ms / 1_000) s: nothing is deleted for its age until it came"
          + " back or has stood so for \(grace) minutes")
    case .cameBack: log(.info, "the clock came back: retention by time goes on")
    case .believed:
      log(.warning, "the clock stayed where it jumped to: retention by time goes on from there")
    }
  }
}
