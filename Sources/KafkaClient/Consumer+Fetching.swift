import KafkaFormat
import KafkaMessages
import Transport

extension Consumer {
  /// Does whatever can be done now: looks offsets up, completes assignments, sends fetches.
  func advance() {
    guard !isClosed else { return }
    let touched = agenda.take()
    lookUpOffsets(of: touched)
    validatePositions(of: touched)
    for partition in touched { settle(partition) }
    completeAssignments()
    for node in nodes.values.sorted(by: { $0.id < $1.id }) where node.call == nil {
      fetch(from: node)
    }
  }

  /// Decides where a partition is fetched from, if at all.
  private func settle(_ partition: ConsumerPartition) {
    let wanted = isFetchable(partition) ? source(of: partition) : -1
    if wanted != partition.wantedNode {
      if let before = nodes[partition.wantedNode] {
        before.wantedCount -= 1
        before.leave(partition)
      }
      partition.wantedNode = wanted
      if wanted >= 0 { node(wanted).wantedCount += 1 }
    }
    if wanted >= 0 { node(wanted).want(partition) }
  }

  private func node(_ id: Int32) -> FetchNode {
    if let node = nodes[id] { return node }
    let node = FetchNode(id: id)
    nodes[id] = node
    return node
  }

  private func isFetchable(_ partition: ConsumerPartition) -> Bool {
    guard partition.fetchOffset != nil, !partition.isPaused, !partition.needsValidation else {
      return false
    }
    if partition.leader < 0 {
      client.requestMetadata()
      return false
    }
    return !isDelayed(partition)
  }

  /// Whether a partition's time is still to come; then it comes back on the agenda.
  func isDelayed(_ partition: ConsumerPartition) -> Bool {
    guard partition.retryNanos > 0 else { return false }
    if partition.retryNanos <= transport.now.nanoseconds {
      partition.retryNanos = 0
      return false
    }
    delayed.append(partition)
    wake(at: MonotonicTime(nanoseconds: partition.retryNanos))
    return true
  }

  /// Sends the next fetch to a broker.
  private func fetch(from node: FetchNode) {
    guard node.wantedCount > 0 else { return }
    if node.retryNanos > transport.now.nanoseconds {
      return wake(at: MonotonicTime(nanoseconds: node.retryNanos))
    }
    guard let connection = client.connection(to: node.id) else { return }
    let request = node.nextRequest(all: partitions)
    let call = FetchCall(node: node.id, request: request, config: config, owner: self)
    node.call = call
    connection.send(call)
    connection.flush()
  }

  func fetchFailed(_ call: FetchCall, _ error: ClientError) {
    finish(call)
    guard !isClosed else { return }
    if case .unsupportedByBroker = error { return stop(error) }
    delegate?.fetchRetried(error)
    leaveReplica(call.node)
    if let node = nodes[call.node] {
      node.resetSession()
      backOff(node)
    }
    client.requestMetadata()
    advance()
  }

  private func finish(_ call: FetchCall) {
    if nodes[call.node]?.call === call { nodes[call.node]?.call = nil }
  }

  private func backOff(_ node: FetchNode) {
    let wait = client.retryDelayMs(attempt: node.failures)
    node.failures += 1
    node.retryNanos = transport.now.adding(milliseconds: wait).nanoseconds
  }

  func backOff(_ partition: ConsumerPartition) {
    let wait = client.retryDelayMs(attempt: partition.failures)
    partition.failures += 1
    partition.retryNanos = transport.now.adding(milliseconds: wait).nanoseconds
  }

  // MARK: An answer

  /// What an answer holds for one partition.
  struct Found {
    let entry: ToldPartition
    let generation: UInt64
    let records: Range<Int>
    let highWatermark: Int64
  }

  func fetchAnswered(
    _ call: FetchCall, frame: RawSpan, from position: Int, version: Int16, sentNanos: Int64
  ) throws(FormatError) {
    let receivedNanos = transport.now.nanoseconds
    var reader = try FetchResponseReader(frame, from: position, version: version)
    var found: [Found] = []
    var failed: [(ConsumerPartition, ErrorCode)] = []
    try collect(&reader, of: call, frame, found: &found, failed: &failed)
    finish(call)
    guard !isClosed else { return }
    if reader.errorCode != .none {
      answered(call, with: reader.errorCode, &failed)
    } else {
      nodes[call.node]?.answered(call, sessionId: reader.sessionId)
      nodes[call.node]?.failures = 0
    }
    for entry in found { skim(entry.entry.partition, frame.extracting(entry.records)) }
    for (partition, code) in failed { handle(partition, code, at: call.node) }
    // The broker works on the next answer while this one is handed out.
    advance()
    var fetched = CompletedFetch(
      node: call.node, sentNanos: sentNanos, receivedNanos: receivedNanos,
      bytes: frame.byteCount + 4)
    for entry in found {
      fetched.recordBytes += entry.records.count
      fetched.partitionsWithRecords += 1
      fetched.batches += handOut(
        frame.extracting(entry.records), of: entry, receivedNanos: receivedNanos)
      if isClosed { return }
    }
    delegate?.fetchCompleted(fetched)
  }

