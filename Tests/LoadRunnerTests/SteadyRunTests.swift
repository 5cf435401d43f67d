import Foundation
import Glibc
import LoadModel
import Reports
import Testing

@testable import KafkaClient
@testable import LoadRunner

extension Running {
  @Suite("a run that warms up until it is steady")
  struct SteadyRunTests {
    @Test("measures a window of its own, whole, and counts nothing of the search")
    func fresh() throws {
      let result = try measured([
        "duration": "1s", "warmup": "auto:max=3s", "partitions": "2", "producers": "2",
        "batch-size": "16KiB", "interval": "100ms", "retention-bytes": "8MiB",
        "segment-bytes": "1MiB",
      ])
      let state = try #require(result.steady)
      // A search takes half a second at least; a machine that halts takes longer over all.
      #expect(state.warmupS > 0.5)
      #expect(result.durationS == 1 && result.plannedDurationS == 1)
      let (produced, consumed) = (try #require(result.produced), try #require(result.consumed))
      let (before, window) = (
        result.intervals.filter { $0.startS < 0 }, result.intervals.filter { $0.startS >= 0 }
      )
      #expect(window.compactMap(\.recordsProduced).reduce(0, +) == produced.records)
      #expect(window.compactMap(\.recordsConsumed).reduce(0, +) == consumed.records)
      #expect(before.compactMap(\.recordsProduced).reduce(0, +) > 0)
      #expect(before.allSatisfy { $0.startS + $0.durationS <= 0.0001 })
      #expect(abs((before.first?.startS ?? 0) + state.warmupS) < 0.11)
      let shown = window.count { $0.clientUserCpuS != nil && $0.brokerUserCpuS != nil }
      #expect(shown == window.count)
      #expect(result.verification?.lost == 0 && result.verification?.duplicated == 0)
      #expect(produced.records < result.verification?.acked ?? 0)
    }

    @Test("a number of records is counted from the window on")
    func records() throws {
      let result = try measured([
        "records": "20000", "warmup": "auto:max=1s", "record-size": "200", "batch-size": "4KiB",
      ])
      #expect(result.steady != nil)
      #expect(result.produced?.records ?? 0 >= 20_000)
      #expect(result.verification?.acked ?? 0 > 20_000)
      #expect(result.verification?.lost == 0)
      #expect(result.produceLatency?.count == 20_000)
    }

    @Test("an open loop ends in time, also where the next record is due long after the window")
    func openLoop() throws {
      let result = try measured([
        "rate": "0.05", "duration": "200ms", "warmup": "auto:max=1s", "record-size": "100",
      ])
      #expect(result.failure == nil && result.durationS == 0.2)
      #expect(result.unsentRecords == 0)
    }

    @Test("members of groups are given the window, too")
    func groups() throws {
      let result = try measured([
        "duration": "1s", "warmup": "auto:max=1s", "partitions": "2", "consumers": "2",
        "consumer-groups": "2", "record-size": "200", "rate": "2000",
      ])
      #expect(result.failure == nil)
      let groups = try #require(result.groups)
      #expect(groups.count == 2 && groups.allSatisfy { $0.consumed.records > 1_000 })
      #expect(groups.allSatisfy { $0.verification?.lost == 0 })
    }

    @Test("after a fixed warm-up nothing was searched for, and the window is looked at for drifts")
    func fixed() throws {
      let state = try #require(try measured(["duration": "300ms", "warmup": "100ms"]).steady)
      #expect(state.unsettled.isEmpty)
      #expect(abs(state.warmupS - 0.1) < 0.05)
    }

    @Test("whether retention had deleted a segment when measuring began is known")
    func retention() throws {
      let full = try measured([
        "duration": "500ms", "warmup": "auto:max=10s", "retention-bytes": "4MiB",
        "segment-bytes": "1MiB",
      ])
      #expect(full.isLogFull == true)
      let growing = try measured(["records": "1000", "warmup": "0s"])
      #expect(growing.isLogFull == false)
      let reading = try measured(["producers": "0", "records": "1000"])
      #expect(reading.isLogFull == nil)
    }

    @Test("of a cluster the first offsets tell it")
    func retentionOfCluster() throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/broker")
      defer { broker.stop() }
      let flags = [
        "bootstrap": broker.bootstrap, "duration": "1s", "retention-bytes": "4MiB",
        "segment-bytes": "1MiB",
      ]
      let outcome = try bench(flags.merging(["warmup": "3s"]) { $1 }, in: folder)
      #expect(outcome.result.cases[0].repetitions.first?.isLogFull == true)
      #expect(outcome.result.memory == nil, "its disk is not ours")
    }

