import KafkaFormat

/// Names a topic that a producer has opened; valid for that producer alone.
public struct TopicHandle: Hashable, Sendable {
  @usableFromInline let index: Int
  @inlinable init(index: Int) { self.index = index }
}

/// What became of a record that was given to `Producer.append`.
public enum AppendResult: Equatable, Sendable {
  /// It is in a batch of this partition.
  case appended(partition: Int32)
  /// `buffer.memory` is used up; nothing was taken. The delegate will hear `producerReady`.
  case full
  /// It can never be taken.
  case rejected(ClientError)
}

/// Hears what becomes of the batches of one producer, on its loop's thread, and never from
/// within a call of `append`.
public protocol ProducerDelegate: AnyObject {
  /// After an append that returned `.full`: there is room again.
  func producerReady()
  /// A batch was acknowledged, or given up; exactly once for every batch. Where an answer was lost
  /// a batch may be told after one that follows it.
  func batchCompleted(_ batch: borrowing CompletedBatch)
  /// An attempt failed, and the batch is sent again: nothing is decided yet.
  func batchRetried(_ error: ClientError)
  /// Nothing more can be sent; every record that was not acknowledged has been completed with an
  /// error. Close the producer.
  func producerFailed(_ error: ClientError)
}

extension ProducerDelegate {
  public func batchRetried(_ error: ClientError) {}
}

/// Consecutive records of a batch that were due at the same time.
public struct ScheduledRun: Equatable, Sendable {
  /// As the caller passed it to `append`.
  public var scheduledNanos: Int64
  public var count: Int32

  @inlinable
  public init(scheduledNanos: Int64, count: Int32) {
    self.scheduledNanos = scheduledNanos
    self.count = count
  }
}

/// One batch whose fate is known. Times are of the transport's monotonic clock, in nanoseconds.
public struct CompletedBatch {
  public let topic: TopicHandle
  public let partition: Int32
  /// The broker that acknowledged it; −1 where none did.
  public let node: Int32
  /// The number of its first record among all that were appended to this partition by this
  /// producer, from 0: with `recordCount` it names the records.
  public let firstRecordIndex: Int64
  public let recordCount: Int
  /// Bytes of keys and values.
  public let payloadBytes: Int
  /// Size of the batch before compression, header included.
  public let uncompressedBytes: Int
  /// Size of the batch as it was sent.
  public let wireBytes: Int
  /// When the batch was opened, and when it was last given to the connection (0: never sent).
  public let openedNanos: Int64
  public let sentNanos: Int64
  /// When the answer came; with acks=0, when the kernel had taken all of it.
  public let completedNanos: Int64
  /// The batch's records in order, with the times they were due. Keep no reference beyond the
  /// call: the storage is used again.
  public let runs: [ScheduledRun]
  /// The offset of the first record; −1 where the broker did not tell (acks=0, a duplicate).
  public let baseOffset: Int64
  /// How often it was sent; above 1 it was retried.
  public let attempts: Int
  /// A later batch of the partition was stored before this one (only without idempotence).
  public let wasReordered: Bool
  /// It was sent again without knowing whether it was stored before (only without idempotence,
  /// or after its producer epoch was raised).
  public let mayBeDuplicated: Bool
  /// nil: acknowledged as `acks` asked for.
  public let error: ClientError?
  /// Of a batch that was given up: what the attempt before met. It is the cause where `error` only
  /// says that time ran out, or that the producer was ended.
  public let lastError: ClientError?
}

/// What one producer did so far.
public struct ProducerStatistics: Sendable {
  public var requests = 0
  public var requestBytes = 0
  public var batches = 0
  public var retriedBatches = 0
  public var records = 0
  public var failedRecords = 0
  public init() {}
}
