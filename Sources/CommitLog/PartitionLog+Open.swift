import KafkaFormat

/// What was known of a partition's log when its directory was last in use.
public struct LogOpenOptions: Sendable {
  /// The clean-shutdown marker was there.
  public var isClean: Bool
  /// From `recovery-point-offset-checkpoint`; 0 if it is not in there.
  public var recoveryPoint: Int64
  /// From `log-start-offset-checkpoint`; 0 if it is not in there.
  public var logStartOffset: Int64
  public var damage = DamagePolicy.cut
  public var nowMs: Int64

  public init(
    isClean: Bool = true, recoveryPoint: Int64 = 0, logStartOffset: Int64 = 0, nowMs: Int64
  ) {
    self.isClean = isClean
    self.recoveryPoint = recoveryPoint
    self.logStartOffset = logStartOffset
    self.nowMs = nowMs
  }
}

extension PartitionLog {
  /// Opens the log in `directory`, or makes an empty one there.
  ///
  /// After an unclean stop every segment at or behind the recovery point is read, each batch's
  /// checksum verified, and the log cut at the first bad one; segments behind it are removed
  /// (`DamagePolicy` says where not; `recovery` says what was done).
  /// After a clean stop only indexes are checked: that they ascend, lie within the log, and that
  /// some of their entries point at the batches they name; damaged ones are made again.
  ///
  /// Reads much; meant for the disk pool, partitions in parallel.
  /// - Throws: `.io`, `.outOfSpace`, `.corrupt`.
  public static func open(
    topic: String, partition: Int32, directory: String, fileSystem: any FileSystem,
    config: LogConfig, options: LogOpenOptions
  ) throws(LogError) -> sending PartitionLog {
    let log = PartitionLog(
      topic: topic, partition: partition, directory: directory, fileSystem: fileSystem,
      config: config, nowMs: options.nowMs)
    log.damage = options.damage
    log.openedClean = options.isClean
    var names: [String]
    do {
      try fileSystem.createDirectory(directory)
      names = try fileSystem.list(directory)
      if try log.removeLeftovers(names) { names = try fileSystem.list(directory) }
    } catch { throw LogError(error) }
    var options = options
    if options.damage == .refuse {
      try log.openFlushedEnd(names)
      options.recoveryPoint = max(options.recoveryPoint, log.flushedEnd?.offset ?? 0)
    }
    try log.loadSegments(names, options)
    if names.contains(LogFileNames.leaderEpochs) { try log.loadEpochs() }
    try log.settleEpochs()
    let snapshots = names.compactMap { LogFileNames.offset(of: $0, suffix: LogFileNames.snapshot) }
    if try log.removeSnapshots(snapshots, behind: log.logEndOffset) { try log.syncNames() }
    do {
      try log.loadProducers(snapshots, nowMs: options.nowMs)
    } catch {
      // Where gaps are kept, batches have no producers.
      guard log.damage == .keep, case .corrupt = error else { throw error }
    }
    try log.flushRecovered(nowMs: options.nowMs)
    log.requireInvariants()
    log.openedEnd = options.isClean || log.isEmpty ? log.logEndOffset : -1
    return log
  }

  /// Where acknowledgements wait for a flush, no consumer reads what is not on the disk. A process
  /// that ended between a write and its flush left such records in memory, as if they were there.
  private func flushRecovered(nowMs: Int64) throws(LogError) {
    guard config.flushMessages != .max || config.flushMs != .max, recoveryPoint < logEndOffset
    else { return }
    queueFlush(nowMs: nowMs)
    // The job that was queued last; none where one is not needed.
    guard isFlushing, let job = jobs.popLast() else { return }
    let result = job.run()
    apply(result)
    if let error = result.error { throw LogError(error) }
  }

  /// On a full disk a log that lacks the file is opened without it, like one of before there was
  /// such a file.
  private func openFlushedEnd(_ names: [String]) throws(LogError) {
    do {
      var isNew = true
      for name in names where name.hasSuffix(LogFileNames.log) {
        if try fileSystem.size(of: path(name)) ?? 0 > 0 { isNew = false }
      }
      flushedEnd = try FlushedEnd(path(FlushedEnd.name), fileSystem, isNew: isNew)
    } catch {
      guard error.isOutOfSpace else { throw LogError(error) }
      // It has no entry that is kept up, and must not have one that a later start believes.
      try? fileSystem.remove(path(FlushedEnd.name))
    }
  }

