import KafkaFormat

/// Names a partition that a consumer was assigned; valid for that consumer alone.
public struct PartitionHandle: Hashable, Sendable {
  @usableFromInline let index: Int
  @inlinable init(index: Int) { self.index = index }
}

/// Where a consumer starts in a partition.
public enum StartPosition: Hashable, Sendable {
  case offset(Int64)
  case earliest
  case latest
}

/// Hears what one consumer receives, on its loop's thread.
public protocol ConsumerDelegate: AnyObject {
  /// One batch, walked in place: nothing of it may be kept beyond the call. It may call any
  /// function of the consumer.
  func received(_ batch: borrowing FetchedBatch)
  /// An answer to a fetch was processed, all its batches included.
  func fetchCompleted(_ fetch: CompletedFetch)
  /// A partition stopped: it is paused at its position until `seek` or `resume`.
  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError)
  /// The whole consumer cannot go on.
  func consumerFailed(_ error: ClientError)
}

/// One answer to a fetch. Times are of the transport's monotonic clock, in nanoseconds.
public struct CompletedFetch: Sendable {
  public let node: Int32
  public let sentNanos: Int64
  /// When the whole answer had arrived.
  public let receivedNanos: Int64
  /// Bytes of the frame.
  public let bytes: Int
  /// Bytes of record batches.
  public let recordBytes: Int
  public let batches: Int
  public let partitionsWithRecords: Int
  public var latencyNanos: Int64 { receivedNanos - sentNanos }
}
