import KafkaFormat

extension PartitionLog {
  /// Whether the files hold all that a clean start needs: nothing happened since they were read,
  /// or ever. Then there is nothing to close.
  public var isUnchanged: Bool {
    let isAsOpened =
      openedEnd == logEndOffset && generation == 0 && activeSegment.size > 0
      && segments.allSatisfy { $0 === activeSegment || $0.indexesOnDisk }
    // What was never written needs no files beside its own.
    let isNew = isEmpty && logEndOffset == 0 && generation == 0
    return (isAsOpened || isNew) && recoveryPoint >= logEndOffset && !epochsChanged
      && !isCheckpointingEpochs && jobs.isEmpty && offlineError == nil
  }

  /// Writes all that a clean start needs and makes it durable: indexes, the producers' snapshot,
  /// leader epochs. The log must not be used afterwards.
  ///
  /// No job may be running; one that was taken and never run is done here. Waits for the disk.
  /// - Parameter flushes: false leaves what was written to one flush of the whole file system;
  ///   `confirmFlush` is to be called after it.
  /// - Throws: `.io`, `.outOfSpace`: then the stop is not a clean one.
  public func close(nowMs: Int64, flushes: Bool = true) throws(LogError) {
    try requireOnline()
    if !isUnchanged {
      isFlushing = false
      isCheckpointingEpochs = false
      runJobs()
      try requireOnline()
      try writeAll(flushes: flushes)
      if flushes {
        queueFlush(nowMs: nowMs)
        runJobs()
        guard offlineError == nil, recoveryPoint >= logEndOffset else {
          throw offlineError.map { .offline($0) } ?? .corrupt("\(directory) could not be flushed")
        }
      }
    }
    preparedFile = nil
    for segment in segments { segment.file = nil }
  }

  /// The file system was flushed after `close`.
  public func confirmFlush() { recoveryPoint = logEndOffset }

  private func writeAll(flushes: Bool) throws(LogError) {
    let segment = activeSegment
    segment.indexMaxTimestamp()
    let file = try segment.opened(fileSystem)
    do {
      if segment.allocatedEnd > segment.size { try file.truncate(to: segment.size) }
      for other in segments where !other.indexesOnDisk {
        guard let index = other.offsetIndex, let timeIndex = other.timeIndex else { continue }
        try fileSystem.replace(other.indexPath, with: index.encoded(), sync: false)
        try fileSystem.replace(other.timeIndexPath, with: timeIndex.encoded(), sync: false)
      }
      // Not synced one by one: a damaged index or snapshot is found at the start, and made again.
      let snapshot = path(LogFileNames.baseName(logEndOffset) + LogFileNames.snapshot)
      try fileSystem.replace(snapshot, with: producers.encodedSnapshot(), sync: false)
      try fileSystem.replace(
        path(LogFileNames.leaderEpochs), with: leaderEpochs.encoded(), sync: flushes)
      try fileSystem.remove(path(LogFileNames.prepared))
    } catch { throw LogError(error) }
  }
}
