import KafkaFormat
import Testing

@testable import CommitLog

/// Random operations from a seed on a log and on a model of it: a list of batches in memory.
///
/// A failing seed fails again with the same number.
@Suite("the log does what a list of batches would")
struct PropertyTests {
  struct Model {
    struct Batch {
      var baseOffset: Int64
      var lastOffset: Int64
      var crc: UInt32
      var maxTimestamp: Int64
    }
    var batches: [Batch] = []
    var start: Int64 = 0
    var end: Int64 = 0

    /// Those with records at or behind the log's start.
    var readable: [Batch] { batches.filter { $0.lastOffset >= start } }
    mutating func cut(to offset: Int64) {
      batches.removeAll { $0.lastOffset >= offset }
      end = batches.last.map { max($0.lastOffset + 1, min(offset, end)) } ?? min(offset, end)
      end = min(end, offset)
    }
  }

  final class Run {
    let scratch = ScratchDirectory()
    let plan = FaultPlan()
    var generator: SeededGenerator
    var config = LogConfig()
    var model = Model()
    var log: PartitionLog
    var held: [LogJob] = []
    var nowMs: Int64 = 1_000
    var sequences: [Int32] = [0, 0, 0]

    init(seed: UInt64) throws {
      generator = SeededGenerator(seed: seed)
      config.segmentBytes = Int.random(in: 700...6_000, using: &generator)
      config.indexIntervalBytes = Int.random(in: 0...2_000, using: &generator)
      config.segmentIndexBytes = Int.random(in: 60...400, using: &generator)
      config.retentionMs = -1
      config.fileDeleteDelayMs = Int64.random(in: 0...50, using: &generator)
      config.finishedSegmentFlushDelayMs = Int64.random(in: 0...100, using: &generator)
      log = try openLog(
        scratch.path, config: config, fileSystem: FaultInjectingFileSystem(plan: plan))
    }

    var files: FaultInjectingFileSystem { FaultInjectingFileSystem(plan: plan) }
    func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    func step() throws {
      nowMs += Int64(random(0...20))
      switch random(0...99) {
      case 0..<60: try append()
      case 60..<64: try log.roll(nowMs: nowMs)
      case 64..<74: try runSomeJobs()
      case 74..<78: log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
      case 78..<80: log.queueFlush(nowMs: nowMs)
      case 80..<83: try truncate()
      case 83..<86: try deleteRecords()
      case 86..<88: try retain()
      case 88..<91: try reopenClean()
      case 91..<95: try reopenAfterCrash()
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
        batch.producerEpoch = 0
        batch.baseSequence = sequences[producer]
      }
      let bytes = batch.encoded()
      let header = try RecordBatchHeader(bytes.rawSpan)
      let result: AppendResult
      do throws(LogError) {
        result = try log.add(bytes, epoch: Int32(model.end / 40), nowMs: nowMs)
      } catch {
        // A producer whose last batches were cut off or lost begins anew.
        guard case .outOfOrderSequence(_, let expected, _) = error else { throw error }
        sequences[producer] = expected
        return
      }
      guard !result.isDuplicate else {
        // It was cut off here, but the log knows it: it must be one that the model has.
        try #require(model.batches.contains { $0.baseOffset == result.baseOffset })
        sequences[producer] = header.lastSequence + 1
        return
      }
      try #require(result.baseOffset == model.end)
      if producer >= 0 { sequences[producer] = header.lastSequence + 1 }
      model.batches.append(
        Model.Batch(
          baseOffset: result.baseOffset, lastOffset: result.lastOffset, crc: header.crc,
          maxTimestamp: header.maxTimestamp))
      model.end = result.lastOffset + 1
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
      if offset < model.end {
        model.cut(to: offset)
        model.end = log.logEndOffset
        try #require(log.logEndOffset <= offset)
        try #require(model.batches.last.map { $0.lastOffset < log.logEndOffset } ?? true)
        model.start = min(model.start, model.end)
      }
      try #require(log.logStartOffset == model.start)
    }

    func deleteRecords() throws {
      let offset = Int64(random(Int(model.start)...Int(model.end)))
      try log.deleteRecords(before: offset, highWatermark: model.end, nowMs: nowMs)
      model.start = max(model.start, offset)
    }

    func retain() throws {
      log.config.retentionBytes = Int64(random(1_000...10_000))
      log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
      log.config.retentionBytes = -1
      try #require(log.logStartOffset >= model.start)
      model.start = log.logStartOffset
    }

    func reopenClean() throws {
      try finishJobs()
      try log.close(nowMs: nowMs)
      try reopen(isClean: true, recoveryPoint: log.recoveryPoint)
      try #require(log.logEndOffset == model.end)
    }

    /// Loses a random part of what was not flushed, and leaves garbage behind some of it.
    func reopenAfterCrash() throws {
      let recoveryPoint = log.recoveryPoint
      if random(0...1) == 0 { try finishJobs() }
      held = []
      let lost = random(0...2)
      let tail = (0..<random(0...100)).map { _ in UInt8(random(0...255)) }
      let bits = random(0...3)
      try files.crash(
        keep: { _, durable, written in
          lost == 0 ? written : durable + Int64(self.random(0...Int(written - durable)))
        },
        garbage: { path in bits == 0 && path.hasSuffix(".log") ? tail : [] })
      try reopen(isClean: false, recoveryPoint: recoveryPoint)
      try #require(log.logEndOffset >= min(recoveryPoint, model.end))
      try #require(log.logEndOffset <= model.end)
      try #require(lost != 0 || log.logEndOffset == model.end)
      model.cut(to: log.logEndOffset)
      model.end = log.logEndOffset
    }

    func reopen(isClean: Bool, recoveryPoint: Int64) throws {
      log = try openLog(
        scratch.path, config: config, fileSystem: files, isClean: isClean,
        recoveryPoint: recoveryPoint, logStartOffset: model.start, nowMs: nowMs)
      try #require(log.logStartOffset == model.start)
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

  @Test("random operations, reopened clean and after crashes", arguments: UInt64(1)...40)
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
