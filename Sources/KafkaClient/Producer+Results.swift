import KafkaFormat
import KafkaMessages
import Transport

/// What becomes of batches that were sent.
extension Producer {
  func produceAnswered(_ call: ProduceCall, _ response: ProduceResponse) {
    nodes[call.node]?.inFlight -= 1
    var refresh = false
    var results = ProduceResults(response)
    for batch in call.batches {
      guard let result = results.next(of: batch) else {
        settle(batch, .malformedResponse("no result for \(name(batch))"))
        continue
      }
      if result.errorCode.invalidatesMetadata { refresh = true }
      settle(batch, result, by: call.node)
    }
    if refresh { client.requestMetadata() }
    resume(after: call)
  }

  func produceFailed(_ call: ProduceCall, _ error: ClientError) {
    nodes[call.node]?.inFlight -= 1
    for batch in call.batches { settle(batch, error) }
    resume(after: call)
  }

  func produceSent(_ call: ProduceCall) {
    nodes[call.node]?.inFlight -= 1
    for batch in call.batches { acknowledge(batch, baseOffset: -1, by: call.node) }
    resume(after: call)
  }

  /// Lists the partitions again that were waiting for this call, and goes on sending.
  private func resume(after call: ProduceCall) {
    guard !isClosed else { return }
    for batch in call.batches { list(batch.partition) }
    if let node = nodes[call.node] { pump(node) }
    progress()
  }

  private func name(_ batch: ProducerBatch) -> String {
    "\(batch.partition.topic.name)-\(batch.partition.index)"
  }

  // MARK: One batch

  private func settle(
    _ batch: ProducerBatch, _ result: ProduceResponse.PartitionProduceResponse, by node: Int32
  ) {
    let code = result.errorCode
    let error = ClientError.broker(code, message: result.errorMessage)
    switch code {
    case .none: acknowledge(batch, baseOffset: result.baseOffset, by: node)
    // The broker has it already: an earlier answer was lost.
    case .duplicateSequenceNumber: acknowledge(batch, baseOffset: -1, by: node)
    case .outOfOrderSequenceNumber where batch.baseSequence >= 0:
      batch.isOutcomeUnknown = false
      // An earlier batch is missing: this one follows it. If it is this one's turn, the broker has
      // lost what it had.
      if batch.firstRecordIndex > batch.partition.acknowledgedRecords {
        retry(batch, error)
      } else {
        takeFromFlight(batch)
        giveUp(batch, error)
      }
    case .unknownProducerId where batch.baseSequence >= 0,
      .invalidProducerEpoch where batch.baseSequence >= 0,
      .invalidProducerIdMapping where batch.baseSequence >= 0:
      // The broker has forgotten this producer (its records are deleted): begin anew.
      batch.isOutcomeUnknown = false
      batch.partition.needsNewEpoch = true
      retry(batch, error)
    case .clusterAuthorizationFailed:
      takeFromFlight(batch)
      giveUp(batch, error)
      stop(error)
    default:
      // These are sent after the leader has stored it.
      let mayBeStored = code == .notEnoughReplicasAfterAppend || code == .requestTimedOut
      batch.isOutcomeUnknown = mayBeStored
      settleFailure(batch, error)
    }
  }

  /// No answer, or none that can be read.
  private func settle(_ batch: ProducerBatch, _ error: ClientError) {
    settleFailure(batch, error)
  }

  private func settleFailure(_ batch: ProducerBatch, _ error: ClientError) {
    if error.isRetriable, batch.attempts <= Int(config.retries), !isClosed {
      retry(batch, error)
    } else {
      takeFromFlight(batch)
      giveUp(batch, error)
    }
  }

  private func acknowledge(_ batch: ProducerBatch, baseOffset: Int64, by node: Int32) {
    takeFromFlight(batch)
    guard !batch.isCompleted else { return }
    let partition = batch.partition
    // With sequence numbers a later batch is only stored behind this one: the answer was lost.
    if batch.baseSequence < 0, batch.firstRecordIndex < partition.acknowledgedRecords {
      batch.wasReordered = true
    }
    partition.acknowledgedRecords = max(
      partition.acknowledgedRecords, batch.firstRecordIndex + Int64(batch.recordCount))
    if let head = partition.queue.first {
      if head.attempts == 0 { partition.isRetrying = false }
    } else if partition.inFlight.isEmpty {
      partition.isRetrying = false
    }
    statistics.batches += 1
    statistics.records += batch.recordCount
    complete(batch, baseOffset: baseOffset, by: node, error: nil)
  }

