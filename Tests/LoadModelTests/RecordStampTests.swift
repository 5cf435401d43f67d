import Testing

@testable import LoadModel

@Suite("Record stamps and payloads")
struct RecordStampTests {
  private static let epoch: Int64 = 1_000_000_000_000

  private func codec(_ form: StampForm) -> StampCodec {
    StampCodec(runTag: 0xabcd_1234, form: form, epochNanos: Self.epoch)
  }

  private func stamp(_ index: Int) -> RecordStamp {
    RecordStamp(
      producer: index % 4096, partition: Int32(index * 7919 % (1 << 20)),
      sequence: UInt64(index) * 1_000_003 % (1 << 34),
      scheduledNanos: Self.epoch + Int64(index) * 977_000)
  }

  private func reading(
    _ pool: borrowing PayloadPool, _ expected: RecordStamp, changing byte: Int? = nil
  ) -> StampReading {
    var value = [UInt8](copyOf: pool.value)
    var header = [UInt8](copyOf: pool.header)
    if let byte {
      if byte < value.count { value[byte] ^= 0x10 } else { header[byte - value.count] ^= 0x10 }
    }
    let place = StampPlace(partition: expected.partition, producers: expected.producer + 1)
    if pool.codec.form == .header {
      return pool.codec.read(value: value.bytesInPlace, header: header.bytesInPlace, at: place)
    }
    return pool.codec.read(
      value: value.bytesInPlace, expectedSequence: expected.sequence &- 5,
      nowNanos: expected.scheduledNanos + 2_000_000, at: place)
  }

  @Test("a stamp is read as it was written", arguments: [0, 1, 15, 16, 17, 31, 32, 33, 100, 1024])
  func roundTrip(recordSize: Int) {
    let form = StampForm(recordSize: recordSize)
    var pool = PayloadPool(
      recordSize: recordSize, compressibility: 2, capacityBytes: 8192, seed: 3,
      codec: codec(form))
    for index in 0..<200 {
      let stamp = stamp(index)
      pool.advance(to: stamp)
      #expect(pool.value.byteCount == recordSize)
      #expect(reading(pool, stamp) == .sound(stamp))
    }
  }

  @Test("any changed byte is found", arguments: [0, 7, 16, 20, 32, 64, 200])
  func damage(recordSize: Int) {
    let form = StampForm(recordSize: recordSize)
    var pool = PayloadPool(
      recordSize: recordSize, compressibility: 1, capacityBytes: 4096, seed: 4,
      codec: codec(form))
    let stamp = stamp(77)
    pool.advance(to: stamp)
    let bytes = recordSize + (form == .header ? StampForm.fullSize : 0)
    for byte in 0..<bytes {
      #expect(reading(pool, stamp, changing: byte) == .corrupted)
    }
  }

