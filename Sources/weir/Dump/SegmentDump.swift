import KafkaFormat

/// Prints the batches of a segment, and their records where they are wanted.
struct SegmentDump {
  /// The most that one batch's records may take when they are decompressed.
  static let decompressionLimit = 256 << 20

  let file: DumpFile
  let baseOffset: Int64
  let showsRecords: Bool
  let output: DumpOutput
  private let decompressor = Decompressor()
  private let records: RecordDump

  init(_ file: DumpFile, baseOffset: Int64, showsRecords: Bool, output: DumpOutput) {
    self.file = file
    self.baseOffset = baseOffset
    self.showsRecords = showsRecords
    self.output = output
    let isSnapshot = file.path.contains(".checkpoint")
    let form = isSnapshot ? .metadata : RecordDump.Form(topic: file.topic)
    records = RecordDump(form: form, output: output)
  }

  /// - Throws: where nothing behind a position can be read.
  func run() throws(DumpFailure) {
    output.head("segment from offset \(baseOffset), \(file.size) bytes")
    var position: Int64 = 0
    var nextOffset = baseOffset
    var batches: Int64 = 0
    var recordCount: Int64 = 0
    while position < file.size {
      let header = try readHeader(at: position)
      let batch = try file.read(at: position, count: header.sizeInBytes)
      let crc = RecordBatch.checksum(of: batch.rawSpan)
      show(header, at: position, isValid: crc == header.crc)
      if header.baseOffset < nextOffset {
        output.problem(
          "position \(position): the batch starts at offset \(header.baseOffset), "
            + "at least \(nextOffset) was expected")
      }
      if crc != header.crc {
        output.problem(
          "position \(position): the batch's checksum is \(crc), it says \(header.crc)")
      } else if showsRecords {
        showRecords(of: header, batch, at: position)
      }
      nextOffset = max(nextOffset, header.nextOffset)
      position += Int64(header.sizeInBytes)
      batches += 1
      recordCount += Int64(header.recordCount)
    }
    output.part(
      "end",
      [
        DumpField("batches", .integer(batches)), DumpField("records", .integer(recordCount)),
        DumpField("nextOffset", .integer(nextOffset)),
      ])
  }

  private func readHeader(at position: Int64) throws(DumpFailure) -> RecordBatchHeader {
    let left = file.size - position
    let head = try file.read(at: position, count: RecordBatchHeader.size)
    guard head.count == RecordBatchHeader.size else {
      throw DumpFailure(
        "position \(position): \(left) bytes are left, a batch has at least "
          + "\(RecordBatchHeader.size); the file is cut off")
    }
    let header: RecordBatchHeader
    do {
      header = try RecordBatchHeader(head.rawSpan)
    } catch {
      let isZero = head.allSatisfy { $0 == 0 }
      throw DumpFailure(
        "position \(position): "
          + (isZero ? "zeros stand where a batch should start" : "no batch: \(error.words)"))
    }
    guard Int64(header.sizeInBytes) <= left else {
      throw DumpFailure(
        "position \(position): the batch has \(header.sizeInBytes) bytes, \(left) are left; "
          + "the file is cut off")
    }
    return header
  }

  private func show(_ header: RecordBatchHeader, at position: Int64, isValid: Bool) {
    output.part(
      "batch",
      [
        DumpField("position", .integer(position)),
        DumpField("baseOffset", .integer(header.baseOffset)),
        DumpField("lastOffset", .integer(header.lastOffset)),
        DumpField("count", .number(header.recordCount)),
        DumpField("size", .number(header.sizeInBytes)),
        DumpField("leaderEpoch", .number(header.partitionLeaderEpoch)),
        DumpField("timestampType", .text(header.timestampType.name)),
        DumpField("baseTimestamp", .timestamp(header.baseTimestamp)),
        DumpField("maxTimestamp", .timestamp(header.maxTimestamp)),
        DumpField("codec", .text(header.codec.map { "\($0)" } ?? "unknown")),
        DumpField("producerId", .integer(header.producerId)),
        DumpField("producerEpoch", .number(header.producerEpoch)),
        DumpField("baseSequence", .number(header.baseSequence)),
        DumpField("isTransactional", .flag(header.isTransactional)),
        DumpField("isControl", .flag(header.isControl)),
        DumpField("isValid", .flag(isValid)),
      ])
  }

  private func showRecords(of header: RecordBatchHeader, _ batch: [UInt8], at position: Int64) {
    var bytes = Array(batch.dropFirst(RecordBatchHeader.size))
    guard let codec = header.codec else {
      return output.problem("position \(position): the codec's bits name none")
    }
    if codec != .none {
      var plain: [UInt8] = []
      do {
        let count = try decompressor.decompress(
          bytes.rawSpan, codec: codec, limit: Self.decompressionLimit, into: &plain)
        bytes = Array(plain.prefix(count))
      } catch {
        return output.problem("position \(position): the records cannot be decompressed: \(error)")
      }
    }
    var index = 0
    do {
      var reader = RecordReader(bytes.rawSpan, count: Int(header.recordCount))
      while let record = try reader.next() {
        try records.show(record, of: header, at: position)
        index += 1
      }
      if reader.remainingBytes > 0 {
        output.problem(
          "position \(position): \(reader.remainingBytes) bytes follow the batch's last record")
      }
    } catch {
      output.problem("position \(position), record \(index) of the batch: \(error.words)")
    }
  }
}
