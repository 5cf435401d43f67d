import KafkaFormat

/// One file of a partition's log, with its two indexes.
///
/// The active segment's indexes are kept in memory and written when it is finished (roll or clean
/// stop): after a crash they are rebuilt from the log in any case. Those of a finished segment are
/// only on the disk, and a look-up reads the few entries that it needs. So a partition holds one
/// open file, its active segment's, and one more while older data are read.
///
/// - Isolation: belongs to its `PartitionLog`.
final class LogSegment {
  let baseOffset: Int64
  /// Path without suffix: `<directory>/<20 digits>`.
  let basePath: String
  let createdMs: Int64

  /// The open log file; nil while a finished segment is not being read.
  var file: LogFile?
  /// Bytes of whole batches in the log file.
  var size: Int64 = 0
  /// Up to here the disk space is allocated ahead.
  var allocatedEnd: Int64 = 0

  /// nil: only on the disk.
  var offsetIndex: OffsetIndex? = OffsetIndex()
  var timeIndex: TimeIndex? = TimeIndex()
  var bytesSinceIndexEntry = 0
  /// -1 if there is none; with the last offset of the batch that holds it.
  var maxTimestamp: Int64 = -1
  var offsetOfMaxTimestamp: Int64 = -1
  /// The first batch's largest timestamp, which `segment.ms` counts from; nil before it is known.
  var rollingTimestamp: Int64?
  /// When it was finished.
  var finishedMs: Int64 = 0
  /// Whether the indexes on the disk are those of the whole segment.
  var indexesOnDisk = false
  /// Counts how often it was taken up again after a truncation: a job of before is out of date.
  var generation = 0

  init(baseOffset: Int64, directory: String, createdMs: Int64) {
    self.baseOffset = baseOffset
    self.basePath = directory + "/" + LogFileNames.baseName(baseOffset)
    self.createdMs = createdMs
  }

  var logPath: String { basePath + LogFileNames.log }
  var indexPath: String { basePath + LogFileNames.index }
  var timeIndexPath: String { basePath + LogFileNames.timeIndex }
  var snapshotPath: String { basePath + LogFileNames.snapshot }
  var paths: [String] { [logPath, indexPath, timeIndexPath, snapshotPath] }

  func relative(_ offset: Int64) -> Int64 { offset &- baseOffset }

  /// Whether the offsets up to `offset` can be told from the base by 32 bits.
  func canHold(_ offset: Int64) -> Bool {
    offset >= baseOffset && offset - baseOffset <= Int64(Int32.max)
  }

  /// The open file; opened if it is not.
  func opened(_ fileSystem: any FileSystem) throws(LogError) -> LogFile {
    if let file { return file }
    do {
      let opened = try fileSystem.open(logPath, .read)
      file = opened
      return opened
    } catch { throw LogError(error) }
  }

  /// Takes one batch, which was written at the end of the file, into account.
  func account(_ header: RecordBatchHeader, config: LogConfig) {
    if header.maxTimestamp > maxTimestamp {
      maxTimestamp = header.maxTimestamp
      offsetOfMaxTimestamp = header.lastOffset
    }
    if rollingTimestamp == nil { rollingTimestamp = header.maxTimestamp }
    if bytesSinceIndexEntry > config.indexIntervalBytes {
      offsetIndex?.append(
        relativeOffset: Int32(truncatingIfNeeded: relative(header.lastOffset)),
        position: Int32(truncatingIfNeeded: size))
      indexMaxTimestamp()
      bytesSinceIndexEntry = 0
    }
    bytesSinceIndexEntry += header.sizeInBytes
    size += Int64(header.sizeInBytes)
  }

  /// Goes on behind bytes that are no batch. The batch there gets an entry in the index, so that
  /// nobody who looks for what follows has to walk over them.
  func skipGap(to position: Int64) {
    size = position
    bytesSinceIndexEntry = .max / 2
  }

  /// Adds the largest timestamp so far to the time index, as at each index entry and at the end.
  func indexMaxTimestamp() {
    guard maxTimestamp >= 0 else { return }
    timeIndex?.appendIfLater(
      timestamp: maxTimestamp,
      relativeOffset: Int32(truncatingIfNeeded: relative(offsetOfMaxTimestamp)))
  }

  /// Whether `count` more bytes, whose last offset is `lastOffset`, belong into a new segment.
  func mustRoll(
    before count: Int, lastOffset: Int64, maxTimestamp: Int64, nowMs: Int64, config: LogConfig
  ) -> Bool {
    if size > Int64(config.segmentBytes - count) { return true }
    if !canHold(lastOffset) { return true }
    // A position has 31 bits in an index entry.
    if size + Int64(count) > Int64(Int32.max) { return true }
    guard size > 0 else { return false }
    let waited =
      (rollingTimestamp ?? -1) >= 0
      ? maxTimestamp.subtractingClamped(rollingTimestamp ?? 0)
      : nowMs.subtractingClamped(createdMs)
    if waited > config.segmentMs { return true }
    return (offsetIndex?.entries.count ?? 0) >= config.maximumOffsetIndexEntries
      || (timeIndex?.entries.count ?? 0) >= config.maximumTimeIndexEntries - 1
  }
}
