import EventLoop
import Glibc
import KafkaClient
import LoadModel
import Synchronization

extension Measurement {
  /// Lets consumers go on until they have read all that is stored; gives up where they stand still.
  ///
  /// - Parameter watched: What goes on being sampled; nil after the clock.
  mutating func readToEnd(
    _ consumers: any ReadingFleet, of sent: [ProducerFleet.Driver.Outcome], _ watched: Watched?,
    _ progress: inout Progress, _ title: String
  ) {
    defer {
      if !consumers.isFinished { consumers.stop() }
      waitBriefly { consumers.isFinished }
      if failure == nil, let error = consumers.failure {
        failure = "a consumer gave up: \(error)"
      }
    }
    guard !isGone else { return }
    let ends = settleEnds(sent) { measurement in
      if let watched {
        measurement.sampleIfDue(watched, nowNanos: EventLoop.currentTime.nanoseconds)
      }
      progress.show("\(title)  waiting until what was acknowledged can be read")
    }
    if isGone { return }
    consumers.finish(at: ends)
    var standstill = Standstill(
      nowNanos: EventLoop.currentTime.nanoseconds, isCluster: target.isCluster)
    var interruptedAt: Int64?
    while !consumers.isFinished {
      let count = shared.counters.consumed.load(ordering: .relaxed)
      let now = EventLoop.currentTime.nanoseconds
      if let watched { sampleIfDue(watched, nowNanos: now) }
      if let refusal = standstill.look(nowNanos: now, moved: count, at: target.bootstrap) {
        isTargetGone = true
        failure = failure ?? "\(refusal), before everything was read"
        return
      }
      if Double(now - standstill.movedNanos) / 1e9 > Self.patienceSeconds || target.hasEnded {
        failure = failure ?? "a consumer stood still before it had read everything"
        return
      }
      if Interrupt.requested {
        isInterrupted = true
        let since = interruptedAt ?? now
        interruptedAt = since
        if now - since > Self.interruptedNanos { return }
      }
      progress.show("\(title)  reading to the end: \(Figures.count(Double(count))) records")
      usleep(2000)
    }
  }

  /// Reads what the topic still holds, after the clock, so that what was written is verified.
  ///
  /// Where that cannot be, what was acknowledged counts as unverified.
  mutating func readBack(
    _ sent: [ProducerFleet.Driver.Outcome], into result: inout RepetitionResult,
    _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    guard !isGone, !plan.isExistingTopic else {
      return verify(sent, [], into: &result)
    }
    let consumers = try ConsumerFleet(plan, count: 1, window: .never, shared: shared)
    defer { consumers.stopThreads() }
    readToEnd(consumers, of: sent, nil, &progress, title + "  verifying")
    verify(sent, consumers.results(), into: &result)
  }

  func verify(
    _ sent: [ProducerFleet.Driver.Outcome], _ read: [ConsumerOutcome],
    into result: inout RepetitionResult
  ) {
    var earliest: [TopicPartition: Int64] = [:]
    if plan.workload.mode != .both, !isGone, !read.isEmpty {
      earliest =
        (try? admin.offsets(.earliest, of: plan.topic, partitions: Int32(plan.partitions))) ?? [:]
    }
    guard shared.groups.isEmpty else {
      let groups = shared.groups.map { group in
        reconcile(sent, read.filter { $0.group == group.index }, earliest)
      }
      result.groups = shared.groups.map { group in
        var found = GroupResult(
          group: group.index, consumed: Flow(records: 0, bytes: 0), memberRecords: [],
          rebalances: group.rebalances, redelivered: group.redelivered)
        found.verification = groups[group.index]
        return found
      }
      result.verification = .ofGroups(groups)
      return
    }
    result.verification = reconcile(sent, read, earliest)
  }

  /// What was read, by all or by the members of one group, against what was sent.
  private func reconcile(
    _ sent: [ProducerFleet.Driver.Outcome], _ read: [ConsumerOutcome],
    _ earliest: [TopicPartition: Int64]
  ) -> Verification {
    let isRead = !read.isEmpty && read.allSatisfy { !$0.isUnfinished }
    let skipped = read.reduce(into: Set<Int32>()) { $0.formUnion($1.checker.deletedUnread) }
    let coverage = (0..<plan.partitions).map { index in
      let name = TopicPartition(topic: plan.topic, partition: Int32(index))
      // Read from the first record on while it ran: what was deleted since was read before.
      let isWhole =
        plan.workload.mode == .both ? true : (earliest[name] ?? 1) == 0
      var coverage = PartitionCoverage(
        isFromBeginning: isWhole, isToEnd: isRead, hasGaps: skipped.contains(Int32(index)),
        reason: unreadReason)
      switch index < partitionEnds.count ? partitionEnds[index] : nil {
      case .success(let end): coverage.end = end
      case .failure(let unknown):
        coverage.isToEnd = false
        coverage.reason = coverage.reason ?? unknown.reason
      case nil: break
      }
      return coverage
    }
    return Verifier.reconcile(
      acks: sent.map(\.ledger), receipts: read.map(\.checker.ledger),
      again: read.compactMap { $0.again?.ledger }, coverage: coverage)
  }

  /// Why what was acknowledged was not read to the end, where that concerns all partitions.
  private var unreadReason: String? {
    if isTargetGone { return "no broker could be reached any more" }
    if target.hasEnded { return "the broker \(target.ending ?? "ended")" }
    if isInterrupted { return "reading was interrupted" }
    if plan.isExistingTopic, plan.workload.mode == .produce {
      return "an existing topic is not read back"
    }
    return failure.map { "reading ended early: \($0)" }
  }
}
