import Testing

@testable import LoadModel

@Suite("Verifier")
struct VerifierTests {
  private func receive(
    _ sequences: [UInt64], producer: Int = 0, partition: Int32 = 0, in ledger: inout ReceiptLedger
  ) {
    for sequence in sequences {
      let stamp = RecordStamp(
        producer: producer, partition: partition, sequence: sequence, scheduledNanos: 1)
      _ = ledger.count(.sound(stamp), partition: partition)
    }
  }

  private func acks(_ acked: [Range<UInt64>], sent: Int) -> AckLedger {
    var ledger = AckLedger(producer: 0, partitions: 1)
    ledger.takeSequences(partition: 0, count: Int(sent))
    for range in acked { ledger.acked(partition: 0, range) }
    return ledger
  }

  @Test("what was acked and read is sound")
  func sound() {
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    receive(Array(0..<100), in: &receipts)
    let result = Verifier.reconcile(
      acks: [acks([0..<100], sent: 100)], receipts: [receipts], coverage: [.whole])
    #expect(result.isSound)
    #expect(result.acked == 100)
    #expect(result.received == 100)
    #expect(result.uncertain == 0)
  }

  @Test("acked and missing is lost; unacked and missing is not")
  func lost() {
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    receive(Array(0..<40) + Array(50..<90), in: &receipts)
    let result = Verifier.reconcile(
      acks: [acks([0..<45, 50..<60, 60..<95], sent: 100)], receipts: [receipts],
      coverage: [.whole])
    #expect(result.lost == 10)
    #expect(result.uncertain == 10)
    #expect(
      result.firstLost == [
        "producer 0, partition 0, records 40 to 44", "producer 0, partition 0, records 90 to 94",
      ])
    #expect(result.reordered == 0)
    #expect(!result.isSound)
  }

  @Test("failed records are not missed")
  func failed() {
    var ledger = acks([0..<10], sent: 20)
    ledger.failed(partition: 0, 10..<20)
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    receive(Array(0..<10), in: &receipts)
    let result = Verifier.reconcile(acks: [ledger], receipts: [receipts], coverage: [.whole])
    #expect(result.isSound)
    #expect(result.failed == 10)
    #expect(result.uncertain == 0)
  }

  @Test("duplicates and reordering are told apart")
  func order() {
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    receive([0, 1, 2, 2, 5, 6, 3, 4, 4, 0, 7], in: &receipts)
    #expect(receipts.duplicated == 3)
    #expect(receipts.reordered == 2)
    #expect(receipts.received == 11)
    let result = Verifier.reconcile(
      acks: [acks([0..<8], sent: 8)], receipts: [receipts], coverage: [.whole])
    #expect(result.lost == 0)
  }

  @Test("what retention took, or was not read to the end, is unverified and not lost")
  func coverage() {
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    receive(Array(30..<60) + Array(70..<80), in: &receipts)
    let ledger = acks([0..<100], sent: 100)
    func result(_ isFromBeginning: Bool, _ isToEnd: Bool) -> Verification {
      Verifier.reconcile(
        acks: [ledger], receipts: [receipts],
        coverage: [PartitionCoverage(isFromBeginning: isFromBeginning, isToEnd: isToEnd)])
    }
    #expect(result(true, true).lost == 60)
    #expect(result(false, true).lost == 30)
    #expect(result(false, true).unverified == 30)
    #expect(result(false, false).lost == 10)
    #expect(result(false, false).unverified == 50)
    let unread = Verifier.reconcile(
      acks: [ledger], receipts: [],
      coverage: [PartitionCoverage(isFromBeginning: false, isToEnd: true)])
    #expect(unread.lost == 0)
    #expect(unread.unverified == 100)
    #expect(Verifier.reconcile(acks: [ledger], receipts: [], coverage: [.whole]).lost == 100)
  }

  @Test("what was read without its acknowledgement is not set off against what was not read")
  func unverifiedByRanges() {
    var ledger = AckLedger(producer: 0, partitions: 2)
    for partition in [Int32(0), 1] {
      ledger.takeSequences(partition: partition, count: 200)
      ledger.acked(partition: partition, 0..<100)
    }
    var receipts = ReceiptLedger(producers: 1, partitions: 2)
    receive(Array(0..<178), partition: 0, in: &receipts)
    receive(Array(0..<60), partition: 1, in: &receipts)
    let unread = PartitionCoverage(isFromBeginning: true, isToEnd: false)
    let result = Verifier.reconcile(
      acks: [ledger], receipts: [receipts], coverage: [unread, unread])
    #expect(result.acked - result.received == -38)
    #expect(result.unverified == 40)
    #expect(result.lost == 0)
    #expect(result.isSound)
  }

  @Test("wrong partitions, damage and strangers are counted")
  func unsound() {
    var receipts = ReceiptLedger(producers: 1, partitions: 2)
    let stamp = RecordStamp(producer: 0, partition: 1, sequence: 0, scheduledNanos: 5)
    #expect(receipts.count(.sound(stamp), partition: 0) == 5)
    #expect(receipts.count(.corrupted, partition: 0) == nil)
    #expect(receipts.count(.foreign, partition: 0) == nil)
    let stranger = RecordStamp(producer: 3, partition: 0, sequence: 0, scheduledNanos: 5)
    #expect(receipts.count(.sound(stranger), partition: 0) == nil)
    let endless = RecordStamp(producer: 0, partition: 0, sequence: .max, scheduledNanos: 5)
    _ = receipts.count(.sound(endless), partition: 0)
    #expect(receipts.wrongPartition == 1)
    #expect(receipts.corrupted == 2)
    #expect(receipts.foreign == 2)
  }

  @Test("any order of any records is counted as a plain set counts it", arguments: 1...30)
  func againstSet(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    var seen = Set<UInt64>()
    var highest: UInt64?
    var duplicated: Int64 = 0
    var reordered: Int64 = 0
    var at: UInt64 = 0
    for _ in 0..<500 {
      if Int.random(in: 0..<10, using: &random) == 0 {
        at = UInt64.random(in: 0..<300, using: &random)
      }
      if !seen.insert(at).inserted {
        duplicated += 1
      } else if let highest, at < highest {
        reordered += 1
      }
      highest = max(highest ?? 0, at)
      receive([at], in: &receipts)
      at += 1
    }
    #expect(receipts.duplicated == duplicated)
    #expect(receipts.reordered == reordered)
    let result = Verifier.reconcile(
      acks: [acks([0..<600], sent: 600)], receipts: [receipts], coverage: [.whole])
    #expect(result.lost == Int64(600 - seen.filter { $0 < 600 }.count))
  }

  @Test("sets of sequences behave as sets", arguments: 1...20)
  func sequenceSets(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    func some() -> (SequenceSet, Set<UInt64>) {
      var ranges = SequenceSet()
      var plain = Set<UInt64>()
      for _ in 0..<40 {
        let from = UInt64.random(in: 0..<400, using: &random)
        let range = from..<from + UInt64.random(in: 0..<9, using: &random)
        ranges.insert(range)
        plain.formUnion(range)
      }
      return (ranges, plain)
    }
    let (a, plainA) = some()
    let (b, plainB) = some()
    #expect(Set(a.ranges.flatMap { Array($0) }) == plainA)
    #expect(zip(a.ranges, a.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    #expect(a.count == UInt64(plainA.count))
    #expect(Set(a.subtracting(b).ranges.flatMap { Array($0) }) == plainA.subtracting(plainB))
    #expect((0..<420).allSatisfy { a.contains($0) == plainA.contains($0) })
    let window = a.intersection(50..<90).ranges.flatMap { Array($0) }
    #expect(Set(window) == plainA.filter { (50..<90).contains($0) })
  }

  @Test("compact stamps are completed across the 32-bit wrap")
  func compactWrap() {
    let codec = StampCodec(runTag: 5, form: .compact, epochNanos: 0)
    var pool = PayloadPool(
      recordSize: 20, compressibility: 1, capacityBytes: 4096, seed: 1, codec: codec)
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    let start = UInt64(UInt32.max) - 10
    receive([start - 1], in: &receipts)
    for step in 0..<20 as Range<UInt64> {
      let due = Int64(step) * 1_000_000 + 5_000_000_000_000
      pool.advance(
        to: RecordStamp(
          producer: 0, partition: 0, sequence: start + step, scheduledNanos: due))
      let scheduled = receipts.receive(
        value: pool.value, partition: 0, codec: codec, nowNanos: due + 3_000_000)
      #expect(scheduled == due)
    }
    #expect(receipts.received == 21)
    #expect(receipts.duplicated == 0)
    #expect(receipts.reordered == 0)
    #expect(receipts.expectedSequence(producer: 0, partition: 0) == start + 20)
  }

  @Test("records of several producers are placed by the offsets of their batches")
  func interleaved() {
    var first = AckLedger(producer: 0, partitions: 1)
    var second = AckLedger(producer: 1, partitions: 1)
    for ledger in 0..<20 {
      let (offset, sequence) = (Int64(ledger) * 5, UInt64(ledger / 2) * 5)
      if ledger % 2 == 0 {
        first.takeSequences(partition: 0, count: 5)
        first.acked(partition: 0, sequence..<sequence + 5, baseOffset: offset)
      } else {
        second.takeSequences(partition: 0, count: 5)
        second.acked(partition: 0, sequence..<sequence + 5, baseOffset: offset)
      }
    }
    let end = PartitionEnd(highWatermark: 52, logEnd: 97, inSync: 2, replicas: 3)
    let result = Verifier.reconcile(
      acks: [first, second], receipts: [ReceiptLedger(producers: 2, partitions: 1)],
      coverage: [PartitionCoverage(isFromBeginning: true, isToEnd: true, end: end)])
    #expect(result.lost == 52 + 3)
    #expect(result.notVisible == 45)
    #expect(result.unverified == 0)
  }

  @Test("offsets that were joined say no more than they know")
  func joined() {
    var offsets = AckedOffsets(limit: 8)
    // Every second batch is another producer's.
    for batch in 0..<1000 {
      let first = UInt64(batch * 10)
      offsets.note(first..<first + 10, baseOffset: Int64(batch * 20))
    }
    #expect(offsets.runs.count <= 9)
    #expect(offsets.end == 999 * 20 + 10)
    var all = SequenceSet()
    all.insert(0..<10_000)
    for watermark in [Int64(0), 995, 10_000, 19_985, 19_990, 30_000] {
      let places = offsets.places(of: all, watermark: watermark, logEnd: 19_985)
      let sorted = [places.below, places.between, places.beyond, places.unknown]
      #expect(sorted.map(\.count).reduce(0, +) == 10_000)
      // Where it decides, it decides right: sequence n is at offset n / 10 * 20 + n % 10.
      let below = UInt64(clamping: watermark) / 20 * 10 + min(10, UInt64(watermark) % 20)
      #expect((places.below.last ?? 0) < max(1, below))
      #expect((places.between.first ?? .max) >= below)
      #expect((places.beyond.first ?? .max) >= 9_995)
    }
  }

  @Test("batches that never follow each other in sequence cost no more each")
  func unjoinable() {
    var offsets = AckedOffsets(limit: 8)
    // Every second batch of this producer failed. Looking through all runs at each of them would
    // take hours.
    for batch in 0..<200_000 {
      let first = UInt64(batch * 20)
      offsets.note(first..<first + 10, baseOffset: Int64(batch * 10))
    }
    var all = SequenceSet()
    all.insert(5..<25)
    all.insert(4_000..<4_010)
    let places = offsets.places(of: all, watermark: 12, logEnd: 2_005)
    #expect(places.below.ranges == [5..<10, 20..<22])
    #expect(places.between.ranges == [22..<25, 4_000..<4_005])
    #expect(places.beyond.ranges == [4_005..<4_010])
    // Those that failed have no offset.
    #expect(places.unknown.ranges == [10..<20])
  }

  @Test("without offsets, as many as are above the watermark may be there")
  func unknownOffsets() {
    let end = PartitionEnd(highWatermark: 60, logEnd: 75, inSync: 1, replicas: 3)
    let result = Verifier.reconcile(
      acks: [acks([0..<100], sent: 100)], receipts: [ReceiptLedger(producers: 1, partitions: 1)],
      coverage: [PartitionCoverage(isFromBeginning: true, isToEnd: true, end: end)])
    #expect(result.lost == 85)
    #expect(result.unverified == 15)
    let equal = PartitionEnd(highWatermark: 60, logEnd: 60)
    let settled = Verifier.reconcile(
      acks: [acks([0..<100], sent: 100)], receipts: [ReceiptLedger(producers: 1, partitions: 1)],
      coverage: [PartitionCoverage(isFromBeginning: true, isToEnd: true, end: equal)])
    #expect(settled.lost == 100)
  }
}
