/// What a batch says besides its records.
public struct RecordBatchOptions: Hashable, Sendable {
  public var codec: CompressionCodec = .none
  /// The codec's own scale; `nil` is Kafka's default.
  public var level: Int?
  public var timestampType: TimestampType = .createTime
  public var baseOffset: Int64 = 0
  public var partitionLeaderEpoch: Int32 = -1
  /// −1 without idempotence, as the next two.
  public var producerId: Int64 = -1
  public var producerEpoch: Int16 = -1
  public var baseSequence: Int32 = -1
  public var isTransactional = false
  public var isControl = false

  public init(codec: CompressionCodec = .none, level: Int? = nil) {
    self.codec = codec
    self.level = level
  }
}

extension RecordBatchBuilder {
  /// Ends the batch and hands it out; the builder is empty again.
  ///
  /// Without a codec the bytes handed out are those that the records were encoded in; with one,
  /// they are an array that was recycled, or a new one.
  ///
  /// - Parameter compressor: Needed where `options` names a codec.
  /// - Throws: where the codec's library fails; the records are still there.
  public mutating func finish(
    _ options: RecordBatchOptions = RecordBatchOptions(), compressor: Compressor? = nil
  ) throws(CompressionError) -> [UInt8] {
    var batch: [UInt8]
    if options.codec == .none {
      batch = storage
      storage = []
      batch.removeLast(batch.count - end)
    } else {
      guard let compressor else { throw .unsupported(options.codec) }
      batch = spare
      spare = []
      let size = try compressor.compress(
        storage.rawSpan.extracting(RecordBatchHeader.size..<end), codec: options.codec,
        level: options.level, into: &batch, at: RecordBatchHeader.size)
      batch.removeLast(batch.count - RecordBatchHeader.size - size)
    }
    var span = batch.mutableSpan
    writeHeader(options, size: span.count, in: &span)
    reset()
    return batch
  }

  /// Forgets the records.
  public mutating func reset() {
    if storage.isEmpty {
      storage = spare
      spare = []
      storage.reserveCapacity(capacity)
      extendStorage(to: RecordBatchHeader.size)
    }
    end = RecordBatchHeader.size
    count = 0
    firstTimestamp = -1
    greatestTimestamp = -1
  }

  /// Gives back an array that `finish` handed out, to be used for a later batch.
  public mutating func recycle(_ batch: consuming [UInt8]) {
    if batch.capacity > spare.capacity { spare = batch }
  }

  private func writeHeader(
    _ options: RecordBatchOptions, size: Int, in span: inout MutableSpan<UInt8>
  ) {
    typealias Position = RecordBatchHeader.Position
    let attributes = RecordBatchAttributes(
      codec: options.codec, timestampType: options.timestampType,
      isTransactional: options.isTransactional, isControl: options.isControl)
    span.store(options.baseOffset, at: Position.baseOffset)
    span.store(Int32(size - RecordBatchHeader.logOverhead), at: Position.batchLength)
    span.store(options.partitionLeaderEpoch, at: Position.partitionLeaderEpoch)
    span.store(RecordBatchHeader.currentMagic, at: Position.magic)
    span.store(attributes.rawValue, at: Position.attributes)
    span.store(max(0, count) - 1, at: Position.lastOffsetDelta)
    span.store(firstTimestamp, at: Position.baseTimestamp)
    span.store(greatestTimestamp, at: Position.maxTimestamp)
    span.store(options.producerId, at: Position.producerId)
    span.store(options.producerEpoch, at: Position.producerEpoch)
    span.store(options.baseSequence, at: Position.baseSequence)
    span.store(count, at: Position.recordCount)
    RecordBatch.patchChecksum(in: &span, at: 0, size: size)
  }
}
