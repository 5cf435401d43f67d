/// When a measurement runs, on the monotonic clock that all its threads share.
///
/// ```
/// start ──── warm-up ────► from ──── measured ────► until
/// ```
struct MeasureWindow: Sendable {
  /// The load begins.
  var startNanos: Int64
  /// Counting begins.
  var fromNanos: Int64
  /// Counting ends; `Int64.max` where a number of records ends it.
  var untilNanos: Int64
  /// How long one interval of the series lasts.
  var intervalNanos: Int64 = 1_000_000_000

  /// The interval (from 0; the warm-up's are negative) that a time falls into.
  func interval(of nanos: Int64) -> Int {
    let elapsed = nanos - fromNanos
    return Int(elapsed >= 0 ? elapsed / intervalNanos : (elapsed + 1) / intervalNanos - 1)
  }

  /// Until then an open loop offers what was due within the window and is late: ten seconds after
  /// it, or as long as it was itself where that is less, but two seconds at least. A rate that
  /// nobody could take would have no end.
  var overdueUntilNanos: Int64 {
    guard untilNanos != .max else { return .max }
    return untilNanos + min(10_000_000_000, max(2_000_000_000, untilNanos - fromNanos))
  }

  func contains(_ nanos: Int64) -> Bool { nanos >= fromNanos && nanos < untilNanos }

  /// The series shows it: warm-up and window, not what comes in after the end.
  func shows(_ nanos: Int64) -> Bool { nanos >= startNanos && nanos < untilNanos }
}

extension MeasureWindow {
  /// Nothing is counted: reading for verification.
  static let never = MeasureWindow(startNanos: .max, fromNanos: .max, untilNanos: .max)
}
