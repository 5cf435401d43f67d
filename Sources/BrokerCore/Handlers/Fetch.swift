import CommitLog
import KafkaFormat
import KafkaMessages

// Fetch (1), versions 4–18.
//
// Whole batches are answered from the one that holds the offset on, as ranges of the segments'
// files; a last batch that `max.bytes` cuts is dropped by the client. The first batch of the answer
// is returned even where it is larger than all limits. Where less than `min.bytes` is there the
// request waits, up to `max.wait.ms`; appends of any loop wake it; an error answers at once.
// What is there is counted as Kafka counts it: of each partition no more than it may return, and
// where the offset's segment is not the last, it is enough, for no more can come into that segment.
// `min.bytes` is capped by `max.bytes`, by `fetch.max.bytes` and, unlike Kafka, by the sum of the
// partitions' limits: no fetch waits for what can never come. A negative limit of bytes is
// UNKNOWN_SERVER_ERROR.
// A partition that is named twice is answered once: in the place where it was named first, with
// the offset and the limits that it was named with last.
// v5 log start offset; v7 sessions (KIP-227), see `FetchSession`:
//    epoch −1 no session, or the end of one; 0 a new one, where the cache has room: the answer has
//    its id; others go on with one, and name only what changed. Such an answer holds only
//    partitions with records, errors, or another high watermark or log start than told before.
//    FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR
// v9 the client's leader epoch: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH
// v12 flexible, diverging epoch; v13 topic ids: UNKNOWN_TOPIC_ID; v15 replica state; v16 node
//    endpoints (never sent: there is one broker)

/// A fetch that waits for more data.
struct ParkedFetch {
  let context: RequestContext
  let limits: FetchLimits
  let session: FetchSession
  /// What the session's next epoch is as long as no other request came for it.
  let nextEpoch: Int32
  /// Whether the answer names all partitions.
  let isFull: Bool
}

/// What one request allows.
struct FetchLimits {
  let maxWaitMs: Int32
  let minBytes: Int
  let maxBytes: Int
  let isCommittedOnly: Bool
}

extension RequestProcessor {
  func handleFetch(_ frame: RawSpan, _ context: RequestContext) throws(FormatError) -> Outcome {
    // The whole request is read before anything is changed: half of one is never done.
    var reader = try FetchRequestReader(
      frame, from: context.head.bodyPosition, version: context.head.version)
    let start = reader
    var partitionCount = 0
    while try reader.next(in: frame) != nil { partitionCount += 1 }
    while try reader.nextForgotten(in: frame) != nil {}
    let session: FetchSession
    var nextEpoch: Int32 = -1
    if start.sessionEpoch > 0 {
      switch try continued(start, frame, context) {
      case .success(let found): (session, nextEpoch) = found
      case .failure(let refusal): return context.response(FetchResponse(errorCode: refusal.code))
      }
    } else {
      session = try begun(start, frame, context, partitionCount: partitionCount)
      if session.id != 0 { nextEpoch = 1 }
    }
    let fetch = ParkedFetch(
      context: context,
      limits: FetchLimits(
        maxWaitMs: start.maxWaitMs, minBytes: Int(start.minBytes),
        maxBytes: min(Int(start.maxBytes), node.config.fetchMaxBytes),
        isCommittedOnly: start.isolationLevel == 1),
      session: session, nextEpoch: nextEpoch, isFull: start.sessionEpoch <= 0)
    return proceed(fetch)
  }

  private func proceed(_ fetch: ParkedFetch) -> Outcome {
    let context = fetch.context
    let first = fetch.session.watch.eventCount
    switch look(fetch, isDue: fetch.limits.maxWaitMs <= 0) {
    case .answer(let response): return respond(response, context)
    case .wait(let bytes):
      let deadline = context.nowNanos + Int64(fetch.limits.maxWaitMs) * 1_000_000
      let ticket = park(.fetch(fetch), connection: context.connection)
      if let response = wait(fetch, ticket: ticket, bytes: bytes, since: first) {
        _ = unpark(ticket)
        return respond(response, context)
      }
      // Of those answered before their time, no more are kept than there are others.
      if deadlines.count > 64 + 2 * parked.count { deadlines.keep { parked[$1] != nil } }
      deadlines.add(deadline, ticket)
      return .pending
    }
  }

