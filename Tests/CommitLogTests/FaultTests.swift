import Glibc
import KafkaFormat
import Testing

@testable import CommitLog

@Suite("faults of the disk")
struct FaultTests {
  let scratch = ScratchDirectory()
  let plan = FaultPlan()
  var files: FaultInjectingFileSystem { FaultInjectingFileSystem(plan: plan) }

  private func small() -> LogConfig {
    var config = LogConfig()
    config.segmentBytes = 2_000
    return config
  }

  @Test("a short write is completed by the next call")
  func shortWrite() throws {
    let log = try openLog(scratch.path, fileSystem: files)
    plan.add(.init(.write, pathContains: ".log", times: 3, .short(count: 10)))
    for _ in 0..<4 { try log.add() }
    #expect(plan.struck == 3)
    #expect(try log.batches().count == 4)
  }

  @Test(
    "a full disk refuses the append, keeps what is there, and takes appends once there is room",
    arguments: [0, 1, 60, 150])
  func outOfSpace(taken: Int) throws {
    let log = try openLog(scratch.path, fileSystem: files)
    for _ in 0..<3 { try log.add(TestBatch(producerId: -1)) }
    let size = log.activeSegment.size
    plan.add(.init(.write, pathContains: ".log", .partial(count: taken, then: ENOSPC)))
    for _ in 0..<2 {
      do throws(LogError) {
        try log.add(
          TestBatch(producerId: 4, producerEpoch: 0, baseSequence: 0))
        Issue.record("the append succeeded")
      } catch {
        guard case .outOfSpace = error else {
          Issue.record("\(error)")
          return
        }
        #expect(error.code == .kafkaStorageError)
      }
      #expect(try log.activeSegment.file?.size() == size)
      #expect(log.logEndOffset == 3 && log.offlineError == nil && log.producers.count == 0)
      #expect(try log.batches().count == 3)
    }
    plan.clear()
    try log.add(TestBatch(producerId: 4, producerEpoch: 0, baseSequence: 0))
    #expect(try log.batches().count == 4)
    let again = try openLog(scratch.path, isClean: false)
    #expect(again.logEndOffset == 4)
  }

  @Test("a full disk at roll leaves the log as it was, and the roll succeeds later")
  func outOfSpaceAtRoll() throws {
    let log = try openLog(scratch.path, config: small(), fileSystem: files)
    for _ in 0..<11 { try log.add() }
    #expect(log.segmentCount == 1 && log.activeSegment.size > 1_800)
    let end = log.logEndOffset
    plan.add(.init(.open, pathContains: ".log", .fail(ENOSPC)))
    #expect(throws: LogError.self) { try log.add() }
    #expect(log.segmentCount == 1 && log.logEndOffset == end && log.offlineError == nil)
    plan.clear()
    #expect(try log.add().baseOffset == end)
    #expect(log.segmentCount == 2)
  }

  @Test("a full disk for indexes keeps them in memory until there is room")
  func outOfSpaceForIndexes() throws {
    var config = small()
    config.indexIntervalBytes = 100
    let log = try openLog(scratch.path, config: config, fileSystem: files)
    plan.add(.init(.write, pathContains: "index", .fail(ENOSPC)))
    while log.segmentCount < 4 {
      try log.add()
      log.runJobs()
    }
    #expect(log.offlineError == nil && log.segments[0].offsetIndex != nil)
    #expect(try log.batches().count == Int(log.logEndOffset))
    plan.clear()
    for _ in 0..<2 {
      log.maintain(nowMs: 100_000, highWatermark: 0)
      log.runJobs()
    }
    #expect(log.segments.dropLast().allSatisfy { $0.indexesOnDisk && $0.file == nil })
    #expect(try log.batches().count == Int(log.logEndOffset))
  }

  @Test("an I/O error of a write takes the log offline; nothing acked is touched")
  func ioError() throws {
    let log = try openLog(scratch.path, fileSystem: files)
    for _ in 0..<3 { try log.add() }
    plan.add(.init(.write, pathContains: ".log", times: 1, .partial(count: 50, then: EIO)))
    #expect(throws: LogError.self) { try log.add() }
    #expect(log.offlineError?.code == EIO)
    do throws(LogError) {
      try log.add()
    } catch {
      guard case .offline = error else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".contains("Input/output error"))
    }
    #expect(try log.batches().count == 3)
    #expect(try openLog(scratch.path, isClean: false).batches().count == 3)
  }

  @Test("an I/O error of a flush takes the log offline, and the recovery point stays")
  func flushError() throws {
    let log = try openLog(scratch.path, fileSystem: files)
    try log.add()
    plan.add(.init(.sync, .fail(EIO)))
    log.queueFlush(nowMs: 1_000)
    log.runJobs()
    #expect(log.recoveryPoint == 0 && log.offlineError != nil)
    #expect(throws: LogError.self) { try log.close(nowMs: 1_000) }
  }

