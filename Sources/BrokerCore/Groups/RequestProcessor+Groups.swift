import CommitLog
import KafkaFormat
import KafkaMessages

extension RequestProcessor {
  /// Does something to the groups of a partition, under their lock; then what follows from it:
  /// records are appended under the same lock, answers leave behind it.
  func withGroups<Result: Sendable>(
    of place: (partition: Partition, groups: GroupPartition), now: GroupInstant,
    _ body: (inout GroupShard) -> Result
  ) -> Result {
    var replies: [(ticket: GroupTicket, reply: GroupReply)] = []
    var deadline: Int64?
    let result = place.groups.shard.withLock { shard in
      let result = body(&shard)
      while let effect = shard.takeEffect() {
        switch effect {
        case .reply(let ticket, let reply): replies.append((ticket, reply))
        case .append(let records, let token):
          let error = appendError(records, to: place.partition, now)
          if error == nil { shard.noteWritten(records) }
          shard.appended(token, error: error, now: now)
        }
      }
      deadline = place.groups.newDeadline(shard.nextDeadlineNanos)
      return result
    }
    for (ticket, reply) in replies { send(reply, to: ticket) }
    if let deadline { announce(deadline, of: place.partition) }
    return result
  }

  /// Appends records, under the lock of the groups.
  ///
  /// - Returns: What a member is told, where they are not in the log.
  func appendError(_ records: [GroupRecord], to partition: Partition, _ now: GroupInstant)
    -> ErrorCode?
  {
    do throws(LogError) {
      _ = try appendGroupRecords(records, to: partition, nowMs: now.wallMs)
      return nil
    } catch {
      refused(error, by: partition)
      return error.code
    }
  }

  private func send(_ reply: GroupReply, to ticket: GroupTicket) {
    if ticket.loop == loop {
      answer(ticket.number, reply)
    } else {
      actions.append(
        .wake(loop: ticket.loop, Wake(.groupReply(ticket: ticket.number, reply))))
    }
  }

  /// Answers a member that waits on this loop; nothing, if its connection is gone.
  func answer(_ ticket: UInt64, _ reply: GroupReply) {
    guard case .group(let context)? = parked[ticket]?.content else { return }
    switch reply {
    case .join(let response): answer(ticket, context.encoded(response))
    case .sync(let response): answer(ticket, context.encoded(response))
    }
  }

  // MARK: Time

  /// The loop that ticks the groups of a partition.
  func owner(of partition: Partition) -> Int { Int(partition.index) % node.loopCount }

  private func announce(_ nanos: Int64, of partition: Partition) {
    let owner = owner(of: partition)
    if owner == loop {
      groupDeadlineNanos = min(groupDeadlineNanos, nanos)
    } else {
      actions.append(.wake(loop: owner, Wake(.groupDeadline(nanos))))
    }
  }

  /// Ticks the shards of this loop whose time has come.
  func tickGroups(now: GroupInstant) {
    guard groupDeadlineNanos <= now.nanos else { return }
    groupDeadlineNanos = .max
    guard let topic = image.offsetsTopic else { return }
    for partition in topic.partitions where owner(of: partition) == loop {
      guard let groups = partition.groups else { continue }
      let due = groups.announcedDeadline.load(ordering: .relaxed)
      if due > now.nanos {
        groupDeadlineNanos = min(groupDeadlineNanos, due)
      } else {
        groups.announcedDeadline.store(.max, ordering: .relaxed)
        withGroups(of: (partition, groups), now: now) { $0.tick(now: now) }
      }
    }
  }
}
