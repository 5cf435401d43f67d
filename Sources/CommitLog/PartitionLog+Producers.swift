import KafkaFormat

/// What a partition remembers of one producer, as DescribeProducers answers.
public struct ActiveProducer: Sendable, Equatable {
  public var id: Int64
  public var epoch: Int16
  /// -1 where only a transaction's marker is known.
  public var lastSequence: Int32
  public var lastTimestamp: Int64
  public var coordinatorEpoch: Int32
  /// Where its open transaction begins; -1 for none.
  public var currentTransactionFirstOffset: Int64
}

extension PartitionLog {
  /// The producers that are not forgotten yet, by ascending id.
  public var activeProducers: [ActiveProducer] {
    producers.producers.sorted { $0.key < $1.key }.map { id, producer in
      ActiveProducer(
        id: id, epoch: producer.epoch, lastSequence: producer.lastSequence,
        lastTimestamp: producer.lastTimestamp, coordinatorEpoch: producer.coordinatorEpoch,
        currentTransactionFirstOffset: producer.currentTransactionFirstOffset)
    }
  }

  /// Takes the newest snapshot that can be read and is not behind the log's end, and what the
  /// log holds from there on.
  func loadProducers(_ snapshots: [Int64], nowMs: Int64) throws(LogError) {
    producers = ProducerStateTable()
    var from = logStartOffset
    do {
      for offset in snapshots.sorted(by: >) where offset <= logEndOffset && offset >= from {
        let file = path(LogFileNames.baseName(offset) + LogFileNames.snapshot)
        guard let bytes = try fileSystem.contents(of: file, limit: 1 << 30) else { continue }
        if let table = try? ProducerStateTable(snapshot: bytes.rawSpan) {
          producers = table
          from = offset
          break
        }
        try fileSystem.remove(file)
      }
    } catch { throw LogError(error) }
    try rememberBatches(before: from)
    try replayProducers(from: from)
    producers.expire(nowMs: nowMs, expirationMs: config.producerIdExpirationMs)
  }

  /// So many bytes before a snapshot are read again.
  private static let rememberedBytes: Int64 = 8 << 20

  /// Adds to each producer of a snapshot, which holds its last batch alone, those before it: the
  /// batches that were under way when the broker stopped are sent again from the first on, and
  /// must be known. (Kafka answers them with OUT_OF_ORDER_SEQUENCE_NUMBER.)
  private func rememberBatches(before offset: Int64) throws(LogError) {
    guard producers.count > 0, offset > logStartOffset,
      let index = segmentIndex(floor: offset - 1)
    else { return }
    let segment = segments[index]
    let found = offset < logEndOffset ? try locate(offset, in: segment) : nil
    let end = found?.position ?? segment.size
    let start = try offsetIndex(of: segment)
      .boundary(atOrBefore: max(0, end - Self.rememberedBytes))
    var earlier = ProducerStateTable()
    var scanner = BatchScanner(try segment.opened(fileSystem), from: start, to: end)
    while let (header, _) = try scanner.next() { earlier.update(header) }
    if segment !== activeSegment { cool(segment) }
    producers.completeBatches(from: earlier)
  }

  private func replayProducers(from offset: Int64) throws(LogError) {
    guard offset < logEndOffset, let first = segmentIndex(floor: offset) else { return }
    for segment in segments[first...] {
      var start: Int64 = 0
      if offset > segment.baseOffset {
        guard let found = try locate(offset, in: segment) else { continue }
        start = found.position
      }
      var scanner = BatchScanner(
        try segment.opened(fileSystem), from: start, to: segment.size)
      while let (header, _) = try scanner.next() { producers.update(header) }
      if segment !== activeSegment { cool(segment) }
    }
  }
}