  /// What an interrupted deletion, compaction or roll left behind.
  ///
  /// `.deleted` and `.cleaned` are removed. A `.swap` log is a compaction's result that was whole
  /// (it is renamed only then): it takes the place of what it was made from.
  ///
  /// - Returns: Whether anything was changed.
  private func removeLeftovers(_ names: [String]) throws(FileError) -> Bool {
    var isChanged = false
    for name in names
    where name.hasSuffix(LogFileNames.deleted) || name.hasSuffix(LogFileNames.cleaned)
      || name.hasSuffix(".tmp") || name == LogFileNames.prepared
    {
      try fileSystem.remove(path(name))
      isChanged = true
    }
    for name in names where name.hasSuffix(LogFileNames.swap) {
      isChanged = true
      let target = String(name.dropLast(LogFileNames.swap.utf8.count))
      if target.hasSuffix(LogFileNames.log) {
        try fileSystem.rename(path(name), to: path(target))
        let base = String(target.dropLast(LogFileNames.log.utf8.count))
        // Made again from the log.
        try fileSystem.remove(path(base + LogFileNames.index))
        try fileSystem.remove(path(base + LogFileNames.timeIndex))
      } else {
        try fileSystem.remove(path(name))
      }
    }
    return isChanged
  }

  private func loadSegments(_ names: [String], _ options: LogOpenOptions) throws(LogError) {
    var bases = names.compactMap { LogFileNames.offset(of: $0, suffix: LogFileNames.log) }
    bases.sort()
    for base in bases {
      let segment = LogSegment(baseOffset: base, directory: directory, createdMs: options.nowMs)
      do { segment.size = try fileSystem.size(of: segment.logPath) ?? 0 } catch {
        throw LogError(error)
      }
      segments.append(segment)
    }
    logStartOffset = max(options.logStartOffset, bases.first ?? options.logStartOffset)
    recoveryPoint = max(0, options.recoveryPoint)
    try dropSegmentsBeforeStart()
    if !segments.isEmpty {
      try load(isClean: options.isClean)
    }
    if damage == .refuse, logEndOffset < options.recoveryPoint {
      throw .corrupt(
        "\(directory) ends at offset \(logEndOffset), but all before offset"
          + " \(options.recoveryPoint) had been flushed, as \(FlushedEnd.name), or"
          + " \(OffsetCheckpoint.recoveryPoint.rawValue) in the directory above, says: restore its"
          + " last .log file from a copy. To give up all changes from offset \(logEndOffset) on,"
          + " \(Self.forgettingText(directory))")
    }
    if segments.isEmpty || logEndOffset < logStartOffset { try beginEmpty(options.nowMs) }
    recoveryPoint = min(max(recoveryPoint, logStartOffset), logEndOffset)
    if options.isClean { recoveryPoint = logEndOffset }
  }

  /// Segments that end before the log's start were deleted, only their files were not yet.
  private func dropSegmentsBeforeStart() throws(LogError) {
    while segments.count > 1, segments[1].baseOffset <= logStartOffset {
      do {
        for path in segments[0].paths { try fileSystem.remove(path) }
      } catch { throw LogError(error) }
      segments.removeFirst()
    }
  }

  private func beginEmpty(_ nowMs: Int64) throws(LogError) {
    do {
      for segment in segments {
        for path in segment.paths { try fileSystem.remove(path) }
      }
      let segment = LogSegment(
        baseOffset: logStartOffset, directory: directory, createdMs: nowMs)
      segment.file = try fileSystem.open(segment.logPath, .createEmpty)
      try makeEmptyIndexes(of: segment)
      segments = [segment]
      logEndOffset = logStartOffset
    } catch { throw LogError(error) }
  }

  /// The index files of a segment without records: Kafka reports a log without them as damaged.
  private func makeEmptyIndexes(of segment: LogSegment) throws(FileError) {
    for path in [segment.indexPath, segment.timeIndexPath] {
      _ = try fileSystem.open(path, .createEmpty)
    }
  }

