/// When each record of an open loop is due: record k of all producers at `start + k / rate`.
///
/// Computed from k each time, so that nothing drifts however long it runs. Several producers take
/// turns: producer p of n has the records p, p + n, p + 2n, …
public struct ArrivalSchedule: Sendable, Equatable {
  public let startNanos: Int64
  /// Records in a million seconds, all producers together.
  @usableFromInline let ratePerMegasecond: UInt64
  @usableFromInline let producer: UInt64
  @usableFromInline let producers: UInt64

  /// - Parameters:
  ///   - rate: Records a second of all producers together, from 10^-6 to 10^9.
  ///   - startNanos: When record 0 is due, on the run's monotonic clock.
  public init(rate: Double, startNanos: Int64, producer: Int = 0, of producers: Int = 1) {
    precondition(rate >= 1e-6 && rate <= 1e9, "a rate from 10^-6 to 10^9 a second")
    precondition(producer >= 0 && producer < producers, "a producer of those that there are")
    ratePerMegasecond = UInt64((rate * 1e6).rounded())
    self.startNanos = startNanos
    self.producer = UInt64(producer)
    self.producers = UInt64(producers)
  }

  /// When this producer's record `index` (from 0) is due.
  @inlinable
  public func scheduledNanos(_ index: UInt64) -> Int64 {
    let place = index &* producers &+ producer
    // 10^15 nanoseconds are 10^6 seconds.
    let product = place.multipliedFullWidth(by: 1_000_000_000_000_000)
    let elapsed =
      product.high < ratePerMegasecond
      ? ratePerMegasecond.dividingFullWidth(product).quotient : UInt64(Int64.max)
    let bounded = Int64(clamping: elapsed)
    let sum = startNanos.addingReportingOverflow(bounded)
    return sum.overflow ? .max : sum.partialValue
  }

  /// How many of this producer's records are due at `nowNanos` or before: those with an index
  /// below the count.
  @inlinable
  public func dueCount(atNanos nowNanos: Int64) -> UInt64 {
    guard nowNanos >= startNanos else { return 0 }
    let elapsed = UInt64(nowNanos &- startNanos)
    let product = elapsed.multipliedFullWidth(by: ratePerMegasecond)
    let places = UInt64(1_000_000_000_000_000).dividingFullWidth(product).quotient
    // The quotient is rounded down as the times are: of two neighbours, the times decide.
    var due = places >= producer ? (places &- producer) / producers &+ 1 : 0
    while scheduledNanos(due) <= nowNanos { due &+= 1 }
    while due > 0, scheduledNanos(due &- 1) > nowNanos { due &-= 1 }
    return due
  }
}