  /// Walks the partitions of an answer.
  private func collect(
    _ reader: inout FetchResponseReader, of call: FetchCall, _ frame: RawSpan,
    found: inout [Found], failed: inout [(ConsumerPartition, ErrorCode)]
  ) throws(FormatError) {
    var topic = -1
    var known: [Int32: ToldPartition] = [:]
    while let partition = try reader.next(in: frame) {
      if partition.topic.index != topic {
        topic = partition.topic.index
        known = nodes[call.node]?.partitions(of: partition.topic, in: frame) ?? [:]
      }
      guard let entry = known[partition.index] else {
        throw .invalid("a partition that was not asked for")
      }
      let state = entry.partition
      guard !entry.isLeaving, entry.generation == state.generation else { continue }
      if partition.errorCode != .none {
        failed.append((state, partition.errorCode))
        continue
      }
      if partition.preferredReadReplica >= 0, partition.preferredReadReplica != call.node {
        readNext(state, at: partition.preferredReadReplica)
        continue
      }
      state.highWatermark = partition.highWatermark
      state.failures = 0
      if let records = partition.records, !records.isEmpty {
        found.append(
          Found(
            entry: entry, generation: entry.generation, records: records,
            highWatermark: partition.highWatermark))
      }
    }
  }

  /// The answer as a whole is an error.
  private func answered(
    _ call: FetchCall, with code: ErrorCode, _ failed: inout [(ConsumerPartition, ErrorCode)]
  ) {
    guard let node = nodes[call.node] else { return }
    switch code {
    case .fetchSessionIdNotFound, .invalidFetchSessionEpoch, .fetchSessionTopicIdError:
      node.resetSession(isUnknown: code == .fetchSessionIdNotFound)
      // The first time it is asked again at once.
      if node.failures > 0 { backOff(node) } else { node.failures = 1 }
    default:
      node.resetSession()
      for entry in node.toldPartitions where !entry.isLeaving {
        failed.append((entry.partition, code))
      }
    }
  }

  /// Finds out where the next fetch goes on, from the heads of the batches alone.
  private func skim(_ partition: ConsumerPartition, _ records: RawSpan) {
    guard let from = partition.fetchOffset else { return }
    var next = from
    var start = 0
    while records.byteCount - start >= RecordBatchHeader.size {
      guard
        let header = try? RecordBatchHeader(
          records.extracting(start..<records.byteCount)),
        header.sizeInBytes <= records.byteCount - start
      else { break }
      next = max(next, header.nextOffset)
      start += header.sizeInBytes
    }
    partition.fetchOffset = next
    // Nothing of use came: not even the first batch is whole, or all are older than asked for.
    if next == from {
      if start == 0 { growLimit(partition, records) }
      backOff(partition)
    }
  }

  /// The first batch did not fit into the answer: asks for more next time.
  private func growLimit(_ partition: ConsumerPartition, _ records: RawSpan) {
    var reader = ByteReader(records)
    guard (try? reader.skip(8)) != nil, let length = try? reader.int32(), length > 0,
      Int(length) + RecordBatchHeader.logOverhead > Int(partition.maxBytes)
    else { return }
    partition.maxBytes = Int32(clamping: Int(length) + RecordBatchHeader.logOverhead)
  }

  // MARK: Errors

  private func handle(_ partition: ConsumerPartition, _ code: ErrorCode, at node: Int32) {
    if partition.readReplica == node {
      // A follower may be behind its leader, or none any more: the leader decides.
      partition.readReplica = -1
      if code == .offsetOutOfRange { return }
    }
    if code == .offsetOutOfRange {
      guard let start = resetPosition else {
        return fail(
          partition,
          .offsetOutOfRange(
            topic: partition.name.topic, partition: partition.name.partition,
            offset: partition.position ?? -1))
      }
      let from = partition.position
      partition.restart(at: nil, start: start)
      partition.lostPosition = from
      return
    }
    if code.invalidatesMetadata { client.requestMetadata() }
    if code.isRetriable {
      delegate?.fetchRetried(.broker(code, message: partition.name.description))
      backOff(partition)
    } else {
      fail(partition, .broker(code, message: partition.name.description))
    }
  }

  /// Stops a partition at its position, and says why.
  func fail(_ partition: ConsumerPartition, _ error: ClientError) {
    partition.isPaused = true
    stopHere(partition)
    delegate?.partitionFailed(partition.handle, error)
  }

  // MARK: Time

  func wake(at time: MonotonicTime) {
    if let timer = wakeTimer {
      if timer.time <= time { return }
      transport.cancel(timer.id)
    }
    let id = transport.schedule(at: time) { [weak self] in
      guard let self else { return }
      self.wakeTimer = nil
      self.expireAssignments()
      let late = self.delayed
      self.delayed = []
      for partition in late { partition.touch() }
      self.advance()
    }
    wakeTimer = (id, time)
  }
}