  /// Checks or recovers the segments in order; ends at the first that had to be cut, where gaps
  /// are not kept.
  private func load(isClean: Bool) throws(LogError) {
    let firstUnsafe =
      isClean ? segments.count : segmentIndex(floor: recoveryPoint) ?? 0
    var expected = segments[0].baseOffset
    for index in segments.indices {
      let segment = segments[index]
      let isLast = index == segments.count - 1
      var isWhole = true
      if segment.baseOffset < expected {
        throw .corrupt("\(segment.logPath) overlaps the segment before it")
      }
      if index > firstUnsafe, segment.baseOffset > expected {
        try noteHole(before: segment, from: expected)
      }
      let nextBase = isLast ? nil : segments[index + 1].baseOffset
      if index >= firstUnsafe {
        isWhole = try recover(segment, nextBase: nextBase)
      } else if try !loadIndexes(of: segment, nextBase: nextBase) {
        if isLast || damage == .keep {
          isWhole = try recover(segment, nextBase: nextBase)
        } else {
          try remakeIndexes(of: segment)
        }
      }
      expected = logEndOffset
      // Where the next segment begins just there, only rubbish behind the batches was cut.
      if !isWhole, let nextBase, nextBase != expected, damage != .keep {
        try removeSegments(after: index)
        break
      }
      if !isLast { try settle(segment) }
    }
    try openActive()
  }

  /// No batch holds the offsets between two segments. A cleaner leaves such holes, and so does a
  /// power cut that took the end of the first: neither says anything against the second segment.
  private func noteHole(before segment: LogSegment, from offset: Int64) throws(LogError) {
    if damage == .refuse {
      throw .corrupt(
        "\(segment.logPath) does not follow the segment before it, which ends at offset \(offset):"
          + " restore the metadata from a copy")
    }
    guard damage == .cut, config.deletesOldSegments else { return }
    recovery.repairs.append(
      LogRepair(
        kind: .hole, path: segment.logPath, position: 0, byteCount: 0, offset: offset))
  }

  /// Of a segment that was flushed long ago: its data are not judged by what its indexes look
  /// like, and nothing of it is cut. Where its own bytes are damaged, the log has a gap.
  private func remakeIndexes(of segment: LogSegment) throws(LogError) {
    segment.file = nil
    do { try rebuildIndexes(of: segment, size: segment.size) } catch {
      guard case .corrupt = error else { throw error }
    }
    segment.indexesOnDisk = false
    logEndOffset = try lastOffset(of: segment) + 1
  }

  private func lastOffset(of segment: LogSegment) throws(LogError) -> Int64 {
    let start = segment.offsetIndex?.entries.last?.position ?? 0
    var scanner = BatchScanner(
      try segment.opened(fileSystem), from: Int64(start), to: segment.size)
    var last = segment.baseOffset - 1
    while let (header, _) = try scanner.next() { last = header.lastOffset }
    return last
  }

  /// Lets go of what a finished segment does not need, once its indexes are on the disk.
  private func settle(_ segment: LogSegment) throws(LogError) {
    if !segment.indexesOnDisk, let index = segment.offsetIndex, let times = segment.timeIndex {
      segment.indexMaxTimestamp()
      do {
        try fileSystem.replace(segment.indexPath, with: index.encoded(), sync: false)
        try fileSystem.replace(
          segment.timeIndexPath, with: segment.timeIndex?.encoded() ?? times.encoded(),
          sync: false)
        segment.indexesOnDisk = true
      } catch {
        // Derived from the log: without space for them they stay in memory.
        if !error.isPassing { throw LogError(error) }
      }
    }
    if segment.indexesOnDisk { cool(segment) }
    segment.file = segment.indexesOnDisk ? nil : segment.file
  }

  private func openActive() throws(LogError) {
    let segment = activeSegment
    do {
      let file = try fileSystem.open(segment.logPath, .readWrite)
      if try file.size() != segment.size { try file.truncate(to: segment.size) }
      segment.file = file
      if segment.size == 0, !segment.indexesOnDisk { try makeEmptyIndexes(of: segment) }
    } catch { throw LogError(error) }
    segment.allocatedEnd = segment.size
    segment.indexesOnDisk = false
  }

  // MARK: Leader epochs

  private func loadEpochs() throws(LogError) {
    let file = path(LogFileNames.leaderEpochs)
    do {
      if let bytes = try fileSystem.contents(of: file), let cache = LeaderEpochCache(bytes) {
        leaderEpochs = cache
      }
    } catch { throw LogError(error) }
  }

  /// Makes them fit the log as it was found.
  private func settleEpochs() throws(LogError) {
    let stored = leaderEpochs
    _ = leaderEpochs.truncate(to: logEndOffset)
    for (epoch, offset) in recoveredEpochs {
      _ = leaderEpochs.assign(epoch: epoch, startOffset: offset)
    }
    recoveredEpochs = []
    _ = leaderEpochs.truncateStart(to: logStartOffset)
    if leaderEpochs != stored {
      epochsChanged = true
      queueEpochCheckpoint()
    }
  }
}
