import KafkaFormat

/// One record batch as the consumer received it, decompressed where it was compressed; lent to
/// the delegate for one call, without a copy of its own.
public struct FetchedBatch: ~Escapable {
  public internal(set) var partition: PartitionHandle
  public internal(set) var baseOffset: Int64
  public internal(set) var lastOffset: Int64
  public internal(set) var recordCount: Int
  public internal(set) var baseTimestamp: Int64
  public internal(set) var maxTimestamp: Int64
  /// Timestamps were set by the broker (`LogAppendTime`): all are `maxTimestamp`.
  public internal(set) var isLogAppendTime: Bool
  /// As it came over the wire, header included.
  public internal(set) var wireBytes: Int
  /// Records below this offset were not asked for (the position was within the batch): skip them.
  public internal(set) var firstWantedOffset: Int64
  /// When the whole answer that brought it had arrived; monotonic clock, nanoseconds.
  public internal(set) var receivedNanos: Int64
  /// The partition's high watermark at the fetch.
  public internal(set) var highWatermark: Int64
  /// The records, uncompressed, as they follow the header of a batch.
  public internal(set) var recordBytes: RawSpan

  @_lifetime(copy recordBytes)
  init(partition: PartitionHandle, recordBytes: RawSpan) {
    self.partition = partition
    self.recordBytes = recordBytes
    baseOffset = 0
    lastOffset = 0
    recordCount = 0
    baseTimestamp = 0
    maxTimestamp = 0
    isLogAppendTime = false
    wireBytes = 0
    firstWantedOffset = 0
    receivedNanos = 0
    highWatermark = -1
  }
}
