import KafkaFormat

extension PartitionLog {
  // MARK: What time brings

  /// Retention, flushes that are due, deletions that are due, silent producers.
  ///
  /// - Parameters:
  ///   - highWatermark: Nothing at or behind it is deleted.
  ///   - deletesByTime: false while the clock is not to be trusted: nothing is deleted for its age.
  public func maintain(nowMs: Int64, highWatermark: Int64, deletesByTime: Bool = true) {
    guard offlineError == nil else { return }
    deleteOldSegments(
      nowMs: nowMs, highWatermark: highWatermark,
      retentionMs: deletesByTime ? config.retentionMs : -1)
    queueDueDeletions(nowMs: nowMs)
    let isDue =
      config.flushMs != .max && recoveryPoint < logEndOffset
      && nowMs.subtractingClamped(lastFlushMs) >= config.flushMs
    // A flush that failed for a passing reason left records that no consumer may read yet.
    if isDue || heldFrom != nil {
      queueFlush(nowMs: nowMs)
    } else {
      queueFlushOfFinished(nowMs: nowMs)
    }
    for segment in segments.dropLast() where !segment.indexesOnDisk {
      retryFinish(segment, nowMs: nowMs)
    }
    queueEpochCheckpoint()
    if deletesByTime, config.producerIdExpirationMs >= 0 {
      producers.expire(nowMs: nowMs, expirationMs: config.producerIdExpirationMs)
    }
    for segment in warm { cool(segment) }
    warm.removeAll { $0.file == nil }
  }

  /// When `maintain` has something to do next, besides its regular calls; nil for never.
  public var nextDueMs: Int64? {
    let deletion = dueDeletions.map(\.dueMs).min()
    guard heldFrom != nil, !isFlushing, offlineError == nil else { return deletion }
    return min(deletion ?? .max, lastFlushMs.addingClamped(Self.flushRetryMs))
  }

  /// How long after a failed flush the next one is tried.
  static let flushRetryMs: Int64 = 1_000

  private func queueFlushOfFinished(nowMs: Int64) {
    // The newest finished segment that is old enough, and all before it.
    let due = segments.dropLast().last { segment in
      nowMs.subtractingClamped(segment.finishedMs) >= config.finishedSegmentFlushDelayMs
        && segment.indexesOnDisk
    }
    guard let due, let index = segments.firstIndex(where: { $0 === due }) else { return }
    queueFlush(upTo: segments[index + 1].baseOffset, nowMs: nowMs)
  }

  /// A segment whose indexes could not be written yet (no space) is tried again now and then.
  private func retryFinish(_ segment: LogSegment, nowMs: Int64) {
    guard nowMs.subtractingClamped(segment.finishedMs) >= 5_000,
      let next = segments.first(where: { $0.baseOffset > segment.baseOffset })
    else { return }
    segment.finishedMs = nowMs
    // What the producers' state was where the next segment began is known no more.
    let isAtEnd = next === activeSegment && next.size == 0
    queueFinish(segment, snapshotOffset: isAtEnd ? logEndOffset : nil)
  }

  // MARK: Retention

  /// Takes segments that `retention.ms` or `retention.bytes` let go out of the log.
  ///
  /// The active segment follows the same two rules, behind a new one: it goes once its newest
  /// record is too old, and with `retention.bytes=0` in every round. An empty one stays.
  private func deleteOldSegments(nowMs: Int64, highWatermark: Int64, retentionMs: Int64) {
    guard config.deletesOldSegments else { return }
    /// Whether the first segments up to the one at `index` are committed and hold records.
    func mayGo(_ index: Int) -> Bool {
      guard index < segments.count else { return false }
      let isActive = index == segments.count - 1
      if isActive, segments[index].size == 0 { return false }
      return (isActive ? logEndOffset : segments[index + 1].baseOffset) <= highWatermark
    }
    var count = 0
    if retentionMs >= 0 {
      while mayGo(count),
        nowMs.subtractingClamped(largestTimestamp(of: segments[count])) > retentionMs
      { count += 1 }
    }
    if config.retentionBytes >= 0 {
      var surplus = segments[count...].reduce(0) { $0 + $1.size } - config.retentionBytes
      while mayGo(count), surplus - segments[count].size >= 0 {
        surplus -= segments[count].size
        count += 1
      }
    }
    if count == segments.count {
      do { try roll(nowMs: nowMs) } catch { return }
    }
    deleteSegments(beforeIndex: count, nowMs: nowMs)
  }

  private func largestTimestamp(of segment: LogSegment) -> Int64 {
    segment.maxTimestamp >= 0 ? segment.maxTimestamp : segment.createdMs
  }

  /// Moves the start of the log, for DeleteRecords; segments wholly before it are deleted.
  ///
  /// - Throws: `.offsetOutOfRange` for an offset behind the high watermark.
  public func deleteRecords(before offset: Int64, highWatermark: Int64, nowMs: Int64)
    throws(LogError)
  {
    try requireOnline()
    guard offset <= highWatermark, offset <= logEndOffset else {
      throw .offsetOutOfRange(
        offset: offset, logStartOffset: logStartOffset, logEndOffset: logEndOffset)
    }
    guard offset > logStartOffset else { return }
    moveStart(to: offset)
    let count = segments.indices.dropLast().prefix { segments[$0 + 1].baseOffset <= offset }.count
    deleteSegments(beforeIndex: count, nowMs: nowMs)
  }

  private func moveStart(to offset: Int64) {
    logStartOffset = max(logStartOffset, offset)
    recoveryPoint = max(recoveryPoint, logStartOffset)
    requireInvariants()
    if leaderEpochs.truncateStart(to: logStartOffset) {
      epochsChanged = true
      queueEpochCheckpoint()
    }
  }

  /// Takes the first `count` segments out of the log. Their files follow by one job, the oldest
  /// first, so that a process that ends leaves no hole. A power cut may leave any of them, which
  /// does no harm to a log whose records stand for themselves; in one whose records replace each
  /// other (`DamagePolicy.keep`) an older one must not outlive what replaced it.
  private func deleteSegments(beforeIndex count: Int, nowMs: Int64) {
    guard count > 0 else { return }
    let removed = segments[..<count]
    segments.removeFirst(count)
    scheduleDeletion(
      of: LogJob.DeletedFiles(
        paths: removed.map(\.paths), files: removed.compactMap(\.file),
        orderedIn: damage == .keep ? directory : nil), nowMs: nowMs)
    for segment in removed {
      // The job that finishes it must not write its indexes again.
      segment.file?.markSealed(false)
      segment.file = nil
      warm.removeAll { $0 === segment }
    }
    moveStart(to: segments[0].baseOffset)
  }

  // MARK: Deletion of files

  /// How long after a deletion that failed for a passing reason the next one is tried.
  static let deletionRetryMs: Int64 = 1_000

  private func scheduleDeletion(of deleted: LogJob.DeletedFiles, nowMs: Int64) {
    if config.fileDeleteDelayMs <= 0 {
      queue(.remove(deleted, retryMs: nowMs.addingClamped(Self.deletionRetryMs)))
    } else {
      queue(.markDeleted(deleted, dueMs: nowMs.addingClamped(config.fileDeleteDelayMs)))
    }
  }

  private func queueDueDeletions(nowMs: Int64) {
    guard !dueDeletions.isEmpty else { return }
    for deletion in dueDeletions where deletion.dueMs <= nowMs {
      queue(.remove(deletion.deleted, retryMs: nowMs.addingClamped(Self.deletionRetryMs)))
    }
    dueDeletions.removeAll { $0.dueMs <= nowMs }
  }
}
