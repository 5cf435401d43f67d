import Foundation

/// How often a run keeps what is known so far, for the case that it does not come to its end: as
/// often as a small share of its time allows.
struct KeepPace {
  /// What such a result says of its end.
  static let interruption = "the run did not come to its end; this was kept while it went on"

  /// Keeping may take this share of the time.
  private static let share = 0.02
  private var next = Date.distantPast

  /// - Returns: It was time, and `act` was called.
  @discardableResult
  mutating func keep(_ act: () -> Void) -> Bool {
    let began = Date()
    guard began >= next else { return false }
    act()
    let cost = Date().timeIntervalSince(began)
    if cost > 0.1 { next = Date(timeIntervalSinceNow: cost / Self.share) }
    return true
  }
}
