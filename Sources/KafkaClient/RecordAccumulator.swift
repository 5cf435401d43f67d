import KafkaFormat

/// Collects records into one open batch a partition, within `buffer.memory`.
///
/// ```
/// append ─► open batch ─(full)──────────────► seal: compress, sequence, CRC ─► queue ─► send
///                      └(lingered, flushed)─► due: sealed when the sender takes it
/// ```
/// A batch that is due still takes records while the sender has enough in flight, as in Kafka's own
/// producer: the busier the broker, the larger the batches.
///
/// Not generic, so that the path of a record is compiled for itself.
final class RecordAccumulator {
  let config: ProducerConfig
  /// The monotonic clock, in nanoseconds; read once a batch.
  let clock: () -> Int64
  private(set) var topics: [AccumulatorTopic] = []
  /// Bytes that open, queued and unacknowledged batches have reserved.
  private(set) var memoryUsed = 0
  /// An append was turned away; the delegate waits for room.
  var someoneWaits = false
  /// Partitions with an open batch that is not due yet, in the order in which they were opened; the
  /// number tells whether it is still that batch.
  var lingering: [(partition: AccumulatorPartition, opening: UInt64)] = []
  var lingeringStart = 0
  /// Partitions that got something to send since the sender last looked.
  private(set) var freshlyReady: [AccumulatorPartition] = []
  /// A batch began or was sealed, or an append found no room: the sender should look.
  var needsAttention = false
  var random: SplitMix64
  private var openings: UInt64 = 0
  private let rooms: BatchRooms
  private var idle: IdleBatches
  private var idleRuns: [[ScheduledRun]] = []
  private let compressor: Compressor?
  private let options: RecordBatchOptions

  init(config: ProducerConfig, clock: @escaping () -> Int64) {
    self.config = config
    self.clock = clock
    rooms = BatchRooms(batchSize: config.batchSize)
    idle = IdleBatches(bytesMax: config.bufferMemory)
    random = SplitMix64(seed: config.client.seed ?? UInt64.random(in: 0...UInt64.max))
    options = RecordBatchOptions(
      codec: config.compression, level: config.compressionLevel)
    compressor = config.compression == .none ? nil : Compressor()
  }

  /// When the oldest open batch will have lingered long enough, in nanoseconds.
  ///
  /// - Complexity: O(1) over time: entries of batches that are sealed already are passed once.
  func nextLingerNanos() -> Int64? {
    defer { trimLingering() }
    while lingeringStart < lingering.count {
      let entry = lingering[lingeringStart]
      if let open = entry.partition.open, entry.partition.opening == entry.opening {
        return open.openedNanos + config.lingerMs * 1_000_000
      }
      lingeringStart += 1
    }
    return nil
  }

  /// The partitions that got something to send since the last call.
  func takeFreshlyReady() -> [AccumulatorPartition] {
    let fresh = freshlyReady
    freshlyReady.removeAll(keepingCapacity: true)
    for partition in fresh { partition.isFresh = false }
    return fresh
  }

  func addTopic(_ topic: AccumulatorTopic) { topics.append(topic) }

  // MARK: Appending

  /// Appends one record to `partition`.
  ///
  /// - Complexity: O(bytes of the record); allocates only where a batch begins and none can be
  ///   used again.
  @inline(__always)
  func append(
    _ partition: AccumulatorPartition, key: RawSpan?, value: RawSpan?, headerCount: Int,
    headers: RawSpan?, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    if let open = partition.open,
      open.contents?.append(
        key: key, value: value, headerCount: headerCount, headers: headers,
        timestampMs: timestampMs, scheduledNanos: scheduledNanos) == true
    {
      return .appended(partition: partition.index)
    }
    return appendToNewBatch(
      partition, key: key, value: value, headerCount: headerCount, headers: headers,
      timestampMs: timestampMs, scheduledNanos: scheduledNanos)
  }

  @inline(never)
  private func appendToNewBatch(
    _ partition: AccumulatorPartition, key: RawSpan?, value: RawSpan?, headerCount: Int,
    headers: RawSpan?, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    let needed = RecordBatchBuilder.maximumSizeOfRecord(
      keySize: key?.byteCount, valueSize: value?.byteCount, headerSize: headers?.byteCount ?? 0)
    if let open = partition.open, open.capacity < open.limit {
      let size = open.contents?.builder.sizeInBytes ?? 0
      guard let capacity = growth(of: open, holding: size, needed: needed) else { return .full }
      open.contents?.builder.grow(to: capacity)
      let isIn = open.contents?.append(
        key: key, value: value, headerCount: headerCount, headers: headers,
        timestampMs: timestampMs, scheduledNanos: scheduledNanos)
      if isIn == true { return .appended(partition: partition.index) }
    }
    if let refusal = beginBatch(partition, needed: RecordBatchHeader.size + needed) {
      return refusal
    }
    let taken = partition.open?.contents?.append(
      key: key, value: value, headerCount: headerCount, headers: headers,
      timestampMs: timestampMs, scheduledNanos: scheduledNanos)
    assert(taken == true, "a batch was made for this record")
    closeIfOversized(partition)
    return .appended(partition: partition.index)
  }

