/// What a topic asks of the batches written to it.
public struct RecordBatchRules: Sendable, Hashable {
  /// How deep to look.
  public enum Depth: Sendable, Hashable {
    /// The head and the checksum only: the records are believed.
    case header
    /// Every record too, decompressed where need be: what Kafka does.
    case records
  }

  public var depth: Depth = .records
  /// `max.message.bytes`: of the batch as it is stored.
  public var maxMessageBytes = 1_048_588
  /// The most bytes that a compressed batch may become.
  public var maxDecompressedBytes = 128 << 20
  /// `message.timestamp.type`; under `logAppendTime` the producer's timestamps are not looked at.
  public var timestampType: TimestampType = .createTime
  /// `message.timestamp.before.max.ms`, `message.timestamp.after.max.ms`.
  public var timestampBeforeMaxMs = Int64.max
  public var timestampAfterMaxMs: Int64 = 3_600_000
  /// The topic is compacted.
  public var requiresKey = false
  /// The batch comes from a client: base offset 0, no control records, sequences where there is
  /// a producer id.
  public var isFromClient = true
  /// Look at the checksum.
  public var checksChecksum = true

  public init() {}
}

/// What a validated batch holds.
public struct RecordBatchSummary: Sendable, Hashable {
  public var header: RecordBatchHeader
  /// The greatest timestamp of its records; −1 where they have none.
  public var maxTimestamp: Int64
  /// The offset delta of the first record that has it; the last offset delta where the records
  /// were not walked.
  public var offsetDeltaOfMaxTimestamp: Int32
  /// The bytes of all keys and values; 0 where the records were not walked.
  public var payloadBytes: Int

  public var recordCount: Int { Int(header.recordCount) }
  /// The head's own maximum is not that of the records: the broker corrects it, and the checksum.
  public var needsMaxTimestamp: Bool { maxTimestamp != header.maxTimestamp }
}

/// Decides whether one batch may be appended: what Kafka's broker checks on produce.
///
/// - Isolation: one thread at a time; it keeps a decompressor and its buffer.
/// - Complexity: one pass for the checksum, one over the records; no heap allocation without a
///   codec.
/// - Source: Apache Kafka `LogValidator`, `UnifiedLog.analyzeAndValidateRecords`.
public final class RecordBatchValidator {
  private let decompressor = Decompressor()
  private var scratch: [UInt8] = []
  /// What is kept of the scratch buffer between batches.
  private static let keptScratchBytes = 4 << 20

  public init() {}

  /// - Parameters:
  ///   - batch: Exactly one batch.
  ///   - nowMs: Milliseconds since the Unix epoch.
  public func validate(_ batch: RawSpan, rules: RecordBatchRules, nowMs: Int64)
    throws(RecordBatchError) -> RecordBatchSummary
  {
    let header = try Self.header(of: batch)
    if batch.byteCount > rules.maxMessageBytes {
      throw .tooLarge(limit: rules.maxMessageBytes, actual: batch.byteCount)
    }
    if rules.checksChecksum {
      let actual = RecordBatch.checksum(of: batch)
      if actual != header.crc { throw .checksum(expected: header.crc, actual: actual) }
    }
    try Self.check(header, rules: rules)
    guard let codec = header.codec else {
      throw .unknownCodec(Int(header.attributes.rawValue & 0x7))
    }
    var summary = RecordBatchSummary(
      header: header, maxTimestamp: header.maxTimestamp,
      offsetDeltaOfMaxTimestamp: header.lastOffsetDelta, payloadBytes: 0)
    if rules.depth == .header { return summary }

    let records = batch.extracting(droppingFirst: RecordBatchHeader.size)
    if codec == .none {
      try RecordWalk.run(records, rules: rules, nowMs: nowMs, summary: &summary)
    } else {
      // Taken out while it is in use, so that it is not copied.
      var output = scratch
      scratch = []
      defer { scratch = output.count > Self.keptScratchBytes ? [] : output }
      let size = try decompress(
        records, codec: codec, limit: rules.maxDecompressedBytes, into: &output)
      try RecordWalk.run(
        output.rawSpan.extracting(0..<size), rules: rules, nowMs: nowMs, summary: &summary)
    }
    return summary
  }

  private func decompress(
    _ records: RawSpan, codec: CompressionCodec, limit: Int, into output: inout [UInt8]
  ) throws(RecordBatchError) -> Int {
    do {
      try JavaReadability.check(records, codec: codec)
      return try decompressor.decompress(records, codec: codec, limit: limit, into: &output)
    } catch {
      throw .compression(error)
    }
  }

  /// The head of `batch`, which is exactly as long as the head says.
  private static func header(of batch: RawSpan) throws(RecordBatchError) -> RecordBatchHeader {
    let header: RecordBatchHeader
    do {
      header = try RecordBatchHeader(batch)
    } catch {
      switch error {
      case .unsupportedMagic(let magic): throw .unsupportedMagic(magic)
      default: throw .size(expected: RecordBatchHeader.size, actual: batch.byteCount)
      }
    }
    if header.sizeInBytes != batch.byteCount {
      throw .size(expected: header.sizeInBytes, actual: batch.byteCount)
    }
    return header
  }

  /// What can be told from the head alone.
  private static func check(_ header: RecordBatchHeader, rules: RecordBatchRules)
    throws(RecordBatchError)
  {
    if header.recordCount <= 0 || header.lastOffsetDelta != header.recordCount - 1 {
      throw .recordCount(header.recordCount, lastOffsetDelta: header.lastOffsetDelta)
    }
    guard rules.isFromClient else { return }
    if header.baseOffset != 0 { throw .baseOffset(header.baseOffset) }
    if header.isControl { throw .controlBatch }
    if header.hasProducerId {
      if header.baseSequence < 0 || header.producerEpoch < 0 {
        throw .sequence(header.baseSequence)
      }
    } else if header.isTransactional {
      throw .sequence(header.baseSequence)
    }
  }
}
