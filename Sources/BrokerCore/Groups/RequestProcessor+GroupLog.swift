import CommitLog
import KafkaFormat

// How groups and their partitions of `__consumer_offsets` come together: which partition has a
// group, how records get into its log, and how they are loaded from there.
//
// Lock order: a group partition's shard, then the partition's own state.

/// What became of records that were appended.
struct GroupAppend {
  /// The offset of the last record.
  var lastOffset: Int64
  /// `flush.messages` or `flush.ms` of the topic ask that it be on the disk before it is answered.
  var needsFlush: Bool
}

/// Builds batches of group records; used again from one to the next.
///
/// - Isolation: one loop.
final class GroupBatchWriter {
  private var builder: RecordBatchBuilder
  private let options: RecordBatchOptions
  private let compressor = Compressor()
  /// `max.message.bytes` of the topic.
  let batchBytesMax: Int

  init(batchBytesMax: Int, codec: CompressionCodec) {
    self.batchBytesMax = batchBytesMax
    builder = RecordBatchBuilder(capacity: batchBytesMax)
    options = RecordBatchOptions(codec: codec)
  }

  /// Takes records until the batch is full.
  ///
  /// - Parameter bytesMax: What the batch may take, unless it is of one record alone.
  /// - Returns: How many were taken.
  func add(_ records: ArraySlice<GroupRecord>, nowMs: Int64, bytesMax: Int = .max) -> Int {
    for (count, record) in records.enumerated() {
      let key = record.key
      let value = record.value
      let size = builder.sizeOfRecord(
        timestamp: nowMs, keySize: key.count, valueSize: value?.count)
      if count > 0, size > bytesMax - builder.sizeInBytes { return count }
      let isTaken =
        if let value {
          builder.append(timestamp: nowMs, key: key.rawSpan, value: value.rawSpan)
        } else {
          builder.append(timestamp: nowMs, key: key.rawSpan, value: nil)
        }
      if !isTaken { return count }
    }
    return records.count
  }

  /// The batch of what was taken; to be given back to `recycle`.
  func finish() throws(LogError) -> [UInt8] {
    do { return try builder.finish(options, compressor: compressor) } catch {
      builder.reset()
      throw .invalidBatch("a batch of group records cannot be compressed: \(error)")
    }
  }

  func reset() { builder.reset() }

  func recycle(_ batch: consuming [UInt8]) { builder.recycle(batch) }
}

extension RequestProcessor {
  // MARK: Which partition

  /// The partition of `__consumer_offsets` that has this group, with the groups in it; nil while
  /// the topic is not there, upon which clients look for their coordinator again.
  func groupPartition(of group: String) -> (partition: Partition, groups: GroupPartition)? {
    guard let topic = image.offsetsTopic else { return nil }
    let partition = topic.partitions[
      OffsetsTopic.partition(of: group, count: topic.partitions.count)]
    return partition.groups.map { (partition, $0) }
  }

  // MARK: Appending

  /// Appends records to a partition of `__consumer_offsets`: all of them as one batch, or none.
  ///
  /// The caller holds the partition's shard, so that the log has the records in the order in which
  /// the groups changed.
  /// - Throws: `.batchTooLarge` where they do not fit into one batch, else as
  ///   `PartitionLog.append`.
  func appendGroupRecords(_ records: [GroupRecord], to partition: Partition, nowMs: Int64)
    throws(LogError) -> GroupAppend
  {
    let writer = groupBatches
    guard writer.add(records[...], nowMs: nowMs) == records.count else {
      writer.reset()
      throw .batchTooLarge(limit: writer.batchBytesMax, actual: writer.batchBytesMax + 1)
    }
    return try appendGroupBatch(to: partition, nowMs: nowMs)
  }

  /// Appends records that need not stand or fall together, as many batches as it takes: each must
  /// fit into a segment, which may be small.
  ///
  /// - Returns: How many of them are in the log: all, or those before what failed.
  func appendSeparately(_ records: [GroupRecord], to partition: Partition, nowMs: Int64) -> Int {
    let bytesMax = partition.state.withLock { $0.config.segmentBytes }
    var done = 0
    do throws(LogError) {
      while done < records.count {
        let count = groupBatches.add(records[done...], nowMs: nowMs, bytesMax: bytesMax)
        // One that fits into no batch by itself cannot have been written in the first place.
        if count == 0 { break }
        _ = try appendGroupBatch(to: partition, nowMs: nowMs)
        done += count
      }
    } catch { refused(error, by: partition) }
    groupBatches.reset()
    return done
  }

