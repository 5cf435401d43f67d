import Foundation
import Glibc
import KafkaFormat
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("verification finds what is wrong")
  struct VerificationTests {
    private static let codec = StampCodec(runTag: 7, form: .full, epochNanos: 0)

    /// One record's value as producer 0 would send it to partition 0.
    private func value(_ sequence: UInt64, partition: Int32 = 0, runTag: UInt32 = 7) -> [UInt8] {
      let codec = StampCodec(runTag: runTag, form: .full, epochNanos: 0)
      var pool = PayloadPool(
        recordSize: 100, compressibility: 2, capacityBytes: 4096, seed: 3, codec: codec)
      pool.advance(
        to: RecordStamp(
          producer: 0, partition: partition, sequence: sequence, scheduledNanos: 1))
      var bytes: [UInt8] = []
      var reader = ByteReader(pool.value)
      while let byte = try? reader.uint8() { bytes.append(byte) }
      return bytes
    }

    /// What comes out where 10 records were acknowledged and these values were read.
    private func verification(of values: [[UInt8]]) throws -> Verification {
      var builder = RecordBatchBuilder(capacity: 64 << 10)
      for value in values {
        let fits = builder.append(timestamp: 0, key: nil, value: value.rawSpan)
        #expect(fits)
      }
      let batch = try builder.finish()
      var checker = RecordChecker(producers: 1, partitions: 1, codec: Self.codec)
      var records = RecordReader(
        batch.rawSpan.extracting(RecordBatchHeader.size..<batch.count), count: values.count)
      while let record = try records.next() {
        _ = checker.check(record, partition: 0, nowNanos: 5)
      }
      var acks = AckLedger(producer: 0, partitions: 1)
      acks.takeSequences(partition: 0, count: 10)
      acks.acked(partition: 0, 0..<10)
      return Verifier.reconcile(
        acks: [acks], receipts: [checker.ledger], coverage: [.whole])
    }

    @Test("every counter counts its own fault, and only that")
    func counters() throws {
      let sound = (0..<10).map { value($0) }
      var expected = Verification()
      expected.acked = 10
      expected.received = 10
      #expect(try verification(of: sound) == expected)

      var lost = expected
      (lost.lost, lost.received) = (1, 9)
      lost.firstLost = ["producer 0, partition 0, records 4 to 4"]
      #expect(try verification(of: Array(sound[..<4]) + Array(sound[5...])) == lost)

      var duplicated = expected
      (duplicated.duplicated, duplicated.received) = (1, 11)
      #expect(try verification(of: sound + [value(3)]) == duplicated)

      var reordered = expected
      reordered.reordered = 1
      #expect(
        try verification(of: Array(sound[..<4]) + [value(5), value(4)] + Array(sound[6...]))
          == reordered)

      // A damaged record was acknowledged and did not come: corrupt, and lost.
      var damaged = sound
      damaged[4][90] ^= 1
      var corrupted = lost
      corrupted.corrupted = 1
      #expect(try verification(of: damaged) == corrupted)

      var elsewhere = sound
      elsewhere[4] = value(4, partition: 3)
      var misplaced = lost
      (misplaced.wrongPartition, misplaced.received) = (1, 10)
      #expect(try verification(of: elsewhere) == misplaced)

      var foreign = expected
      foreign.foreign = 1
      #expect(try verification(of: [value(0, runTag: 8)] + sound) == foreign)
    }

    @Test("a byte that changes in the log of a running broker is found, and fails the run")
    func damagedLog() throws {
      let folder = try Folder()
      let path = folder.path
      let damage = Thread {
        let end = Date(timeIntervalSinceNow: 60)
        while Date() < end {
          usleep(2000)
          guard hasLoad(in: path), flipByte(in: path) else { continue }
          return
        }
      }
      damage.start()
      let outcome = try bench(
        ["records": "60000", "consumers": "0", "record-size": "1KiB"], in: folder)
      let found = try #require(outcome.result.cases.first?.repetitions.first?.verification)
      #expect(found.corrupted == 1)
      #expect(found.lost == 1)
      #expect(found.received == 59_999)
      #expect(outcome.result.lostAckedRecords == 1, "which weir bench makes exit code 1 of")
      #expect(!found.isSound)
    }

    @Test("a topic that another producer filled is read and measured: foreign, and no fault")
    func foreignTopic() throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/data")
      try weir(["topics", "create", "theirs", "--bootstrap", broker.bootstrap])
      let long = String(repeating: "another producer's value ", count: 20)
      for flags in [["--compression", "zstd", "--key-separator", ":"], ["--header", "weir2=x"]] {
        let lines = (0..<500).map { "key\($0):\($0 % 3 == 0 ? "" : $0 % 3 == 1 ? "s" : long)\n" }
        try weir(
          ["produce", "theirs", "--bootstrap", broker.bootstrap] + flags, input: lines.joined())
      }
      let outcome = try bench(
        ["bootstrap": broker.bootstrap, "topic": "theirs", "producers": "0"], in: folder)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.consumed?.records == 1000)
      #expect(result.consumed?.recordsPerS(over: result.durationS) ?? 0 > 0)
      #expect(result.fetchLatency?.count ?? 0 > 0)
      #expect(result.errors.isEmpty)
      let found = try #require(result.verification)
      #expect(found.foreign == 1000)
      #expect(found.corrupted == 0)
      #expect(found.lost == 0)
      #expect(found.isSound)
      #expect(outcome.result.corruptedRecords == 0)
    }

    @Test("a foreign topic with a damaged batch fails the run")
    func foreignDamage() throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/data")
      try weir(["topics", "create", "weir-theirs", "--bootstrap", broker.bootstrap])
      let lines = (0..<500).map { "line \($0) \(String(repeating: "x", count: 100))\n" }
      try weir(
        ["produce", "weir-theirs", "--bootstrap", broker.bootstrap], input: lines.joined())
      #expect(flipByte(in: folder.path))
      let outcome = try bench(
        ["bootstrap": broker.bootstrap, "topic": "weir-theirs", "producers": "0"], in: folder)
      #expect(outcome.error?.exitCode == 1)
      #expect(outcome.error?.description.contains("cannot be read") == true)
    }

    @Test("what retention deletes before it is read back is unverified, not lost")
    func deletedUnread() throws {
      let result = try measured([
        "records": "30000", "consumers": "0", "retention-bytes": "4MiB", "segment-bytes": "1MiB",
      ])
      let found = try #require(result.verification)
      #expect(found.lost == 0)
      #expect(found.received + found.unverified == 30_000)
    }
  }
}

/// Changes one byte of a record's payload, in the first batch of the log in `folder`.
private func flipByte(in folder: String) -> Bool {
  guard let walk = FileManager.default.enumerator(atPath: folder) else { return false }
  while let name = walk.nextObject() as? String {
    guard name.contains("weir-"), name.hasSuffix("/00000000000000000000.log"),
      let file = FileHandle(forUpdatingAtPath: folder + "/" + name)
    else { continue }
    let position: UInt64 = 61 + 20 + 32 + 500
    guard (try? file.seek(toOffset: position)) != nil,
      let byte = try? file.read(upToCount: 1)?.first
    else { return false }
    try? file.seek(toOffset: position)
    try? file.write(contentsOf: Data([byte ^ 1]))
    return true
  }
  return false
}
