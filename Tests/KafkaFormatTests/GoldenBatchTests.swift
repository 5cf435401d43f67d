import KafkaFormat
import Testing

@Suite("Batches of real clients")
struct GoldenBatchTests {
  @Test("are valid and read as what was sent", arguments: GoldenBatches.all.indices)
  func golden(index: Int) throws {
    let fixture = GoldenBatches.all[index]
    var log = Self.bytes(hex: fixture.hex)
    var records: [PlainRecord] = []
    let validator = RecordBatchValidator()
    var rules = RecordBatchRules()
    rules.timestampAfterMaxMs = .max
    while !log.isEmpty {
      let header = try RecordBatchHeader(log.rawSpan)
      var batch = Array(log.prefix(header.sizeInBytes))
      log.removeFirst(batch.count)
      #expect(Int(header.baseOffset) == records.count)
      #expect(header.codec?.name == fixture.codec || header.codec == CompressionCodec.none)
      // As the client sent it: the broker assigns offsets outside of the checksum.
      var span = batch.mutableSpan
      RecordBatch.patch(baseOffset: 0, partitionLeaderEpoch: -1, in: &span)
      let summary = try validator.validate(batch.rawSpan, rules: rules, nowMs: 1_700_000_000_000)
      #expect(!summary.needsMaxTimestamp)
      records += try BatchMaker.read(batch)
    }
    #expect(records.count == (fixture.client == "kcat" ? 3 : 4))
    for (index, record) in records.enumerated() {
      check(record, index: index, client: fixture.client)
    }
  }

  private func check(_ record: PlainRecord, index: Int, client: String) {
    let text = "value-\(index)-" + String(repeating: "abcdefghij", count: 12)
    #expect(record.value == (index == 3 ? nil : Array(text.utf8)))
    if client == "kcat" {
      #expect(record.key == Array("key-\(index)".utf8))
      #expect(
        record.headers == [
          PlainHeader(key: "trace", value: [0x74]), PlainHeader(key: "second", value: [0x73]),
        ])
      return
    }
    #expect(record.timestamp == 1_700_000_000_000 + Int64(index))
    #expect(record.key == (index == 0 ? nil : Array("key-\(index)".utf8)))
    let empty: [UInt8]? = client == "python" ? [] : nil
    let headers = [
      PlainHeader(key: "trace", value: Array("t-\(index)".utf8)),
      PlainHeader(key: "empty", value: empty),
    ]
    #expect(record.headers == (index == 0 ? [] : headers))
  }

  @Test("an uncompressed batch of Java is made again byte for byte")
  func sameBytes() throws {
    let fixture = try #require(
      GoldenBatches.all.first { $0.client == "java" && $0.codec == "none" })
    let theirs = Self.bytes(hex: fixture.hex)
    let header = try RecordBatchHeader(theirs.rawSpan)
    var options = RecordBatchOptions()
    options.partitionLeaderEpoch = header.partitionLeaderEpoch
    options.producerId = header.producerId
    options.producerEpoch = header.producerEpoch
    options.baseSequence = header.baseSequence
    let ours = try BatchMaker.batch(try BatchMaker.read(theirs), options: options)
    #expect(ours == theirs)
  }

  static func bytes(hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8($0 >= 0x61 ? $0 - 0x61 + 10 : $0 - 0x30) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