  @Test("a record of another run is foreign, and so is one that is too short for a stamp")
  func others() {
    let place = StampPlace(partition: 0, producers: 4)
    func read(_ codec: StampCodec, _ value: [UInt8]) -> StampReading {
      codec.read(value: value.bytesInPlace, expectedSequence: 0, nowNanos: 0, at: place)
    }
    var pool = PayloadPool(
      recordSize: 64, compressibility: 1, capacityBytes: 4096, seed: 4, codec: codec(.full))
    pool.advance(to: stamp(1))
    let other = StampCodec(runTag: 1, form: .full, epochNanos: 0)
    #expect(read(other, [UInt8](copyOf: pool.value)) == .foreign)
    for form in [StampForm.full, .compact] {
      #expect(read(codec(form), [1, 2, 3]) == .foreign)
      #expect(read(codec(form), []) == .foreign)
    }
    // A header of our name that holds no stamp was one.
    #expect(
      codec(.header).read(
        value: [1, 2, 3].bytesInPlace, header: [1, 2, 3].bytesInPlace, at: place) == .corrupted)
  }

  @Test("what never had a stamp is foreign, not damaged", arguments: [StampForm.full, .compact])
  func strangers(form: StampForm) {
    let place = StampPlace(partition: 0, producers: 4)
    var random = SplitMix64(seed: 5)
    let text = Array(#"{"id": 4711, "name": "somebody else's record", "amount": 12.50}"#.utf8)
    var values = [text, [UInt8](repeating: 0, count: 100), [UInt8](repeating: 255, count: 16)]
    for _ in 0..<10_000 {
      values.append((0..<40).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    }
    for value in values {
      let found = codec(form).read(
        value: value.bytesInPlace, expectedSequence: 0, nowNanos: 0, at: place)
      // Nothing but zeros names producer 0 and partition 0 in the compact form.
      let isZero = form == .compact && value.allSatisfy { $0 == 0 }
      #expect(found == (isZero ? .corrupted : .foreign))
    }
  }

  @Test("lines of a file are values, their stamps in a header")
  func lines() {
    let text = Array("first\r\nsecond line\n\n\r\nlast".utf8)
    guard var pool = PayloadPool(lines: text, codec: codec(.header)) else {
      Issue.record("there are three lines")
      return
    }
    #expect(pool.count == 3)
    var values: [String] = []
    for index in 0..<4 {
      #expect(pool.nextSize == ["first", "second line", "last", "first"][index].utf8.count)
      pool.advance(to: stamp(index))
      values.append(String(decoding: [UInt8](copyOf: pool.value), as: UTF8.self))
      #expect(reading(pool, stamp(index)) == .sound(stamp(index)))
    }
    #expect(values == ["first", "second line", "last", "first"])
    let isEmpty = PayloadPool(lines: Array("\n\n".utf8), codec: codec(.header)) == nil
    #expect(isEmpty)
  }

  @Test("the same seed gives the same payloads, another one others")
  func seeds() {
    let once = PayloadText.bytes(count: 5000, seed: 9, ratio: 3)
    #expect(once == PayloadText.bytes(count: 5000, seed: 9, ratio: 3))
    #expect(once != PayloadText.bytes(count: 5000, seed: 10, ratio: 3))
    #expect(once.count == 5000)
  }

  @Test("a pool outgrows the batch, and many producers' pools fit")
  func capacity() {
    #expect(PayloadPool.capacity(batchSizeBytes: 16_384, producers: 1) == 16 << 20)
    #expect(PayloadPool.capacity(batchSizeBytes: 16_384, producers: 1000) <= 1 << 20)
    for shift in 10...30 {
      let batch = 1 << shift
      for (open, producers) in [(1, 1), (6, 1), (1000, 1), (1, 64), (1000, 1000)] {
        let size = PayloadPool.capacity(batchSizeBytes: batch, open: open, producers: producers)
        #expect(size >= batch && size <= max(64 << 20, batch), "\(batch) \(open) \(producers)")
        #expect(size * producers <= max(256 << 20, 2 * batch * producers, producers << 20))
      }
    }
    // Values that keys send to 100 partitions lie far apart in each one's batch.
    #expect(PayloadPool.capacity(batchSizeBytes: 256 << 10, open: 100, producers: 1) >= 25 << 20)
    #expect(PayloadPool.capacity(batchSizeBytes: 1 << 20, open: .max, producers: 1) == 64 << 20)
  }

  @Test("payloads have about the repetitions that were asked for", arguments: [1.2, 2, 4, 10])
  func compressibility(target: Double) {
    let bytes = PayloadText.bytes(count: 1 << 20, seed: 5, ratio: target)
    // A model codec: a word that repeats the one 16 bytes before costs nothing, 3 bytes a run.
    var cost = 0
    var isRun = false
    for word in stride(from: 0, to: bytes.count, by: 8) {
      let repeats = word >= 16 && bytes[word..<word + 8] == bytes[word - 16..<word - 8]
      if repeats {
        if !isRun { cost += 3 }
      } else {
        cost += 8
      }
      isRun = repeats
    }
    let achieved = Double(bytes.count) / Double(cost)
    #expect(abs(achieved - target) < target * 0.05)
  }
}

extension Array where Element == UInt8 {
  init(copyOf bytes: RawSpan) {
    self = bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }
}
