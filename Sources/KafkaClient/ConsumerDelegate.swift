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
  /// The first record at or after a time, in milliseconds since the Unix epoch; the end where
  /// there is none.
  case timestamp(Int64)
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
  /// The position was out of the log's range, and `auto.offset.reset` moved it: what was between
  /// is not read.
  func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64)
  /// A fetch, or a question for an offset, failed and is sent again.
  func fetchRetried(_ error: ClientError)
  /// A new leader's log does not have all that was read: what was read from `to` on is not in it.
  /// Reading continues at `to`. Where `auto.offset.reset=none` the partition fails instead.
  func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64)
  /// The whole consumer cannot go on.
  func consumerFailed(_ error: ClientError)
}

extension ConsumerDelegate {
  public func fetchRetried(_ error: ClientError) {}
  public func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64) {}
  public func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {}
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
  public var recordBytes = 0
  public var batches = 0
  public var partitionsWithRecords = 0
  public var latencyNanos: Int64 { receivedNanos - sentNanos }
}
