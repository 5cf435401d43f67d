import KafkaFormat
import Testing

@testable import CommitLog

/// Random operations from a seed on a log and on a model of it: a list of batches in memory.
///
/// The model decides what must be there: offsets, the end after a truncation, what a producer's
/// next sequence is, what a flush promised. It takes from the log only what the rules leave open,
/// after it has checked that they allow it: how much retention deleted, and what a power cut left
/// of what was not flushed.
///
/// A failing seed fails again with the same number.
@Suite("the log does what a list of batches would")
struct PropertyTests {
  final class Run {
    let scratch = ScratchDirectory()
    let plan = FaultPlan()
    var generator: SeededGenerator
    var config = LogConfig()
    var model = LogModel()
    var log: PartitionLog
    var held: [LogJob] = []
    var nowMs: Int64 = 1_000

    init(seed: UInt64) throws {
      generator = SeededGenerator(seed: seed)
      config.segmentBytes = Int.random(in: 700...6_000, using: &generator)
      config.indexIntervalBytes = Int.random(in: 0...2_000, using: &generator)
      config.segmentIndexBytes = Int.random(in: 60...400, using: &generator)
      config.retentionMs = -1
      config.fileDeleteDelayMs = Int64.random(in: 0...50, using: &generator)
      config.finishedSegmentFlushDelayMs = Int64.random(in: 0...100, using: &generator)
      let files = FaultInjectingFileSystem(plan: plan)
      log = try openLog(scratch.path, config: config, fileSystem: files)
      // As a log directory does for a new partition.
      try files.syncDirectory(scratch.path)
    }

    var files: FaultInjectingFileSystem { FaultInjectingFileSystem(plan: plan) }
    func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    func step() throws {
      nowMs += Int64(random(0...20))
      switch random(0...99) {
      case 0..<57: try append()
      case 57..<60: try resend()
      case 60..<64: try log.roll(nowMs: nowMs)
      case 64..<74: try runSomeJobs()
      case 74..<78: log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
      case 78..<80: try flush()
      case 80..<83: try truncate()
      case 83..<86: try deleteRecords()
      case 86..<88: try retain()
      case 88..<91: try reopenClean()
      case 91..<95: try reopenAfterPowerCut()
      default: try readSomewhere()
      }
    }

    func append() throws {
      let producer = random(-1...2)
      var batch = TestBatch(
        records: random(1...5), valueSize: random(0...80),
        timestamp: nowMs + Int64(random(-30...30)))
      batch.fill = UInt8(random(0...255))
      if producer >= 0 {
        batch.producerId = Int64(producer)
        batch.producerEpoch = model.producers[producer].epoch
        batch.baseSequence = model.producers[producer].nextSequence
      }
      let bytes = batch.encoded()
      let header = try RecordBatchHeader(bytes.rawSpan)
      let result = try log.add(bytes, epoch: Int32(model.end / 40), nowMs: nowMs)
      try #require(!result.isDuplicate)
      try #require(result.baseOffset == model.end)
      try #require(result.lastOffset == model.end + Int64(batch.records) - 1)
      model.append(
        LogModel.Batch(
          baseOffset: model.end, lastOffset: model.end + Int64(batch.records) - 1, crc: header.crc,
          size: bytes.count, maxTimestamp: header.maxTimestamp, producer: producer,
          lastSequence: header.lastSequence, bytes: bytes))
    }

    /// A producer's last batch is known.
    func resend() throws {
      let producer = random(0...2)
      guard let batch = model.lastBatch(of: producer) else { return }
      let result = try log.add(batch.bytes, nowMs: nowMs)
      try #require(result.isDuplicate)
      try #require(result.baseOffset == batch.baseOffset)
      try #require(result.lastOffset == batch.lastOffset)
    }

    func flush() throws {
      try finishJobs()
      log.queueFlush(nowMs: nowMs)
      try finishJobs()
      model.flushedEnd = model.end
      try #require(log.recoveryPoint == model.end)
    }

