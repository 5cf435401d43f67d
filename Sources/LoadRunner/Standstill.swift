import Transport

/// Notices that a load does not get on, and finds out whether its target is still there.
struct Standstill {
  /// When the load got on last; monotonic clock.
  private(set) var movedNanos: Int64
  private var count: Int64 = -1
  private var probe: Reachability?
  private var probedNanos: Int64 = 0

  /// From when on a load that does not get on has its target asked, and how often.
  private static let probeAfterNanos: Int64 = 2_000_000_000
  private static let probeEveryNanos: Int64 = 500_000_000
  /// For how long a target must have refused: a broker of ours does not come back by itself, one of
  /// a cluster may be starting again, or others may go on for it.
  private let patienceNanos: Int64
  private var refusedNanos: Int64?

  init(nowNanos now: Int64, isCluster: Bool) {
    movedNanos = now
    patienceNanos = isCluster ? 15_000_000_000 : 400_000_000
  }

  /// - Parameter moved: Changes as long as the load gets on.
  /// - Returns: Why there is nobody to wait for any more; nil where there may be.
  mutating func look(
    nowNanos now: Int64, moved: Int64, at addresses: [NetworkAddress]
  ) -> String? {
    if moved != count {
      (count, movedNanos, refusedNanos, probe) = (moved, now, nil, nil)
      return nil
    }
    if let asked = probe, asked.isDone || now - probedNanos > 2 * Self.probeAfterNanos {
      probe = nil
      guard let refusal = asked.refusal else {
        refusedNanos = nil
        return nil
      }
      let since = refusedNanos ?? now
      refusedNanos = since
      if now - since >= patienceNanos { return refusal }
    }
    if probe == nil, now - movedNanos > Self.probeAfterNanos,
      now - probedNanos > Self.probeEveryNanos
    {
      probedNanos = now
      probe = Reachability(of: addresses)
    }
    return nil
  }

  /// `2.2 s after measuring began`
  func lastMove(_ window: MeasureWindow) -> String {
    let tenths = (movedNanos - window.fromNanos) / 100_000_000
    guard window.fromNanos != .max, tenths >= 0 else { return "before measuring began" }
    return "\(tenths / 10).\(tenths % 10) s after measuring began"
  }
}
