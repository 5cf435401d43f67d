import CommitLog
import KafkaFormat
import KafkaMessages

/// A request whose answer is not known yet.
struct ParkedRequest {
  enum Content {
    case fetch(ParkedFetch)
    case produce(ParkedProduce)
    /// The controller has it.
    case forwarded
    /// A search by time runs on the disk pool.
    case listOffsets(ParkedListOffsets)
    /// A member waits for the others of its group.
    case group(RequestContext)
    /// The answer is known; the disk pool brings its records into memory.
    case warming(Response)
  }

  let connection: UInt64
  var content: Content
}

extension RequestProcessor {
  /// Keeps a request; the connection's next one waits until it is answered.
  func park(_ content: ParkedRequest.Content, connection: UInt64) -> UInt64 {
    assert(tickets[connection] == nil, "a connection has one request under way")
    lastTicket += 1
    parked[lastTicket] = ParkedRequest(connection: connection, content: content)
    tickets[connection] = lastTicket
    return lastTicket
  }

  /// Takes a request that is about to be answered.
  func unpark(_ ticket: UInt64) -> ParkedRequest? {
    guard let request = parked.removeValue(forKey: ticket) else { return nil }
    if tickets[request.connection] == ticket { tickets[request.connection] = nil }
    return request
  }

  func answer(_ ticket: UInt64, _ response: Response) {
    guard let request = unpark(ticket) else { return }
    actions.append(.respond(connection: request.connection, response))
  }

  /// Forgets what the connection waits for.
  public func connectionClosed(_ connection: UInt64) {
    guard let ticket = tickets[connection], let request = unpark(ticket) else { return }
    if case .fetch(let fetch) = request.content { stopWaiting(fetch, ticket: ticket) }
  }

  // MARK: Wakes

  /// Tells parked requests that something happened, on whichever loop they are.
  ///
  /// - Parameter flushFailed: What they wait for will not be on the disk.
  func wakeParked(_ wakes: [(loop: Int, ticket: UInt64)], flushFailed: Bool = false) {
    for (loop, ticket) in wakes {
      if loop == self.loop {
        goOn(ticket, flushFailed: flushFailed)
      } else {
        actions.append(
          .wake(loop: loop, Wake(flushFailed ? .flushFailed(ticket) : .parked(ticket))))
      }
    }
  }

  /// Another loop has something for this one.
  public func wake(_ wake: Wake, nowMs: Int64, nowNanos: Int64) {
    nanos = nowNanos
    refreshImage()
    switch wake.content {
    case .parked(let ticket): goOn(ticket, flushFailed: false)
    case .flushFailed(let ticket): goOn(ticket, flushFailed: true)
    case .request(let request):
      controller?.queue.append(request)
      runController(nowMs: nowMs, nowNanos: nowNanos)
    case .response(let ticket, let response): answer(ticket, response)
    case .groupReply(let ticket, let reply): answer(ticket, reply)
    case .groupDeadline(let nanos): groupDeadlineNanos = min(groupDeadlineNanos, nanos)
    }
  }

  private func goOn(_ ticket: UInt64, flushFailed: Bool) {
    guard let request = parked[ticket] else { return }
    switch request.content {
    case .fetch(let fetch): goOn(fetch, ticket: ticket, isDue: false)
    case .produce(var produce):
      if let response = produce.flushed(failed: flushFailed) {
        answer(ticket, response)
      } else {
        parked[ticket]?.content = .produce(produce)
      }
    case .forwarded, .listOffsets, .group, .warming: break
    }
  }

  // MARK: Time

  /// Time has passed.
  public func tick(nowMs: Int64, nowNanos: Int64) {
    nanos = nowNanos
    refreshImage()
    watchClock(GroupInstant(wallMs: nowMs, nanos: nowNanos))
    while let ticket = deadlines.popDue(nowNanos)?.element {
      if case .fetch(let fetch)? = parked[ticket]?.content {
        goOn(fetch, ticket: ticket, isDue: true)
      }
    }
    tickGroups(now: GroupInstant(wallMs: nowMs, nanos: nowNanos))
    expireOffsets(now: GroupInstant(wallMs: nowMs, nanos: nowNanos))
    restateGroups(now: GroupInstant(wallMs: nowMs, nanos: nowNanos))
    tickController(nowMs: nowMs, nowNanos: nowNanos)
  }

