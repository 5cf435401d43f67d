import CommitLog
import KafkaFormat
import KafkaMessages

// Fetch (1), versions 4–18.
//
// Whole batches are answered from the one that holds the offset on, as ranges of the segments'
// files; a last batch that `max.bytes` cuts is dropped by the client. The first batch of the answer
// is returned even where it is larger than all limits. Where less than `min.bytes` is there the
// request waits, up to `max.wait.ms`; appends of any loop wake it; an error answers at once.
// v5 log start offset; v7 sessions: refused with session id 0, so that clients send all each time;
//    a session that is named all the same is FETCH_SESSION_ID_NOT_FOUND
// v9 the client's leader epoch: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH
// v12 flexible, diverging epoch; v13 topic ids: UNKNOWN_TOPIC_ID; v15 replica state; v16 node
//    endpoints (never sent: there is one broker)

/// A fetch that waits for more data.
struct ParkedFetch {
  let context: RequestContext
  let request: FetchRequest
  let targets: [FetchTarget]
}

/// One partition that a fetch asks for, looked up.
struct FetchTarget {
  let topicIndex: Int
  let partitionIndex: Int
  let partition: Partition?
}

/// What was read for one of them.
struct FetchedData {
  var data: FetchResponse.PartitionData
  var slice: LogSlice?
  /// Where the log ended when it was looked at.
  var endOffset: Int64 = -1
}

extension RequestProcessor {
  func handleFetch(_ frame: RawSpan, _ context: RequestContext) throws(FormatError) -> Outcome {
    let request = try context.decode(FetchRequest.self, frame)
    // Epoch −1 ends a session, 0 asks for a new one; both want everything now.
    if request.sessionId != 0, request.sessionEpoch > 0 {
      return context.response(FetchResponse(errorCode: .fetchSessionIdNotFound))
    }
    let fetch = ParkedFetch(
      context: context, request: request, targets: fetchTargets(request, context.head.version))
    let result = read(fetch)
    if isEnough(result, fetch) { return respond(fetchResponse(fetch, result), context) }
    let deadline = context.nowNanos + Int64(request.maxWaitMs) * 1_000_000
    let ticket = park(.fetch(fetch), connection: context.connection)
    if let response = waitForData(fetch, result, ticket: ticket) {
      _ = unpark(ticket)
      return respond(response, context)
    }
    // Of those answered before their time, no more are kept than there are others.
    if deadlines.count > 64 + 2 * parked.count { deadlines.keep { parked[$0] != nil } }
    deadlines.add(deadline, ticket: ticket)
    return .pending
  }

  private func fetchTargets(_ request: FetchRequest, _ version: Int16) -> [FetchTarget] {
    var targets: [FetchTarget] = []
    for (topicIndex, requested) in request.topics.enumerated() {
      let topic =
        version >= 13 ? image.topicsById[requested.topicId] : image.topicsByName[requested.topic]
      for (partitionIndex, partition) in requested.partitions.enumerated() {
        targets.append(
          FetchTarget(
            topicIndex: topicIndex, partitionIndex: partitionIndex,
            partition: topic?.partition(partition.partition)))
      }
    }
    return targets
  }

  // MARK: Reading

  private func read(_ fetch: ParkedFetch) -> [FetchedData] {
    var results: [FetchedData] = []
    results.reserveCapacity(fetch.targets.count)
    var bytesLeft = min(Int(fetch.request.maxBytes), node.config.fetchMaxBytes)
    var isFirst = true
    for target in fetch.targets {
      let requested = fetch.request.topics[target.topicIndex].partitions[target.partitionIndex]
      let result = read(
        target, requested, fetch, maxBytes: max(0, bytesLeft), minOneBatch: isFirst)
      if let slice = result.slice {
        bytesLeft -= slice.count
        isFirst = false
      }
      results.append(result)
    }
    return results
  }

