import CommitLog
import KafkaFormat
import KafkaMessages

/// What was read for one partition.
struct FetchedData {
  let slot: Int32
  var data: FetchResponse.PartitionData
  var slice: LogSlice?

  /// Whether the answer is not to wait.
  var isUrgent: Bool { data.errorCode != .none || data.divergingEpoch.epoch >= 0 }
  var count: Int { slice?.count ?? 0 }
}

extension RequestProcessor {
  /// What a look at a fetch's partitions came to.
  enum Look {
    case answer(Response)
    /// So many more bytes are wanted.
    case wait(bytes: Int)
  }

  /// Reads, and answers if there is enough.
  ///
  /// - Parameter isDue: It is answered with what is there.
  func look(_ fetch: ParkedFetch, isDue: Bool) -> Look {
    fetch.session.state.withLock { state in
      if fetch.session.id != 0, state.nextEpoch != fetch.nextEpoch {
        let error = FetchResponse(errorCode: .invalidFetchSessionEpoch)
        return .answer(fetch.context.encoded(error))
      }
      let (results, isCut) =
        fetch.isFull ? (readAll(fetch, &state), false) : readQueued(fetch, &state)
      let minBytes = min(fetch.limits.minBytes, fetch.limits.maxBytes, state.maxBytesSum)
      let count = results.reduce(0) { $0 + $1.count }
      let isEnough =
        isDue || isCut || state.isClosed || state.count == 0 || count >= minBytes
        || results.contains { $0.isUrgent }
      if !isEnough {
        let available = bytesAvailable(results, state)
        if available < minBytes {
          if !fetch.isFull { fetch.session.watch.queue(results.map(\.slot)) }
          return .wait(bytes: minBytes - available)
        }
      }
      if fetch.session.id == 0 {
        fetch.session.stopWatching(&state)
      } else {
        note(results, fetch, &state)
      }
      return .answer(fetchResponse(fetch, results, state))
    }
  }

  /// What there is to read, also where it does not fit into the answer: of each partition no more
  /// than it may return; everything where no more can come.
  private func bytesAvailable(_ results: [FetchedData], _ state: FetchSessionState) -> Int {
    var sum = 0
    for result in results {
      let slot = state.slots[Int(result.slot)]
      guard let partition = slot.partition, slot.fetchOffset < result.data.highWatermark else {
        continue
      }
      let bytes = partition.state.withLock { partition in
        let high = result.data.highWatermark
        return (try? partition.log?.bytesAvailable(from: slot.fetchOffset, upperBound: high)) ?? 0
      }
      if bytes == .max { return .max }
      sum += min(bytes, slot.bytesMax)
    }
    return sum
  }

  /// What the client is about to be told. Who got records comes again, behind all others: there
  /// may be more, and what is not asked for elsewhere is sent once more. Errors are repeated.
  /// Those whose records did not fit into a full answer come first.
  private func note(
    _ results: [FetchedData], _ fetch: ParkedFetch, _ state: inout FetchSessionState
  ) {
    var first: [Int32] = []
    var again: [Int32] = []
    for result in results {
      let index = Int(result.slot)
      if result.count > 0 || result.isUrgent {
        again.append(result.slot)
      } else if state.slots[index].fetchOffset < result.data.highWatermark {
        first.append(result.slot)
      }
      let isFailed = result.data.errorCode != .none
      state.slots[index].toldHighWatermark = isFailed ? -1 : result.data.highWatermark
      state.slots[index].toldLogStartOffset = isFailed ? -1 : result.data.logStartOffset
    }
    fetch.session.watch.queue(first + again)
  }

  // MARK: Which partitions

  private func readAll(_ fetch: ParkedFetch, _ state: inout FetchSessionState) -> [FetchedData] {
    var results: [FetchedData] = []
    results.reserveCapacity(state.count)
    var bytesLeft = fetch.limits.maxBytes
    var isFirst = true
    for number in state.slots.indices where state.slots[number].isLive {
      let result = read(
        Int32(number), fetch, &state, maxBytes: max(0, bytesLeft), minOneBatch: isFirst)
      if let slice = result.slice {
        bytesLeft -= slice.count
        isFirst = false
      }
      results.append(result)
    }
    return results
  }

  /// Of those partitions where something happened, until the answer is full: the others come first
  /// in the next one.
  ///
  /// - Returns: What was read, and whether something else did not fit.
  private func readQueued(_ fetch: ParkedFetch, _ state: inout FetchSessionState)
    -> (results: [FetchedData], isCut: Bool)
  {
    let watch = fetch.session.watch
    var results: [FetchedData] = []
    var bytesLeft = fetch.limits.maxBytes
    var isFirst = true
    var left = watch.queuedCount
    while left > 0, isFirst || bytesLeft > 0, let slot = watch.next() {
      left -= 1
      guard state.slots[Int(slot)].isLive else { continue }
      let result = read(
        slot, fetch, &state, maxBytes: max(0, bytesLeft), minOneBatch: isFirst)
      let told = state.slots[Int(slot)]
      if let slice = result.slice {
        bytesLeft -= slice.count
        isFirst = false
      } else if !isFirst, told.fetchOffset < result.data.highWatermark, !result.isUrgent {
        // Its next batch does not fit any more.
        watch.queueFirst(slot)
        return (results, true)
      } else if !result.isUrgent, told.toldHighWatermark == result.data.highWatermark,
        told.toldLogStartOffset == result.data.logStartOffset
      {
        continue
      }
      results.append(result)
    }
    return (results, false)
  }

  // MARK: One partition

