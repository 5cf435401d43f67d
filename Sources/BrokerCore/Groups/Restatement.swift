import KafkaFormat
import KafkaMessages

/// How the log of a partition of `__consumer_offsets` is kept small: what its groups add up to is
/// written once more, and all that stood before it let go.
///
/// 1. The log is rolled. What is kept begins with the new segment, `keptFrom`.
/// 2. In steps, each under the shard's lock, the newest metadata and all offsets of every group are
///    appended as they were written, times included. What is committed between two steps lands
///    behind what was restated of it before, and what is restated later is as new as that.
/// 3. The log is flushed up to the end of that.
/// 4. The segments before `keptFrom` are deleted, the oldest first.
///
/// After a crash at any point, the log adds up to the same groups: before step 4 it holds them
/// twice, and in its midst the end of the old records with all of the new ones. Where a step fails
/// (a full disk), all is left as it is and begun again later.
struct Restatement: Sendable {
  enum Phase: Equatable {
    case idle
    case writing
    /// Waits until all before this offset is on the disk.
    case flushing(end: Int64)
  }

  private(set) var phase = Phase.idle
  private(set) var keptFrom: Int64 = 0
  private(set) var recordCount = 0
  /// Of this restatement, and of the last one that was done; 0: not known.
  private var bytes: Int64 = 0
  private var lastBytes: Int64 = 0
  /// Its damage is to be let go.
  var isWanted = false
  /// It holds records, or may, that nobody here knows, which would not be restated; also one that
  /// is under way is given up. Set before such a record is in the log.
  var isForbidden = false
  /// Not again before this, on the monotonic clock.
  private(set) var notBeforeNanos: Int64 = 0
  private var failureCount = 0

  // What is still to be written, from the back.
  fileprivate var groupIds: [String] = []
  fileprivate var groupId = ""
  fileprivate var keys: [(topic: String, partition: Int32)] = []

  /// Smaller logs are left alone: they are read in no time.
  static let smallestLog: Int64 = 64 << 20
  /// How many times larger than what it adds up to a log may become.
  static let growth: Int64 = 4

  /// - Parameters:
  ///   - bytes: Of the log.
  ///   - segmentBytes: `segment.bytes`
  func isDue(bytes: Int64, segmentBytes: Int, nanos: Int64) -> Bool {
    guard phase == .idle, !isForbidden, nanos >= notBeforeNanos else { return false }
    if isWanted { return true }
    let enough = min(Self.smallestLog, 2 * Int64(segmentBytes))
    return bytes > max(enough, Self.growth * lastBytes)
  }

  mutating func begin(groupIds: [String], keptFrom: Int64) {
    self.groupIds = groupIds.sorted(by: >)
    self.keptFrom = keptFrom
    groupId = ""
    keys = []
    recordCount = 0
    bytes = 0
    phase = .writing
  }

  /// So many more records, and bytes, are in the log, which ends at `end`.
  mutating func wrote(_ count: Int, bytes: Int64, end: Int64) {
    recordCount += count
    self.bytes += bytes
    if groupIds.isEmpty, keys.isEmpty { phase = .flushing(end: end) }
  }

  mutating func end() {
    phase = .idle
    lastBytes = bytes
    isWanted = false
    failureCount = 0
  }

  /// Tried again after a minute, and less and less often: each time costs some of the disk.
  mutating func giveUp(nanos: Int64) {
    phase = .idle
    groupIds = []
    keys = []
    failureCount = min(failureCount + 1, 6)
    notBeforeNanos = nanos + 60_000_000_000 << (failureCount - 1)
  }
}

extension GroupShard {
  /// The next records of a restatement; fewer than were asked for where there are no more.
  mutating func restatedRecords(countMax: Int, bytesMax: Int) -> [GroupRecord] {
    var records: [GroupRecord] = []
    var bytes = 0
    while records.count < countMax, bytes < bytesMax {
      if let (topic, partition) = restatement.keys.popLast() {
        let id = restatement.groupId
        // What is gone by now has its tombstone behind `keptFrom`.
        guard let offset = group(id)?.offsets[topic, partition] else { continue }
        records.append(offset.record(group: id, topic: topic, partition: partition))
        bytes += 96 + id.utf8.count + topic.utf8.count + offset.metadata.utf8.count
      } else if let id = restatement.groupIds.popLast() {
        guard let group = group(id) else { continue }
        if let written = group.written {
          records.append(.group(GroupMetadataKey(group: id), written))
          bytes += written.members.reduce(128) {
            $0 + 256 + $1.subscription.count + $1.assignment.count
          }
        }
        restatement.groupId = id
        restatement.keys = group.offsets.keys
      } else {
        break
      }
    }
    return records
  }

  /// These records are in the log.
  mutating func noteWritten(_ records: [GroupRecord]) {
    for case .group(let key, let value?) in records { group(key.group)?.written = value }
  }
}
