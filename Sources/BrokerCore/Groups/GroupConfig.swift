/// What the configuration says of groups, by Kafka's names with dots.
struct GroupConfig: Sendable, Equatable {
  /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members.
  var initialRebalanceDelayMs: Int32 = 3_000
  /// `group.min.session.timeout.ms`
  var minSessionTimeoutMs: Int32 = 6_000
  /// `group.max.session.timeout.ms`
  var maxSessionTimeoutMs: Int32 = 1_800_000
  /// `group.max.size`
  var maxSize: Int32 = .max
  /// How long a member that never was answered may wait for its first rebalance to end. Kafka has
  /// no setting for it either.
  var newMemberJoinTimeoutMs: Int32 = 300_000
}

/// A moment on both clocks: timeouts follow the one that never jumps, records carry the other.
struct GroupInstant: Sendable, Equatable {
  /// Milliseconds since the Unix epoch.
  var wallMs: Int64
  /// The monotonic clock.
  var nanos: Int64

  /// The monotonic time so many milliseconds later.
  func after(ms: Int32) -> Int64 { nanos + Int64(max(0, ms)) * 1_000_000 }
}
