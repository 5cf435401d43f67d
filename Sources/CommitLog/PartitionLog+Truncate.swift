import KafkaFormat

extension PartitionLog {
  /// Removes all records at or behind `offset`; whole batches, so that a batch that holds
  /// `offset` in its middle goes too. Does the disk's work at once: rare, and nothing may be
  /// appended before it is done and durable. A power cut could else bring back what was removed,
  /// behind what was appended since, or in its place.
  ///
  /// - Throws: `.io`; the log is offline then, for part of it may be gone.
  public func truncate(to offset: Int64, nowMs: Int64) throws(LogError) {
    try requireOnline()
    guard offset < logEndOffset else { return }
    generation += 1
    recent.clear()
    do {
      if offset <= segments[0].baseOffset {
        try startOver(at: offset, nowMs: nowMs)
      } else {
        try cut(to: offset, nowMs: nowMs)
      }
    } catch {
      if case .io(let failure) = error { goOffline(failure) }
      throw error
    }
    requireInvariants()
  }

  /// Deletes all segments and begins again at `offset` (a follower whose leader starts later).
  public func truncateFullyAndStart(at offset: Int64, nowMs: Int64) throws(LogError) {
    try requireOnline()
    generation += 1
    recent.clear()
    try startOver(at: offset, nowMs: nowMs)
  }

  /// Queues a job that takes what was appended from `offset` on out of the file, after a flush of
  /// it failed: it was never acknowledged, and should not come back at the next start. As far as
  /// the disk allows: where it cannot be undone that the log was flushed further, all stays, for a
  /// log that ends before its flushed end is not opened any more.
  ///
  /// - Parameter offset: In the active segment, the first of a batch.
  /// - Returns: false where nothing can be taken back, and no job was queued.
  public func queueTakeBack(from offset: Int64) -> Bool {
    guard offlineError != nil, offset < logEndOffset, offset >= activeSegment.baseOffset,
      let location = try? locate(offset, in: activeSegment), let file = activeSegment.file
    else { return false }
    queue(
      .takeBack(
        file, position: location.position, from: offset, withdrawal: flushedEnd?.withdrawal))
    return true
  }

  /// The log is offline, so that nothing was appended meanwhile.
  func applyTakeBack(to position: Int64, from offset: Int64) {
    recent.clear()
    generation += 1
    activeSegment.size = position
    logEndOffset = offset
    dropHeld(from: offset)
  }

  private func startOver(at offset: Int64, nowMs: Int64) throws(LogError) {
    let old = segments
    do {
      for segment in old { try removeFiles(of: segment) }
      try fileSystem.syncDirectory(directory)
      let new = LogSegment(baseOffset: offset, directory: directory, createdMs: nowMs)
      new.file = try fileSystem.open(new.logPath, .createEmpty)
      segments = [new]
    } catch { throw LogError(error) }
    namesMade += 1
    dropHeld(from: .min)
    warm = []
    logStartOffset = offset
    logEndOffset = offset
    recoveryPoint = offset
    producers = ProducerStateTable()
    leaderEpochs = LeaderEpochCache()
    epochsChanged = true
    queueEpochCheckpoint()
  }

  private func cut(to offset: Int64, nowMs: Int64) throws(LogError) {
    guard let index = segmentIndex(floor: offset) else { return }
    do {
      for segment in segments[(index + 1)...] { try removeFiles(of: segment) }
    } catch { throw LogError(error) }
    segments.removeSubrange((index + 1)...)
    for segment in warm { cool(segment) }
    warm = []
    let segment = segments[index]
    let location = try locate(offset, in: segment)
    try takeUpAgain(segment, size: location?.position ?? segment.size)
    var end = offset
    if let location { end = min(offset, location.baseOffset) }
    logEndOffset = end
    dropHeld(from: end)
    logStartOffset = min(logStartOffset, end)
    recoveryPoint = min(recoveryPoint, end)
    if leaderEpochs.truncate(to: end) {
      epochsChanged = true
      queueEpochCheckpoint()
    }
    let snapshots = try storedSnapshots()
    _ = try removeSnapshots(snapshots, behind: end)
    try syncNames()
    try loadProducers(snapshots, nowMs: nowMs)
  }

  /// Makes a segment the active one, cut to `size`, with its indexes made from the log.
  private func takeUpAgain(_ segment: LogSegment, size: Int64) throws(LogError) {
    segment.generation += 1
    // First, so that no job cuts what is written from here on.
    segment.file?.markSealed(false)
    do {
      let file = try fileSystem.open(segment.logPath, .readWrite)
      try file.truncate(to: size)
      try file.sync()
      segment.file = file
      segment.allocatedEnd = size
      try fileSystem.remove(segment.indexPath)
      try fileSystem.remove(segment.timeIndexPath)
    } catch { throw LogError(error) }
    try rebuildIndexes(of: segment, size: size)
    segment.indexesOnDisk = false
  }

  /// Reads the heads of all batches up to `size` and makes both indexes from them; the segment
  /// ends where they do.
  func rebuildIndexes(of segment: LogSegment, size: Int64) throws(LogError) {
    segment.offsetIndex = OffsetIndex()
    segment.timeIndex = TimeIndex()
    segment.maxTimestamp = -1
    segment.offsetOfMaxTimestamp = -1
    segment.bytesSinceIndexEntry = 0
    segment.rollingTimestamp = nil
    segment.size = 0
    var scanner = BatchScanner(try segment.opened(fileSystem), from: 0, to: size)
    while let (header, _) = try scanner.next() { segment.account(header, config: config) }
  }

  private func removeFiles(of segment: LogSegment) throws(FileError) {
    segment.file = nil
    segment.generation += 1
    for path in segment.paths { try fileSystem.remove(path) }
  }

  /// Returns whether there were any.
  func removeSnapshots(_ snapshots: [Int64], behind offset: Int64) throws(LogError) -> Bool {
    let wrong = snapshots.filter { $0 > offset }
    do {
      for at in wrong {
        try fileSystem.remove(path(LogFileNames.baseName(at) + LogFileNames.snapshot))
      }
    } catch { throw LogError(error) }
    return !wrong.isEmpty
  }

  /// Makes the names in the log's directory durable.
  func syncNames() throws(LogError) {
    do { try fileSystem.syncDirectory(directory) } catch { throw LogError(error) }
  }

  /// The offsets of the producers' snapshots on the disk.
  func storedSnapshots() throws(LogError) -> [Int64] {
    do {
      return try fileSystem.list(directory).compactMap {
        LogFileNames.offset(of: $0, suffix: LogFileNames.snapshot)
      }
    } catch { throw LogError(error) }
  }
}
