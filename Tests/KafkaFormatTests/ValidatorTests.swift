import KafkaFormat
import Testing

@Suite("Validating batches")
struct ValidatorTests {
  static let now: Int64 = 1_700_000_000_000

  /// Three records of 2, 1 and 0 bytes, as a client sends them; then changed by `change`, with the
  /// checksum made right again.
  static func batch(
    _ options: RecordBatchOptions = RecordBatchOptions(), key: [UInt8]? = [1],
    timestamps: [Int64] = [now, now + 5, now + 1], change: (inout [UInt8]) -> Void = { _ in }
  ) throws -> [UInt8] {
    let records = timestamps.enumerated().map { index, timestamp in
      PlainRecord(timestamp: timestamp, key: key, value: [UInt8](repeating: 9, count: 2 - index))
    }
    var bytes = try BatchMaker.batch(records, options: options)
    change(&bytes)
    let crc = RecordBatch.checksum(of: bytes.rawSpan)
    for index in 0..<4 { bytes[17 + index] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * index)) }
    return bytes
  }

  static func error(_ batch: [UInt8], _ rules: RecordBatchRules = RecordBatchRules())
    -> RecordBatchError?
  {
    do {
      _ = try RecordBatchValidator().validate(batch.rawSpan, rules: rules, nowMs: now)
      return nil
    } catch { return error }
  }

  @Test("a batch as clients send it passes")
  func passes() throws {
    let batch = try Self.batch()
    let summary = try RecordBatchValidator().validate(
      batch.rawSpan, rules: RecordBatchRules(), nowMs: Self.now)
    #expect(summary.recordCount == 3 && summary.payloadBytes == 6)
    #expect(summary.maxTimestamp == Self.now + 5 && summary.offsetDeltaOfMaxTimestamp == 1)
  }

  @Test("each thing that Kafka refuses has its error")
  func refusals() throws {
    typealias Position = RecordBatchHeader.Position
    var flipped = try Self.batch()
    flipped[flipped.count - 1] ^= 1
    #expect(Self.error(flipped)?.errorCode == .corruptMessage)
    #expect(Self.error(try Self.batch() + [0])?.errorCode == .corruptMessage)
    #expect(
      Self.error(try Self.batch { $0[Position.magic] = 1 }) == .unsupportedMagic(1))
    #expect(Self.error(try Self.batch { $0[Position.attributes + 1] = 5 }) == .unknownCodec(5))
    #expect(
      Self.error(try Self.batch { $0[Position.recordCount + 3] = 2 })
        == .recordCount(2, lastOffsetDelta: 2))
    #expect(
      Self.error(
        try Self.batch {
          $0[Position.recordCount + 3] = 2
          $0[Position.lastOffsetDelta + 3] = 1
        }) == .trailingBytes(8))
    #expect(
      Self.error(
        try Self.batch {
          $0[Position.recordCount] = 0x7f
          $0[Position.lastOffsetDelta] = 0x7f
        })?.errorCode == .invalidRecord)
    #expect(Self.error(try Self.batch { $0[7] = 1 }) == .baseOffset(1))
    // The offset delta of the first record: behind length, attributes and timestamp delta.
    #expect(
      Self.error(try Self.batch { $0[Position.records + 3] = 2 })
        == .offsetDelta(index: 0, actual: 1))
    var control = RecordBatchOptions()
    control.isControl = true
    #expect(Self.error(try Self.batch(control)) == .controlBatch)
    var idempotent = RecordBatchOptions()
    idempotent.producerId = 5
    idempotent.producerEpoch = 0
    #expect(Self.error(try Self.batch(idempotent)) == .sequence(-1))
    idempotent.baseSequence = 0
    #expect(Self.error(try Self.batch(idempotent)) == nil)
    var small = RecordBatchRules()
    small.maxMessageBytes = 80
    #expect(Self.error(try Self.batch(), small)?.errorCode == .messageTooLarge)
  }

  static func rejections(_ all: [(Int32, RecordRejection.Reason)]) -> RecordRejections {
    var rejections = RecordRejections()
    for (index, reason) in all { rejections.add(RecordRejection(index: index, reason: reason)) }
    return rejections
  }

  @Test("more rejected records than are listed are counted")
  func rejectionsAreBounded() throws {
    var rejections = RecordRejections()
    for index in 0..<Int32(RecordRejections.listedMax + 5) {
      rejections.add(RecordRejection(index: index, reason: .missingKey))
    }
    #expect(rejections.listed.count == RecordRejections.listedMax)
    #expect(rejections.count == RecordRejections.listedMax + 5)
    #expect(RecordBatchError.rejected(rejections).description.hasPrefix("150005 records are"))
  }

  @Test("a compacted topic needs keys", arguments: CompressionCodec.allCases)
  func keys(codec: CompressionCodec) throws {
    var rules = RecordBatchRules()
    rules.requiresKey = true
    let options = RecordBatchOptions(codec: codec)
    #expect(
      Self.error(try Self.batch(options, key: nil), rules)
        == .rejected(Self.rejections([(0, .missingKey), (1, .missingKey), (2, .missingKey)])))
    #expect(Self.error(try Self.batch(options), rules) == nil)
    #expect(Self.error(try Self.batch(options, key: nil)) == nil)
  }

  @Test("timestamps are held to the topic's limits, unless the broker sets them")
  func timestamps() throws {
    var rules = RecordBatchRules()
    rules.timestampAfterMaxMs = 4
    #expect(
      Self.error(try Self.batch(), rules)
        == .rejected(Self.rejections([(1, .timestamp(Self.now + 5))])))
    #expect(Self.error(try Self.batch(), rules)?.errorCode == .invalidTimestamp)
    rules.timestampType = .logAppendTime
    #expect(Self.error(try Self.batch(), rules) == nil)
    rules = RecordBatchRules()
    rules.timestampBeforeMaxMs = 10
    #expect(
      Self.error(try Self.batch(timestamps: [2, 3]), rules)
        == .rejected(Self.rejections([(0, .timestamp(2)), (1, .timestamp(3))])))
    #expect(Self.error(try Self.batch(timestamps: [-1, -1]), rules) == nil)
  }

  @Test("the head alone is looked at where that is asked for")
  func headerOnly() throws {
    var rules = RecordBatchRules()
    rules.depth = .header
    let broken = try Self.batch { $0[RecordBatchHeader.Position.records] = 0xff }
    #expect(Self.error(broken, rules) == nil)
    #expect(Self.error(broken) != nil)
    #expect(Self.error(try Self.batch { $0[7] = 1 }, rules) == .baseOffset(1))
  }

  @Test("a wrong maximal timestamp in the head is found", arguments: CompressionCodec.allCases)
  func maxTimestamp(codec: CompressionCodec) throws {
    let batch = try Self.batch(RecordBatchOptions(codec: codec)) { $0[42] ^= 1 }
    let summary = try RecordBatchValidator().validate(
      batch.rawSpan, rules: RecordBatchRules(), nowMs: Self.now)
    #expect(summary.needsMaxTimestamp && summary.maxTimestamp == Self.now + 5)
  }

  @Test("no batch cut short is accepted or traps", arguments: CompressionCodec.allCases)
  func truncated(codec: CompressionCodec) throws {
    var generator = SplitMix64(seed: 5)
    let records = BatchMaker.records(12, using: &generator)
    let batch = try BatchMaker.batch(records, options: RecordBatchOptions(codec: codec))
    for count in 0..<batch.count {
      var cut = Array(batch.prefix(count))
      #expect(Self.error(cut) != nil)
      guard count > RecordBatchHeader.size else { continue }
      // With length and checksum made to fit, the records themselves must give it away.
      let length = count - RecordBatchHeader.logOverhead
      for index in 0..<4 { cut[8 + index] = UInt8(length >> (24 - 8 * index) & 0xff) }
      let crc = RecordBatch.checksum(of: cut.rawSpan)
      for index in 0..<4 { cut[17 + index] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * index)) }
      #expect(Self.error(cut) != nil)
    }
  }

  @Test("damage behind a right checksum never traps", arguments: CompressionCodec.allCases)
  func damaged(codec: CompressionCodec) throws {
    var generator = SplitMix64(seed: 6)
    let records = BatchMaker.records(8, using: &generator)
    let batch = try BatchMaker.batch(records, options: RecordBatchOptions(codec: codec))
    var passedCount = 0
    var refusedCount = 0
    for _ in 0..<3_000 {
      var damaged = batch
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 21..<batch.count, using: &generator)
        damaged[at] = UInt8.random(in: 0...255, using: &generator)
      }
      var rules = RecordBatchRules()
      rules.checksChecksum = false
      rules.maxDecompressedBytes = 1 << 20
      rules.isFromClient = false
      if Self.error(damaged, rules) == nil {
        passedCount += 1
        _ = try? BatchMaker.read(damaged)
      } else {
        refusedCount += 1
      }
    }
    // Both ways were taken: the damage is neither so great that nothing is read, nor none.
    #expect(passedCount > 10 && refusedCount > 10, "\(passedCount), \(refusedCount)")
  }
}