  /// When `tick` is wanted at the latest, on the monotonic clock.
  public var nextDeadlineNanos: Int64 {
    min(
      deadlines.first?.nanos ?? .max, groupDeadlineNanos, offsetExpiryNanos,
      restateNanos, controller?.nextTickNanos ?? .max)
  }

  // MARK: Disk

  /// A disk job of this loop is done.
  public func complete(_ completion: DiskCompletion, nowMs: Int64, nowNanos: Int64) {
    nanos = nowNanos
    refreshImage()
    switch completion.content {
    case .partition(let partition, let result):
      apply(result, to: partition, nowMs: nowMs)
    case .metadata(let result): applyMetadata(result, nowMs: nowMs, nowNanos: nowNanos)
    case .opened(let opened): partitionsOpened(opened, nowMs: nowMs, nowNanos: nowNanos)
    case .retired(let retired):
      for error in retired.errors { log(.error, error) }
      partitionsRetired(retired, nowMs: nowMs, nowNanos: nowNanos)
    case .removed(let jobs, let errors):
      for error in errors { log(.warning, error) }
      // What could not be removed now is tried again.
      if !jobs.isEmpty {
        controller?.retired.append(RetiredLogs(jobs: jobs, dueMs: nowMs + Self.removalRetryMs))
      }
    case .done(let errors):
      for error in errors { log(.warning, error) }
    case .searched(let ticket, let results): searched(ticket, results)
    case .warmed(let ticket):
      if case .warming(let response)? = parked[ticket]?.content { answer(ticket, response) }
    case .groups(let partition, let loaded):
      groupsLoaded(loaded, of: partition, now: GroupInstant(wallMs: nowMs, nanos: nowNanos))
    }
  }

  private static let removalRetryMs: Int64 = 10_000

  /// Gives a job's result to its log, and goes on with what waited for it.
  private func apply(_ result: LogJobResult, to partition: Partition, nowMs: Int64) {
    typealias Wakes = [(loop: Int, ticket: UInt64)]
    let (jobs, done, failed, failure, isDue, watchers) = partition.state.withLock {
      state -> ([LogJob], Wakes, Wakes, FileError?, Bool, [FetchWatcher]) in
      guard let log = state.log else {
        return ([], state.takeFlushes(upTo: .max), [], nil, false, [])
      }
      let visible = log.visibleEndOffset
      log.apply(result)
      let done = state.takeFlushes(upTo: log.recoveryPoint)
      var failed: Wakes = []
      if log.offlineError != nil || result.isFailedFlush {
        failed = state.takeFlushes(upTo: .max)
      } else if !state.flushes.isEmpty {
        log.queueFlush(nowMs: nowMs)
      }
      return (
        log.takeJobs(), done, failed, log.offlineError, log.nextDueMs != nil,
        log.visibleEndOffset > visible ? state.watchers : []
      )
    }
    if isDue { node.noteDue(partition) }
    for job in jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
    if let failure { diskFailed(failure, partition) }
    tell(watchers, bytes: .max)
    wakeParked(done)
    wakeParked(failed, flushFailed: true)
  }

  /// Takes the directory of a partition offline, whose disk failed.
  func diskFailed(_ error: FileError, _ partition: Partition) {
    if partition.state.withLock({ $0.isDeleted }) { return }
    if node.takeOffline(partition.directory, error) {
      let path = node.directories.directories[partition.directory].path
      log(.error, "\(path) is offline from now on: \(error)")
      wakeFetches(of: partition.directory)
    }
  }

  /// The fetches that wait for partitions of a directory are answered: with an error.
  private func wakeFetches(of directory: Int) {
    for topic in image.sortedTopics {
      for partition in topic.partitions where partition.directory == directory {
        tell(partition.state.withLock { $0.watchers }, bytes: .max)
      }
    }
  }
}

extension PartitionState {
  /// The produces whose batches end before `offset`: they are on the disk.
  mutating func takeFlushes(upTo offset: Int64) -> [(loop: Int, ticket: UInt64)] {
    if flushes.isEmpty { return [] }
    let done = flushes.filter { $0.lastOffset < offset }
    flushes.removeAll { $0.lastOffset < offset }
    return done.map { ($0.loop, $0.ticket) }
  }
}