  @Test("an I/O error of a read is told, not taken for the end")
  func readError() throws {
    let log = try openLog(scratch.path, fileSystem: files)
    for _ in 0..<20 { try log.add() }
    plan.add(.init(.read, pathContains: ".log", .fail(EIO)))
    do throws(LogError) {
      _ = try log.read(from: 2, maxBytes: 1_000)
      Issue.record("the read succeeded")
    } catch {
      #expect(error.code == .kafkaStorageError)
    }
  }

  @Test("a file system without allocation is no reason to fail")
  func noAllocation() throws {
    var config = LogConfig()
    config.segmentBytes = 4 << 20
    let log = try openLog(scratch.path, config: config, fileSystem: files)
    plan.add(.init(.allocate, .fail(EOPNOTSUPP)))
    let batch = TestBatch(valueSize: 400_000).encoded()
    for _ in 0..<30 {
      try log.add(batch)
      log.runJobs()
    }
    #expect(log.offlineError == nil && log.segmentCount == 3)
  }

  @Test("every call that can fail at opening says so, and opening works again afterwards")
  func openErrors() throws {
    let log = try openLog(scratch.path, config: small())
    for _ in 0..<30 { try log.add() }
    try log.close(nowMs: 1_000)
    for operation in [FileOperation.open, .read, .list, .size] {
      // The directory is listed once.
      for skipped in 0..<(operation == .list ? 1 : 4) {
        plan.clear()
        plan.add(.init(operation, skipping: skipped, .fail(EIO)))
        #expect(throws: LogError.self) {
          try openLog(scratch.path, config: small(), fileSystem: files)
        }
      }
    }
    plan.clear()
    #expect(try openLog(scratch.path, config: small(), fileSystem: files).logEndOffset == 30)
  }

  @Test("what waits for a flush is seen by nobody, and by all once a later flush succeeds")
  func heldBack() throws {
    var config = small()
    config.flushMessages = 1
    config.allocatesAhead = false
    let log = try openLog(scratch.path, config: config, fileSystem: files)
    let endOfFirst = log.segmentCount
    while log.segmentCount == endOfFirst {
      #expect(try log.add().needsFlush)
      #expect(log.visibleEndOffset < log.logEndOffset)
      #expect(try log.offset(forTimestamp: 0)?.offset == (log.visibleEndOffset > 0 ? 0 : nil))
      if log.segmentCount == endOfFirst {
        log.runJobs()
        #expect(log.visibleEndOffset == log.logEndOffset)
      }
    }
    // The new segment has a name that is not durable: the flush opens the directory.
    let visible = log.visibleEndOffset
    plan.add(.init(.open, .fail(EMFILE)))
    log.runJobs()
    #expect(log.offlineError == nil && log.visibleEndOffset == visible)
    #expect(log.nextDueMs == 1_000 + PartitionLog.flushRetryMs)
    try log.add()
    plan.clear()
    log.maintain(nowMs: 2_000, highWatermark: visible)
    log.runJobs()
    #expect(log.visibleEndOffset == log.logEndOffset && log.nextDueMs == nil)
    plan.add(.init(.sync, .fail(EIO)))
    try log.add()
    log.runJobs()
    #expect(log.visibleEndOffset == log.logEndOffset - 1 && log.offlineError != nil)
  }

  @Test("a crash loses at most what was not flushed")
  func crash() throws {
    for seed in UInt64(0)..<60 {
      let scratch = ScratchDirectory()
      let log = try openLog(scratch.path, config: small(), fileSystem: files)
      try files.syncDirectory(scratch.path)
      for _ in 0..<20 { try log.add() }
      log.queueFlush(nowMs: 1_000)
      log.runJobs()
      for _ in 0..<20 { try log.add() }
      #expect(log.recoveryPoint == 20)
      var random = SeededGenerator(seed: seed)
      try files.cutPower(seed == 0 ? .everything : .some, using: &random)
      let again = try openLog(
        scratch.path, config: small(), isClean: false, recoveryPoint: log.recoveryPoint)
      #expect(again.logEndOffset >= 20 && again.logEndOffset <= 40)
      #expect(seed != 0 || again.logEndOffset == 40)
      // Segments lose their ends one by one: what a later one still holds stays.
      let offsets = try again.batches().map(\.baseOffset)
      #expect(Array(offsets.prefix(20)) == Array(0..<20))
      #expect(offsets == offsets.sorted() && offsets.last ?? 0 < again.logEndOffset)
      #expect(seed != 0 || offsets.count == 40)
    }
  }
}
