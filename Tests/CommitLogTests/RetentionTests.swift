import KafkaFormat
import Testing

@testable import CommitLog

@Suite("retention, deletion, truncation")
struct RetentionTests {
  let scratch = ScratchDirectory()
  let files = PosixFileSystem()

  private func filled(
    _ config: LogConfig, segments: Int, fileSystem: any FileSystem = PosixFileSystem()
  ) throws -> PartitionLog {
    let log = try openLog(scratch.path, config: config, fileSystem: fileSystem)
    while log.segmentCount < segments {
      try log.add(TestBatch(timestamp: 1_000 + log.logEndOffset))
    }
    log.runJobs()
    return log
  }

  private func small() -> LogConfig {
    var config = LogConfig()
    config.segmentBytes = 1_000
    config.retentionMs = -1
    return config
  }

  @Test("retention.bytes keeps at least so many bytes, and deletes after file.delete.delay.ms")
  func bySize() throws {
    var config = small()
    config.retentionBytes = 2_500
    config.fileDeleteDelayMs = 100
    let log = try filled(config, segments: 8)
    let slice = try #require(try log.read(from: 0, maxBytes: 100))
    log.maintain(nowMs: 2_000, highWatermark: log.logEndOffset)
    log.runJobs()
    #expect(log.sizeInBytes >= 2_500 && log.sizeInBytes < 3_500)
    #expect(log.logStartOffset == log.segments[0].baseOffset)
    let deleted = try files.list(scratch.path + "/t-0").filter { $0.hasSuffix(".deleted") }
    #expect(deleted.contains("00000000000000000000.log.deleted"))
    #expect(throws: LogError.self) { try log.read(from: 0, maxBytes: 100) }
    #expect(log.nextDueMs == 2_100)
    log.maintain(nowMs: 2_100, highWatermark: log.logEndOffset)
    log.runJobs()
    #expect(try !files.list(scratch.path + "/t-0").contains { $0.hasSuffix(".deleted") })
    // A slice on its way to a consumer outlives the file.
    #expect(try slice.file.read(at: slice.position, count: slice.count).count == slice.count)
  }

  @Test("a deletion in order syncs the directory once a segment", arguments: [0, 100])
  func orderedDeletion(delayMs: Int64) throws {
    var config = small()
    config.retentionBytes = 2_500
    config.fileDeleteDelayMs = delayMs
    let plan = FaultPlan()
    let log = try filled(config, segments: 8, fileSystem: FaultInjectingFileSystem(plan: plan))
    log.damage = .keep
    let before = (segments: log.segmentCount, syncs: plan.count(of: .sync))
    for nowMs in [Int64(2_000), 2_100] {
      log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
      log.runJobs()
    }
    let deleted = before.segments - log.segmentCount
    #expect(deleted > 2)
    // Two more are those of the leader epochs, whose file is replaced once.
    #expect(plan.count(of: .sync) - before.syncs == deleted + 2)
    let left = try files.list(scratch.path + "/t-0").filter { $0.contains(".log") }
    #expect(left.count == log.segmentCount)
  }

  @Test("a deletion for which there is no descriptor is made later", arguments: [0, 100])
  func passingError(delayMs: Int64) throws {
    var config = small()
    config.retentionBytes = 2_500
    config.fileDeleteDelayMs = delayMs
    let plan = FaultPlan()
    let log = try filled(config, segments: 8, fileSystem: FaultInjectingFileSystem(plan: plan))
    // Its deletions are ordered, by syncs of the directory.
    log.damage = .keep
    let old = log.segments[0].logPath
    plan.add(.init(.open, pathContains: "t-0", .fail(24)))
    log.maintain(nowMs: 2_000, highWatermark: log.logEndOffset)
    log.runJobs()
    log.maintain(nowMs: 2_000 + delayMs, highWatermark: log.logEndOffset)
    log.runJobs()
    #expect(try files.size(of: old) != nil && log.logStartOffset > 0 && log.offlineError == nil)
    #expect(log.nextDueMs == 2_000 + delayMs + PartitionLog.deletionRetryMs)
    plan.clear()
    log.maintain(nowMs: log.nextDueMs ?? 0, highWatermark: log.logEndOffset)
    log.runJobs()
    #expect(try files.size(of: old) == nil && log.nextDueMs == nil)
    let names = try files.list(scratch.path + "/t-0")
    #expect(names.count { $0.hasSuffix(".log") } == log.segmentCount)
  }

  @Test("retention.ms counts from the largest timestamp, and the active segment goes too")
  func byTime() throws {
    var config = small()
    config.retentionMs = 50
    let log = try filled(config, segments: 4)
    log.maintain(nowMs: 1_000 + 50, highWatermark: log.logEndOffset)
    #expect(log.segmentCount == 4)
    let third = log.segments[2].baseOffset
    log.maintain(nowMs: 1_000 + third + 50, highWatermark: log.logEndOffset)
    #expect(log.segments[0].baseOffset == third)
    let end = log.logEndOffset
    log.maintain(nowMs: 1_000_000, highWatermark: end)
    #expect(log.logStartOffset == end && log.logEndOffset == end && log.segmentCount == 1)
    log.runJobs()
    #expect(try log.add().baseOffset == end)
  }

