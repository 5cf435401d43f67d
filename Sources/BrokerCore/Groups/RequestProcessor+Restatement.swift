import CommitLog

// Restatements of this loop's partitions of `__consumer_offsets`, a step at a time, so that
// requests come in between.

extension RequestProcessor {
  /// How often logs are looked at.
  private static let checkNanos: Int64 = 5_000_000_000
  /// How long a loop has for other things between two steps.
  private static let pauseNanos: Int64 = 2_000_000
  /// How often is looked whether the disk has done its part.
  private static let flushPauseNanos: Int64 = 50_000_000
  private static let recordsPerStep = 500
  private static let bytesPerStep = 256 << 10

  /// Goes on with a restatement, or begins one where it is time.
  func restateGroups(now: GroupInstant) {
    guard now.nanos >= restateNanos else { return }
    restateNanos = now.nanos + Self.checkNanos
    // One at a time writes.
    var mayWrite = true
    for partition in image.offsetsTopic?.partitions ?? [] where owner(of: partition) == loop {
      guard let groups = partition.groups, !node.isOffline(partition.directory) else { continue }
      let pause = groups.shard.withLock { shard -> Int64? in
        if shard.restatement.isForbidden, shard.restatement.phase != .idle {
          giveUp(
            &shard.restatement, partition, now, "it holds records that its groups do not know of")
        }
        switch shard.restatement.phase {
        case .idle:
          guard mayWrite, shard.status == .active else { return nil }
          if let keptFrom = rolled(&shard.restatement, partition, now) {
            mayWrite = false
            shard.restatement.begin(groupIds: Array(shard.groups.keys), keptFrom: keptFrom)
          }
        case .writing:
          guard mayWrite else { return Self.pauseNanos }
          mayWrite = false
          let before = size(of: partition)
          let records = shard.restatedRecords(
            countMax: Self.recordsPerStep, bytesMax: min(Self.bytesPerStep, before.segment / 2))
          let count = appendSeparately(records, to: partition, nowMs: now.wallMs)
          if count < records.count {
            giveUp(&shard.restatement, partition, now, "its records cannot be written")
          } else {
            let after = size(of: partition)
            shard.restatement.wrote(count, bytes: after.bytes - before.bytes, end: after.end)
          }
        case .flushing(let end): finish(&shard.restatement, partition, now, end: end)
        }
        switch shard.restatement.phase {
        case .idle: return nil
        case .writing: return Self.pauseNanos
        case .flushing: return Self.flushPauseNanos
        }
      }
      if let pause { restateNanos = min(restateNanos, now.nanos + pause) }
    }
  }

  /// Something is about to be written to the log that its groups do not know of: it would not be
  /// restated, so that nothing is let go any more.
  func forbidRestatement(of partition: Partition) {
    let isNew = partition.groups?.shard.withLock { shard in
      defer { shard.restatement.isForbidden = true }
      return !shard.restatement.isForbidden
    }
    guard isNew == true else { return }
    log(
      .warning,
      "an admin tool writes to \(partition.name), past its groups: the partition is not compacted"
        + " any more before a start has read it")
  }

  private func size(of partition: Partition) -> (bytes: Int64, end: Int64, segment: Int) {
    partition.state.withLock {
      ($0.log?.sizeInBytes ?? 0, $0.log?.logEndOffset ?? 0, $0.config.segmentBytes)
    }
  }

  /// Rolls the log, if a restatement is to begin now.
  ///
  /// - Returns: The base offset of the new segment.
  private func rolled(
    _ restatement: inout Restatement, _ partition: Partition, _ now: GroupInstant
  ) -> Int64? {
    let known = restatement
    do throws(LogError) {
      let begun = try partition.state.withLock {
        (state: inout sending PartitionState) throws(LogError) -> RestatementBegin? in
        guard let log = state.log, !state.isDeleted, log.logEndOffset > log.logStartOffset,
          known.isDue(
            bytes: log.sizeInBytes, segmentBytes: log.config.segmentBytes, nanos: now.nanos)
        else { return nil }
        try log.roll(nowMs: now.wallMs)
        return RestatementBegin(keptFrom: log.logEndOffset, jobs: log.takeJobs())
      }
      guard let begun else { return nil }
      run(begun.jobs, of: partition)
      return begun.keptFrom
    } catch {
      giveUp(&restatement, partition, now, "\(error)")
      return nil
    }
  }

  /// Flushes; once that is done, lets go of what stood before.
  private func finish(
    _ restatement: inout Restatement, _ partition: Partition, _ now: GroupInstant, end: Int64
  ) {
    let keptFrom = restatement.keptFrom
    let done = partition.state.withLock { state -> RestatementEnd? in
      guard let log = state.log, !state.isDeleted, log.offlineError == nil else { return nil }
      let before = log.sizeInBytes
      if log.recoveryPoint < end {
        log.queueFlush(nowMs: now.wallMs)
        return RestatementEnd(jobs: log.takeJobs())
      }
      let highWatermark = state.highWatermark
      do throws(LogError) {
        try log.deleteRecords(before: keptFrom, highWatermark: highWatermark, nowMs: now.wallMs)
      } catch { return nil }
      return RestatementEnd(
        jobs: log.takeJobs(), watchers: state.watchers, freedBytes: before - log.sizeInBytes)
    }
    guard let done else { return giveUp(&restatement, partition, now, "its disk failed") }
    run(done.jobs, of: partition)
    guard let freedBytes = done.freedBytes else { return }
    tell(done.watchers, bytes: 0)
    restatement.end()
    log(
      .info,
      "\(partition.name): \(restatement.recordCount) records are all that its groups add up"
        + " to; \(freedBytes) bytes before offset \(keptFrom) are let go")
  }

  private struct RestatementBegin {
    var keptFrom: Int64
    var jobs: [LogJob]
  }

  private struct RestatementEnd {
    var jobs: [LogJob]
    var watchers: [FetchWatcher] = []
    /// nil: not yet flushed.
    var freedBytes: Int64?
  }

  private func giveUp(
    _ restatement: inout Restatement, _ partition: Partition, _ now: GroupInstant, _ why: String
  ) {
    restatement.giveUp(nanos: now.nanos)
    log(.warning, "\(partition.name) cannot be made smaller now: \(why)")
  }

  private func run(_ jobs: [LogJob], of partition: Partition) {
    for job in jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
  }
}