  // MARK: Sessions

  /// What a request reads that has no session yet; with a new one, if it asks for one.
  private func begun(
    _ request: FetchRequestReader, _ frame: RawSpan, _ context: RequestContext,
    partitionCount: Int
  ) throws(FormatError) -> FetchSession {
    if request.sessionId != 0 {
      let ended = node.fetchSessions.withLock { $0.remove(request.sessionId) }
      if let ended { close(ended) }
    }
    let usesTopicIds = request.version >= 13
    var made: (session: FetchSession, evicted: FetchSession?)?
    if request.sessionEpoch == 0 {
      made = node.fetchSessions.withLock {
        $0.make(size: partitionCount, usesTopicIds: usesTopicIds, nowMs: context.nowMs)
      }
    }
    if let evicted = made?.evicted { close(evicted) }
    let session =
      made?.session ?? FetchSession(id: 0, usesTopicIds: usesTopicIds, nextEpoch: -1)
    var reader = request
    do throws(FormatError) {
      try session.state.withLock { (state: inout sending FetchSessionState) throws(FormatError) in
        if session.id != 0 { state.isWatching = true }
        try add(&reader, frame, to: session, &state)
      }
    } catch {
      end(session)
      throw error
    }
    return session
  }

  /// The session that a request goes on with, brought up to date; and the epoch after this one.
  private func continued(
    _ request: FetchRequestReader, _ frame: RawSpan, _ context: RequestContext
  ) throws(FormatError) -> Result<(FetchSession, Int32), Refusal> {
    let found = node.fetchSessions.withLock { $0.use(request.sessionId, nowMs: context.nowMs) }
    guard let session = found else { return .failure(Refusal(.fetchSessionIdNotFound)) }
    var reader = request
    let size: Int
    let nextEpoch: Int32
    do throws(FormatError) {
      var refusal: ErrorCode?
      (refusal, size, nextEpoch) = try session.state.withLock {
        (state: inout sending FetchSessionState) throws(FormatError) -> (ErrorCode?, Int, Int32) in
        if let refusal = state.refusal(of: request, in: session) { return (refusal, 0, 0) }
        state.advanceEpoch()
        try add(&reader, frame, to: session, &state)
        try forget(&reader, frame, from: session, &state)
        return (nil, state.count, state.nextEpoch)
      }
      if let refusal { return .failure(Refusal(refusal)) }
    } catch {
      end(session)
      throw error
    }
    // Another request of the session that waits has lost its place.
    if let earlier = session.watch.unpark() { wakeParked([earlier]) }
    if size > 0 {
      node.fetchSessions.withLock { $0.resize(session.id, to: size) }
      return .success((session, nextEpoch))
    }
    // Nothing is left to read: the session is over.
    end(session)
    return .success((FetchSession(id: 0, usesTopicIds: session.usesTopicIds, nextEpoch: -1), -1))
  }

  private func end(_ session: FetchSession) {
    _ = node.fetchSessions.withLock { $0.remove(session.id) }
    close(session)
  }

  private func close(_ session: FetchSession) {
    if let parked = session.close() { wakeParked([parked]) }
  }

  /// Takes the partitions of a request into the session, new ones and those that changed.
  private func add(
    _ reader: inout FetchRequestReader, _ frame: RawSpan, to session: FetchSession,
    _ state: inout FetchSessionState
  ) throws(FormatError) {
    var number: Int32 = -1
    var lastTopic = -1
    var image: TopicImage?
    var changed: [Int32] = []
    while let wanted = try reader.next(in: frame) {
      if wanted.topic.index != lastTopic {
        lastTopic = wanted.topic.index
        image = topic(wanted.topic, frame, byId: session.usesTopicIds)
        var name = image?.name ?? ""
        if image == nil, !session.usesTopicIds { name = try text(of: wanted.topic.name, in: frame) }
        number = state.topic(name: name, id: wanted.topic.id)
      }
      let partition = image?.partition(wanted.index)
      if let slot = state.slot(number, wanted.index) {
        state.update(slot, wanted)
        changed.append(slot)
      } else {
        let slot = state.insert(FetchSlot(topic: number, wanted, partition))
        if session.id != 0 { session.startWatching(slot, partition) }
        changed.append(slot)
      }
    }
    // A full fetch reads all of them in any case.
    if session.id != 0, reader.sessionEpoch > 0 { session.watch.queue(changed) }
  }

