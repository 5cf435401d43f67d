import KafkaClient
import KafkaFormat
import LoadModel
import Transport

/// Where one producer's records come from: payloads and keys made before the clock starts, stamped
/// in place, and the ledger of what was sent.
struct RecordSource: ~Copyable {
  private var payloads: PayloadPool
  private var keys: KeyPool
  private(set) var ledger: AckLedger
  /// The one header of records that carry their stamp there, encoded; the stamp is its end.
  private var header: [UInt8]
  /// A key was drawn for a record that the producer had no room for.
  private var isKeyDrawn = false
  private let producerId: Int

  /// - Parameter mayBeCompressed: By the producer, or by the topic that it writes to.
  /// - Throws: `.usage` where the payload file cannot be used.
  init(
    _ workload: Workload, producerId: Int, partitions: Int, codec: StampCodec, seed: UInt64,
    mayBeCompressed: Bool
  ) throws(RunError) {
    self.producerId = producerId
    let blank = [UInt8](repeating: 0, count: StampForm.fullSize)
    header = RecordHeaders([(key: StampForm.headerKey, value: blank)]).encoded
    ledger = AckLedger(producer: producerId, partitions: partitions)
    keys = KeyPool(
      workload.keys, count: workload.keyCount, size: workload.keySizeBytes,
      seed: seed &+ UInt64(producerId) &* 2 &+ 1)
    if let file = workload.payloadFile {
      let lines = try PayloadFile.bytes(of: file)
      guard let pool = PayloadPool(lines: lines, codec: codec) else {
        throw .usage("\(file): no line with a byte in it; --payload-file takes one value a line")
      }
      payloads = pool
    } else {
      payloads = PayloadPool(
        recordSize: workload.recordSizeBytes, compressibility: workload.compressibility,
        capacityBytes: Self.poolBytes(
          workload, partitions: partitions, mayBeCompressed: mayBeCompressed),
        seed: seed &+ UInt64(producerId) &* 2,
        codec: codec)
    }
  }

  /// Without a codec nothing sees that values come again, so the pool stays in the cache and the
  /// generator does not measure its own memory.
  private static func poolBytes(
    _ workload: Workload, partitions: Int, mayBeCompressed: Bool
  ) -> Int {
    guard mayBeCompressed else { return max(1 << 20, 2 * workload.recordSizeBytes) }
    // A larger record has a batch of its own.
    return PayloadPool.capacity(
      batchSizeBytes: max(workload.batchSizeBytes, workload.recordSizeBytes),
      open: workload.keys == .none ? 1 : partitions, producers: workload.producers)
  }

  /// Stamps the next record and appends it.
  mutating func offer<T: Transport>(
    to producer: Producer<T>, topic: TopicHandle, dueNanos: Int64, wallMs: Int64
  ) -> AppendResult {
    guard keys.count > 0 else {
      return append(to: producer, topic, key: nil, dueNanos: dueNanos, wallMs: wallMs)
    }
    if !isKeyDrawn { keys.advance() }
    isKeyDrawn = true
    // A copy of the pool shares its bytes: the key stays in place while this is changed.
    let drawn = keys
    return append(to: producer, topic, key: drawn.key, dueNanos: dueNanos, wallMs: wallMs)
  }

  /// Whether several records may be offered at once: those without keys, stamped in their values.
  var takesMany: Bool { keys.count == 0 && payloads.codec.form != .header }

  /// Stamps and appends up to `count` records to one partition, all due at the same time.
  ///
  /// - Returns: How many were taken: fewer where the batch is full, none where the producer is.
  mutating func offerMany<T: Transport>(
    to producer: Producer<T>, topic: TopicHandle, count: Int, dueNanos: Int64, wallMs: Int64
  ) -> (taken: Int, result: AppendResult) {
    let size = payloads.nextSize
    let partition = producer.choosePartition(topic, key: nil, valueSize: size, count: count)
    let first = ledger.nextSequence(partition: partition)
    let id = producerId
    var taken = 0
    let result = producer.fill(topic, partition: partition, nextBytes: size) { batch in
      while taken < count {
        payloads.advance(
          to: RecordStamp(
            producer: id, partition: partition, sequence: first &+ UInt64(taken),
            scheduledNanos: dueNanos))
        let isIn = batch.append(
          key: nil, value: payloads.value, timestampMs: wallMs, scheduledNanos: dueNanos)
        guard isIn else { return }
        taken += 1
      }
    }
    ledger.takeSequences(partition: partition, count: taken)
    return (taken, result)
  }

  private mutating func append<T: Transport>(
    to producer: Producer<T>, _ topic: TopicHandle, key: RawSpan?, dueNanos: Int64, wallMs: Int64
  ) -> AppendResult {
    let partition = producer.choosePartition(topic, key: key, valueSize: payloads.nextSize)
    payloads.advance(
      to: RecordStamp(
        producer: producerId, partition: partition,
        sequence: ledger.nextSequence(partition: partition), scheduledNanos: dueNanos))
    let result: AppendResult
    if payloads.codec.form == .header {
      writeHeader()
      result = producer.append(
        topic, partition: partition, key: key, value: payloads.value, headerCount: 1,
        headers: header.rawSpan, timestampMs: wallMs, scheduledNanos: dueNanos)
    } else {
      result = producer.append(
        topic, partition: partition, key: key, value: payloads.value,
        timestampMs: wallMs, scheduledNanos: dueNanos)
    }
    if case .appended = result {
      ledger.takeSequences(partition: partition, count: 1)
      isKeyDrawn = false
    }
    return result
  }

  private mutating func writeHeader() {
    var bytes: [UInt8] = []
    swap(&bytes, &header)
    var stamp = ByteReader(payloads.header)
    var index = bytes.count - StampForm.fullSize
    while let byte = try? stamp.uint8() {
      bytes[index] = byte
      index += 1
    }
    header = bytes
  }

  /// Enters a batch's fate in the ledger.
  mutating func completed(_ batch: borrowing CompletedBatch) {
    let first = UInt64(batch.firstRecordIndex)
    let sequences = first..<first + UInt64(batch.recordCount)
    guard let error = batch.error else {
      return ledger.acked(
        partition: batch.partition, sequences, baseOffset: batch.baseOffset)
    }
    // Only a refusal of the one and only attempt says that nothing was stored.
    let isRefusal = if case .broker = error { batch.attempts <= 1 } else { batch.attempts == 0 }
    if isRefusal {
      ledger.failed(partition: batch.partition, sequences)
    } else {
      ledger.uncertain(partition: batch.partition, sequences)
    }
  }
}