  private func appendGroupBatch(to partition: Partition, nowMs: Int64) throws(LogError)
    -> GroupAppend
  {
    var batch = try groupBatches.finish()
    defer { groupBatches.recycle(batch) }
    guard let header = try? RecordBatchHeader(batch.rawSpan) else {
      throw .invalidBatch("a batch of group records could not be built")
    }
    do throws(LogError) {
      var span = batch.mutableSpan
      let done = try partition.state.withLock {
        (state: inout sending PartitionState) throws(LogError) -> AppendDone in
        guard let log = state.log, !state.isDeleted else {
          throw LogError.corrupt("\(partition.name) is not open")
        }
        let result = try log.append(
          &span, header: header, leaderEpoch: partition.leaderEpoch, nowMs: nowMs)
        return AppendDone(
          result: result, jobs: log.hasJobs ? log.takeJobs() : [],
          watchers: log.visibleEndOffset > result.lastOffset ? state.watchers : [])
      }
      for job in done.jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
      // The fetches that wait for more in the segment before have all that can come.
      tell(done.watchers, bytes: done.result.beginsSegment ? .max : header.sizeInBytes)
      accepted(by: partition)
      return GroupAppend(
        lastOffset: done.result.lastOffset, needsFlush: done.result.needsFlush)
    } catch {
      if case .io(let failure) = error { diskFailed(failure, partition) }
      throw error
    }
  }

  private struct AppendDone {
    var result: AppendResult
    var jobs: [LogJob]
    var watchers: [FetchWatcher]
  }

  // MARK: Loading

  /// Starts to load the groups of partitions whose log is open.
  ///
  /// - Parameter onlyOwn: Those of this loop, at the start of the broker; else also those whose log
  ///   could not be opened then.
  func loadGroups(onlyOwn: Bool) {
    for partition in image.offsetsTopic?.partitions ?? []
    where !onlyOwn || Int(partition.index) % node.loopCount == loop {
      guard let groups = partition.groups, groups.beginLoading(where: partition.isOpen) else {
        continue
      }
      actions.append(
        .disk(DiskJob(work: .loadGroups(partition, chunkSize: node.config.offsets.loadBufferBytes)))
      )
    }
  }

  /// The groups of new partitions, which have none yet, can be used at once.
  func activateGroups(of topic: TopicImage?, now: GroupInstant) {
    for partition in topic?.partitions ?? [] {
      guard let groups = partition.groups, groups.beginLoading(where: partition.isEmpty) else {
        continue
      }
      groups.shard.withLock { $0.finishLoading(now: now) }
    }
  }

  /// A partition's groups were read.
  func groupsLoaded(_ loaded: LoadedGroups, of partition: Partition, now: GroupInstant) {
    guard let groups = partition.groups else { return }
    for problem in loaded.problems { log(.warning, problem) }
    if loaded.skippedCount > 0 {
      log(.warning, "\(partition.name): \(loaded.skippedCount) unreadable parts were passed over")
    }
    if let failure = loaded.failure {
      log(.error, "the groups of \(partition.name) cannot be loaded: \(failure)")
      groups.shard.withLock { $0.status = .failed }
      return
    }
    withGroups(of: (partition, groups), now: now) { shard in
      for id in loaded.groupIds {
        if let metadata = loaded.metadata[id] { shard.load(groupId: id, metadata: metadata) }
        if let offsets = loaded.offsets[id] { shard.groupForLoading(id).offsets = offsets }
      }
      if loaded.hasDamage { shard.restatement.isWanted = true }
      // An admin tool may have written something since the log was read.
      if loaded.hasForeignRecords { shard.restatement.isForbidden = true }
      shard.finishLoading(now: now)
    }
    if loaded.hasForeignRecords {
      log(
        .warning,
        "\(partition.name) holds, or may hold, records that are not known here:"
          + " it is never compacted")
    }
    if loaded.recordCount > 0 {
      log(
        .info,
        "\(partition.name): \(loaded.groupIds.count) groups from \(loaded.recordCount) records")
    }
  }
}

extension GroupPartition {
  /// Whether loading is to begin now: it has not yet, and `isReady` holds. True once.
  fileprivate func beginLoading(where isReady: @autoclosure () -> Bool) -> Bool {
    guard !loadingHasBegun.load(ordering: .relaxed), isReady() else { return false }
    return !loadingHasBegun.exchange(true, ordering: .relaxed)
  }
}

extension Partition {
  fileprivate var isOpen: Bool { state.withLock { $0.log != nil } }
  fileprivate var isEmpty: Bool {
    state.withLock { state in state.log.map { $0.logEndOffset == $0.logStartOffset } ?? false }
  }
}
