import KafkaFormat
import Testing

@testable import CommitLog

@Suite("producers")
struct ProducerStateTests {
  let scratch = ScratchDirectory()

  private func batch(_ sequence: Int32, records: Int = 1, epoch: Int16 = 0) -> TestBatch {
    TestBatch(records: records, producerId: 9, producerEpoch: epoch, baseSequence: sequence)
  }

  @Test("the last five batches are known again, with the offsets of the first time")
  func duplicates() throws {
    let log = try openLog(scratch.path)
    for index in 0..<7 { try log.add(batch(Int32(index * 2), records: 2)) }
    for index in 2..<7 {
      let again = try log.add(batch(Int32(index * 2), records: 2))
      #expect(again.isDuplicate)
      #expect(again.baseOffset == Int64(index * 2) && again.lastOffset == again.baseOffset + 1)
    }
    #expect(log.logEndOffset == 14)
    #expect(throws: LogError.outOfOrderSequence(producerId: 9, expected: 14, actual: 2)) {
      try log.add(batch(2, records: 2))
    }
    #expect(throws: LogError.outOfOrderSequence(producerId: 9, expected: 14, actual: 15)) {
      try log.add(batch(15))
    }
    #expect(log.logEndOffset == 14)
  }

  @Test("an older epoch is fenced; a newer one starts with sequence 0")
  func epochs() throws {
    let log = try openLog(scratch.path)
    try log.add(batch(0, epoch: 3))
    #expect(throws: LogError.invalidProducerEpoch(producerId: 9, current: 3, actual: 2)) {
      try log.add(batch(1, epoch: 2))
    }
    #expect(throws: LogError.outOfOrderSequence(producerId: 9, expected: 0, actual: 1)) {
      try log.add(batch(1, epoch: 4))
    }
    try log.add(batch(0, epoch: 4))
    #expect(try log.add(batch(0, epoch: 4)).isDuplicate)
  }

  @Test("0 follows the largest sequence, also within a batch")
  func wraps() throws {
    let log = try openLog(scratch.path)
    try log.add(batch(Int32.max - 1, records: 2))
    try log.add(batch(0))
    let other = ScratchDirectory()
    let second = try openLog(other.path)
    try second.add(batch(Int32.max - 1, records: 4))
    #expect(try second.add(batch(Int32.max - 1, records: 4)).isDuplicate)
    try second.add(batch(2))
    #expect(second.logEndOffset == 5)
  }

  @Test("producers are known after a clean stop, after a crash, and after a truncation")
  func survives() throws {
    var config = LogConfig()
    config.segmentBytes = 1_000
    var log = try openLog(scratch.path, config: config)
    for index in 0..<20 { try log.add(batch(Int32(index))) }
    try log.close(nowMs: 1_000)
    log = try openLog(scratch.path, config: config)
    #expect(try log.add(batch(19)).isDuplicate)
    #expect(try log.add(batch(20)).baseOffset == 20)
    log = try openLog(scratch.path, config: config, isClean: false)
    #expect(log.logEndOffset == 21)
    for index in 16...20 { #expect(try log.add(batch(Int32(index))).isDuplicate) }
    try log.truncate(to: 11, nowMs: 1_000)
    #expect(try log.add(batch(10)).isDuplicate)
    #expect(try log.add(batch(11)).baseOffset == 11)
  }

  @Test("silent producers are forgotten")
  func expires() throws {
    var config = LogConfig()
    config.producerIdExpirationMs = 500
    let log = try openLog(scratch.path, config: config)
    try log.add(batch(0))
    log.maintain(nowMs: 1_499, highWatermark: 1)
    #expect(log.producers.count == 1)
    log.maintain(nowMs: 1_500, highWatermark: 1)
    #expect(log.producers.count == 0)
    #expect(try log.add(batch(77)).baseOffset == 1)
  }

  @Test("a snapshot with any bit flipped is not believed")
  func damagedSnapshot() throws {
    var table = ProducerStateTable()
    table.update(try RecordBatchHeader(batch(0).encoded().rawSpan))
    let bytes = table.encodedSnapshot()
    #expect(try ProducerStateTable(snapshot: bytes.rawSpan).producers == table.producers)
    for bit in 0..<(bytes.count * 8) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: FormatError.self) { try ProducerStateTable(snapshot: damaged.rawSpan) }
    }
    for count in 0..<bytes.count {
      let cut = Array(bytes[..<count])
      #expect(throws: FormatError.self) { try ProducerStateTable(snapshot: cut.rawSpan) }
    }
  }
}
