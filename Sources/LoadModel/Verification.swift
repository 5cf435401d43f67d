/// What became of the records of one measurement, warm-up included: loss is loss.
public struct Verification: Codable, Sendable, Equatable {
  /// Records whose append the broker confirmed.
  public var acked: Int64 = 0
  /// Records sent of which nothing was heard, or an error that leaves it open.
  public var uncertain: Int64 = 0
  /// Records that were certainly not appended.
  public var failed: Int64 = 0
  /// Records read that carry a sound stamp of this run.
  public var received: Int64 = 0
  /// Acked, and missing where it should have been read. With acks=0: sent and missing.
  public var lost: Int64 = 0
  /// Read more than once at different offsets.
  public var duplicated: Int64 = 0
  /// Read after a later record of the same producer and partition.
  public var reordered: Int64 = 0
  /// The stamp or the payload does not match its checksum.
  public var corrupted: Int64 = 0
  /// Read from another partition than it was sent to.
  public var wrongPartition: Int64 = 0
  /// Sound, but of another run.
  public var foreign: Int64 = 0
  /// Acked, not read, and not lost for certain: deleted by retention before it was read, or not
  /// read to the end. What was read although its acknowledgement never came is not set off against
  /// it, so that `acked - received` may be less, and even below zero.
  public var unverified: Int64 = 0
  /// The first gaps, for whoever looks for the cause.
  public var firstLost: [String] = []

  public init() {}

  /// Nothing that was promised is missing or damaged.
  public var isSound: Bool {
    lost == 0 && duplicated == 0 && reordered == 0 && corrupted == 0 && wrongPartition == 0
  }
}