  @Test(
    "retention.bytes=0 and retention.ms=0 roll and delete the active segment, an empty one stays",
    arguments: [true, false])
  func nothingKept(bySize: Bool) throws {
    var config = small()
    if bySize { config.retentionBytes = 0 } else { config.retentionMs = 0 }
    config.fileDeleteDelayMs = 0
    let log = try filled(config, segments: 3)
    let end = log.logEndOffset
    log.maintain(nowMs: 1_000_000, highWatermark: end - 1)
    #expect(log.segmentCount == 1 && log.logStartOffset < end, "its end is not committed yet")
    for _ in 0..<3 {
      log.maintain(nowMs: 1_000_000, highWatermark: end)
      log.runJobs()
      #expect(log.segmentBaseOffsets == [end] && log.sizeInBytes == 0)
      #expect(log.logStartOffset == end && log.logEndOffset == end)
    }
    #expect(
      try files.list(scratch.path + "/t-0").filter { $0.hasSuffix(".log") }
        == [LogFileNames.baseName(end) + ".log"])
    #expect(try log.add().baseOffset == end)
  }

  @Test("one byte of retention.bytes keeps the active segment")
  func oneByte() throws {
    var config = small()
    config.retentionBytes = 1
    let log = try filled(config, segments: 3)
    let active = try #require(log.segmentBaseOffsets.last)
    log.maintain(nowMs: 2_000, highWatermark: log.logEndOffset)
    #expect(log.segmentBaseOffsets == [active] && log.sizeInBytes > 0)
  }

  @Test("nothing at or behind the high watermark is deleted")
  func highWatermark() throws {
    var config = small()
    config.retentionBytes = 0
    let log = try filled(config, segments: 6)
    log.maintain(nowMs: 2_000, highWatermark: log.segments[2].baseOffset)
    #expect(log.segmentCount == 4)
  }

  @Test("deleteRecords moves the start into a segment, and it is remembered by the checkpoint")
  func deleteRecords() throws {
    let log = try filled(small(), segments: 5)
    let start = log.segments[2].baseOffset + 1
    try log.deleteRecords(before: start, highWatermark: log.logEndOffset, nowMs: 2_000)
    log.runJobs()
    #expect(log.logStartOffset == start && log.segmentCount == 3)
    #expect(try log.batches().first?.baseOffset == start)
    #expect(throws: LogError.self) {
      try log.deleteRecords(before: 10_000, highWatermark: log.logEndOffset, nowMs: 2_000)
    }
    let end = log.logEndOffset
    let again = try openLog(
      scratch.path, config: small(), isClean: false, logStartOffset: start)
    #expect(again.logStartOffset == start && again.logEndOffset == end)
    #expect(again.leaderEpochs.entries == [.init(epoch: 0, startOffset: start)])
  }

  @Test("truncate removes whole batches from the offset on, and appends go on there")
  func truncate() throws {
    let log = try filled(small(), segments: 6)
    let end = log.logEndOffset
    let before = try log.batches()
    let cut = log.segments[3].baseOffset + 2
    try log.truncate(to: cut, nowMs: 2_000)
    #expect(log.logEndOffset == cut && log.segmentCount == 4)
    #expect(try log.batches() == before.filter { $0.baseOffset < cut })
    for _ in cut..<end { try log.add(TestBatch(), epoch: 1) }
    log.runJobs()
    #expect(log.logEndOffset == end)
    #expect(log.leaderEpochs.endOffset(of: 0, logEndOffset: end)?.offset == cut)
    #expect(log.leaderEpochs.endOffset(of: 1, logEndOffset: end)?.offset == end)
    try log.close(nowMs: 2_000)
    let again = try openLog(scratch.path, config: small())
    #expect(again.logEndOffset == end)
    #expect(again.leaderEpochs.entries.map(\.epoch) == [0, 1])
    #expect(try again.batches().count == before.count)
    try again.truncate(to: 0, nowMs: 2_000)
    #expect(again.logEndOffset == 0 && again.segmentCount == 1)
    try again.truncateFullyAndStart(at: 77, nowMs: 2_000)
    #expect(try again.add().baseOffset == 77)
  }

  @Test("a job made before a truncation does not cut what is written after it")
  func staleJobs() throws {
    var config = small()
    config.segmentBytes = 4 << 20
    let log = try openLog(scratch.path, config: config)
    let batch = TestBatch(valueSize: 100_000).encoded()
    while log.segmentCount == 1 { try log.add(batch) }
    let stale = log.takeJobs()
    try log.truncate(to: 20, nowMs: 2_000)
    try log.add(batch)
    let size = log.activeSegment.size
    for job in stale { log.apply(job.run()) }
    #expect(try log.activeSegment.file?.size() == size)
    #expect(log.activeSegment.offsetIndex != nil && log.activeSegment.file != nil)
    #expect(try log.batches(maxBytes: 1 << 20).count == 21)
  }

  @Test("a deleted topic's directory is renamed as Kafka does, and a new one can be made at once")
  func deletedDirectory() throws {
    let directory = try LogDirectory.open(
      scratch.path, fileSystem: files, clusterId: nil, nodeId: 1)
    let partition = TopicPartition(topic: "orders.v1", partition: 3)
    let id = KafkaUUID.random()
    let log = try directory.createLog(partition, topicId: id, config: small(), nowMs: 1)
    try log.add()
    let removal = try log.markDeleted(unique: KafkaUUID(high: 0xab, low: 0xcd))
    #expect(
      removal.directory == scratch.path
        + "/orders.v1-3.00000000000000ab00000000000000cd-delete")
    #expect(throws: LogError.self) { try log.add() }
    let new = try directory.createLog(partition, topicId: .random(), config: small(), nowMs: 1)
    #expect(new.logEndOffset == 0)
    #expect(removal.run() == nil)
    #expect(!files.isDirectory(removal.directory))
    #expect(try directory.partitions().map(\.partition) == [partition])
  }
}
