import KafkaFormat
import Testing

/// What a record was made of, to compare with what is read.
struct PlainRecord: Equatable {
  var timestamp: Int64
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [PlainHeader] = []
}

struct PlainHeader: Equatable {
  var key: String
  var value: [UInt8]?
}

enum BatchMaker {
  static func records(_ count: Int, using generator: inout SplitMix64) -> [PlainRecord] {
    let base = Int64(1_700_000_000_000)
    return (0..<count).map { _ in
      PlainRecord(
        timestamp: base + Int64.random(in: -100_000...100_000, using: &generator),
        key: run(upTo: 20, &generator), value: run(upTo: 300, &generator),
        headers: (0..<Int.random(in: 0...2, using: &generator)).map { index in
          PlainHeader(key: "header-\(index)", value: run(upTo: 10, &generator))
        })
    }
  }

  private static func run(upTo limit: Int, _ generator: inout SplitMix64) -> [UInt8]? {
    let size = Int.random(in: -1...limit, using: &generator)
    // Half of the bytes repeat, so that the codecs have something to find.
    return size < 0
      ? nil : generator.bytes(size / 2) + [UInt8](repeating: 7, count: size - size / 2)
  }

  static func batch(
    _ records: [PlainRecord], options: RecordBatchOptions = RecordBatchOptions()
  ) throws -> [UInt8] {
    var builder = RecordBatchBuilder(capacity: 1 << 20)
    for record in records { #expect(append(record, to: &builder)) }
    return try builder.finish(options, compressor: Compressor())
  }

  static func append(_ record: PlainRecord, to builder: inout RecordBatchBuilder) -> Bool {
    let headers = RecordHeaders(record.headers.map { ($0.key, $0.value) })
    let key = record.key ?? []
    let value = record.value ?? []
    return builder.append(
      timestamp: record.timestamp, key: record.key == nil ? nil : key.rawSpan,
      value: record.value == nil ? nil : value.rawSpan, headers: headers)
  }

  /// Reads all records of a batch of any codec.
  static func read(_ batch: [UInt8]) throws -> [PlainRecord] {
    let header = try RecordBatchHeader(batch.rawSpan)
    var records = [UInt8](copying: batch.rawSpan.extracting(droppingFirst: RecordBatchHeader.size))
    if let codec = header.codec, codec != .none {
      var output: [UInt8] = []
      let size = try Decompressor().decompress(
        records.rawSpan, codec: codec, limit: 64 << 20, into: &output)
      records = Array(output.prefix(size))
    }
    var result: [PlainRecord] = []
    var reader = RecordReader(records.rawSpan, count: Int(header.recordCount))
    while let record = try reader.next() {
      var plain = PlainRecord(timestamp: header.baseTimestamp + record.timestampDelta)
      if let key = record.key { plain.key = [UInt8](copying: key) }
      if let value = record.value { plain.value = [UInt8](copying: value) }
      var headers = record.headers
      while let header = try headers.next() {
        var reader = ByteReader(header.key)
        var entry = PlainHeader(key: try reader.text(reader.remaining))
        if let value = header.value { entry.value = [UInt8](copying: value) }
        plain.headers.append(entry)
      }
      #expect(Int(record.offsetDelta) == result.count)
      result.append(plain)
    }
    #expect(reader.remainingBytes == 0)
    return result
  }
}

@Suite("Record batches")
struct RecordBatchTests {
  @Test(
    "what was appended is read back, with every codec",
    arguments: CompressionCodec.allCases, [1, 2, 3, 40])
  func roundTrip(codec: CompressionCodec, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let records = BatchMaker.records(Int(seed) * 20, using: &generator)
    let batch = try BatchMaker.batch(records, options: RecordBatchOptions(codec: codec))
    #expect(try BatchMaker.read(batch) == records)

    let summary = try RecordBatchValidator().validate(
      batch.rawSpan, rules: RecordBatchRules(), nowMs: 1_700_000_000_000)
    #expect(summary.recordCount == records.count)
    let greatest = try #require(records.map(\.timestamp).max())
    #expect(summary.maxTimestamp == greatest)
    #expect(!summary.needsMaxTimestamp)
    #expect(
      Int(summary.offsetDeltaOfMaxTimestamp)
        == records.firstIndex { $0.timestamp == greatest })
    #expect(
      summary.payloadBytes
        == records.reduce(0) { $0 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) })
  }

  @Test("every field of the head is written and read")
  func header() throws {
    var options = RecordBatchOptions(codec: .lz4)
    options.baseOffset = 77
    options.partitionLeaderEpoch = 5
    options.producerId = 99
    options.producerEpoch = 3
    options.baseSequence = Int32.max - 1
    options.isTransactional = true
    options.isControl = true
    let record = PlainRecord(timestamp: 1000, key: nil, value: [1])
    let later = PlainRecord(timestamp: 1500, key: nil, value: nil)
    let batch = try BatchMaker.batch([record, later, record], options: options)
    let header = try RecordBatchHeader(batch.rawSpan)
    #expect(header.sizeInBytes == batch.count)
    #expect(header.baseOffset == 77 && header.lastOffset == 79 && header.nextOffset == 80)
    #expect(header.partitionLeaderEpoch == 5)
    #expect(header.codec == .lz4 && header.isTransactional && header.isControl)
    #expect(header.timestampType == .createTime && !header.hasDeleteHorizon)
    #expect(header.baseTimestamp == 1000 && header.maxTimestamp == 1500)
    #expect(header.producerId == 99 && header.producerEpoch == 3)
    #expect(header.lastSequence == 0)
    #expect(header.recordCount == 3 && header.lastOffsetDelta == 2)
    #expect(header.crc == RecordBatch.checksum(of: batch.rawSpan))
  }

  @Test("offsets and epoch are patched outside of the checksum, times inside")
  func patch() throws {
    var batch = try BatchMaker.batch([PlainRecord(timestamp: 10, key: nil, value: [1])])
    let before = try RecordBatchHeader(batch.rawSpan)
    var span = batch.mutableSpan
    RecordBatch.patch(baseOffset: 1234, partitionLeaderEpoch: 9, in: &span)
    let moved = try RecordBatchHeader(batch.rawSpan)
    #expect(moved.baseOffset == 1234 && moved.partitionLeaderEpoch == 9 && moved.crc == before.crc)

    var bytes = [0, 0, 0] + batch
    span = bytes.mutableSpan
    RecordBatch.patchLogAppendTime(5555, in: &span, at: 3, size: batch.count)
    batch = Array(bytes.dropFirst(3))
    let timed = try RecordBatchHeader(batch.rawSpan)
    #expect(timed.timestampType == .logAppendTime && timed.maxTimestamp == 5555)
    #expect(timed.crc == RecordBatch.checksum(of: batch.rawSpan) && timed.crc != before.crc)
    #expect(timed.codec == CompressionCodec.none)

    span = batch.mutableSpan
    RecordBatch.patchProducer(id: 7, epoch: 1, baseSequence: 40, in: &span, size: span.count)
    let produced = try RecordBatchHeader(batch.rawSpan)
    #expect(produced.producerId == 7 && produced.producerEpoch == 1 && produced.baseSequence == 40)
    #expect(produced.crc == RecordBatch.checksum(of: batch.rawSpan))
  }

  @Test("the size of a record is known exactly before it is appended", arguments: 1...8)
  func exactSize(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var builder = RecordBatchBuilder(capacity: 1 << 20)
    for record in BatchMaker.records(200, using: &generator) {
      let headers = RecordHeaders(record.headers.map { ($0.key, $0.value) })
      let size = builder.sizeOfRecord(
        timestamp: record.timestamp, keySize: record.key?.count, valueSize: record.value?.count,
        headers: headers)
      let most = RecordBatchBuilder.maximumSizeOfRecord(
        keySize: record.key?.count, valueSize: record.value?.count,
        headerSize: headers.encoded.count)
      let before = builder.sizeInBytes
      #expect(BatchMaker.append(record, to: &builder))
      #expect(builder.sizeInBytes == before + size)
      #expect(size <= most)
    }
  }

  @Test("a record that does not fit leaves the batch as it was, and the storage is used again")
  func capacity() throws {
    var builder = RecordBatchBuilder(capacity: 200)
    let value = [UInt8](repeating: 1, count: 50)
    var appended = 0
    while builder.append(timestamp: 1, key: nil, value: value.rawSpan) { appended += 1 }
    #expect(appended == 2 && builder.recordCount == 2 && builder.sizeInBytes <= 200)
    for _ in 0..<3 {
      let batch = try builder.finish()
      #expect(try BatchMaker.read(batch).count == 2)
      #expect(builder.isEmpty && builder.sizeInBytes == RecordBatchHeader.size)
      builder.recycle(batch)
      while builder.append(timestamp: 1, key: nil, value: value.rawSpan) {}
    }
    let wide = [UInt8](repeating: 1, count: 139)
    var one = RecordBatchBuilder(capacity: 61 + 148)
    let fits = one.append(timestamp: 1, key: nil, value: wide.rawSpan)
    #expect(fits)
    #expect(one.sizeInBytes == 61 + 148)
  }
}