  private func read(
    _ slot: Int32, _ fetch: ParkedFetch, _ state: inout FetchSessionState, maxBytes: Int,
    minOneBatch: Bool
  ) -> FetchedData {
    let wanted = state.slots[Int(slot)]
    guard let partition = wanted.partition ?? found(slot, fetch.session, &state) else {
      let id = state.topics[Int(wanted.topic)].id
      let isKnown = !fetch.session.usesTopicIds || image.topicsById[id] != nil
      return Self.failed(slot, wanted, isKnown ? .unknownTopicOrPartition : .unknownTopicId)
    }
    if node.isOffline(partition.directory) { return Self.failed(slot, wanted, .kafkaStorageError) }
    if wanted.maxBytes < 0 || fetch.limits.maxBytes < 0 {
      return Self.failed(slot, wanted, .unknownServerError)
    }
    let epoch = wanted.currentLeaderEpoch
    if epoch >= 0, epoch != partition.leaderEpoch {
      return Self.failed(
        slot, wanted, epoch < partition.leaderEpoch ? .fencedLeaderEpoch : .unknownLeaderEpoch)
    }
    let limit = min(maxBytes, wanted.bytesMax)
    let (result, end) = partition.state.withLock { partition in
      Self.read(
        slot, wanted, &partition, fetch, maxBytes: limit, minOneBatch: minOneBatch)
    }
    guard let end else {
      // It was deleted; perhaps there is another one of its name by now.
      guard let other = found(slot, fetch.session, &state), other !== partition else {
        return result
      }
      return read(slot, fetch, &state, maxBytes: maxBytes, minOneBatch: minOneBatch)
    }
    state.slots[Int(slot)].seenEndOffset = end
    return result
  }

  /// Looks a slot's partition up again: it was not there, or was deleted.
  private func found(_ slot: Int32, _ session: FetchSession, _ state: inout FetchSessionState)
    -> Partition?
  {
    let wanted = state.slots[Int(slot)]
    let topic = state.topics[Int(wanted.topic)]
    let image =
      session.usesTopicIds ? image.topicsById[topic.id] : image.topicsByName[topic.name]
    let partition = image?.partition(wanted.index)
    if partition === wanted.partition { return partition }
    state.slots[Int(slot)].partition = partition
    if state.isWatching { session.startWatching(slot, partition) }
    return partition
  }

  /// No end offset where the partition is deleted.
  private static func read(
    _ slot: Int32, _ wanted: FetchSlot, _ state: inout PartitionState, _ fetch: ParkedFetch,
    maxBytes: Int, minOneBatch: Bool
  ) -> (FetchedData, endOffset: Int64?) {
    if state.isDeleted {
      let code: ErrorCode =
        fetch.session.usesTopicIds ? .unknownTopicId : .unknownTopicOrPartition
      return (failed(slot, wanted, code), nil)
    }
    guard let log = state.log else { return (failed(slot, wanted, .kafkaStorageError), -1) }
    let end = log.visibleEndOffset
    var data = FetchResponse.PartitionData(
      partitionIndex: wanted.index, highWatermark: state.highWatermark,
      lastStableOffset: state.highWatermark, logStartOffset: log.logStartOffset,
      abortedTransactions: fetch.limits.isCommittedOnly ? [] : nil)
    if let diverging = divergingEpoch(wanted, log) {
      data.divergingEpoch = diverging
      return (FetchedData(slot: slot, data: data), end)
    }
    do throws(LogError) {
      let slice = try log.read(
        from: wanted.fetchOffset, maxBytes: maxBytes, minOneBatch: minOneBatch,
        upperBound: state.highWatermark)
      return (FetchedData(slot: slot, data: data, slice: slice), end)
    } catch { return (failed(slot, wanted, error.code), end) }
  }

  private static func failed(_ slot: Int32, _ wanted: FetchSlot, _ code: ErrorCode)
    -> FetchedData
  {
    // As Kafka, which has no list where a read failed, and an empty one where none was tried.
    let isUnknown = code == .unknownTopicOrPartition || code == .unknownTopicId
    return FetchedData(
      slot: slot,
      data: FetchResponse.PartitionData(
        partitionIndex: wanted.index, errorCode: code, highWatermark: -1,
        abortedTransactions: isUnknown ? [] : nil))
  }

  /// Where the client's log and this one part, if what it has last is not of ours.
  private static func divergingEpoch(_ wanted: FetchSlot, _ log: PartitionLog)
    -> FetchResponse.EpochEndOffset?
  {
    guard wanted.lastFetchedEpoch >= 0,
      let (epoch, end) = log.leaderEpochs.endOffset(
        of: wanted.lastFetchedEpoch, logEndOffset: log.logEndOffset),
      epoch < wanted.lastFetchedEpoch || end < wanted.fetchOffset
    else { return nil }
    return FetchResponse.EpochEndOffset(epoch: epoch, endOffset: end)
  }

  // MARK: The answer

  /// Partitions of one topic that follow one another stand under one head.
  private func fetchResponse(
    _ fetch: ParkedFetch, _ results: [FetchedData], _ state: FetchSessionState
  ) -> Response {
    func topic(_ index: Int) -> Int32 { state.slots[Int(results[index].slot)].topic }
    var runs: [Range<Int>] = []
    var first = 0
    for index in results.indices
    where index + 1 == results.count || topic(index + 1) != topic(index) {
      runs.append(first..<index + 1)
      first = index + 1
    }
    var parts = FetchResponseParts(
      version: fetch.context.head.version, correlationId: fetch.context.head.correlationId,
      sessionId: fetch.session.id, topicCount: runs.count, reserving: 128 + 64 * results.count)
    for run in runs {
      let asked = state.topics[Int(topic(run.lowerBound))]
      parts.topic(name: asked.name, id: asked.id, partitionCount: run.count)
      for index in run { parts.partition(results[index].data, recordsSize: results[index].count) }
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
