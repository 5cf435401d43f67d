/// What is done to a whole batch where it stands: checksums and patches.
public enum RecordBatch {
  /// The checksum that a batch should have.
  ///
  /// - Parameter batch: Exactly one batch, at least its head; of its bytes those from 21 on count.
  public static func checksum(of batch: RawSpan) -> UInt32 {
    guard batch.byteCount > RecordBatchHeader.Position.attributes else { return 0 }
    return CRC32C.checksum(
      batch.extracting(droppingFirst: RecordBatchHeader.Position.attributes))
  }

  /// Sets what the leader assigns; the checksum does not cover it.
  ///
  /// - Parameter position: Where the batch starts in `bytes`.
  /// - Precondition: the head of a batch is there.
  public static func patch(
    baseOffset: Int64, partitionLeaderEpoch: Int32, in bytes: inout MutableSpan<UInt8>,
    at position: Int = 0
  ) {
    bytes.store(baseOffset, at: position + RecordBatchHeader.Position.baseOffset)
    bytes.store(
      partitionLeaderEpoch, at: position + RecordBatchHeader.Position.partitionLeaderEpoch)
  }

  /// Gives all records of the batch the broker's time, and the batch its new checksum.
  ///
  /// - Parameters:
  ///   - timestamp: Milliseconds since the Unix epoch.
  ///   - size: The size of the whole batch, which has been found to be there.
  public static func patchLogAppendTime(
    _ timestamp: Int64, in bytes: inout MutableSpan<UInt8>, at position: Int = 0, size: Int
  ) {
    patchMaxTimestamp(timestamp, type: .logAppendTime, in: &bytes, at: position, size: size)
  }

  /// Sets timestamp type and maximal timestamp, and the new checksum.
  public static func patchMaxTimestamp(
    _ timestamp: Int64, type: TimestampType, in bytes: inout MutableSpan<UInt8>,
    at position: Int = 0, size: Int
  ) {
    let low = position + RecordBatchHeader.Position.attributes + 1
    bytes[low] = bytes[low] & ~0x8 | UInt8(type.rawValue) << 3
    bytes.store(timestamp, at: position + RecordBatchHeader.Position.maxTimestamp)
    patchChecksum(in: &bytes, at: position, size: size)
  }

  /// Gives a batch to a producer, and the batch its new checksum: a client does so when its epoch
  /// was bumped and it sends again.
  public static func patchProducer(
    id: Int64, epoch: Int16, baseSequence: Int32, in bytes: inout MutableSpan<UInt8>,
    at position: Int = 0, size: Int
  ) {
    bytes.store(id, at: position + RecordBatchHeader.Position.producerId)
    bytes.store(epoch, at: position + RecordBatchHeader.Position.producerEpoch)
    bytes.store(baseSequence, at: position + RecordBatchHeader.Position.baseSequence)
    patchChecksum(in: &bytes, at: position, size: size)
  }

  static func patchChecksum(in bytes: inout MutableSpan<UInt8>, at position: Int, size: Int) {
    let from = position + RecordBatchHeader.Position.attributes
    let crc = CRC32C.checksum(unsafe bytes.bytes.extracting(from..<(position + size)))
    bytes.store(crc, at: position + RecordBatchHeader.Position.crc)
  }

  /// Sequence numbers are never negative: 0 follows `Int32.max`.
  @inlinable
  public static func sequence(_ sequence: Int32, plus count: Int32) -> Int32 {
    (sequence &+ count) & Int32.max
  }
}

extension MutableSpan where Element == UInt8 {
  /// Stores a number big-endian; checked against the bounds.
  @inlinable
  @_lifetime(self: copy self)
  mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at position: Int) {
    var raw = unsafe self.mutableBytes
    raw.storeBytes(of: value.bigEndian, toByteOffset: position, as: T.self)
  }
}
