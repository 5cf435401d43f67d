/// When a measurement runs, on the monotonic clock that all its threads share.
///
/// ```
/// start ──── warm-up ────► from ──── measured ────► until
/// ```
///
/// Where a steady state is searched for, `from` and `until` are not known while the load warms up:
/// nothing is counted, until the clients are given the window that was decided.
struct MeasureWindow: Sendable {
  /// A place in the series of intervals. The warm-up's are counted from the load's beginning.
  struct Place: Hashable, Comparable {
    var isMeasured: Bool
    /// From 0.
    var index: Int

    static func < (a: Place, b: Place) -> Bool {
      a.isMeasured == b.isMeasured ? a.index < b.index : b.isMeasured
    }
  }

  /// The load begins.
  var startNanos: Int64
  /// Counting begins; `Int64.max` while that is not known.
  var fromNanos: Int64
  /// Counting ends; `Int64.max` where a number of records ends it.
  var untilNanos: Int64
  /// How long one interval of the series lasts.
  var intervalNanos: Int64 = 1_000_000_000
  /// The most of `overdueUntilNanos`, after the window's end.
  var overdueMostNanos: Int64 = 10_000_000_000

  /// When counting begins is known.
  var isDecided: Bool { fromNanos != .max }

  /// The interval, from 0, that a time within the window falls into.
  func interval(of nanos: Int64) -> Int { Int((nanos - fromNanos) / intervalNanos) }

  /// The interval that a time falls into, within the window or in the warm-up before it.
  func place(of nanos: Int64) -> Place {
    nanos >= fromNanos
      ? Place(isMeasured: true, index: interval(of: nanos))
      : Place(isMeasured: false, index: Int((nanos - startNanos) / intervalNanos))
  }

  /// Until then an open loop offers what was due within the window and is late: ten seconds after
  /// it, or as long as it was itself where that is less, but two seconds at least. A rate that
  /// nobody could take would have no end.
  var overdueUntilNanos: Int64 {
    guard untilNanos != .max else { return .max }
    return untilNanos + min(overdueMostNanos, max(2_000_000_000, untilNanos - fromNanos))
  }

  func contains(_ nanos: Int64) -> Bool { nanos >= fromNanos && nanos < untilNanos }

  /// The series shows it: warm-up and window, not what comes in after the end.
  func shows(_ nanos: Int64) -> Bool { nanos >= startNanos && nanos < untilNanos }
}

extension MeasureWindow {
  /// Nothing is counted: reading for verification.
  static let never = MeasureWindow(startNanos: .max, fromNanos: .max, untilNanos: .max)
}
