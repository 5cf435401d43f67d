import KafkaFormat
import KafkaMessages
import Transport

extension Producer {
  /// Hands partitions with new batches to their leaders' lists, and sends what can be sent.
  func dispatch() {
    guard !accumulator.freshlyReady.isEmpty else { return }
    let fresh = accumulator.takeFreshlyReady()
    for partition in fresh { list(partition) }
    pumpAll()
  }

  /// Lists a partition with its leader, if it has batches to send and is not listed yet.
  func list(_ partition: AccumulatorPartition) {
    guard !partition.isListed, !partition.isBlocked, !isClosed else { return }
    guard partition.hasWork else { return }
    if let head = partition.queue.first, head.retryNanos > transport.now.nanoseconds {
      partition.isListed = true
      backingOff.append(partition)
      return wake(at: MonotonicTime(nanoseconds: head.retryNanos))
    }
    guard partition.leader >= 0 else { return client.requestMetadata() }
    partition.isListed = true
    node(partition.leader).ready.append(partition)
  }

  func node(_ id: Int32) -> SenderNode {
    if let known = nodes[id] { return known }
    let node = SenderNode(id: id)
    nodes[id] = node
    return node
  }

  /// After new metadata: takes the partitions off the lists of nodes that lead them no more, and
  /// those that wait for the end of a backoff off theirs. `list` finds the new place of each.
  func unlistMoved() {
    for node in nodes.values {
      for _ in 0..<node.ready.count {
        guard let partition = node.ready.popFirst() else { break }
        if partition.leader == node.id {
          node.ready.append(partition)
        } else {
          partition.isListed = false
        }
      }
    }
    let paused = backingOff
    backingOff = []
    for partition in paused { partition.isListed = false }
  }

  func pumpAll() {
    for id in nodes.keys.sorted() {
      if let node = nodes[id] { pump(node) }
    }
  }

  /// Sends requests to one broker until its list is empty or enough are in flight.
  func pump(_ node: SenderNode) {
    guard !isClosed, !node.ready.isEmpty,
      node.inFlight < config.maxInFlightRequestsPerConnection,
      let connection = client.connection(to: node.id)
    else { return }
    guard connection.version(apiKey: ApiKey.produce.rawValue, among: produceVersions) != nil else {
      return stop(
        .unsupportedByBroker(
          "Produce with \(config.compression.name), versions \(produceVersions)"))
    }
    var sent = false
    while node.inFlight < config.maxInFlightRequestsPerConnection, !hadBetterWait(node) {
      let batches = gather(node)
      if batches.isEmpty { break }
      node.averageBatchBytes =
        batches.reduce(0) { $0 + $1.uncompressedBytes } / batches.count
      send(batches, to: node, connection)
      sent = true
    }
    if sent { connection.flush() }
  }

  /// Where many partitions have little to send each, the next request waits for the last one's
  /// answer, and their batches grow meanwhile: sent at once, small batches cost both sides so much
  /// that they stay small.
  private func hadBetterWait(_ node: SenderNode) -> Bool {
    node.inFlight > 0 && node.ready.count >= 32
      && node.averageBatchBytes < min(16_384, config.batchSize / 2)
  }

  /// Zstandard came with version 7 (KIP-110); from 13 on topics go by their ids (KIP-516).
  private var produceVersions: ClosedRange<Int16> {
    let newest: Int16 = accumulator.topics.allSatisfy { $0.id != .zero } ? 13 : 12
    return (config.compression == .zstd ? 7 : 3)...newest
  }

  /// Takes one batch of each listed partition, up to `max.request.size`, and seals what was due.
  private func gather(_ node: SenderNode) -> [ProducerBatch] {
    var batches: [ProducerBatch] = []
    var size = 0
    let nowNanos = transport.now.nanoseconds
    for _ in 0..<node.ready.count {
      guard let partition = node.ready.first else { break }
      if partition.leader != node.id || partition.isBlocked {
        _ = node.ready.popFirst()
        partition.isListed = false
        list(partition)
        continue
      }
      if partition.needsNewEpoch, !restart(partition) {
        _ = node.ready.popFirst()
        partition.isListed = false
        continue
      }
      guard let head = head(of: partition) else {
        _ = node.ready.popFirst()
        partition.isListed = false
        continue
      }
      if head.retryNanos > nowNanos {
        _ = node.ready.popFirst()
        partition.isListed = false
        list(partition)
        continue
      }
      if !batches.isEmpty, size + head.wireBytes > config.maxRequestSize { break }
      _ = node.ready.popFirst()
      _ = partition.queue.popFirst()
      size += head.wireBytes
      batches.append(head)
      partition.inFlight.append(head)
      // What else it has waits for the next request.
      if partition.hasWork, !partition.isBlocked {
        node.ready.append(partition)
      } else {
        partition.isListed = false
      }
    }
    if batches.count > 1 {
      batches.sort {
        ($0.partition.topic.handle.index, $0.partition.index)
          < ($1.partition.topic.handle.index, $1.partition.index)
      }
    }
    return batches
  }