    /// In any order, some of them much later.
    func runSomeJobs() throws {
      held += log.takeJobs()
      held.shuffle(using: &generator)
      for _ in 0..<min(held.count, random(0...4)) { log.apply(held.removeLast().run()) }
      try #require(log.offlineError == nil)
    }

    func finishJobs() throws {
      for job in held { log.apply(job.run()) }
      held = []
      log.runJobs()
      try #require(log.offlineError == nil)
    }

    func truncate() throws {
      let offset = Int64(random(Int(model.start)...Int(model.end)))
      try log.truncate(to: offset, nowMs: nowMs)
      model.truncate(to: offset)
      try #require(log.logEndOffset == model.end)
      try #require(log.logStartOffset == model.start)
    }

    func deleteRecords() throws {
      let offset = Int64(random(Int(model.start)...Int(model.end)))
      try log.deleteRecords(before: offset, highWatermark: model.end, nowMs: nowMs)
      model.start = max(model.start, offset)
    }

    /// Whole segments go, the oldest first, while as much as `retention.bytes` stays without them.
    func retain() throws {
      let limit = random(1_000...10_000)
      let bases = log.segmentBaseOffsets
      log.config.retentionBytes = Int64(limit)
      log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
      log.config.retentionBytes = -1
      let start = try #require(
        bases.last {
          model.size(from: $0) >= limit || $0 <= model.start
        } ?? bases.first)
      model.start = max(model.start, start)
      try #require(log.logStartOffset == model.start)
    }

    func reopenClean() throws {
      try finishJobs()
      try log.close(nowMs: nowMs)
      model.flushedEnd = model.end
      try reopen(isClean: true, recoveryPoint: model.end)
      try #require(log.logEndOffset == model.end)
    }

    func reopenAfterPowerCut() throws {
      let recoveryPoint = log.recoveryPoint
      if random(0...1) == 0 { try finishJobs() }
      held = []
      let isAllThere = random(0...2) == 0
      try files.cutPower(isAllThere ? .everything : .some, using: &generator)
      // The checkpoint may be older than what was flushed.
      let known = random(0...1) == 0 ? recoveryPoint : min(recoveryPoint, model.start)
      try reopen(isClean: false, recoveryPoint: known)
      let found = try log.batches(maxBytes: 2_000)
      let kept = try model.losePower(found: found, end: log.logEndOffset)
      try #require(!isAllThere || kept)
    }

    func reopen(isClean: Bool, recoveryPoint: Int64) throws {
      log = try openLog(
        scratch.path, config: config, fileSystem: files, isClean: isClean,
        recoveryPoint: recoveryPoint, logStartOffset: model.start, nowMs: nowMs)
      try #require(isClean ? log.logStartOffset == model.start : log.logStartOffset >= model.start)
    }

    func readSomewhere() throws {
      guard model.end > model.start else { return }
      let offset = Int64(random(Int(model.start)...Int(model.end - 1)))
      let expected = model.batches.first { $0.lastOffset >= offset }
      let found = try log.batches(from: offset, maxBytes: random(1...3_000)).first
      try #require(found?.crc == expected?.crc)
      let time = nowMs - Int64(random(0...300))
      let first = try log.offset(forTimestamp: time)
      let wanted = model.readable.first { $0.maxTimestamp >= time }
      try #require(first?.offset == wanted.map { max($0.baseOffset, model.start) })
    }

    func compare() throws {
      try #require(log.logStartOffset == model.start)
      try #require(log.logEndOffset == model.end)
      let found = try log.batches(maxBytes: 2_000)
      try #require(found.map(\.crc) == model.readable.map(\.crc))
      try #require(found.map(\.baseOffset) == model.readable.map(\.baseOffset))
    }
  }

  @Test("random operations, reopened clean and after power cuts", arguments: UInt64(1)...40)
  func operations(seed: UInt64) throws {
    let run = try Run(seed: seed)
    for step in 0..<150 {
      try run.step()
      if step % 10 == 9 { try run.compare() }
    }
    try run.reopenClean()
    try run.compare()
  }
}