  private func forget(
    _ reader: inout FetchRequestReader, _ frame: RawSpan, from session: FetchSession,
    _ state: inout FetchSessionState
  ) throws(FormatError) {
    while let forgotten = try reader.nextForgotten(in: frame) {
      let name =
        session.usesTopicIds ? "" : try text(of: forgotten.topic.name, in: frame)
      guard let topic = state.number(name: name, id: forgotten.topic.id),
        let slot = state.slot(topic, forgotten.index)
      else { continue }
      let partition = state.slots[Int(slot)].partition
      partition?.state.withLock { $0.removeWatcher(session.watch, slot: slot) }
      state.remove(slot)
    }
  }

  private func topic(_ topic: TopicInPlace, _ frame: RawSpan, byId: Bool) -> TopicImage? {
    byId ? image.topicsById[topic.id] : self.topic(named: frame.extracting(topic.name))
  }

  private func text(of range: Range<Int>, in frame: RawSpan) throws(FormatError) -> String {
    var reader = ByteReader(frame)
    try reader.skip(range.lowerBound)
    return try reader.text(range.count)
  }

  // MARK: Waiting

  /// Waits for so many more bytes; the answer, if meanwhile there is enough.
  private func wait(_ fetch: ParkedFetch, ticket: UInt64, bytes: Int, since: UInt64) -> Response? {
    var (bytes, since) = (bytes, since)
    let watch = fetch.session.watch
    while true {
      let isWatching = fetch.session.state.withLock { state in
        fetch.session.isWatchingAll(&state)
      }
      if isWatching, watch.park(loop: loop, ticket: ticket, bytes: bytes, since: since) {
        return nil
      }
      // Something was appended between the look and this: look again.
      since = watch.eventCount
      switch look(fetch, isDue: false) {
      case .answer(let response): return response
      case .wait(let more): bytes = more
      }
    }
  }

  /// Nobody waits for the answer any more.
  func stopWaiting(_ fetch: ParkedFetch, ticket: UInt64) {
    fetch.session.watch.unpark(loop: loop, ticket: ticket)
    if fetch.session.id == 0 { fetch.session.state.withLock { fetch.session.stopWatching(&$0) } }
  }

  /// Data arrived, or the time is up.
  func goOn(_ fetch: ParkedFetch, ticket: UInt64, isDue: Bool) {
    fetch.session.watch.unpark(loop: loop, ticket: ticket)
    let since = fetch.session.watch.eventCount
    switch look(fetch, isDue: isDue) {
    case .answer(let response): answerWarm(ticket, response)
    case .wait(let bytes):
      if let response = wait(fetch, ticket: ticket, bytes: bytes, since: since) {
        answerWarm(ticket, response)
      }
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
}

extension FetchSessionState {
  /// Why a request cannot go on with the session.
  fileprivate func refusal(of request: FetchRequestReader, in session: FetchSession) -> ErrorCode? {
    if isClosed { return .fetchSessionIdNotFound }
    if session.usesTopicIds != (request.version >= 13) { return .fetchSessionTopicIdError }
    return nextEpoch == request.sessionEpoch ? nil : .invalidFetchSessionEpoch
  }
}

extension FetchSession {
  /// Puts the watch of one request's partitions into their lists, if it is not there yet.
  ///
  /// - Returns: false where a log has moved since it was looked at.
  fileprivate func isWatchingAll(_ state: inout FetchSessionState) -> Bool {
    if state.isWatching || state.isClosed { return true }
    state.isWatching = true
    var isAsSeen = true
    for (number, slot) in state.slots.enumerated() {
      slot.partition?.state.withLock { partition in
        partition.watchers.append(FetchWatcher(watch: watch, slot: Int32(number)))
        if partition.isDeleted || partition.log?.visibleEndOffset != slot.seenEndOffset {
          isAsSeen = false
        }
      }
    }
    return isAsSeen
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
