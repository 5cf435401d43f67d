import KafkaFormat

/// Where a batch went.
public struct AppendResult: Sendable, Equatable {
  /// The offset of the first record.
  public var baseOffset: Int64
  /// The offset of the last record.
  public var lastOffset: Int64
  /// The batch's largest timestamp; of a duplicate, that of the batch appended first.
  public var maxTimestamp: Int64
  /// It had been appended before, and was not again.
  public var isDuplicate: Bool
  /// `flush.messages` or `flush.ms` ask that it be on the disk before it is acknowledged: answer
  /// once `recoveryPoint` is beyond `lastOffset`. Until then it lies behind `visibleEndOffset`.
  public var needsFlush: Bool
  /// It is the first batch of the active segment: the segment before has all that it will have.
  public var beginsSegment: Bool
}

extension PartitionLog {
  /// Appends one validated batch, by one write from the caller's buffer.
  ///
  /// Base offset and leader epoch are patched in place; both are outside of the batch's checksum.
  ///
  /// - Parameters:
  ///   - batch: Exactly one record batch, v2; borrowed, not retained.
  ///   - header: Its head, as it stands in `batch`.
  ///   - nowMs: Milliseconds since the Unix epoch.
  /// - Throws: `LogError`; the log is unchanged on any throw. After `.io` the log is offline.
  /// - Complexity: O(bytes of the batch); no heap allocation, save a roll.
  public func append(
    _ batch: inout MutableSpan<UInt8>, header original: RecordBatchHeader, leaderEpoch: Int32,
    nowMs: Int64
  ) throws(LogError) -> AppendResult {
    try requireOnline()
    try check(original, count: batch.count)
    if case .duplicate(let first, let last, let timestamp) = try producers.check(original) {
      // What its first sending waits for, this one waits for too.
      let flushes = config.flushMessages != .max || config.flushMs != .max
      return AppendResult(
        baseOffset: first, lastOffset: last, maxTimestamp: timestamp, isDuplicate: true,
        needsFlush: flushes && isFlushing && recoveryPoint <= last,
        beginsSegment: first == activeSegmentBaseOffset)
    }
    var header = original
    header.baseOffset = logEndOffset
    header.partitionLeaderEpoch = leaderEpoch
    try rollIfNeeded(
      before: batch.count, lastOffset: header.lastOffset, maxTimestamp: header.maxTimestamp,
      nowMs: nowMs)
    RecordBatch.patch(
      baseOffset: header.baseOffset, partitionLeaderEpoch: leaderEpoch, in: &batch)
    try write(unsafe batch.bytes)
    noteAppended(header, nowMs: nowMs)
    let needsFlush = queueFlushIfDue(nowMs)
    if needsFlush { hold(from: header.baseOffset) }
    return AppendResult(
      baseOffset: header.baseOffset, lastOffset: header.lastOffset,
      maxTimestamp: header.maxTimestamp, isDuplicate: false, needsFlush: needsFlush,
      beginsSegment: header.baseOffset == activeSegmentBaseOffset)
  }

  /// Appends one batch as a leader assigned it: offsets and epoch stay as they are.
  ///
  /// - Throws: `.invalidBatch` if it does not start at or behind the log's end.
  public func appendAssigned(_ batch: RawSpan, header: RecordBatchHeader, nowMs: Int64)
    throws(LogError)
  {
    try requireOnline()
    try check(header, count: batch.byteCount)
    guard header.baseOffset >= logEndOffset else {
      throw .invalidBatch("starts at \(header.baseOffset), but the log ends at \(logEndOffset)")
    }
    try rollIfNeeded(
      before: batch.byteCount, lastOffset: header.lastOffset, maxTimestamp: header.maxTimestamp,
      nowMs: nowMs)
    try write(batch)
    noteAppended(header, nowMs: nowMs)
    _ = queueFlushIfDue(nowMs)
  }

  private func check(_ header: RecordBatchHeader, count: Int) throws(LogError) {
    guard header.sizeInBytes == count else {
      throw .invalidBatch("\(count) bytes where its head says \(header.sizeInBytes)")
    }
    guard count <= config.segmentBytes else {
      throw .batchTooLarge(limit: config.segmentBytes, actual: count)
    }
    guard header.lastOffsetDelta >= 0, logEndOffset < Int64.max - Int64(Int32.max) else {
      throw .invalidBatch("last offset delta \(header.lastOffsetDelta)")
    }
  }

  /// One write at the end of the active segment; taken back if it fails.
  private func write(_ bytes: RawSpan) throws(LogError) {
    let segment = activeSegment
    let file = try segment.opened(fileSystem)
    do {
      try file.write(bytes, at: segment.size)
    } catch {
      do {
        try file.truncate(to: segment.size)
        segment.allocatedEnd = segment.size
      } catch {
        // What the file holds is not known any more.
        goOffline(error)
      }
      if !error.isPassing { goOffline(error) }
      throw LogError(error)
    }
  }

  private func noteAppended(_ header: RecordBatchHeader, nowMs: Int64) {
    precondition(
      header.baseOffset >= logEndOffset && header.nextOffset > header.baseOffset,
      "\(directory): offsets \(header.baseOffset)..<\(header.nextOffset) at end \(logEndOffset)")
    let segment = activeSegment
    recent.add(
      RecentBatches.Batch(
        baseOffset: header.baseOffset, lastOffset: header.lastOffset,
        segmentBaseOffset: segment.baseOffset, position: segment.size, size: header.sizeInBytes))
    segment.account(header, config: config)
    logEndOffset = header.nextOffset
    producers.update(header)
    if leaderEpochs.assign(epoch: header.partitionLeaderEpoch, startOffset: header.baseOffset) {
      epochsChanged = true
      queueEpochCheckpoint()
    }
    if allocatesAgain { considerAllocating(nowMs: nowMs) }
    allocateAhead(segment)
  }

  // MARK: Flush policy

  /// Queues a flush if `flush.messages` or `flush.ms` ask for one now.
  private func queueFlushIfDue(_ nowMs: Int64) -> Bool {
    let byCount = logEndOffset - recoveryPoint >= config.flushMessages
    let byTime =
      config.flushMs != .max && nowMs.subtractingClamped(lastFlushMs) >= config.flushMs
    guard byCount || byTime else { return false }
    queueFlush(nowMs: nowMs)
    return true
  }
}