  /// Puts a batch back among those to be sent.
  private func retry(_ batch: ProducerBatch, _ error: ClientError) {
    takeFromFlight(batch)
    guard !batch.isCompleted else { return }
    if batch.partition.hasMoved(since: batch) {
      batch.retryNanos = 0
    } else {
      let wait = client.retryDelayMs(attempt: batch.attempts - 1)
      batch.retryNanos = transport.now.adding(milliseconds: wait).nanoseconds
    }
    batch.partition.isRetrying = true
    batch.lastError = error
    batch.partition.requeue(batch)
    delegate?.batchRetried(error)
  }

  private func takeFromFlight(_ batch: ProducerBatch) {
    batch.partition.inFlight.removeAll { $0 === batch }
  }

  /// Completes a batch with an error. With idempotence its sequence numbers are a gap now.
  func giveUp(_ batch: ProducerBatch, _ error: ClientError) {
    guard !batch.isCompleted else { return }
    let partition = batch.partition
    if batch.baseSequence >= 0 { partition.needsNewEpoch = true }
    if partition.queue.isEmpty, partition.inFlight.allSatisfy({ $0 === batch }) {
      partition.isRetrying = false
    }
    statistics.failedRecords += batch.recordCount
    complete(batch, baseOffset: -1, error: error)
  }

  private func complete(
    _ batch: ProducerBatch, baseOffset: Int64, by node: Int32 = -1, error: ClientError?
  ) {
    batch.isCompleted = true
    let completed = CompletedBatch(
      topic: batch.partition.topic.handle, partition: batch.partition.index,
      node: node, firstRecordIndex: batch.firstRecordIndex, recordCount: batch.recordCount,
      payloadBytes: batch.payloadBytes, uncompressedBytes: batch.uncompressedBytes,
      wireBytes: batch.wireBytes, openedNanos: batch.openedNanos, sentNanos: batch.sentNanos,
      completedNanos: transport.now.nanoseconds, runs: batch.runs, baseOffset: baseOffset,
      attempts: batch.attempts, wasReordered: batch.wasReordered,
      mayBeDuplicated: batch.mayBeDuplicated, error: error,
      lastError: error == nil ? nil : batch.lastError)
    delegate?.batchCompleted(completed)
    accumulator.release(batch)
  }

  /// After batches were completed: wakes those who wait for room, or for the end of a flush.
  func progress() {
    if accumulator.memoryUsed == 0, !flushWaiters.isEmpty {
      let waiters = flushWaiters
      flushWaiters = []
      for waiter in waiters { waiter() }
    }
    if accumulator.someoneWaits,
      accumulator.memoryUsed == 0
        || accumulator.memoryUsed + config.batchSize <= config.bufferMemory
    {
      accumulator.someoneWaits = false
      delegate?.producerReady()
    }
  }

  // MARK: The end

  /// Ends everything; what is not acknowledged completes with `error`.
  func stop(_ error: ClientError) {
    guard !isClosed else { return }
    isClosed = true
    failure = error
    if let timer = wakeTimer { transport.cancel(timer.id) }
    wakeTimer = nil
    _ = accumulator.takeFreshlyReady()
    for topic in accumulator.topics {
      for partition in topic.partitions {
        accumulator.seal(partition)
        for batch in partition.inFlight { giveUp(batch, error) }
        while let batch = partition.queue.popFirst() { giveUp(batch, error) }
        partition.inFlight = []
      }
    }
    let unopened = openings
    openings = []
    client.close(error)
    for opening in unopened { opening.completion(.failure(error)) }
    let waiters = flushWaiters
    flushWaiters = []
    for waiter in waiters { waiter() }
    if error != .closed { delegate?.producerFailed(error) }
  }
}
