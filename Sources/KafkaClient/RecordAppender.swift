import KafkaFormat

/// A batch that is being filled: its records, and when they were due.
///
/// Lent by `Producer.fill`: an append through it is checked for nothing but the batch's room, and
/// costs little more than writing the record.
public struct RecordAppender: ~Copyable {
  @usableFromInline var builder: RecordBatchBuilder
  @usableFromInline var runs: [ScheduledRun]
  @usableFromInline var payloadBytes = 0
  /// The run that the last record belongs to, kept out of the array until it ends.
  @usableFromInline var currentRun = ScheduledRun(scheduledNanos: 0, count: 0)

  init(builder: consuming RecordBatchBuilder, runs: [ScheduledRun]) {
    self.builder = builder
    self.runs = runs
  }

  /// How many records are in the batch.
  @inlinable public var recordCount: Int { builder.recordCount }

  /// Appends a record.
  ///
  /// - Returns: false where it does not fit any more; nothing was taken.
  @inlinable
  public mutating func append(
    key: RawSpan?, value: RawSpan?, headerCount: Int = 0, headers: RawSpan? = nil,
    timestampMs: Int64, scheduledNanos: Int64
  ) -> Bool {
    let isIn = builder.append(
      timestamp: timestampMs, key: key, value: value, headerCount: headerCount, headers: headers)
    guard isIn else { return false }
    payloadBytes &+= (key?.byteCount ?? 0) &+ (value?.byteCount ?? 0)
    if currentRun.scheduledNanos == scheduledNanos {
      currentRun.count &+= 1
    } else {
      endRun()
      currentRun = ScheduledRun(scheduledNanos: scheduledNanos, count: 1)
    }
    return true
  }

  @usableFromInline
  mutating func endRun() {
    if currentRun.count > 0 { runs.append(currentRun) }
    currentRun.count = 0
  }

  /// Hands the runs out; the next batch starts without any.
  mutating func takeRuns() -> [ScheduledRun] {
    endRun()
    var taken: [ScheduledRun] = []
    swap(&taken, &runs)
    return taken
  }
}

extension Producer {
  /// Fills the open batch of a partition, or a new one, with as many records as `body` appends:
  /// for those who have many at hand.
  ///
  /// ```swift
  /// while next < end {
  ///   let result = producer.fill(topic, partition: 0, nextBytes: size) { batch in
  ///     while next < end, batch.append(key: nil, value: values[next], …) { next += 1 }
  ///   }
  ///   if result == .full { break }   // and go on at `producerReady`
  /// }
  /// ```
  /// - Parameters:
  ///   - nextBytes: Bytes of key, value and headers of the first record that will be appended; a
  ///     batch without room for it is sent, and another begun.
  ///   - body: Ends where `append` returns false. It may not call the producer.
  /// - Returns: `.full` or `.rejected` where there was no batch to fill: `body` was not called.
  public func fill(
    _ topic: TopicHandle, partition: Int32, nextBytes: Int,
    _ body: (inout RecordAppender) -> Void
  ) -> AppendResult {
    if isClosed { return .rejected(failure ?? .closed) }
    let known = accumulator.topics[topic.index]
    guard partition >= 0, Int(partition) < known.partitions.count else {
      return .rejected(.unknownPartition(topic: known.name, partition: partition))
    }
    let result = accumulator.fill(
      known.partitions[Int(partition)], nextBytes: nextBytes, body)
    if accumulator.needsAttention { attend() }
    return result
  }
}

extension RecordAccumulator {
  fileprivate func fill(
    _ partition: AccumulatorPartition, nextBytes: Int, _ body: (inout RecordAppender) -> Void
  ) -> AppendResult {
    let needed = RecordBatchBuilder.maximumSizeOfRecord(
      keySize: nil, valueSize: max(0, nextBytes))
    if let open = partition.open, var contents = open.contents.take() {
      let size = contents.builder.sizeInBytes
      var isRefused = false
      if size + needed > open.capacity {
        if let capacity = growth(of: open, holding: size, needed: needed) {
          contents.builder.grow(to: capacity)
        } else {
          isRefused = true
        }
      }
      let hasRoom = !isRefused && size + needed <= open.capacity
      if hasRoom { body(&contents) }
      open.contents = consume contents
      if isRefused { return .full }
      if hasRoom { return .appended(partition: partition.index) }
    }
    if let refusal = beginBatch(partition, needed: needed + RecordBatchHeader.size) {
      return refusal
    }
    guard let open = partition.open, var contents = open.contents.take() else { return .full }
    body(&contents)
    open.contents = consume contents
    closeIfOversized(partition)
    return .appended(partition: partition.index)
  }
}
