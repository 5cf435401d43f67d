/// Hears what one member of a group receives, and what happens to its partitions, on its loop's
/// thread. It may call any function of the consumer.
///
/// ```
/// partitionsAssigned ─► received … received ─► partitionsRevoked ─► partitionsAssigned ─► …
///                                          └► partitionsLost
/// ```
public protocol GroupConsumerDelegate: AnyObject {
  /// One batch, walked in place: nothing of it may be kept beyond the call. Its records count as
  /// processed when the call returns, and are committed then where commits are automatic.
  func received(_ batch: borrowing FetchedBatch)
  /// An answer to a fetch was processed, all its batches included.
  func fetchCompleted(_ fetch: CompletedFetch)
  /// Partitions that the member has from now on, in addition to those it holds; none is told too.
  /// They start at their committed offsets unless the call seeks.
  func partitionsAssigned(_ partitions: [PartitionHandle])
  /// Partitions that the member gives up. It still owns them during the call; commits that the
  /// call starts are waited for before another member gets them.
  func partitionsRevoked(_ partitions: [PartitionHandle])
  /// Partitions that were taken from the member and may be another's already: their offsets
  /// cannot be committed any more.
  func partitionsLost(_ partitions: [PartitionHandle])
  /// The member has a place in its group's new generation; `partitionsAssigned` follows.
  func joined(generation: Int32, memberId: String)
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
  /// An automatic commit was refused; the next one may succeed.
  func autoCommitFailed(_ error: ClientError)
  /// The member cannot go on: it was fenced by another of its instance id, or the group or the
  /// cluster refuses it.
  func groupFailed(_ error: ClientError)
}

extension GroupConsumerDelegate {
  public func fetchRetried(_ error: ClientError) {}
  public func fetchCompleted(_ fetch: CompletedFetch) {}
  public func partitionsLost(_ partitions: [PartitionHandle]) { partitionsRevoked(partitions) }
  public func joined(generation: Int32, memberId: String) {}
  public func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64) {}
  public func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {}
  public func autoCommitFailed(_ error: ClientError) {}
}

/// How far a group has read in one partition.
public struct OffsetAndMetadata: Sendable, Equatable {
  /// The next record to be read.
  public var offset: Int64
  /// Of the record before; −1: not known.
  public var leaderEpoch: Int32
  /// Whatever the group wants to keep beside it.
  public var metadata: String

  public init(offset: Int64, leaderEpoch: Int32 = -1, metadata: String = "") {
    self.offset = offset
    self.leaderEpoch = leaderEpoch
    self.metadata = metadata
  }
}
