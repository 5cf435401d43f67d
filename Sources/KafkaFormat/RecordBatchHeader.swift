/// The head of a record batch of format v2, the only one that is read and written here.
///
/// Layout (big-endian):
/// ```
///  0 baseOffset i64          23 lastOffsetDelta i32   51 producerEpoch i16
///  8 batchLength i32         27 baseTimestamp i64     53 baseSequence i32
/// 12 partitionLeaderEpoch i32 35 maxTimestamp i64     57 recordCount i32
/// 16 magic i8 (2)            43 producerId i64        61 records
/// 17 crc u32 (of all from 21 on)
/// 21 attributes i16
/// ```
/// `batchLength` counts the bytes after itself. The first three fields are outside of the
/// checksum, so that the broker can patch them in place.
///
/// - Source: KIP-98; Kafka documentation, "Record Batch".
public struct RecordBatchHeader: Hashable, Sendable {
  /// The bytes before the records.
  public static let size = 61
  /// The bytes that `batchLength` does not count: base offset and the length itself.
  public static let logOverhead = 12
  /// The only magic that is understood.
  public static let currentMagic: Int8 = 2

  /// Where each field stands in a batch.
  public enum Position {
    public static let baseOffset = 0
    public static let batchLength = 8
    public static let partitionLeaderEpoch = 12
    public static let magic = 16
    public static let crc = 17
    public static let attributes = 21
    public static let lastOffsetDelta = 23
    public static let baseTimestamp = 27
    public static let maxTimestamp = 35
    public static let producerId = 43
    public static let producerEpoch = 51
    public static let baseSequence = 53
    public static let recordCount = 57
    public static let records = 61
  }

  public var baseOffset: Int64
  public var batchLength: Int32
  public var partitionLeaderEpoch: Int32
  public var crc: UInt32
  public var attributes: RecordBatchAttributes
  public var lastOffsetDelta: Int32
  public var baseTimestamp: Int64
  public var maxTimestamp: Int64
  public var producerId: Int64
  public var producerEpoch: Int16
  public var baseSequence: Int32
  public var recordCount: Int32

  /// Reads the head of the batch that starts at the first of `bytes`; the records need not be
  /// there, nor is the checksum looked at.
  ///
  /// - Throws: `.truncated` where 61 bytes are not there, `.unsupportedMagic` for older formats,
  ///   `.invalidLength` for a `batchLength` that cannot hold the head.
  @inlinable
  public init(_ bytes: RawSpan) throws(FormatError) {
    var reader = ByteReader(bytes)
    try reader.require(Self.size)
    baseOffset = try reader.int64()
    batchLength = try reader.int32()
    partitionLeaderEpoch = try reader.int32()
    let magic = try reader.int8()
    guard magic == Self.currentMagic else { throw .unsupportedMagic(magic) }
    crc = try reader.uint32()
    attributes = RecordBatchAttributes(rawValue: try reader.int16())
    lastOffsetDelta = try reader.int32()
    baseTimestamp = try reader.int64()
    maxTimestamp = try reader.int64()
    producerId = try reader.int64()
    producerEpoch = try reader.int16()
    baseSequence = try reader.int32()
    recordCount = try reader.int32()
    if batchLength < Int32(Self.size - Self.logOverhead) { throw .invalidLength(Int(batchLength)) }
  }

  /// The size of the whole batch.
  @inlinable
  public var sizeInBytes: Int { Int(batchLength) &+ Self.logOverhead }
  /// The offset of the last record, wrapping as Kafka's does.
  @inlinable
  public var lastOffset: Int64 { baseOffset &+ Int64(lastOffsetDelta) }
  /// The offset after this batch.
  @inlinable
  public var nextOffset: Int64 { lastOffset &+ 1 }
  @inlinable
  public var hasProducerId: Bool { producerId > -1 }

  /// The sequence number of the last record; numbers go on with 0 after `Int32.max`.
  @inlinable
  public var lastSequence: Int32 {
    baseSequence < 0
      ? -1 : RecordBatch.sequence(baseSequence, plus: lastOffsetDelta)
  }

  // The attributes, by themselves.

  /// The codec; `nil` where the bits name none.
  @inlinable
  public var codec: CompressionCodec? { attributes.codec }
  @inlinable
  public var timestampType: TimestampType { attributes.timestampType }
  @inlinable
  public var isTransactional: Bool { attributes.isTransactional }
  @inlinable
  public var isControl: Bool { attributes.isControl }
  @inlinable
  public var hasDeleteHorizon: Bool { attributes.hasDeleteHorizon }
}