  private func read(
    _ target: FetchTarget, _ requested: FetchRequest.FetchPartition, _ fetch: ParkedFetch,
    maxBytes: Int, minOneBatch: Bool
  ) -> FetchedData {
    let version = fetch.context.head.version
    let isKnown = version < 13 || isKnown(target, fetch)
    guard let partition = target.partition else {
      return Self.failed(requested, isKnown ? .unknownTopicOrPartition : .unknownTopicId)
    }
    if node.isOffline(partition.directory) { return Self.failed(requested, .kafkaStorageError) }
    let epoch = requested.currentLeaderEpoch
    if epoch >= 0, epoch != partition.leaderEpoch {
      return Self.failed(
        requested, epoch < partition.leaderEpoch ? .fencedLeaderEpoch : .unknownLeaderEpoch)
    }
    let limit = min(maxBytes, max(0, Int(requested.partitionMaxBytes)))
    let isCommittedOnly = fetch.request.isolationLevel == 1
    return partition.state.withLock { state in
      guard let log = state.log, !state.isDeleted else {
        return Self.failed(
          requested,
          !state.isDeleted
            ? .kafkaStorageError
            : version >= 13 ? .unknownTopicId : .unknownTopicOrPartition)
      }
      var data = FetchResponse.PartitionData(
        partitionIndex: requested.partition, highWatermark: state.highWatermark,
        lastStableOffset: state.highWatermark, logStartOffset: log.logStartOffset,
        abortedTransactions: isCommittedOnly ? [] : nil)
      if let diverging = Self.divergingEpoch(requested, log) {
        data.divergingEpoch = diverging
        return FetchedData(data: data, endOffset: log.logEndOffset)
      }
      do throws(LogError) {
        let slice = try log.read(
          from: requested.fetchOffset, maxBytes: limit, minOneBatch: minOneBatch,
          upperBound: state.highWatermark)
        return FetchedData(data: data, slice: slice, endOffset: log.logEndOffset)
      } catch { return Self.failed(requested, error.code) }
    }
  }

  private func isKnown(_ target: FetchTarget, _ fetch: ParkedFetch) -> Bool {
    image.topicsById[fetch.request.topics[target.topicIndex].topicId] != nil
  }

  private static func failed(_ requested: FetchRequest.FetchPartition, _ code: ErrorCode)
    -> FetchedData
  {
    FetchedData(
      data: FetchResponse.PartitionData(
        partitionIndex: requested.partition, errorCode: code, highWatermark: -1,
        abortedTransactions: nil))
  }

  /// Where the client's log and this one part, if what it has last is not of ours.
  private static func divergingEpoch(_ requested: FetchRequest.FetchPartition, _ log: PartitionLog)
    -> FetchResponse.EpochEndOffset?
  {
    guard requested.lastFetchedEpoch >= 0,
      let (epoch, end) = log.leaderEpochs.endOffset(
        of: requested.lastFetchedEpoch, logEndOffset: log.logEndOffset),
      epoch < requested.lastFetchedEpoch || end < requested.fetchOffset
    else { return nil }
    return FetchResponse.EpochEndOffset(epoch: epoch, endOffset: end)
  }

  /// Whether the answer goes out now.
  private func isEnough(_ results: [FetchedData], _ fetch: ParkedFetch) -> Bool {
    if fetch.request.maxWaitMs <= 0 || results.isEmpty { return true }
    var count = 0
    for result in results {
      if result.data.errorCode != .none || result.data.divergingEpoch.epoch >= 0 { return true }
      count += result.slice?.count ?? 0
    }
    return count >= Int(fetch.request.minBytes)
  }

  // MARK: Waiting

