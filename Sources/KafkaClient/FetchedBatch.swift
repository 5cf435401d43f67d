import KafkaFormat

/// One record batch as the consumer received it, decompressed where it was compressed; lent to
/// the delegate for one call, without a copy of its own.
///
/// ```swift
/// var records = batch.records()
/// while let record = try records.next() {
///   let offset = batch.baseOffset + Int64(record.offsetDelta)
///   if offset < batch.firstWantedOffset { continue }
///   …
/// }
/// ```
public struct FetchedBatch: ~Escapable {
  public let partition: PartitionHandle
  /// The batch's head as it came.
  public let header: RecordBatchHeader
  /// The records, uncompressed, as they follow the head of a batch.
  public let recordBytes: RawSpan
  /// Records below this offset were not asked for (the position was within the batch): skip them.
  public let firstWantedOffset: Int64
  /// The partition's high watermark at the fetch.
  public let highWatermark: Int64
  /// When the whole answer that brought it had arrived; monotonic clock, nanoseconds.
  public let receivedNanos: Int64

  @_lifetime(copy recordBytes)
  init(
    partition: PartitionHandle, header: RecordBatchHeader, recordBytes: RawSpan, wanted: Int64,
    highWatermark: Int64, receivedNanos: Int64
  ) {
    self.partition = partition
    self.header = header
    self.recordBytes = recordBytes
    firstWantedOffset = wanted
    self.highWatermark = highWatermark
    self.receivedNanos = receivedNanos
  }

  /// Walks the records from the first.
  @inlinable
  @_lifetime(copy self)
  public func records() -> RecordReader {
    RecordReader(recordBytes, count: Int(header.recordCount))
  }

  @inlinable public var baseOffset: Int64 { header.baseOffset }
  @inlinable public var lastOffset: Int64 { header.lastOffset }
  @inlinable public var recordCount: Int { Int(header.recordCount) }
  @inlinable public var baseTimestamp: Int64 { header.baseTimestamp }
  @inlinable public var maxTimestamp: Int64 { header.maxTimestamp }
  /// The broker's clock made the timestamps: all are `maxTimestamp`.
  @inlinable public var isLogAppendTime: Bool { header.timestampType == .logAppendTime }
  /// As it came over the wire, head included.
  @inlinable public var wireBytes: Int { header.sizeInBytes }
}
