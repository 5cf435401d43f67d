import Synchronization

/// The groups of one partition of `__consumer_offsets`, under a lock of their own: any loop may
/// answer a request of any group. Timers are ticked by the loop of the partition's index.
///
/// Lock order: this one, then the partition's own, for records are appended under both, in the
/// order in which the groups changed.
final class GroupPartition: Sendable {
  let shard: Mutex<GroupShard>
  /// What the owner's loop has been told of `GroupShard.nextDeadlineNanos`.
  let announcedDeadline = Atomic<Int64>(.max)
  /// Its records are being read, or have been.
  let loadingHasBegun = Atomic<Bool>(false)

  init(config: GroupConfig) { shard = Mutex(GroupShard(config: config)) }
}
