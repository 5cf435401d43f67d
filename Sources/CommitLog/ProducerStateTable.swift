import KafkaFormat

/// What a partition remembers of the idempotent producers that wrote to it.
///
/// - Source: KIP-98; Apache Kafka `ProducerStateManager`, `ProducerAppendInfo`.
public struct ProducerStateTable: Sendable {
  /// So many of a producer's last batches are known again when they are sent twice.
  static let remembered = 5
  static let noSequence: Int32 = -1

  /// One batch that was appended.
  struct Batch: Sendable, Equatable {
    var lastSequence: Int32
    var lastOffset: Int64
    var offsetDelta: Int32
    var timestamp: Int64

    var firstOffset: Int64 { lastOffset - Int64(offsetDelta) }
    var firstSequence: Int32 { (lastSequence &- offsetDelta) & Int32.max }
  }

  struct Producer: Sendable, Equatable {
    var epoch: Int16
    /// Oldest first, at most `remembered`.
    var batches: [Batch]
    var lastTimestamp: Int64
    var coordinatorEpoch: Int32 = -1
    /// Where its open transaction begins; -1 for none.
    var currentTransactionFirstOffset: Int64 = -1

    var lastSequence: Int32 { batches.last?.lastSequence ?? ProducerStateTable.noSequence }
  }

  /// What `check` found.
  enum Verdict: Equatable {
    case append
    /// It was appended before: where, and with which timestamp.
    case duplicate(firstOffset: Int64, lastOffset: Int64, timestamp: Int64)
  }

  private(set) var producers: [Int64: Producer] = [:]

  public init() {}

  public var count: Int { producers.count }

  /// Checks a batch of a client against what is known; changes nothing.
  ///
  /// - Throws: `.outOfOrderSequence`, `.invalidProducerEpoch`.
  func check(_ header: RecordBatchHeader) throws(LogError) -> Verdict {
    guard header.hasProducerId, !header.isControl, let known = producers[header.producerId]
    else { return .append }
    if header.producerEpoch == known.epoch {
      for batch in known.batches
      where batch.lastSequence == header.lastSequence
        && batch.firstSequence == header.baseSequence
      {
        return .duplicate(
          firstOffset: batch.firstOffset, lastOffset: batch.lastOffset, timestamp: batch.timestamp)
      }
    }
    if header.producerEpoch < known.epoch {
      throw .invalidProducerEpoch(
        producerId: header.producerId, current: known.epoch, actual: header.producerEpoch)
    }
    if header.producerEpoch != known.epoch {
      if header.baseSequence != 0 {
        throw .outOfOrderSequence(
          producerId: header.producerId, expected: 0, actual: header.baseSequence)
      }
      return .append
    }
    // A producer known by a marker alone has no sequence yet, and starts with 0.
    let last = known.lastSequence
    let expected = last == Self.noSequence ? 0 : (last &+ 1) & Int32.max
    if header.baseSequence != expected {
      throw .outOfOrderSequence(
        producerId: header.producerId, expected: expected, actual: header.baseSequence)
    }
    return .append
  }

  /// Notes a batch that was appended, or that is read again at recovery.
  mutating func update(_ header: RecordBatchHeader) {
    guard header.hasProducerId else { return }
    if header.isControl {
      updateControl(header)
      return
    }
    let batch = Batch(
      lastSequence: header.lastSequence, lastOffset: header.lastOffset,
      offsetDelta: header.lastOffsetDelta, timestamp: header.maxTimestamp)
    let begins = header.isTransactional ? header.baseOffset : -1
    guard producers[header.producerId] != nil else {
      producers[header.producerId] = Producer(
        epoch: header.producerEpoch, batches: [batch], lastTimestamp: header.maxTimestamp,
        currentTransactionFirstOffset: begins)
      return
    }
    producers[header.producerId]!.add(batch, epoch: header.producerEpoch, transaction: begins)
  }

  private mutating func updateControl(_ header: RecordBatchHeader) {
    var producer =
      producers[header.producerId]
      ?? Producer(
        epoch: header.producerEpoch, batches: [], lastTimestamp: header.maxTimestamp)
    if producer.epoch != header.producerEpoch {
      producer.batches = []
      producer.epoch = header.producerEpoch
    }
    producer.lastTimestamp = header.maxTimestamp
    producer.currentTransactionFirstOffset = -1
    producers[header.producerId] = producer
  }

  mutating func restore(_ id: Int64, _ producer: Producer) { producers[id] = producer }

  /// Takes the earlier batches of each producer whose last batch is the same in `other`.
  mutating func completeBatches(from other: ProducerStateTable) {
    for (id, known) in other.producers {
      guard let mine = producers[id], mine.epoch == known.epoch, mine.batches.count == 1,
        mine.batches.last == known.batches.last
      else { continue }
      producers[id]?.batches = known.batches
    }
  }

  /// Forgets producers that have been silent for `expirationMs`, save those in a transaction.
  mutating func expire(nowMs: Int64, expirationMs: Int64) {
    producers = producers.filter { _, producer in
      producer.currentTransactionFirstOffset >= 0
        || nowMs.subtractingClamped(producer.lastTimestamp) < expirationMs
    }
  }
}

extension ProducerStateTable.Producer {
  mutating func add(_ batch: ProducerStateTable.Batch, epoch newEpoch: Int16, transaction: Int64) {
    if newEpoch != epoch {
      epoch = newEpoch
      batches.removeAll(keepingCapacity: true)
    }
    if batches.count == ProducerStateTable.remembered { batches.removeFirst() }
    batches.append(batch)
    lastTimestamp = batch.timestamp
    if transaction >= 0, currentTransactionFirstOffset < 0 {
      currentTransactionFirstOffset = transaction
    }
  }
}

extension Int64 {
  /// Stops at the ends of the range instead of trapping.
  func subtractingClamped(_ other: Int64) -> Int64 {
    let (value, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : value
  }
  public func addingClamped(_ other: Int64) -> Int64 {
    let (value, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : value
  }
}