  /// Registers with every partition; the answer, if meanwhile there is enough.
  private func waitForData(_ fetch: ParkedFetch, _ first: [FetchedData], ticket: UInt64)
    -> Response?
  {
    var results = first
    while true {
      let count = results.reduce(0) { $0 + ($1.slice?.count ?? 0) }
      // With several partitions one of them must bring its share at least.
      let missing = max(1, Int(fetch.request.minBytes) - count)
      let share = (missing + results.count - 1) / max(1, results.count)
      var hasMoved = false
      for (target, result) in zip(fetch.targets, results) {
        let moved = target.partition?.state.withLock { state -> Bool in
          if state.isDeleted || state.log?.logEndOffset != result.endOffset { return true }
          state.fetches.append(FetchWaiter(loop: loop, ticket: ticket, bytesLeft: share))
          return false
        }
        if moved ?? true { hasMoved = true }
      }
      if !hasMoved { return nil }
      // Something was appended between the look and the registration: look again.
      stopWaiting(fetch, ticket: ticket)
      results = read(fetch)
      if isEnough(results, fetch) { return fetchResponse(fetch, results) }
    }
  }

  /// Takes the fetch out of every partition's list.
  func stopWaiting(_ fetch: ParkedFetch, ticket: UInt64) {
    for target in fetch.targets {
      target.partition?.state.withLock { state in
        state.fetches.removeAll { $0.ticket == ticket && $0.loop == loop }
      }
    }
  }

  /// Data arrived, or the time is up.
  func goOn(_ fetch: ParkedFetch, ticket: UInt64, isDue: Bool) {
    stopWaiting(fetch, ticket: ticket)
    let results = read(fetch)
    if isDue || isEnough(results, fetch) {
      answerWarm(ticket, fetchResponse(fetch, results))
    } else if let response = waitForData(fetch, results, ticket: ticket) {
      answerWarm(ticket, response)
    }
  }

  // MARK: Records that are not in memory

  /// The answer now, or once the disk pool has its records in memory: `sendfile` of a range that is
  /// not there would stop the loop, and every connection on it, for as long as the disk takes.
  private func respond(_ response: Response, _ context: RequestContext) -> Outcome {
    let cold = response.coldSlices
    if cold.isEmpty { return .respond(response) }
    let ticket = park(.warming(response), connection: context.connection)
    actions.append(.disk(DiskJob(work: .warm(ticket: ticket, cold))))
    return .pending
  }

  /// The same for a fetch that was parked before.
  private func answerWarm(_ ticket: UInt64, _ response: Response) {
    let cold = response.coldSlices
    if cold.isEmpty { return answer(ticket, response) }
    parked[ticket]?.content = .warming(response)
    actions.append(.disk(DiskJob(work: .warm(ticket: ticket, cold))))
  }

  // MARK: The answer

  private func fetchResponse(_ fetch: ParkedFetch, _ results: [FetchedData]) -> Response {
    let version = fetch.context.head.version
    var parts = FetchResponseParts(
      version: version, correlationId: fetch.context.head.correlationId,
      topicCount: fetch.request.topics.count, reserving: 128 + 64 * results.count)
    var index = 0
    for topic in fetch.request.topics {
      parts.topic(name: topic.topic, id: topic.topicId, partitionCount: topic.partitions.count)
      for _ in topic.partitions {
        parts.partition(results[index].data, recordsSize: results[index].slice?.count ?? 0)
        index += 1
      }
    }
    let frame = parts.finish()
    var tail: [Response.Part] = []
    var range = 1
    for result in results {
      guard let slice = result.slice, slice.count > 0 else { continue }
      tail.append(.slice(slice))
      let bytes = frame.range(range)
      if !bytes.isEmpty { tail.append(.bytes(frame.bytes, bytes)) }
      range += 1
    }
    return Response(head: frame.bytes, headRange: frame.range(0), tail: tail)
  }
}

extension Response {
  /// The slices that cannot be sent without waiting for the disk.
  fileprivate var coldSlices: [LogSlice] {
    var cold: [LogSlice] = []
    for part in tail {
      if case .slice(let slice) = part, !slice.isInMemory { cold.append(slice) }
    }
    return cold
  }
}
