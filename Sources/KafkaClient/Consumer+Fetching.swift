import KafkaFormat
import KafkaMessages
import Transport

extension Consumer {
  /// Does whatever can be done now: looks offsets up, completes assignments, sends fetches.
  func advance() {
    guard !isClosed else { return }
    lookUpOffsets()
    completeAssignments()
    var leaders: Set<Int32> = []
    for partition in partitions where isFetchable(partition) { leaders.insert(partition.leader) }
    for leader in leaders.sorted() { fetch(from: leader) }
  }

  private func isFetchable(_ partition: ConsumerPartition) -> Bool {
    guard partition.fetchOffset != nil, !partition.isPaused, !partition.isFetching else {
      return false
    }
    if partition.leader < 0 {
      client.requestMetadata()
      return false
    }
    if partition.retryNanos > 0 {
      if partition.retryNanos > transport.now.nanoseconds {
        wake(at: MonotonicTime(nanoseconds: partition.retryNanos))
        return false
      }
      partition.retryNanos = 0
    }
    return true
  }

  /// Sends the next fetch to a broker, if none is under way.
  func fetch(from id: Int32) {
    let node = nodes[id] ?? FetchNode(id: id)
    nodes[id] = node
    guard node.call == nil, let connection = client.connection(to: id) else { return }
    var wanted = partitions.filter { $0.leader == id && isFetchable($0) }
    guard !wanted.isEmpty else { return }
    // A broker fills its answer in the order of the request: each time another comes first.
    let first = node.rotation % wanted.count
    node.rotation &+= 1
    wanted = Array(wanted[first...] + wanted[..<first])
    var order: [String: Int] = [:]
    for partition in wanted where order[partition.name.topic] == nil {
      order[partition.name.topic] = order.count
    }
    if order.count > 1 {
      wanted = wanted.enumerated().sorted {
        (order[$0.element.name.topic] ?? 0, $0.offset)
          < (order[$1.element.name.topic] ?? 0, $1.offset)
      }.map(\.element)
    }
    let call = FetchCall(node: id, partitions: wanted, config: config, owner: self)
    for partition in wanted { partition.isFetching = true }
    node.call = call
    connection.send(call)
    connection.flush()
  }

  func fetchFailed(_ call: FetchCall, _ error: ClientError) {
    finish(call)
    guard !isClosed else { return }
    if case .unsupportedByBroker = error { return stop(error) }
    for item in call.items { backOff(item.partition) }
    client.requestMetadata()
    advance()
  }

  private func finish(_ call: FetchCall) {
    if nodes[call.node]?.call === call { nodes[call.node]?.call = nil }
    for item in call.items { item.partition.isFetching = false }
  }

  func backOff(_ partition: ConsumerPartition) {
    let wait = client.retryDelayMs(attempt: partition.failures)
    partition.failures += 1
    partition.retryNanos = transport.now.adding(milliseconds: wait).nanoseconds
  }

  // MARK: An answer

  /// What an answer holds for one partition.
  private struct Found {
    let item: Int
    let records: Range<Int>
    let highWatermark: Int64
  }

  func fetchAnswered(
    _ call: FetchCall, frame: RawSpan, from position: Int, version: Int16, sentNanos: Int64
  ) throws(FormatError) {
    let receivedNanos = transport.now.nanoseconds
    var reader = try FetchResponseReader(frame, from: position, version: version)
    var found: [Found] = []
    var next = 0
    var failed: [(ConsumerPartition, ErrorCode)] = []
    while let partition = try reader.next(in: frame) {
      guard let index = call.item(for: partition, in: frame, hint: next) else {
        throw .invalid("a partition that was not asked for")
      }
      next = index + 1
      let item = call.items[index]
      guard item.generation == item.partition.generation else { continue }
      if partition.errorCode != .none {
        failed.append((item.partition, partition.errorCode))
        continue
      }
      item.partition.highWatermark = partition.highWatermark
      item.partition.failures = 0
      if let records = partition.records, !records.isEmpty {
        found.append(
          Found(item: index, records: records, highWatermark: partition.highWatermark))
      }
    }
    finish(call)
    guard !isClosed else { return }
    if reader.errorCode != .none {
      for item in call.items { failed.append((item.partition, reader.errorCode)) }
    }
    for entry in found {
      skim(call.items[entry.item].partition, frame.extracting(entry.records))
    }
    for (partition, code) in failed { handle(partition, code) }
    // The broker works on the next answer while this one is handed out.
    advance()
    var fetched = CompletedFetch(
      node: call.node, sentNanos: sentNanos, receivedNanos: receivedNanos,
      bytes: frame.byteCount + 4)
    for entry in found {
      let item = call.items[entry.item]
      fetched.recordBytes += entry.records.count
      fetched.partitionsWithRecords += 1
      fetched.batches += handOut(
        frame.extracting(entry.records), of: item, highWatermark: entry.highWatermark,
        receivedNanos: receivedNanos)
      if isClosed { return }
    }
    delegate?.fetchCompleted(fetched)
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

  private func handle(_ partition: ConsumerPartition, _ code: ErrorCode) {
    if code == .offsetOutOfRange {
      guard let start = resetPosition else {
        return fail(
          partition,
          .noOffset(topic: partition.name.topic, partition: partition.name.partition))
      }
      let from = partition.position
      partition.restart(at: nil, start: start)
      partition.lostPosition = from
      return
    }
    if code.invalidatesMetadata { client.requestMetadata() }
    let isSessionError = code == .fetchSessionIdNotFound || code == .invalidFetchSessionEpoch
    if code.isRetriable || isSessionError {
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
      self.advance()
    }
    wakeTimer = (id, time)
  }
}
