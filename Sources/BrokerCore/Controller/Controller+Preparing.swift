import CommitLog
import KafkaFormat
import KafkaMessages

/// What a change needs before its records are written: the logs of its new partitions.
extension RequestProcessor {
  func begin(
    _ plan: ChangePlan, for request: ForwardedRequest, nowMs: Int64, nowNanos: Int64
  ) {
    let state = node.controller.withLock { controller in
      var state = controller.state
      for record in plan.records { state.apply(record) }
      state.endOffset = controller.metadataLog.log.logEndOffset + Int64(plan.records.count)
      return state
    }
    let after = newImage(state, changedBy: plan.records)
    let added = addedPartitions(after)
    let change = ActiveChange(
      loop: request.loop, ticket: request.ticket, plan: plan, stage: .preparing(jobsLeft: 0),
      state: state, image: after, added: added)
    controller?.active = change
    if added.isEmpty { return write(change, nowMs: nowMs, nowNanos: nowNanos) }
    if let shortage = OpenFiles.shortage(for: added.count) {
      log(.error, "partitions are not made: \(shortage)")
      controller?.active?.added = []
      controller?.active.map {
        undo($0, Self.notMade(shortage), nowMs: nowMs, nowNanos: nowNanos)
      }
      return
    }
    let jobs = openingJobs(added)
    controller?.active?.stage = .preparing(jobsLeft: jobs.count)
    for job in jobs { actions.append(.disk(DiskJob(work: .open(job, node, nowMs: nowMs)))) }
  }

  /// A change that files, space or a disk keep from being made, with the reason for the client.
  static func notMade(_ reason: String) -> Refusal {
    Refusal(.kafkaStorageError, "The broker cannot store the change: \(reason)")
  }

  private func addedPartitions(_ after: MetadataImage) -> [Partition] {
    var added: [Partition] = []
    for (name, topic) in after.topicsByName {
      let old = image.topicsByName[name]
      if old === topic { continue }
      let known = old?.id == topic.id ? old?.partitions.count ?? 0 : 0
      added += topic.partitions[known...]
    }
    return added
  }

  /// Many new partitions are made by several threads of the disk pool, which keeps some for others.
  private func openingJobs(_ added: [Partition]) -> [[Partition]] {
    let jobCount = max(1, min(node.config.diskThreads / 2, (added.count + 255) / 256))
    let size = max(1, (added.count + jobCount - 1) / jobCount)
    return stride(from: 0, to: added.count, by: size).map {
      Array(added[$0..<min($0 + size, added.count)])
    }
  }

  /// A job that makes logs is done.
  func partitionsOpened(_ opened: OpenedLogs, nowMs: Int64, nowNanos: Int64) {
    for line in opened.failures + opened.notices { log(.error, line) }
    guard var active = controller?.active, case .preparing(let jobsLeft) = active.stage else {
      return
    }
    active.failures += opened.failures
    active.stage = .preparing(jobsLeft: jobsLeft - 1)
    controller?.active = active
    if jobsLeft > 1 { return }
    if active.failures.isEmpty {
      write(active, nowMs: nowMs, nowNanos: nowNanos)
    } else {
      undo(active, Self.notMade(active.failures[0]), nowMs: nowMs, nowNanos: nowNanos)
    }
  }

  /// Appends the records of a change; what follows waits for their flush.
  private func write(_ change: ActiveChange, nowMs: Int64, nowNanos: Int64) {
    precondition(loop == 0 && controller != nil, "the controller alone writes the metadata log")
    do throws(LogError) {
      let jobs = try node.controller.withLock {
        (state: inout sending ControllerState) throws(LogError) -> [LogJob] in
        _ = try state.metadataLog.append(change.plan.records, nowMs: nowMs)
        state.metadataLog.log.queueFlush(nowMs: nowMs)
        return state.metadataLog.log.takeJobs()
      }
      controller?.active?.stage = .flushing(endOffset: change.state.endOffset)
      for job in jobs { actions.append(.disk(DiskJob(work: .metadata(job)))) }
    } catch {
      log(.error, "the metadata log cannot be written: \(error)")
      undo(
        change, Self.notMade("the metadata log cannot be written: \(error)"), nowMs: nowMs,
        nowNanos: nowNanos)
    }
  }
}
