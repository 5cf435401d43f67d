import CommitLog
import KafkaFormat

/// What time brings, on loop 0: retention, flushes, checkpoints, deletions.
extension RequestProcessor {
  private static let tickNanos: Int64 = 1_000_000_000

  func tickController(nowMs: Int64, nowNanos: Int64) {
    guard let due = controller?.nextTickNanos, nowNanos >= due else { return }
    let checkNanos = Self.nanos(node.config.retentionCheckIntervalMs)
    controller?.nextTickNanos = nowNanos + min(Self.tickNanos, checkNanos)
    removeRetired(nowMs: nowMs)
    loadGroups(onlyOwn: false)
    let isRegular = nowNanos >= controller?.nextMaintenanceNanos ?? 0
    if isRegular { controller?.nextMaintenanceNanos = nowNanos + checkNanos }
    maintainAll(nowMs: nowMs, isRegular: isRegular)
    let checkpointNanos = Self.nanos(node.config.recoveryPointCheckpointIntervalMs)
    if nowNanos >= controller?.nextCheckpointNanos ?? 0 {
      // The first tick only begins to count.
      if controller?.nextCheckpointNanos != 0 { checkpointAll() }
      controller?.nextCheckpointNanos = nowNanos + max(Self.tickNanos, checkpointNanos)
    }
    retryMetadataFlush(nowMs: nowMs)
  }

  private static func nanos(_ ms: Int64) -> Int64 { min(ms, 1 << 40) * 1_000_000 }

  private func removeRetired(nowMs: Int64) {
    guard let retired = controller?.retired, !retired.isEmpty else { return }
    for logs in retired where logs.dueMs <= nowMs {
      actions.append(.disk(DiskJob(work: .remove(logs.jobs))))
    }
    controller?.retired.removeAll { $0.dueMs <= nowMs }
  }

  /// All logs in a regular round. Between two of them those with something due, and those of
  /// `flush.ms`: the others are not even looked at.
  private func maintainAll(nowMs: Int64, isRegular: Bool) {
    var due = controller?.due ?? PartitionList()
    for partition in node.takeDue() { due.add(partition) }
    for topic in image.sortedTopics where isRegular || topic.config.log.flushMs != .max {
      for partition in topic.partitions { due.add(partition) }
    }
    var left = PartitionList()
    var unopened: [Partition] = []
    for partition in due.all {
      switch maintain(partition, nowMs: nowMs, isRegular: isRegular) {
      case .hasNothingDue: break
      case .hasDue: left.add(partition)
      case .isUnopened:
        left.add(partition)
        unopened.append(partition)
      }
    }
    controller?.due = left
    // A log that could not be opened (no space, say) is tried again, while nothing else opens any.
    if !unopened.isEmpty, controller?.active == nil {
      actions.append(.disk(DiskJob(work: .reopen(unopened, node, nowMs: nowMs))))
    }
  }

  private enum Maintained { case hasNothingDue, hasDue, isUnopened }

  private func maintain(_ partition: Partition, nowMs: Int64, isRegular: Bool) -> Maintained {
    let isOffline = node.isOffline(partition.directory)
    let deletesByTime = !clock.holdsDeletion
    let (result, jobs, failure, watchers) = partition.state.withLock {
      state -> (Maintained, [LogJob], FileError?, [FetchWatcher]) in
      guard let log = state.log else {
        return (state.isDeleted || isOffline ? .hasNothingDue : .isUnopened, [], nil, [])
      }
      let start = log.logStartOffset
      if isRegular || state.config.flushMs != .max || (log.nextDueMs ?? .max) <= nowMs {
        log.maintain(
          nowMs: nowMs, highWatermark: state.highWatermark, deletesByTime: deletesByTime)
      }
      return (
        log.nextDueMs == nil ? .hasNothingDue : .hasDue, log.hasJobs ? log.takeJobs() : [],
        log.offlineError, log.logStartOffset == start ? [] : state.watchers
      )
    }
    tell(watchers, bytes: 0)
    for job in jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
    if let failure, !isOffline { diskFailed(failure, partition) }
    return result
  }

  private func checkpointAll() {
    for index in node.directories.directories.indices where !node.isOffline(index) {
      actions.append(.disk(DiskJob(work: .checkpoint(directory: index, node))))
    }
  }

  /// A flush of the metadata that failed for a passing reason is tried again.
  private func retryMetadataFlush(nowMs: Int64) {
    guard let active = controller?.active, case .flushing = active.stage else { return }
    let jobs = node.controller.withLock { state -> [LogJob] in
      state.metadataLog.log.queueFlush(nowMs: nowMs)
      return state.metadataLog.log.takeJobs()
    }
    for job in jobs { actions.append(.disk(DiskJob(work: .metadata(job)))) }
  }
}