  /// A record larger than `batch.size` shares its batch with no other: where it is refused for its
  /// size, it alone is.
  func closeIfOversized(_ partition: AccumulatorPartition) {
    if let open = partition.open, open.capacity > config.batchSize { close(partition) }
  }

  /// Seals the partition's open batch and begins another with room for `needed` bytes.
  ///
  /// - Returns: nil, or why there is none.
  func beginBatch(_ partition: AccumulatorPartition, needed: Int) -> AppendResult? {
    // The most that the fields around key and value may take beyond what they mostly do.
    let slack = 30
    if needed - slack > config.maxRequestSize {
      return .rejected(.recordTooLarge(size: needed, limit: config.maxRequestSize))
    }
    // As much as the last batch took, if that was no single large record; less where that much is
    // not there.
    var capacity = rooms.size(for: max(needed, min(partition.lastBatchBytes, config.batchSize)))
    if memoryUsed + capacity > config.bufferMemory { capacity = rooms.size(for: needed) }
    guard memoryUsed + capacity <= config.bufferMemory || memoryUsed == 0 else { return turnAway() }
    needsAttention = true
    if partition.open != nil { close(partition) }
    let open = takeOpen(capacity: capacity)
    open.openedNanos = clock()
    memoryUsed += capacity
    partition.open = open
    openings += 1
    partition.opening = openings
    lingering.append((partition, openings))
    return nil
  }

  /// Reserves more room for an open batch of `size` bytes, so that `needed` more fit.
  ///
  /// - Returns: Its capacity from now on, no more than its limit; nil where memory is short.
  func growth(of open: OpenBatch, holding size: Int, needed: Int) -> Int? {
    let wanted = min(open.limit, rooms.size(for: max(size + needed, open.capacity + 1)))
    guard wanted > open.capacity else { return open.capacity }
    guard memoryUsed + wanted - open.capacity <= config.bufferMemory else {
      _ = turnAway()
      return nil
    }
    memoryUsed += wanted - open.capacity
    open.capacity = wanted
    return wanted
  }

  private func turnAway() -> AppendResult {
    someoneWaits = true
    needsAttention = true
    return .full
  }

  // MARK: Sealing

  /// Seals the partition's open batch, and lets the sender know.
  func close(_ partition: AccumulatorPartition) {
    seal(partition)
    announce(partition)
  }

  private func announce(_ partition: AccumulatorPartition) {
    guard !partition.isFresh else { return }
    partition.isFresh = true
    freshlyReady.append(partition)
  }

  /// Ends the partition's open batch and queues it.
  func seal(_ partition: AccumulatorPartition) {
    guard let open = partition.open else { return }
    partition.open = nil
    partition.isDue = false
    if open.contents?.recordCount == 0 {
      memoryUsed -= open.capacity
      return giveBack(open)
    }
    let batch = ProducerBatch(partition: partition, open: open)
    partition.lastBatchBytes = batch.uncompressedBytes
    var options = options
    options.producerId = partition.producerId
    options.producerEpoch = partition.producerEpoch
    options.baseSequence = partition.takeSequences(batch.recordCount)
    batch.baseSequence = options.baseSequence
    batch.firstRecordIndex = partition.sealedRecords
    partition.sealedRecords += Int64(batch.recordCount)
    do throws(CompressionError) {
      if let buffer = idle.takeBuffer(open.capacity) { open.contents?.builder.recycle(buffer) }
      batch.wire = try open.contents?.builder.finish(options, compressor: compressor) ?? []
    } catch {
      batch.failure = .corruptBatch(
        topic: partition.topic.name, partition: partition.index, offset: -1, reason: "\(error)")
      open.contents?.builder.reset()
    }
    batch.wireBytes = batch.wire.count
    giveBack(open)
    partition.queue.append(batch)
  }

