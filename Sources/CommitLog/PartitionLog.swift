import KafkaFormat

/// The log of one partition: segments, indexes, leader epochs and producers.
///
/// Files: see `LogFileNames`; byte for byte those of Kafka, whose tools read them.
/// Invariant: `logStartOffset <= recoveryPoint <= logEndOffset`, and one active segment, the last.
/// After a crash: segments from the recovery point on are scanned and cut at the first bad batch.
///
/// Append and read work at once; whatever else the disk can make wait is queued as a job:
/// 1. After any call that changes the log, take `takeJobs()` and run them on the disk pool.
/// 2. Give each result to `apply(_:)`, under the lock again.
/// 3. Call `maintain(nowMs:highWatermark:)` every `log.retention.check.interval.ms`, or at
///    `nextDueMs` if that is sooner.
///
/// - Isolation: the caller holds the partition's lock; not thread-safe. One writer.
public final class PartitionLog {
  public let topic: String
  public let partition: Int32
  /// `<log directory>/<topic>-<partition>`
  public internal(set) var directory: String
  public let fileSystem: any FileSystem
  /// May be changed at any time (IncrementalAlterConfigs); holds from the next call on.
  public var config: LogConfig

  /// The first offset that may be read.
  public internal(set) var logStartOffset: Int64 = 0
  /// The next offset to be assigned; exclusive end.
  public internal(set) var logEndOffset: Int64 = 0
  /// All before it is on the disk, and is not scanned at an unclean start.
  public internal(set) var recoveryPoint: Int64 = 0
  /// Set once the disk has failed; nothing is appended any more.
  public internal(set) var offlineError: FileError?

  public internal(set) var leaderEpochs = LeaderEpochCache()
  public internal(set) var producers = ProducerStateTable()

  /// Ascending by base offset; the last is the active one.
  var segments: [LogSegment] = []
  var activeSegment: LogSegment { segments[segments.count - 1] }

  // Jobs and what is known of those under way.
  var jobs: [LogJob] = []
  var preparedFile: LogFile?
  var isPreparing = false
  var isAllocating = false
  var cannotAllocate = false
  var allocatesAgain = false
  /// When it is tried again; nil: the next append decides.
  var allocateAgainMs: Int64?
  var isFlushing = false
  /// Where the flush under way, or the last one, ends.
  var flushingUpTo: Int64 = 0
  /// The first record whose acknowledgement waits for a flush; and the first such one behind the
  /// end of the flush under way.
  var heldFrom: Int64?
  var nextHeldFrom: Int64?
  /// How many names were made in the directory so far, and how many of them are durable.
  var namesMade = 1
  var namesSynced = 0
  var isCheckpointingEpochs = false
  var epochsChanged = false
  var damage = DamagePolicy.cut
  /// Of a log of which nothing that was flushed may be cut.
  var flushedEnd: FlushedEnd?
  /// The stop before was a clean one: no write was interrupted.
  var openedClean = false
  /// What opening it took.
  public internal(set) var recovery = LogRecovery()
  /// Where the log ended when it was opened, as its files have it; -1 where they do not.
  var openedEnd: Int64 = -1
  /// Counts truncations: a flush of before them says nothing.
  var generation = 0
  var lastFlushMs: Int64
  var dueDeletions: [DueDeletion] = []

  /// The last batches that were appended, so that a consumer at the tail costs no read.
  var recent = RecentBatches()
  /// Finished segments that are open because they were read lately; the latest last.
  var warm: [LogSegment] = []

  /// Epochs found in the batches that recovery read.
  var recoveredEpochs: [(epoch: Int32, offset: Int64)] = []

  struct DueDeletion {
    var dueMs: Int64
    var deleted: LogJob.DeletedFiles
  }

  init(
    topic: String, partition: Int32, directory: String, fileSystem: any FileSystem,
    config: LogConfig, nowMs: Int64
  ) {
    self.topic = topic
    self.partition = partition
    self.directory = directory
    self.fileSystem = fileSystem
    self.config = config
    self.lastFlushMs = nowMs
  }

  /// The end of what consumers may read, exclusive: a record whose acknowledgement waits for a
  /// flush is not read before it is on the disk.
  public var visibleEndOffset: Int64 { heldFrom ?? logEndOffset }

  /// Bytes of all segments.
  public var sizeInBytes: Int64 { segments.reduce(0) { $0 + $1.size } }
  public var segmentCount: Int { segments.count }
  /// Base offsets of the segments, ascending.
  public var segmentBaseOffsets: [Int64] { segments.map(\.baseOffset) }

  var isEmpty: Bool { segments.count == 1 && activeSegment.size == 0 }

  func path(_ name: String) -> String { directory + "/" + name }

  /// What always holds, checked wherever segments come and go. Where it does not, the log in memory
  /// is not the one in the files, and the next write or deletion would damage what is there.
  func requireInvariants() {
    precondition(!segments.isEmpty, "\(directory) has no active segment")
    precondition(
      logStartOffset <= recoveryPoint && recoveryPoint <= logEndOffset,
      "\(directory): recovery point \(recoveryPoint) outside of \(logStartOffset)...\(logEndOffset)"
    )
    precondition(
      logStartOffset <= visibleEndOffset && visibleEndOffset <= logEndOffset,
      "\(directory): high watermark \(visibleEndOffset) outside of"
        + " \(logStartOffset)...\(logEndOffset)")
    precondition(
      activeSegment.baseOffset <= logEndOffset,
      "\(directory) ends at \(logEndOffset), before its active segment")
    precondition(
      zip(segments, segments.dropFirst()).allSatisfy { $0.baseOffset < $1.baseOffset },
      "\(directory): segments out of order")
  }

  func requireOnline() throws(LogError) {
    if let offlineError { throw .offline(offlineError) }
  }

  /// Keeps a failure of the disk, so that nothing is appended to a log of unknown state.
  func goOffline(_ error: FileError) {
    if offlineError == nil { offlineError = error }
  }

  /// The index of the segment that `offset` would be in; nil before the first.
  func segmentIndex(floor offset: Int64) -> Int? {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].baseOffset > offset { high = middle } else { low = middle + 1 }
    }
    return low == 0 ? nil : low - 1
  }
}

/// Where the last few appended batches stand.
struct RecentBatches {
  struct Batch {
    var baseOffset: Int64 = .max
    var lastOffset: Int64 = -1
    var segmentBaseOffset: Int64 = -1
    var position: Int64 = 0
    var size = 0
  }
  private static let capacity = 8
  private var batches: [Batch] = []
  private var next = 0

  mutating func add(_ batch: Batch) {
    if batches.count < Self.capacity {
      batches.append(batch)
    } else {
      batches[next] = batch
      next = (next + 1) % Self.capacity
    }
  }

  mutating func clear() {
    batches.removeAll(keepingCapacity: true)
    next = 0
  }

  func batch(containing offset: Int64) -> Batch? {
    for batch in batches where batch.baseOffset <= offset && offset <= batch.lastOffset {
      return batch
    }
    return nil
  }
}
