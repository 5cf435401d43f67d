import Foundation
import LoadModel
import Testing

@testable import LoadRunner

/// Everything that runs a load shares two cores: one after the other.
@Suite("a benchmark run", .serialized)
enum Running {}

extension Running {
  @Suite("loads on the embedded broker")
  struct LoadTests {
    /// What holds for every sound run. Loads take long enough for whoever watches them to look at
    /// least once, also where it gets no core for a while.
    private func expectSound(_ result: RepetitionResult, records: Int64? = nil) throws {
      let found = try #require(result.verification)
      #expect(found.isSound, "\(found)")
      #expect(found.foreign == 0)
      #expect(found.unverified == 0)
      #expect(found.uncertain == 0)
      #expect(found.received == found.acked)
      #expect(found.acked > 0)
      #expect(result.errors.isEmpty)
      #expect(!result.isPartial)
      #expect(result.failure == nil)
      #expect(result.durationS > 0)
      if let records { #expect(found.acked == records) }
      let broker = try #require(result.broker)
      #expect(broker.residentBytes == nil, "embedded: no process of its own")
      #expect(broker.userCpuS + broker.systemCpuS > 0)
      let client = try #require(result.client)
      #expect(client.userCpuS + client.systemCpuS > 0)
    }

    @Test("producing only: every record is read back and verified")
    func produceOnly() throws {
      let result = try measured([
        "records": "20000", "consumers": "0", "partitions": "3", "acks": "1",
      ])
      try expectSound(result, records: 20_000)
      let produced = try #require(result.produced)
      #expect(produced.records == 20_000)
      #expect(produced.bytes == Int64(20_000 * 1024))
      #expect(result.consumed == nil)
      #expect(result.endToEndLatency == nil)
      #expect(result.produceLatency?.count == 20_000)
      #expect(result.intervals.compactMap(\.recordsProduced).reduce(0, +) == 20_000)
      let achieved = try #require(result.batchSizeAchievedBytes)
      #expect(achieved > 10_000 && achieved <= 16_384)
    }

    @Test("producing and consuming: a timed run counts what fell into its window")
    func both() throws {
      let result = try measured([
        "duration": "2s", "warmup": "100ms", "partitions": "4", "producers": "2",
        "consumers": "2", "batch-size": "64KiB", "interval": "500ms",
      ])
      try expectSound(result)
      let (produced, consumed) = (try #require(result.produced), try #require(result.consumed))
      #expect(result.durationS == 2)
      #expect(produced.bytes == produced.records * 1024)
      #expect(consumed.bytes == consumed.records * 1024)
      #expect(produced.records <= result.verification?.acked ?? 0)
      // Every count of the window is in one of its intervals, and nothing after it is told.
      let window = result.intervals.filter { $0.startS >= 0 }
      #expect(window.compactMap(\.recordsProduced).reduce(0, +) == produced.records)
      #expect(window.compactMap(\.recordsConsumed).reduce(0, +) == consumed.records)
      #expect(window.allSatisfy { $0.startS + $0.durationS <= 2.0001 })
      #expect(window.count == 4)
      let told = window.filter { $0.clientUserCpuS != nil && $0.brokerUserCpuS != nil }
      #expect(told.count == 4, "\(window.map { ($0.startS, $0.clientUserCpuS) })")
      let warmup = result.intervals.filter { $0.startS < 0 }
      #expect(warmup.allSatisfy { $0.startS >= -0.1001 && $0.startS + $0.durationS <= 0.0001 })
      #expect(result.endToEndLatency?.count ?? 0 > 0)
      #expect(result.fetchRequests ?? 0 > 0)
    }

    @Test("consuming only: the topic is filled first, and read to its end")
    func consumeOnly() throws {
      let result = try measured([
        "producers": "0", "records": "20000", "record-size": "200", "partitions": "2",
        "consumers": "2",
      ])
      try expectSound(result, records: 20_000)
      #expect(result.produced == nil)
      #expect(result.consumed?.records == 20_000)
      #expect(result.consumed?.bytes == Int64(20_000 * 200))
      #expect(result.fetchLatency?.count ?? 0 > 0)
      #expect(result.endToEndLatency == nil)
    }

    @Test("consuming only for a time: ends when it is over, and says what was not read")
    func consumeForATime() throws {
      // A fetch brings ten records at most: all of them take 20,000 fetches.
      let result = try measured([
        "producers": "0", "records": "200000", "record-size": "100", "duration": "100ms",
        "partition-fetch-size": "1KiB", "batch-size": "1KiB",
      ])
      let found = try #require(result.verification)
      #expect(found.lost == 0)
      #expect(found.unverified > 0)
      #expect(found.received + found.unverified == 200_000)
      #expect(result.durationS > 0 && result.durationS <= 0.1)
    }

    @Test("a sweep over codecs, with keys: each case is measured and compresses")
    func sweep() throws {
      let folder = try Folder()
      let outcome = try bench(
        [
          "records": "12000", "compression": "none,gzip,snappy,lz4,zstd", "keys": "random",
          "key-count": "100", "partitions": "3",
        ], in: folder)
      #expect(outcome.error == nil)
      #expect(outcome.result.cases.count == 5)
      for entry in outcome.result.cases {
        let result = try #require(entry.repetitions.first)
        try expectSound(result, records: 12_000)
        #expect(result.produced?.bytes == Int64(12_000 * (1024 + 12)), "keys count")
        let ratio = try #require(result.compressionRatio)
        if entry.workload.compression.codec == .none {
          #expect(abs(ratio - 1) < 0.001)
        } else {
          #expect(ratio > 1.4 && ratio < 2.4, "\(entry.label)")
        }
      }
      #expect(!outcome.result.isPartial)
      #expect(folder.entries.filter { $0.hasPrefix(".") }.isEmpty, "the broker's data are gone")
    }

    @Test(
      "what only the topic or the broker compresses is as random as it was asked for",
      arguments: ["topic-config", "broker-property"])
    func compressedByTopic(place: String) throws {
      let folder = try Folder()
      let outcome = try bench(
        [
          "records": "20000", "batch-size": "4MiB", "partitions": "1", "compressibility": "1",
          place: "compression.type=zstd", "linger-ms": "2000",
        ], in: folder)
      #expect(outcome.error == nil)
      let entry = try #require(outcome.result.cases.first)
      let result = try #require(entry.repetitions.first)
      try expectSound(result, records: 20_000)
      // A pool of 1 MiB comes again three times in such a batch: 3.9 where 1 was asked for.
      #expect(try #require(result.batchSizeAchievedBytes) > 2_097_152)
      #expect(try abs(#require(result.compressionRatio) - 1) < 0.001)
      #expect(try abs(#require(result.fetchedCompressionRatio) - 1) < 0.05)
      #expect(RunWarning.compressibility(entry) == nil)
      var repeating = entry
      repeating.repetitions[0].fetchedCompressionRatio = 3.9
      #expect(
        RunWarning.compressibility(repeating)
          == .compressibilityMissed(caseIndex: 0, target: 1, achieved: 3.9))
      // Whatever was asked for, batches that are not compressed miss nothing.
      repeating.workload.compressibility = 4
      repeating.repetitions[0].fetchedCompressionRatio = 1
      #expect(RunWarning.compressibility(repeating) == nil)
    }

    @Test(
      "the stamp has room in values of any size",
      arguments: ["0", "15", "16", "20", "31", "32"])
    func stampForms(size: String) throws {
      let result = try measured([
        "records": "12000", "record-size": size, "partitions": "2", "keys": "zipf:1.1",
      ])
      try expectSound(result, records: 12_000)
      #expect(result.produced?.bytes == 12_000 * (Int64(size)! + 12))
      #expect(result.endToEndLatency?.count == 12_000)
    }

    @Test("the lines of a payload file are the values, and carry their stamp in a header")
    func payloadFile() throws {
      let folder = try Folder()
      let lines = ["a", "two words", String(repeating: "x", count: 3000)]
      try lines.joined(separator: "\n")
        .write(toFile: folder.path + "/lines", atomically: true, encoding: .utf8)
      let result = try measured([
        "records": "12000", "payload-file": folder.path + "/lines", "compression": "lz4",
      ])
      try expectSound(result, records: 12_000)
      #expect(result.produced?.bytes == Int64(lines.map(\.utf8.count).reduce(0, +) * 4000))
    }

    @Test("an open loop sends rate times duration records, and records how late it was")
    func openLoop() throws {
      let result = try measured([
        "duration": "2s", "rate": "4000", "record-size": "100", "producers": "2",
        "linger-ms": "0", "warmup": "100ms",
      ])
      try expectSound(result)
      let lag = try #require(result.scheduleLag)
      #expect(abs(Int(lag.count) - 8000) <= 2, "due within the window: \(lag.count)")
      // With those of the warm-up; how many come back before the window ends, the machine decides.
      let acked = try #require(result.verification?.acked)
      #expect(abs(acked - 8400) <= 2)
      let produced = result.produced?.records ?? 0
      #expect(produced > 1000 && produced <= acked)
      let latency = try #require(result.produceLatency)
      #expect(latency.count == lag.count)
    }

    @Test("acks=0 tells no produce latency; every level is verified", arguments: ["0", "1", "all"])
    func acks(level: String) throws {
      let result = try measured(["records": "20000", "acks": level, "consumers": "0"])
      try expectSound(result, records: 20_000)
      #expect((result.produceLatency == nil) == (level == "0"))
      #expect((result.serviceTime == nil) == (level == "0"))
    }

    @Test("producers wait for consumers before retention takes what nobody has read")
    func heldBack() throws {
      let result = try measured([
        "records": "64000", "retention-bytes": "16MiB", "segment-bytes": "1MiB",
        "batch-size": "64KiB", "partition-fetch-size": "64KiB", "fetch-size": "64KiB",
        "partitions": "2",
      ])
      try expectSound(result, records: 64_000)
      #expect(result.consumed?.records == 64_000)
    }
  }
}
