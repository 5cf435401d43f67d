import Synchronization

/// The groups of one partition of `__consumer_offsets`, under a lock of their own: any loop may
/// answer a request of any group. Timers are ticked by the loop of the partition's index.
///
/// Lock order: this one, then the partition's own, for records are appended under both, in the
/// order in which the groups changed.
final class GroupPartition: Sendable {
  let shard: Mutex<GroupShard>
  /// The earliest time that the loop which ticks it has been told of; set under the lock, and to
  /// "none" by that loop before it ticks.
  let announcedDeadline = Atomic<Int64>(.max)
  /// Its records are being read, or have been.
  let loadingHasBegun = Atomic<Bool>(false)

  init(config: GroupConfig) { shard = Mutex(GroupShard(config: config)) }

  /// The deadline, if the loop which ticks must be told of it.
  func newDeadline(_ nanos: Int64) -> Int64? {
    guard nanos < announcedDeadline.load(ordering: .relaxed) else { return nil }
    announcedDeadline.store(nanos, ordering: .relaxed)
    return nanos
  }
}