    @Test("Ctrl-C while it warms up ends it: a partial result that counts nothing")
    func interrupted() throws {
      let folder = try Folder()
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments = [
        "bench", "--duration", "60s", "--warmup", "auto:max=10m", "--retention-bytes", "unlimited",
        "--rate", "20000", "--record-size", "200", "--output", folder.path,
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      try #require(awaitLoad(in: folder.path))
      kill(process.processIdentifier, SIGINT)
      #expect(eventually { !process.isRunning })
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      let directory = try #require(folder.runDirectory)
      let result = try Reports.read(directory + "/run.json")
      #expect(result.isPartial)
      let repetition = try #require(result.cases.first?.repetitions.first)
      #expect(repetition.isPartial && repetition.durationS < 1)
      #expect(repetition.steady?.isReached == false)
    }
  }
}

extension Running {
  @Suite("a window that is moved")
  struct MovedWindowTests {
    private let second: Int64 = 1_000_000_000

    private func batch(atS: Int64) -> CompletedBatch {
      CompletedBatch(
        topic: TopicHandle(index: 0), partition: 0, node: 0, firstRecordIndex: 0, recordCount: 10,
        payloadBytes: 1000, uncompressedBytes: 1200, wireBytes: 1200, openedNanos: atS * second,
        sentNanos: atS * second, completedNanos: atS * second,
        runs: [ScheduledRun(scheduledNanos: atS * second, count: 10)], baseOffset: 0,
        attempts: 1, wasReordered: false, mayBeDuplicated: false, error: nil, lastError: nil)
    }

    @Test("counts anew; the warm-up stays in the series")
    func restarted() {
      var window = MeasureWindow(startNanos: second, fromNanos: .max, untilNanos: .max)
      var tally = ProducerTally()
      tally.add(batch(atS: 2), in: window, isTold: true)
      #expect(tally.records == 0)
      window.fromNanos = 3 * second
      tally.restart()
      tally.add(batch(atS: 4), in: window, isTold: true)
      #expect(tally.records == 10 && tally.latency.totalCount == 10)
      // It was told too late: the window begins later.
      window.fromNanos = 6 * second
      tally.restart()
      tally.add(batch(atS: 5), in: window, isTold: true)
      tally.add(batch(atS: 7), in: window, isTold: true)
      tally.series.close()
      #expect(tally.records == 10 && tally.batches == 1 && tally.latency.totalCount == 10)
      let places = tally.series.finished
      #expect(places.filter(\.key.isMeasured).map(\.value.records) == [10])
      #expect(places.filter(\.key.isMeasured).map(\.key.index) == [1])
      #expect(places.filter { !$0.key.isMeasured }.map(\.value.records).reduce(0, +) == 20)
    }

    @Test("of a reader, too; what it saw in all is kept")
    func restartedReader() {
      var window = MeasureWindow(startNanos: 0, fromNanos: second, untilNanos: .max)
      var tally = ConsumerTally()
      tally.begin(atNanos: 2 * second, in: window)
      tally.add(payloadBytes: 5, dueNanos: 2 * second, nowNanos: 2 * second, in: window)
      window.fromNanos = 3 * second
      tally.restart()
      tally.begin(atNanos: 4 * second, in: window)
      tally.add(payloadBytes: 5, dueNanos: 4 * second, nowNanos: 4 * second, in: window)
      #expect(tally.records == 1 && tally.seenRecords == 2 && tally.endToEnd.totalCount == 1)
    }
  }
}
