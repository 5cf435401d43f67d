import KafkaFormat

/// Kafka's bytes: checksums, records, codecs.
enum FormatBenchmarks {
  static func checksums() -> [MicroBenchmark] {
    [100, 1024, 16 << 10, 1 << 20].map { size in
      MicroBenchmark("format/crc32c/\(size)", bytes: size) {
        let bytes = text(size)
        return { Int(CRC32C.checksum(bytes.rawSpan)) }
      }
    }
  }

  static func records() -> [MicroBenchmark] {
    [(100, 1 << 20), (1024, 1 << 20), (100, 16 << 10)].flatMap { size, batchSize in
      let count = batch(recordSize: size, batchSize: batchSize).count
      let bytes = count * size
      let suffix = "\(size)/\(batchSize)"
      return [
        MicroBenchmark("format/records/encode/\(suffix)", bytes: bytes, records: count) {
          let value = text(size)
          var builder = RecordBatchBuilder(capacity: batchSize)
          return {
            builder.reset()
            fill(&builder, value)
            return builder.sizeInBytes
          }
        },
        MicroBenchmark("format/records/encode+finish/\(suffix)", bytes: bytes, records: count) {
          let value = text(size)
          var builder = RecordBatchBuilder(capacity: batchSize)
          return {
            fill(&builder, value)
            let batch = try builder.finish()
            let size = batch.count
            builder.recycle(batch)
            return size
          }
        },
        MicroBenchmark("format/records/read/\(suffix)", bytes: bytes, records: count) {
          let batch = batch(recordSize: size, batchSize: batchSize).bytes
          return { try sumOfValueSizes(batch) }
        },
        MicroBenchmark("format/records/validate/\(suffix)", bytes: bytes, records: count) {
          let batch = batch(recordSize: size, batchSize: batchSize).bytes
          let validator = RecordBatchValidator()
          return {
            try validator.validate(batch.rawSpan, rules: RecordBatchRules(), nowMs: 1_000)
              .payloadBytes
          }
        },
        MicroBenchmark("format/records/walk/\(suffix)", bytes: bytes, records: count) {
          let batch = batch(recordSize: size, batchSize: batchSize).bytes
          let validator = RecordBatchValidator()
          var rules = RecordBatchRules()
          rules.checksChecksum = false
          return {
            try validator.validate(batch.rawSpan, rules: rules, nowMs: 1_000).payloadBytes
          }
        },
      ]
    }
  }

  static func codecs() -> [MicroBenchmark] {
    CompressionCodec.allCases.filter { $0 != .none }.flatMap { codec in
      let size = 1 << 20
      return [
        MicroBenchmark("format/compress/\(codec.name)/\(size)", bytes: size) {
          let bytes = text(size)
          let compressor = Compressor()
          var output: [UInt8] = []
          return { try compressor.compress(bytes.rawSpan, codec: codec, into: &output) }
        },
        MicroBenchmark("format/decompress/\(codec.name)/\(size)", bytes: size) {
          var packed: [UInt8] = []
          let count = try Compressor().compress(
            text(size).rawSpan, codec: codec, into: &packed)
          let decompressor = Decompressor()
          var output: [UInt8] = []
          return {
            try decompressor.decompress(
              packed.rawSpan.extracting(0..<count), codec: codec, limit: size, into: &output)
          }
        },
      ]
    }
  }

  /// One access to the builder for all records: a captured variable would be checked at each.
  private static func fill(_ builder: inout RecordBatchBuilder, _ value: [UInt8]) {
    while builder.append(timestamp: 1_000, key: nil, value: value.rawSpan) {}
  }

  private static func sumOfValueSizes(_ batch: [UInt8]) throws -> Int {
    let header = try RecordBatchHeader(batch.rawSpan)
    var records = RecordReader(
      batch.rawSpan.extracting(droppingFirst: RecordBatchHeader.size),
      count: Int(header.recordCount))
    var sum = 0
    while let record = try records.next() { sum += record.value?.byteCount ?? 0 }
    return sum
  }

  /// A full batch, and how many records are in it.
  private static func batch(recordSize: Int, batchSize: Int) -> (bytes: [UInt8], count: Int) {
    let value = text(recordSize)
    var builder = RecordBatchBuilder(capacity: batchSize)
    fill(&builder, value)
    let count = builder.recordCount
    return ((try? builder.finish()) ?? [], count)
  }

  /// Bytes that a codec finds something in, but not everything: words drawn from a few hundred.
  private static func text(_ size: Int) -> [UInt8] {
    var state: UInt64 = 1
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33)
    }
    let words = (0..<300).map { _ in (0..<(3 + next() % 8)).map { _ in UInt8(97 + next() % 26) } }
    var bytes: [UInt8] = []
    while bytes.count < size { bytes += words[next() % words.count] + [32] }
    return Array(bytes.prefix(size))
  }
}
