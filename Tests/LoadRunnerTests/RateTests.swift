import EventLoop
import KafkaFormat
import LoadModel
import Testing

@testable import KafkaClient
@testable import LoadRunner

extension Running {
  @Suite("rates count what was acknowledged within the window")
  struct RateTests {
    /// Ten records that were due at one time and acknowledged at another, in seconds.
    private func batch(dueS: Double, ackedS: Double) -> CompletedBatch {
      CompletedBatch(
        topic: TopicHandle(index: 0), partition: 0, node: 0, firstRecordIndex: 0, recordCount: 10,
        payloadBytes: 1000, uncompressedBytes: 1200, wireBytes: 1200,
        openedNanos: Int64(dueS * 1e9), sentNanos: Int64(dueS * 1e9),
        completedNanos: Int64(ackedS * 1e9),
        runs: [ScheduledRun(scheduledNanos: Int64(dueS * 1e9), count: 10)], baseOffset: 0,
        attempts: 1, wasReordered: false, mayBeDuplicated: false, error: nil, lastError: nil)
    }

    /// Records that a window from second 10 on counts.
    private func counted(_ batches: [CompletedBatch], untilS: Double?) -> ProducerTally {
      let window = MeasureWindow(
        startNanos: 5_000_000_000, fromNanos: 10_000_000_000,
        untilNanos: untilS.map { Int64($0 * 1e9) } ?? .max)
      var tally = ProducerTally()
      for index in batches.indices { tally.add(batches[index], in: window, isTold: true) }
      tally.series.close()
      return tally
    }

    @Test(
      "what waited through the warm-up counts, what comes after the window does not",
      arguments: [20.0, nil])
    func window(untilS: Double?) {
      let batches = [
        batch(dueS: 6, ackedS: 9.9), batch(dueS: 7, ackedS: 10), batch(dueS: 9, ackedS: 12),
        batch(dueS: 11, ackedS: 13), batch(dueS: 19, ackedS: 21),
      ]
      let tally = counted(batches, untilS: untilS)
      #expect(tally.records == (untilS == nil ? 40 : 30))
      #expect(tally.bytes == tally.records * 100)
      #expect(tally.batches == tally.records / 10)
      #expect(tally.lastAckNanos == (untilS == nil ? 21_000_000_000 : 13_000_000_000))
      // The series holds the same records.
      let shown = tally.series.finished.filter(\.key.isMeasured).map(\.value.records)
      #expect(shown.reduce(0, +) == tally.records)
      // Latency is of those that were due within it.
      #expect(tally.latency.totalCount == 20)
    }

    @Test("a first fetch's records took the time from its request on")
    func firstFetch() {
      let window = MeasureWindow(startNanos: 1_000, fromNanos: 1_000, untilNanos: .max)
      var tally = ConsumerTally()
      tally.count(
        CompletedFetch(node: 1, sentNanos: 400, receivedNanos: 9_000, bytes: 5), in: window)
      #expect(tally.firstNanos == 1_000)
      var later = ConsumerTally()
      later.count(
        CompletedFetch(node: 1, sentNanos: 4_000, receivedNanos: 9_000, bytes: 5), in: window)
      #expect(later.firstNanos == 4_000)
    }

    @Test(
      "with a deep buffer the rate is that of the series, and of what was consumed",
      arguments: [["records": "40000"], ["duration": "3s"]])
    func deepBuffer(_ end: [String: String]) throws {
      // The warm-up fills a buffer that is as deep as the measurement is long.
      let flags = [
        "record-size": "1000", "batch-size": "16KiB", "buffer-memory": "64MiB", "warmup": "1s",
        "consumers": "1", "interval": "100ms", "retention-bytes": "4GiB",
      ]
      var result = try measured(flags.merging(end) { $1 })
      // A machine that halts at an edge of the window keeps what one side counts from the other.
      for _ in 0..<2 where Self.difference(result) > Self.allowedDifference(result) {
        result = try measured(flags.merging(end) { $1 })
      }
      let produced = try #require(result.produced)
      let window = result.intervals.filter { $0.startS >= 0 }
      let shown = Double(window.compactMap(\.recordsProduced).reduce(0, +))
      let seconds = produced.durationS ?? result.durationS
      let rate = try #require(produced.recordsPerS(over: result.durationS))
      #expect(abs(rate / (shown / seconds) - 1) < 0.02)
      #expect(Self.difference(result) <= Self.allowedDifference(result))
      #expect(result.verification?.lost == 0)
    }

    private static func difference(_ result: RepetitionResult) -> Int64 {
      abs((result.consumed?.records ?? .max / 2) - (result.produced?.records ?? 0))
    }

    /// What was acknowledged and not yet read at either end is all that may lie between the two.
    private static func allowedDifference(_ result: RepetitionResult) -> Int64 {
      let lag = result.intervals.compactMap(\.consumerLagRecords).max() ?? 0
      return lag + (result.produced?.records ?? 0) / 50
    }

    @Test("end-to-end latency ends when a record is handed out, not when its bytes arrived")
    func handedOut() throws {
      let thread = try EventLoopThread(name: "weir-test")
      defer {
        thread.stop()
        thread.join()
      }
      let reply = Reply<ConsumerTally>()
      let second: Int64 = 1_000_000_000
      let now = EventLoop.currentTime.nanoseconds
      let codec = StampCodec(runTag: 7, form: .full, epochNanos: 0)
      var pool = PayloadPool(
        recordSize: 100, compressibility: 2, capacityBytes: 4096, seed: 3, codec: codec)
      pool.advance(
        to: RecordStamp(
          producer: 0, partition: 0, sequence: 0, scheduledNanos: now - 9 * second))
      var builder = RecordBatchBuilder(capacity: 4096)
      let fits = builder.append(timestamp: 0, key: nil, value: pool.value)
      #expect(fits)
      let bytes = try builder.finish()
      let config = try ConsumerConfig(
        properties: [:], bootstrapServers: [try BenchTarget.address("127.0.0.1:1")])
      thread.post { loop in
        let driver = ConsumerDriver(
          transport: loop, config: config,
          checker: RecordChecker(producers: 1, partitions: 1, codec: codec),
          shared: SharedLoad(backlog: Backlog(retained: nil, partitions: 1)))
        driver.start(
          [TopicPartition(topic: "t", partition: 0)], at: .offset(0),
          window: MeasureWindow(startNanos: 0, fromNanos: 0, untilNanos: .max)
        ) { _ in
        } finished: {
          reply.set($0.tally)
        }
        guard let header = try? RecordBatchHeader(bytes.rawSpan) else { return }
        // Eight seconds went by on its decompression, and on the batches before it.
        driver.received(
          FetchedBatch(
            partition: PartitionHandle(index: 0), header: header,
            recordBytes: bytes.rawSpan.extracting(RecordBatchHeader.size..<bytes.count), wanted: 0,
            highWatermark: 1, receivedNanos: now - 8 * second))
        driver.stop()
      }
      let tally = try #require(reply.wait(seconds: 60))
      #expect(tally.endToEnd.totalCount == 1)
      #expect(tally.endToEnd.max ?? 0 >= 8 * second)
      #expect(tally.lastNanos >= now)
    }
  }
}
