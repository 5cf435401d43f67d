import KafkaFormat

extension PartitionLog {
  /// Writes all that a clean start needs and makes it durable: indexes, the producers' snapshot,
  /// leader epochs. The log must not be used afterwards.
  ///
  /// No job may be running; one that was taken and never run is done here. Waits for the disk.
  /// - Throws: `.io`, `.outOfSpace`: then the stop is not a clean one.
  public func close(nowMs: Int64) throws(LogError) {
    try requireOnline()
    isFlushing = false
    runJobs()
    try requireOnline()
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
        path("leader-epoch-checkpoint"), with: leaderEpochs.encoded())
      try fileSystem.remove(path(LogFileNames.prepared))
    } catch { throw LogError(error) }
    queueFlush(nowMs: nowMs)
    runJobs()
    guard offlineError == nil, recoveryPoint >= logEndOffset else {
      throw offlineError.map { .offline($0) } ?? .corrupt("\(directory) could not be flushed")
    }
    preparedFile = nil
    for segment in segments { segment.file = nil }
  }
}
