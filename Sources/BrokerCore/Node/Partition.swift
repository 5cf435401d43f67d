import CommitLog
import KafkaFormat
import Synchronization

/// One partition of this broker: its log under a lock of its own, and who waits for it.
///
/// Shared by all loops. Whoever appends, reads or applies a job's result does so within `state`.
final class Partition: Sendable {
  let topic: String
  let topicId: KafkaUUID
  let index: Int32
  let leaderEpoch: Int32
  /// Which of `log.dirs` its data are in.
  let directory: Int
  /// Its log was there at the last stop: it is recovered, not made.
  let wasThere: Bool
  let state: Mutex<PartitionState>
  /// The groups that it holds, if it is one of `__consumer_offsets`.
  let groups: GroupPartition?

  init(
    topic: String, topicId: KafkaUUID, index: Int32, leaderEpoch: Int32, directory: Int,
    config: LogConfig, groups: GroupConfig, wasThere: Bool = false
  ) {
    self.topic = topic
    self.topicId = topicId
    self.index = index
    self.leaderEpoch = leaderEpoch
    self.directory = directory
    self.wasThere = wasThere
    state = Mutex(PartitionState(config: config))
    self.groups = topic == OffsetsTopic.name ? GroupPartition(config: groups) : nil
  }
}

/// What the lock of a partition guards.
struct PartitionState {
  /// nil until it is opened, and once the topic is deleted.
  var log: PartitionLog?
  /// The topic's settings, for a log that is opened later.
  var config: LogConfig
  var isDeleted = false
  /// Fetches and sessions that want to hear what happens here.
  var watchers: [FetchWatcher] = []
  /// Produces that wait for a flush.
  var flushes: [FlushWaiter] = []

  init(config: LogConfig) { self.config = config }

  /// With one replica all that was appended is committed, except records whose acknowledgement
  /// waits for a flush: no consumer reads them before they are on the disk.
  var highWatermark: Int64 { log?.visibleEndOffset ?? 0 }
}

/// A parked produce of one loop, whose batch is to be on the disk first.
struct FlushWaiter {
  var loop: Int
  var ticket: UInt64
  var lastOffset: Int64
}
