import Synchronization

/// The few numbers that progress shows while a measurement runs; written by the loops, read by the
/// thread that prints.
final class LiveCounters: Sendable {
  /// Records acknowledged and consumed, warm-up included.
  let produced = Atomic<Int64>(0)
  let producedBytes = Atomic<Int64>(0)
  /// Batches acknowledged, and their bytes as they lie in the log.
  let batches = Atomic<Int64>(0)
  let storedBytes = Atomic<Int64>(0)
  let consumed = Atomic<Int64>(0)
  let consumedBytes = Atomic<Int64>(0)
  let errors = Atomic<Int64>(0)
  /// The latency of the record acknowledged (or, without producers, consumed) last.
  let latestLatencyNanos = Atomic<Int64>(0)
  /// Changes as long as anything happens.
  var total: Int64 {
    produced.load(ordering: .relaxed) &+ consumed.load(ordering: .relaxed)
      &+ errors.load(ordering: .relaxed)
  }
  /// Changes as long as the load gets on.
  var moved: Int64 {
    produced.load(ordering: .relaxed) &+ consumed.load(ordering: .relaxed)
  }
  /// Counted records handed to producers, for the share done of a run of N records.
  let offered = Atomic<Int64>(0)
}
