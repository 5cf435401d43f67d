import KafkaFormat
import Testing

@testable import CommitLog

@Suite("append, roll and read")
struct AppendTests {
  let scratch = ScratchDirectory()

  @Test("append assigns offsets and the leader's epoch in place, and leaves the checksum right")
  func assigns() throws {
    let log = try openLog(scratch.path)
    var first = TestBatch(records: 3).encoded()
    let header = try RecordBatchHeader(first.rawSpan)
    var span = first.mutableSpan
    let result = try log.append(&span, header: header, leaderEpoch: 5, nowMs: 1_000)
    #expect(result.baseOffset == 0 && result.lastOffset == 2 && !result.isDuplicate)
    #expect(try log.add(TestBatch(records: 2), epoch: 5).baseOffset == 3)
    let patched = try RecordBatchHeader(first.rawSpan)
    #expect(patched.partitionLeaderEpoch == 5)
    #expect(try log.batches().map(\.baseOffset) == [0, 3])
    #expect(log.logEndOffset == 5)
    #expect(log.leaderEpochs.entries == [.init(epoch: 5, startOffset: 0)])
  }

  @Test("a segment rolls when the next batch would not fit, and reads go on across segments")
  func rollsBySize() throws {
    var config = LogConfig()
    config.segmentBytes = 2_000
    let log = try openLog(scratch.path, config: config)
    for _ in 0..<30 { try log.add(TestBatch(records: 4)) }
    log.runJobs()
    #expect(log.segmentCount == 8)
    #expect(log.segments.allSatisfy { $0.size <= 2_000 })
    for offset in 0..<log.logEndOffset {
      let first = try #require(try log.batches(from: offset).first)
      #expect(first.baseOffset <= offset && offset <= first.lastOffset)
    }
    #expect(log.segments.filter { $0.file != nil }.count <= 2)
  }

  @Test("a segment rolls by the timestamps of its batches, as Kafka's do")
  func rollsByTime() throws {
    var config = LogConfig()
    config.segmentMs = 100
    let log = try openLog(scratch.path, config: config)
    try log.add(TestBatch(timestamp: 5_000), nowMs: 900_000)
    try log.add(TestBatch(timestamp: 5_100), nowMs: 990_000)
    #expect(log.segmentCount == 1)
    try log.add(TestBatch(timestamp: 5_101), nowMs: 990_000)
    #expect(log.segmentBaseOffsets == [0, 2])
  }

  @Test("a segment rolls when the relative offset would overflow Int32")
  func rollsByOffset() throws {
    let log = try openLog(scratch.path)
    try log.add()
    var far = TestBatch().encoded()
    var span = far.mutableSpan
    RecordBatch.patch(
      baseOffset: Int64(Int32.max) + 5, partitionLeaderEpoch: 0, in: &span)
    try log.appendAssigned(far.rawSpan, header: RecordBatchHeader(far.rawSpan), nowMs: 1_000)
    #expect(log.segmentBaseOffsets == [0, 1])
    var beyond = TestBatch().encoded()
    span = beyond.mutableSpan
    RecordBatch.patch(
      baseOffset: Int64(Int32.max) * 3, partitionLeaderEpoch: 0, in: &span)
    let header = try RecordBatchHeader(beyond.rawSpan)
    try log.appendAssigned(beyond.rawSpan, header: header, nowMs: 1_000)
    #expect(log.segmentBaseOffsets == [0, 1, Int64(Int32.max) + 6])
    // The gaps are read across.
    #expect(try log.batches().map(\.baseOffset) == [0, Int64(Int32.max) + 5, header.baseOffset])
  }

  @Test("a segment rolls when its index is full")
  func rollsByIndex() throws {
    var config = LogConfig()
    config.segmentIndexBytes = 24
    config.indexIntervalBytes = 0
    let log = try openLog(scratch.path, config: config)
    for _ in 0..<10 { try log.add() }
    // The time index has room for two entries, and keeps one for the roll.
    #expect(log.segmentBaseOffsets == [0, 2, 4, 6, 8])
  }

