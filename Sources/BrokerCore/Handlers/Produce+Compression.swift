import KafkaFormat

/// `compression.type` other than `producer`: batches of another codec are written anew.
extension RequestProcessor {
  /// The batch in the topic's codec; nil if it cannot be done.
  ///
  /// Everything else of the batch stays: timestamps, producer, sequence.
  func recompressed(_ batch: RawSpan, _ header: RecordBatchHeader, _ config: TopicConfig)
    -> [UInt8]?
  {
    guard let codec = config.compressionType, let oldCodec = header.codec else { return nil }
    let compressed = batch.extracting(RecordBatchHeader.size..<batch.byteCount)
    var records: [UInt8]
    if oldCodec == .none {
      records = [UInt8](copying: compressed)
    } else {
      records = []
      guard
        let size = try? decompressor.decompress(
          compressed, codec: oldCodec, limit: config.rules.maxDecompressedBytes, into: &records)
      else { return nil }
      records.removeLast(records.count - size)
    }
    var result = [UInt8](copying: batch.extracting(0..<RecordBatchHeader.size))
    if codec == .none {
      result += records
    } else {
      guard
        let size = try? compressor.compress(
          records.rawSpan, codec: codec, level: config.compressionLevel, into: &result,
          at: RecordBatchHeader.size)
      else { return nil }
      result.removeLast(result.count - RecordBatchHeader.size - size)
    }
    var span = result.mutableSpan
    let length = UInt32(span.count - RecordBatchHeader.logOverhead)
    for byte in 0..<4 {
      span[RecordBatchHeader.Position.batchLength + byte] = UInt8(
        truncatingIfNeeded: length >> UInt32(24 - 8 * byte))
    }
    let low = RecordBatchHeader.Position.attributes + 1
    span[low] = span[low] & ~0x7 | codec.rawValue
    // Sets the checksum too.
    RecordBatch.patchMaxTimestamp(
      header.maxTimestamp, type: header.timestampType, in: &span, size: span.count)
    return result
  }
}
