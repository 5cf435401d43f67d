import KafkaFormat

extension PartitionLog {
  static let smallestStep: Int64 = 1 << 20
  static let largestStep: Int64 = 64 << 20
  /// A prepared segment follows one that is filling, so it gets more at once: while a file that is
  /// written grows its allocation, its writer waits.
  static let largestPreparation: Int64 = 256 << 20

  func rollIfNeeded(before count: Int, lastOffset: Int64, maxTimestamp: Int64, nowMs: Int64)
    throws(LogError)
  {
    let segment = activeSegment
    guard segment.size > 0,
      segment.mustRoll(
        before: count, lastOffset: lastOffset, maxTimestamp: maxTimestamp, nowMs: nowMs,
        config: config)
    else { return }
    try roll(nowMs: nowMs)
  }

  /// Ends the active segment and begins a new one at the log's end.
  ///
  /// What is left to do for the old one (indexes, snapshot, surplus) is queued as a job; until it
  /// is done the indexes stay in memory.
  /// - Throws: `.outOfSpace`, `.io`; the log is unchanged then.
  public func roll(nowMs: Int64) throws(LogError) {
    try requireOnline()
    let old = activeSegment
    guard logEndOffset > old.baseOffset else { return }
    let new = LogSegment(baseOffset: logEndOffset, directory: directory, createdMs: nowMs)
    new.file = try makeFile(for: new)
    namesMade += 1
    finish(old, nowMs: nowMs)
    segments.append(new)
    requireInvariants()
    // The old file stays open for readers at the tail, and for its flush.
    keepWarm(old)
  }

  /// The prepared file under its right name, or a new one.
  private func makeFile(for segment: LogSegment) throws(LogError) -> LogFile {
    do {
      if let prepared = preparedFile {
        preparedFile = nil
        do {
          try fileSystem.rename(path(LogFileNames.prepared), to: segment.logPath)
          segment.allocatedEnd = preparedAllocation
          return prepared
        } catch  where error.isNotFound {}
      }
      return try fileSystem.open(segment.logPath, .createEmpty)
    } catch {
      if !error.isPassing { goOffline(error) }
      throw LogError(error)
    }
  }

  /// Queues what is left to do for a segment that takes no more batches.
  func finish(_ segment: LogSegment, nowMs: Int64) {
    segment.indexMaxTimestamp()
    segment.finishedMs = nowMs
    queueFinish(segment, snapshotOffset: logEndOffset)
  }

  /// - Parameter snapshotOffset: The offset that the producers' state of now is of; nil: no
  ///   snapshot is written.
  func queueFinish(_ segment: LogSegment, snapshotOffset: Int64?) {
    guard let file = segment.file, let index = segment.offsetIndex,
      let timeIndex = segment.timeIndex
    else { return }
    file.markSealed(true)
    queue(
      .finish(
        LogJob.FinishedSegment(
          baseOffset: segment.baseOffset, generation: segment.generation, file: file,
          size: segment.size, releasesSurplus: segment.allocatedEnd > segment.size,
          indexPath: segment.indexPath, index: index.encoded(),
          timeIndexPath: segment.timeIndexPath, timeIndex: timeIndex.encoded(),
          snapshotPath: path(
            LogFileNames.baseName(snapshotOffset ?? 0) + LogFileNames.snapshot),
          snapshot: snapshotOffset == nil ? nil : producers.encodedSnapshot())))
  }

  // MARK: Ahead of the writes

  /// How long after an allocation that found no space the next one is tried.
  static let allocationRetryMs: Int64 = 10_000

  func considerAllocating(nowMs: Int64) {
    guard let due = allocateAgainMs else {
      allocateAgainMs = nowMs.addingClamped(Self.allocationRetryMs)
      return
    }
    guard nowMs >= due else { return }
    allocateAgainMs = nil
    allocatesAgain = false
    cannotAllocate = false
  }

  private var preparedAllocation: Int64 {
    config.allocatesAhead && !cannotAllocate
      ? min(Self.largestPreparation, Int64(config.segmentBytes)) : 0
  }

  /// Queues the next step of allocation, and the next segment, before they are needed.
  ///
  /// Steps grow with the segment (1 MiB to 64 MiB), so that a small log takes little; nothing is
  /// taken for a segment of less than 1 MiB.
  func allocateAhead(_ segment: LogSegment) {
    guard segment.size >= Self.smallestStep else { return }
    let limit = Int64(config.segmentBytes)
    let step = min(Self.largestStep, segment.size)
    if config.allocatesAhead, !isAllocating, !cannotAllocate, segment.allocatedEnd < limit,
      segment.allocatedEnd - segment.size < step / 2, let file = segment.file
    {
      let from = max(segment.allocatedEnd, segment.size)
      let count = min(from + step, limit) - from
      if count > 0 {
        isAllocating = true
        queue(.allocate(file, from: from, count: count))
      }
    }
    if preparedFile == nil, !isPreparing, segment.size >= limit / 2, OpenFiles.arePlentiful {
      isPreparing = true
      queue(.prepare(path: path(LogFileNames.prepared), allocate: preparedAllocation))
    }
  }
}