  @Test("a batch larger than a segment is refused")
  func tooLarge() throws {
    var config = LogConfig()
    config.segmentBytes = 300
    let log = try openLog(scratch.path, config: config)
    let bytes = TestBatch(records: 3).encoded()
    #expect(throws: LogError.batchTooLarge(limit: 300, actual: bytes.count)) {
      try log.add(bytes)
    }
    #expect(log.logEndOffset == 0)
  }

  @Test("a read starts at the exact batch, keeps to maxBytes, and gives a first one whole")
  func readsSlices() throws {
    let log = try openLog(scratch.path)
    for _ in 0..<100 { try log.add(TestBatch(records: 10, valueSize: 500)) }
    let size = TestBatch(records: 10, valueSize: 500).encoded().count
    let slice = try #require(try log.read(from: 455, maxBytes: 3 * size + 10))
    #expect(slice.position == Int64(45 * size))
    #expect(slice.count == 3 * size, "ends where a batch does, for the index tells")
    let small = try #require(try log.read(from: 455, maxBytes: 1))
    #expect(small.count == size)
    #expect(try log.read(from: 455, maxBytes: 1, minOneBatch: false) == nil)
    #expect(try log.read(from: 1_000, maxBytes: 100) == nil)
    #expect(throws: LogError.self) { try log.read(from: 1_001, maxBytes: 100) }
    let bounded = try #require(try log.read(from: 400, maxBytes: 1 << 20, upperBound: 425))
    #expect(bounded.count == 2 * size)
    #expect(try log.read(from: 420, maxBytes: 1 << 20, upperBound: 425) == nil)
  }

  @Test("records are found by their time, compressed ones too")
  func findsByTime() throws {
    var config = LogConfig()
    config.segmentBytes = 20_000
    for codec in CompressionCodec.allCases {
      let scratch = ScratchDirectory()
      let log = try openLog(scratch.path, config: config)
      for index in 0..<200 {
        try log.add(
          TestBatch(
            records: 5, valueSize: 200, timestamp: Int64(1_000 + index * 50), timestampStep: 10,
            codec: codec))
      }
      log.runJobs()
      for wanted: Int64 in [0, 1_000, 1_001, 3_333, 7_040, 10_990] {
        let found = try #require(try log.offset(forTimestamp: wanted))
        let expected = max(0, (wanted - 1_000 + 9) / 10)
        #expect(found.offset == expected && found.timestamp == 1_000 + expected * 10)
      }
      #expect(try log.offset(forTimestamp: 10_991) == nil)
      #expect(try log.offsetOfMaxTimestamp()?.offset == 999)
    }
  }

  @Test("the largest timestamp is that of what is left and visible, wherever it lies")
  func largestVisibleTimestamp() throws {
    var config = LogConfig()
    config.segmentBytes = 4_000
    config.indexIntervalBytes = 500
    config.flushMessages = 1
    var random = SeededGenerator(seed: 7)
    let log = try openLog(scratch.path, config: config)
    var all: [TimestampedOffset] = []
    var hiddenCount = 0
    for index in 0..<600 {
      let timestamp = Int64.random(in: 0..<300, using: &random) + Int64(index) / 2
      let offset = try log.add(TestBatch(timestamp: timestamp)).baseOffset
      all.append(TimestampedOffset(timestamp: timestamp, offset: offset, leaderEpoch: 0))
      if Int.random(in: 0..<20, using: &random) == 0 { log.runJobs() }
      if index % 150 == 149 {
        let end = log.visibleEndOffset
        try log.deleteRecords(
          before: min(end, log.logStartOffset + 100), highWatermark: end, nowMs: 1_000)
      }
      let left = all.filter {
        $0.offset >= log.logStartOffset && $0.offset < log.visibleEndOffset
      }
      let largest = left.map(\.timestamp).max()
      if let largest, all.contains(where: { $0.timestamp > largest }) { hiddenCount += 1 }
      #expect(
        try log.offsetOfMaxTimestamp() == left.first { $0.timestamp == largest }, "\(index)")
    }
    #expect(hiddenCount > 50 && log.segmentBaseOffsets.count > 5)
  }

  @Test("disk space is taken ahead in growing steps, and released at roll")
  func allocatesAhead() throws {
    var config = LogConfig()
    config.segmentBytes = 8 << 20
    let log = try openLog(scratch.path, config: config)
    let batch = TestBatch(records: 1, valueSize: 300_000).encoded()
    try log.add(batch)
    #expect(!log.hasJobs || log.activeSegment.allocatedEnd == 0)
    for _ in 0..<10 {
      try log.add(batch)
      log.runJobs()
    }
    #expect(log.activeSegment.allocatedEnd > log.activeSegment.size)
    let file = try #require(log.activeSegment.file)
    #expect(try file.size() == log.activeSegment.size)
    while log.segmentCount == 1 {
      try log.add(batch)
      log.runJobs()
    }
    #expect(log.activeSegment.allocatedEnd == 8 << 20, "the next segment was made ahead")
    #expect(try PosixFileSystem().size(of: log.segments[0].logPath) == log.segments[0].size)
  }

  @Test("flush.messages makes an append wait for the disk")
  func flushPolicy() throws {
    var config = LogConfig()
    config.flushMessages = 3
    let log = try openLog(scratch.path, config: config)
    #expect(try !log.add().needsFlush)
    #expect(try !log.add().needsFlush)
    #expect(try log.add().needsFlush)
    #expect(log.recoveryPoint == 0)
    log.runJobs()
    #expect(log.recoveryPoint == 3)
  }
}