  /// The next batch to be sent; those that could not even be built are failed.
  private func head(of partition: AccumulatorPartition) -> ProducerBatch? {
    while true {
      if partition.queue.isEmpty, partition.isDue { accumulator.seal(partition) }
      guard let head = partition.queue.first, let error = head.failure else {
        return partition.queue.first
      }
      _ = partition.queue.popFirst()
      giveUp(head, error)
    }
  }

  private func send(
    _ batches: [ProducerBatch], to node: SenderNode, _ connection: ClientConnection<T>
  ) {
    let now = transport.now.nanoseconds
    for batch in batches {
      batch.attempts += 1
      batch.sentNanos = now
      batch.sentLeader = batch.partition.leader
      batch.sentLeaderEpoch = batch.partition.leaderEpoch
      if batch.attempts > 1 {
        statistics.retriedBatches += 1
        if batch.isOutcomeUnknown, batch.baseSequence < 0 { batch.mayBeDuplicated = true }
      }
      batch.isOutcomeUnknown = true
    }
    let call = ProduceCall(
      node: node.id, batches: batches, config: config, versions: produceVersions, owner: self)
    node.inFlight += 1
    connection.send(call)
    statistics.requests += 1
    statistics.requestBytes += call.sizeInBytes
  }

  // MARK: Time

  /// Asks to be woken at `time` at the latest.
  func wake(at time: MonotonicTime) {
    if let timer = wakeTimer {
      if timer.time <= time { return }
      transport.cancel(timer.id)
    }
    let id = transport.schedule(at: time) { [weak self] in self?.woken() }
    wakeTimer = (id, time)
  }

  private func woken() {
    wakeTimer = nil
    guard !isClosed else { return }
    let now = transport.now
    if let due = accumulator.letLingeredGo(nowNanos: now.nanoseconds) {
      wake(at: MonotonicTime(nanoseconds: due))
    }
    let paused = backingOff
    backingOff = []
    for partition in paused {
      partition.isListed = false
      list(partition)
    }
    if now >= nextSweep { sweep(now) }
    dispatch()
    pumpAll()
    progress()
    if accumulator.memoryUsed > 0 || !openings.isEmpty { wake(at: max(nextSweep, now)) }
  }

  /// Gives up the batches whose `delivery.timeout.ms` has passed, and topics that did not open.
  private func sweep(_ now: MonotonicTime) {
    let interval = min(max(config.deliveryTimeoutMs / 20, 5), 1_000)
    nextSweep = now.adding(milliseconds: interval)
    let limit = now.nanoseconds - config.deliveryTimeoutMs * 1_000_000
    let error = ClientError.timedOut("delivery", afterMs: config.deliveryTimeoutMs)
    for topic in accumulator.topics {
      for partition in topic.partitions {
        for batch in partition.inFlight where !batch.isCompleted && batch.openedNanos <= limit {
          giveUp(batch, error)
        }
        if let open = partition.open, open.openedNanos <= limit { accumulator.seal(partition) }
        while let head = partition.queue.first, head.openedNanos <= limit {
          _ = partition.queue.popFirst()
          giveUp(head, error)
        }
      }
    }
    let late = openings.filter { $0.deadline <= now }
    openings.removeAll { $0.deadline <= now }
    for opening in late {
      opening.completion(.failure(openingError(opening.name)))
    }
  }

  private func openingError(_ name: String) -> ClientError {
    if let topic = client.metadata.topics[name], topic.error != .none {
      return .broker(topic.error, message: "topic \(name)")
    }
    return .timedOut("opening the topic \(name)", afterMs: config.maxBlockMs)
  }
}
