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

  /// Between the regular rounds only logs with something due, and those of `flush.ms`.
  private func maintainAll(nowMs: Int64, isRegular: Bool) {
    var unopened: [Partition] = []
    for topic in image.topicsByName.values {
      let flushesByTime = topic.config.log.flushMs != .max
      for partition in topic.partitions {
        let (jobs, failure, isOpen, watchers) = partition.state.withLock {
          state -> ([LogJob], FileError?, Bool, [FetchWatcher]) in
          guard let log = state.log else { return ([], nil, state.isDeleted, []) }
          let start = log.logStartOffset
          if isRegular || flushesByTime || (log.nextDueMs ?? .max) <= nowMs {
            log.maintain(nowMs: nowMs, highWatermark: state.highWatermark)
          }
          return (
            log.hasJobs ? log.takeJobs() : [], log.offlineError, true,
            log.logStartOffset == start ? [] : state.watchers
          )
        }
        tell(watchers, bytes: 0)
        for job in jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
        if let failure, !node.isOffline(partition.directory) { diskFailed(failure, partition) }
        if !isOpen, !node.isOffline(partition.directory) { unopened.append(partition) }
      }
    }
    // A log that could not be opened (no space, say) is tried again, while nothing else opens any.
    if !unopened.isEmpty, controller?.active == nil {
      actions.append(.disk(DiskJob(work: .reopen(unopened, node, nowMs: nowMs))))
    }
  }

  private func checkpointAll() {
    for index in node.directories.directories.indices where !node.isOffline(index) {
      let job = node.checkpointJob(directory: index, of: image)
      actions.append(.disk(DiskJob(work: .checkpoint(job))))
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
