import Synchronization

/// A broker of a known capacity, made on purpose: a token bucket of records, filled at a fixed rate,
/// that all its loops take from. A Produce request that finds too few is answered once they are
/// there, and its connection's next request waits for that.
///
/// It exists so that a search for the highest rate can be shown a broker whose capacity is known.
/// Without `weir.test.produce.records.per.second` there is none, and nothing of it is called.
final class ProduceBudget: Sendable {
  /// What the bucket holds, in nanoseconds of its rate: an answer that a timer brings a little late
  /// costs no capacity.
  static let burstNanos = 20_000_000.0

  private let nanosEach: Double
  /// When the records that were taken until now are paid for; monotonic clock.
  private let paidAt = Mutex(-Double.infinity)

  /// - Returns: Nil for 0 records a second.
  init?(recordsPerSecond: Int64) {
    guard recordsPerSecond > 0 else { return nil }
    nanosEach = 1e9 / Double(recordsPerSecond)
  }

  /// Takes records.
  ///
  /// - Returns: When they are paid for; before `nowNanos` where the bucket held them.
  func take(_ records: Int64, nowNanos: Int64) -> Int64 {
    paidAt.withLock { paidAt in
      paidAt = max(paidAt, Double(nowNanos) - Self.burstNanos) + Double(records) * nanosEach
      return Int64(paidAt)
    }
  }
}
