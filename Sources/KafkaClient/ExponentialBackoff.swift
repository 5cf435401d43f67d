/// Waiting times that double with each failure in a row, ±20 %.
///
/// - Source: KIP-580.
struct ExponentialBackoff {
  let initialMs: Int64
  let maximumMs: Int64
  private(set) var failures = 0

  init(initialMs: Int64, maximumMs: Int64) {
    self.initialMs = initialMs
    self.maximumMs = max(initialMs, maximumMs)
  }

  mutating func reset() { failures = 0 }

  /// Notes one more failure.
  /// - Returns: How long to wait before the next try, in milliseconds.
  mutating func next(using random: inout SplitMix64) -> Int64 {
    let wait = delayMs(attempt: failures, using: &random)
    failures += 1
    return wait
  }

  /// The wait after `attempt` earlier failures.
  func delayMs(attempt: Int, using random: inout SplitMix64) -> Int64 {
    let doubled = initialMs.multipliedReportingOverflow(by: 1 << Int64(min(max(attempt, 0), 20)))
    let base = doubled.overflow ? maximumMs : min(maximumMs, doubled.partialValue)
    let spread = base / 5
    guard spread > 0 else { return base }
    return base - spread + Int64(random.next() % UInt64(2 * spread + 1))
  }
}

/// A small generator with a seed, so that a simulated run repeats.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
