import KafkaFormat

extension PartitionLog {
  public var hasJobs: Bool { !jobs.isEmpty }

  /// Hands out what is queued, to be run on the disk pool in any order.
  public func takeJobs() -> [LogJob] {
    let taken = jobs
    jobs = []
    return taken
  }

  func queue(_ work: LogJob.Work) { jobs.append(LogJob(fileSystem: fileSystem, work: work)) }

  /// Runs all that is queued here and now, for tools, tests and a clean stop.
  public func runJobs() {
    while hasJobs {
      for job in takeJobs() { apply(job.run()) }
    }
  }

  /// Takes note of what a job did. A failure of the disk takes the log offline.
  public func apply(_ result: LogJobResult) {
    switch result.work {
    case .allocate(let file, let from, let count):
      isAllocating = false
      if let error = result.error {
        cannotAllocate = true
        // Space may come back; a file system that cannot allocate never will.
        allocatesAgain = error.isPassing
      } else if activeSegment.file === file {
        activeSegment.allocatedEnd = from + count
      }
      return
    case .prepare:
      isPreparing = false
      preparedFile = result.file
      return
    case .finish(let finished): applyFinish(finished, result.error)
    case .flush(_, let names, let advance, let upTo, let generation):
      isFlushing = false
      if result.error == nil, let advance { flushedEnd?.apply(advance) }
      if result.error == nil, generation == self.generation {
        recoveryPoint = max(recoveryPoint, min(upTo, logEndOffset))
        namesSynced = max(namesSynced, names?.count ?? 0)
        releaseHeld()
      }
      // After a failed fsync, whatever its reason, the kernel may have dropped what it could not
      // write, and the next one would succeed without it.
      if let error = result.error, error.operation == .sync { goOffline(error) }
    case .takeBack(_, let position, let offset, _):
      // An error changes nothing: the log is offline already, with all that it has.
      if result.error == nil { applyTakeBack(to: position, from: offset) }
      return
    case .checkpointEpochs:
      isCheckpointingEpochs = false
      if result.error != nil { epochsChanged = true } else { queueEpochCheckpoint() }
    case .markDeleted(var deleted, let dueMs):
      // Once the names are changed in order, what remains of the files can go in any.
      if result.error == nil { deleted.orderedIn = nil }
      dueDeletions.append(DueDeletion(dueMs: dueMs, deleted: deleted))
    case .remove(let deleted, let retryMs):
      if result.error?.isPassing == true {
        dueDeletions.append(DueDeletion(dueMs: retryMs, deleted: deleted))
      }
    }
    if let error = result.error, !error.isPassing { goOffline(error) }
  }

  private func applyFinish(_ finished: LogJob.FinishedSegment, _ error: FileError?) {
    guard error == nil,
      let segment = segments.first(where: { $0.baseOffset == finished.baseOffset }),
      segment.generation == finished.generation, segment !== activeSegment
    else { return }
    segment.allocatedEnd = segment.size
    segment.indexesOnDisk = true
    segment.timeIndex = nil
    if !warm.contains(where: { $0 === segment }) {
      segment.offsetIndex = nil
      segment.file = nil
    }
  }

  // MARK: Flush

  /// Queues a flush of all that is not on the disk yet, or of which `flushed-end` does not say so,
  /// unless one is under way.
  public func queueFlush(nowMs: Int64) { queueFlush(upTo: logEndOffset, nowMs: nowMs) }

  func queueFlush(upTo offset: Int64, nowMs: Int64) {
    // After a clean stop all is flushed, also what a broker wrote that has no such file.
    let isNoted = flushedEnd.map { $0.offset ?? -1 >= offset } ?? true
    guard !isFlushing, offset > recoveryPoint || !isNoted,
      let first = segmentIndex(floor: recoveryPoint)
    else { return }
    var files: [LogJob.FlushedFile] = []
    for segment in segments[first...] where segment.baseOffset < offset {
      files.append(LogJob.FlushedFile(path: segment.logPath, file: segment.file))
      if segment.indexesOnDisk {
        files.append(LogJob.FlushedFile(path: segment.indexPath, file: nil))
        files.append(LogJob.FlushedFile(path: segment.timeIndexPath, file: nil))
      }
    }
    isFlushing = true
    lastFlushMs = nowMs
    flushingUpTo = offset
    // The directory is synced where it has new names only: an acknowledgement costs one fsync.
    let names =
      namesSynced == namesMade
      ? nil : LogJob.NewNames(directory: directory, count: namesMade)
    queue(
      .flush(
        files, names, flushedEnd?.advanced(to: offset), upTo: offset, generation: generation))
  }

  /// The names that the directory has are durable.
  public func confirmNames() { namesSynced = namesMade }

  // MARK: Records whose acknowledgement waits

  /// Keeps a record from consumers until the flush that its acknowledgement waits for.
  func hold(from offset: Int64) {
    guard let first = heldFrom else {
      heldFrom = offset
      return
    }
    if first < flushingUpTo, offset >= flushingUpTo, nextHeldFrom == nil { nextHeldFrom = offset }
  }

  /// The recovery point has moved.
  private func releaseHeld() {
    guard let first = heldFrom, first < recoveryPoint else { return }
    heldFrom = nextHeldFrom
    nextHeldFrom = nil
  }

  /// The log was cut: what was held behind `end` is gone.
  func dropHeld(from end: Int64) {
    if let first = heldFrom, first >= end { heldFrom = nil }
    if let next = nextHeldFrom, next >= end { nextHeldFrom = nil }
  }

  func queueEpochCheckpoint() {
    guard epochsChanged, !isCheckpointingEpochs else { return }
    epochsChanged = false
    isCheckpointingEpochs = true
    queue(
      .checkpointEpochs(
        path: path(LogFileNames.leaderEpochs), contents: leaderEpochs.encoded()))
  }
}