  /// Lets every open batch go, lingered or not.
  func letAllGo() {
    for entry in lingering[lingeringStart...]
    where entry.partition.open != nil && entry.partition.opening == entry.opening {
      entry.partition.isDue = true
      announce(entry.partition)
    }
    lingering.removeAll(keepingCapacity: true)
    lingeringStart = 0
  }

  /// Lets the batches go that have lingered long enough.
  ///
  /// - Returns: When the next one will have, in nanoseconds; nil if none is open.
  func letLingeredGo(nowNanos: Int64) -> Int64? {
    let linger = config.lingerMs * 1_000_000
    defer { trimLingering() }
    while lingeringStart < lingering.count {
      let entry = lingering[lingeringStart]
      if let open = entry.partition.open, entry.partition.opening == entry.opening {
        let due = open.openedNanos + linger
        if due > nowNanos { return due }
        entry.partition.isDue = true
        announce(entry.partition)
      }
      lingeringStart += 1
    }
    return nil
  }

  private func trimLingering() {
    if lingeringStart == lingering.count {
      lingering.removeAll(keepingCapacity: true)
      lingeringStart = 0
    } else if lingeringStart > max(256, lingering.count / 2) {
      lingering.removeFirst(lingeringStart)
      lingeringStart = 0
    }
  }

  // MARK: Memory

  /// A batch is over: its memory and its storage are free again.
  func release(_ batch: ProducerBatch) {
    memoryUsed -= batch.reservedBytes
    var wire: [UInt8] = []
    swap(&wire, &batch.wire)
    // Buffers of large records are not kept.
    if batch.reservedBytes <= config.batchSize { idle.give(wire, capacity: batch.reservedBytes) }
    var runs: [ScheduledRun] = []
    swap(&runs, &batch.runs)
    runs.removeAll(keepingCapacity: true)
    idleRuns.append(runs)
  }

  private func takeOpen(capacity: Int) -> OpenBatch {
    let runs = idleRuns.popLast() ?? []
    if let open = idle.takeOpen(capacity) {
      open.contents?.runs = runs
      return open
    }
    return OpenBatch(
      capacity: capacity, limit: max(capacity, config.batchSize),
      storage: idle.takeBuffer(capacity) ?? [], runs: runs)
  }

  private func giveBack(_ open: OpenBatch) {
    open.contents?.payloadBytes = 0
    // Of large records nothing is kept.
    if open.capacity <= config.batchSize { idle.give(open) }
  }
}

/// A batch that still takes records.
final class OpenBatch {
  /// Bytes of `buffer.memory` that it has.
  fileprivate(set) var capacity: Int
  /// What it may grow to: `batch.size`, or what one large record takes.
  let limit: Int
  /// One property, because each that is reached is checked for exclusive access, record by record;
  /// nil while `Producer.fill` has taken it out.
  var contents: RecordAppender?
  var openedNanos: Int64 = 0

  init(capacity: Int, limit: Int, storage: consuming [UInt8], runs: [ScheduledRun]) {
    self.capacity = capacity
    self.limit = limit
    contents = RecordAppender(
      builder: RecordBatchBuilder(capacity: capacity, reusing: storage), runs: runs)
  }
}

/// A sealed batch, from its queue to its result.
final class ProducerBatch {
  let partition: AccumulatorPartition
  /// The bytes as they go out.
  var wire: [UInt8] = []
  var wireBytes = 0
  var runs: [ScheduledRun]
  let recordCount: Int
  let payloadBytes: Int
  let uncompressedBytes: Int
  let reservedBytes: Int
  let openedNanos: Int64
  var firstRecordIndex: Int64 = 0
  var baseSequence: Int32 = -1
  var attempts = 0
  var sentNanos: Int64 = 0
  /// Where it was last sent.
  var sentLeader: Int32 = -1
  var sentLeaderEpoch: Int32 = -1
  /// When it may be sent again.
  var retryNanos: Int64 = 0
  /// It was sent, and nobody knows whether it was stored.
  var isOutcomeUnknown = false
  var mayBeDuplicated = false
  var wasReordered = false
  var isCompleted = false
  /// What its last attempt met, where it was to be sent again.
  var lastError: ClientError?
  /// It could not even be built.
  var failure: ClientError?

  init(partition: AccumulatorPartition, open: OpenBatch) {
    self.partition = partition
    runs = open.contents?.takeRuns() ?? []
    recordCount = open.contents?.builder.recordCount ?? 0
    payloadBytes = open.contents?.payloadBytes ?? 0
    uncompressedBytes = open.contents?.builder.sizeInBytes ?? 0
    reservedBytes = open.capacity
    openedNanos = open.openedNanos
  }
}
