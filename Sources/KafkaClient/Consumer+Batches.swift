import KafkaFormat
import KafkaMessages
import Transport

/// Handing records out.
extension Consumer {
  /// Hands the batches of one partition to the delegate, in place.
  ///
  /// - Returns: How many.
  func handOut(
    _ records: RawSpan, of item: Found, receivedNanos: Int64
  ) -> Int {
    let partition = item.entry.partition
    let highWatermark = item.highWatermark
    var start = 0
    var count = 0
    while records.byteCount - start >= RecordBatchHeader.logOverhead {
      guard partition.generation == item.generation, let wanted = partition.position else { break }
      let rest = records.extracting(start..<records.byteCount)
      let header: RecordBatchHeader
      do throws(FormatError) {
        // What is cut off at the end comes again.
        guard let size = try Self.sizeOfBatch(rest), size <= rest.byteCount else { break }
        header = try RecordBatchHeader(rest)
      } catch {
        corrupt(partition, at: wanted, "\(error)")
        break
      }
      let batch = rest.extracting(0..<header.sizeInBytes)
      let fault = Self.placeFault(
        of: header, isFirst: start == 0, wanted: wanted, highWatermark: highWatermark)
      if let fault {
        corrupt(partition, at: wanted, fault)
        break
      }
      start += header.sizeInBytes
      if config.checkCrcs, RecordBatch.checksum(of: batch) != header.crc {
        corrupt(partition, at: header.baseOffset, "the checksum does not match")
        break
      }
      let moves = partition.moves
      if !header.isControl {
        count += 1
        let isRead = handOut(
          batch, header, partition, wanted: wanted, highWatermark: highWatermark,
          receivedNanos: receivedNanos)
        if !isRead { break }
      }
      if partition.moves == moves {
        partition.position = header.nextOffset
        partition.positionEpoch = header.partitionLeaderEpoch
        // Paused within the call: what is fetched next follows this batch, which was read.
        if partition.generation != item.generation { partition.fetchOffset = header.nextOffset }
      }
      if isClosed { break }
    }
    return count
  }

  /// What is wrong with the offsets of a batch; nil: nothing. The checksum does not cover the base
  /// offset.
  ///
  /// A broker may read the high watermark just before it reads the records: what directly follows
  /// is sound even above it. Compaction leaves gaps below it alone.
  ///
  /// - Parameters:
  ///   - isFirst: The first batch of an answer has the fetched offset, or is above it; every other
  ///     one begins at or above the end of the one before it.
  ///   - wanted: The fetched offset, or the end of the batch before.
  ///   - highWatermark: As the answer has it; below zero: not known.
  private static func placeFault(
    of header: RecordBatchHeader, isFirst: Bool, wanted: Int64, highWatermark: Int64
  ) -> String? {
    guard header.lastOffsetDelta >= 0, header.recordCount >= 0 else {
      return "offsets or counts below zero"
    }
    let base = header.baseOffset
    // Any delta of a record, an Int32, can then be added to it.
    guard base >= 0, base < Int64.max - Int64(Int32.max) else {
      return "its base offset is \(base), which no log reaches"
    }
    if isFirst, header.lastOffset < wanted {
      return "it ends at offset \(header.lastOffset), below the fetched offset \(wanted)"
    }
    if !isFirst, base < wanted {
      return "its base offset is \(base), below the end of the batch before it, \(wanted)"
    }
    if highWatermark >= 0, base >= highWatermark, base > wanted {
      return "its base offset is \(base); it does not follow offset \(wanted - 1), "
        + "and the high watermark is \(highWatermark)"
    }
    return nil
  }

  /// The size that a batch says it has; nil where not even that is there.
  private static func sizeOfBatch(_ bytes: RawSpan) throws(FormatError) -> Int? {
    guard bytes.byteCount >= RecordBatchHeader.logOverhead else { return nil }
    var reader = ByteReader(bytes)
    try reader.skip(8)
    let length = Int(try reader.int32())
    guard length >= RecordBatchHeader.size - RecordBatchHeader.logOverhead else {
      throw .invalidLength(length)
    }
    return length + RecordBatchHeader.logOverhead
  }

  /// Hands one batch out, decompressed first where it is compressed.
  ///
  /// - Returns: false where it cannot be read; the partition has failed then.
  private func handOut(
    _ batch: RawSpan, _ header: RecordBatchHeader, _ partition: ConsumerPartition, wanted: Int64,
    highWatermark: Int64, receivedNanos: Int64
  ) -> Bool {
    let body = batch.extracting(RecordBatchHeader.size..<batch.byteCount)
    guard let codec = header.codec else {
      corrupt(partition, at: header.baseOffset, "an unknown codec")
      return false
    }
    if codec == .none {
      let view = FetchedBatch(
        partition: partition.handle, header: header, recordBytes: body, wanted: wanted,
        highWatermark: highWatermark, receivedNanos: receivedNanos)
      delegate?.received(view)
      return true
    }
    var output: [UInt8] = []
    swap(&output, &decompressed)
    defer { swap(&output, &decompressed) }
    do throws(CompressionError) {
      let size = try decompressor.decompress(
        body, codec: codec, limit: config.maxDecompressedBatchBytes, into: &output)
      let view = FetchedBatch(
        partition: partition.handle, header: header,
        recordBytes: output.rawSpan.extracting(0..<size), wanted: wanted,
        highWatermark: highWatermark, receivedNanos: receivedNanos)
      delegate?.received(view)
      return true
    } catch {
      corrupt(partition, at: header.baseOffset, "\(error)")
      return false
    }
  }

  private func corrupt(_ partition: ConsumerPartition, at offset: Int64, _ reason: String) {
    fail(
      partition,
      .corruptBatch(
        topic: partition.name.topic, partition: partition.name.partition, offset: offset,
        reason: reason))
  }
}
