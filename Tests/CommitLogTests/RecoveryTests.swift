import KafkaFormat
import Testing

@testable import CommitLog

@Suite("start after a clean stop and after a crash")
struct RecoveryTests {
  let scratch = ScratchDirectory()
  let files = PosixFileSystem()
  var directory: String { scratch.path + "/t-0" }

  private func config() -> LogConfig {
    var config = LogConfig()
    config.segmentBytes = 10_000
    config.indexIntervalBytes = 500
    return config
  }

  private func damage(_ name: String, at position: Int, xor bits: UInt8) throws {
    var bytes = try scratch.file("t-0/" + name)
    bytes[position] ^= bits
    try files.replace(directory + "/" + name, with: bytes, sync: false)
  }

  /// 100 batches of two records in segments of 10,000 bytes, closed.
  private func fill() throws -> [RecordBatchHeader] {
    let log = try openLog(scratch.path, config: config())
    for index in 0..<100 {
      try log.add(TestBatch(records: 2, valueSize: 200, timestamp: Int64(1_000 + index)))
    }
    let batches = try log.batches()
    try log.close(nowMs: 1_000)
    return batches
  }

  @Test("any bit flipped in an index is found, and the index made again")
  func damagedIndexes() throws {
    let batches = try fill()
    let names = try files.list(directory).filter { $0.hasSuffix("index") }
    var originals: [String: [UInt8]] = [:]
    for name in names { originals[name] = try scratch.file("t-0/" + name) }
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<200 {
      let name = names.randomElement(using: &generator)!
      let bytes = originals[name]!
      guard !bytes.isEmpty else { continue }
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      try damage(name, at: position, xor: 1 << UInt8.random(in: 0..<8, using: &generator))
      let log = try openLog(scratch.path, config: config())
      #expect(log.logEndOffset == 200)
      for offset in stride(from: Int64(0), to: 200, by: 7) {
        let first = try #require(try log.batches(from: offset).first)
        #expect(first.baseOffset == offset / 2 * 2)
      }
      #expect(try log.batches() == batches)
      for name in names {
        try files.replace(directory + "/" + name, with: originals[name]!, sync: false)
      }
    }
  }

  @Test("a missing, empty or cut index is made again, and is the one Kafka would write")
  func missingIndexes() throws {
    let batches = try fill()
    let name = LogFileNames.baseName(
      try openLog(scratch.path, config: config()).segmentBaseOffsets[1])
    for suffix in [".index", ".timeindex"] {
      let original = try scratch.file("t-0/" + name + suffix)
      try files.remove(directory + "/" + name + suffix)
      #expect(try openLog(scratch.path, config: config()).batches() == batches)
      #expect(try scratch.file("t-0/" + name + suffix) == original)
      try files.replace(directory + "/" + name + suffix, with: Array(original.dropLast(3)))
      #expect(try openLog(scratch.path, config: config()).batches() == batches)
      #expect(try scratch.file("t-0/" + name + suffix) == original)
    }
  }

  @Test("after a crash the log is cut at the first bad batch, and later segments go")
  func cutsAtBadBatch() throws {
    let batches = try fill()
    let bases = try openLog(scratch.path, config: config()).segmentBaseOffsets
    let victim = LogFileNames.baseName(bases[2]) + ".log"
    // In the third batch of the third segment.
    let inSegment = batches.filter { $0.baseOffset >= bases[2] }
    try damage(victim, at: inSegment[0].sizeInBytes * 2 + 100, xor: 4)
    let log = try openLog(scratch.path, config: config(), isClean: false)
    #expect(log.logEndOffset == inSegment[2].baseOffset)
    #expect(log.segmentBaseOffsets == Array(bases[...2]))
    #expect(try log.batches() == batches.filter { $0.baseOffset < inSegment[2].baseOffset })
    #expect(try log.add().baseOffset == inSegment[2].baseOffset)
    let left = try files.list(directory)
    #expect(!left.contains(LogFileNames.baseName(bases[3]) + ".log"))
  }

  @Test("what lies before the recovery point is not cut, whatever the indexes look like")
  func beforeRecoveryPoint() throws {
    let batches = try fill()
    let bases = try openLog(scratch.path, config: config()).segmentBaseOffsets
    let victim = LogFileNames.baseName(bases[1]) + ".log"
    let size = batches[0].sizeInBytes
    try damage(victim, at: size * 2 + 100, xor: 4)
    try files.remove(directory + "/" + LogFileNames.baseName(bases[1]) + ".index")
    let log = try openLog(
      scratch.path, config: config(), isClean: false, recoveryPoint: bases[3])
    #expect(log.logEndOffset == 200)
    #expect(log.segmentBaseOffsets == bases)
  }

  @Test("a torn tail is cut, whatever is in it")
  func tornTail() throws {
    let batches = try fill()
    let names = try files.list(directory).filter { $0.hasSuffix(".log") }
    let last = try #require(names.last)
    let original = try scratch.file("t-0/" + last)
    let base = try #require(LogFileNames.offset(of: last, suffix: ".log"))
    let size = batches[0].sizeInBytes
    for cut in [1, 12, 60, 61, size - 1, size, size + 1, original.count - 1] {
      for tail in [[], [UInt8](repeating: 0, count: 500), [UInt8](repeating: 255, count: 77)] {
        try files.replace(directory + "/" + last, with: original.prefix(cut) + tail)
        let log = try openLog(
          scratch.path, config: config(), isClean: false, recoveryPoint: base)
        // A tail may happen to be what was cut off.
        let same = zip(original.prefix(cut) + tail, original).prefix { $0 == $1 }.count
        #expect(log.logEndOffset == base + Int64(same / size) * 2)
        #expect(
          try log.batches().count == batches.filter { $0.baseOffset < log.logEndOffset }.count)
      }
    }
  }

  /// A segment of single-record batches at these offsets, as a log cleaner leaves it.
  private func writeSegment(base: Int64, offsets: [Int64]) throws {
    var bytes: [UInt8] = []
    for offset in offsets {
      var batch = TestBatch().encoded()
      var span = batch.mutableSpan
      RecordBatch.patch(baseOffset: offset, partitionLeaderEpoch: 0, in: &span)
      bytes += batch
    }
    try files.createDirectory(directory)
    try files.replace(
      directory + "/" + LogFileNames.baseName(base) + ".log", with: bytes, sync: false)
  }

  @Test(
    "gaps of offsets, between segments and in them, are no damage after an unclean stop",
    arguments: [true, false], [Int64(0), 40, 75])
  func gaps(isCompacted: Bool, recoveryPoint: Int64) throws {
    let offsets: [Int64] = [3, 4, 17, 50, 51, 58, 70, 71]
    try writeSegment(base: 0, offsets: [3, 4, 17])
    try writeSegment(base: 40, offsets: [50, 51, 58])
    try writeSegment(base: 60, offsets: [])
    try writeSegment(base: 70, offsets: [70, 71])
    try writeSegment(base: 90, offsets: [])
    var config = config()
    config.deletesOldSegments = !isCompacted
    for isClean in [false, true, false] {
      let log = try openLog(
        scratch.path, config: config, isClean: isClean, recoveryPoint: recoveryPoint)
      #expect(log.segmentBaseOffsets == [0, 40, 60, 70, 90])
      #expect(log.logStartOffset == 0 && log.logEndOffset == 90)
      #expect(try log.batches().map(\.baseOffset) == offsets)
      // Of a compacted log gaps say nothing; of another, the start reports them.
      #expect(log.recovery.repairs.allSatisfy { $0.kind == .hole && !$0.isLoss })
      // One for each segment that is read and ends before the next one's base.
      let read = [0: 4, 40: 3, 75: 1][recoveryPoint]
      #expect(log.recovery.repairs.count == (isClean || isCompacted ? 0 : read))
    }
    let log = try openLog(scratch.path, config: config, isClean: false)
    #expect(try log.add().baseOffset == 90)
  }

  @Test("leftovers of deletion, compaction and roll are tidied up")
  func leftovers() throws {
    let batches = try fill()
    let bases = try openLog(scratch.path, config: config()).segmentBaseOffsets
    let first = LogFileNames.baseName(bases[0])
    for name in ["\(first).log.deleted", "\(first).log.cleaned", "next-segment.prepared", "x.tmp"] {
      try files.replace(directory + "/" + name, with: [1, 2, 3])
    }
    // A compaction that was ended by a crash after its result was whole.
    try files.rename(directory + "/\(first).log", to: directory + "/\(first).log.swap")
    let log = try openLog(scratch.path, config: config(), isClean: false)
    #expect(try log.batches() == batches)
    let names = try files.list(directory)
    #expect(
      names.allSatisfy {
        $0.hasSuffix("index") || $0.hasSuffix(".log")
          || $0.hasSuffix(".snapshot") || $0 == "leader-epoch-checkpoint"
      })
  }

  @Test("leader epochs come back from the batches when their file is lost or damaged")
  func epochs() throws {
    var log = try openLog(scratch.path, config: config())
    for epoch in [0, 0, 3, 3, 7] { try log.add(TestBatch(), epoch: Int32(epoch)) }
    log.runJobs()
    let expected = log.leaderEpochs
    #expect(expected.epoch(of: 3) == 3 && expected.epoch(of: 4) == 7)
    for contents in [nil, Array("0\n7\n1 1\n".utf8), [0xff]] {
      if let contents {
        try files.replace(directory + "/leader-epoch-checkpoint", with: contents)
      } else {
        try files.remove(directory + "/leader-epoch-checkpoint")
      }
      log = try openLog(scratch.path, config: config(), isClean: false)
      #expect(log.leaderEpochs == expected)
    }
  }

  @Test("an index of more than one interval is walked from the right entry")
  func manyBatchesBetweenEntries() throws {
    var config = LogConfig()
    config.indexIntervalBytes = 100_000
    let log = try openLog(scratch.path, config: config)
    for _ in 0..<2_000 { try log.add(TestBatch(valueSize: 10)) }
    for offset in stride(from: Int64(1), to: 2_000, by: 131) {
      #expect(try log.batches(from: offset, maxBytes: 500).first?.baseOffset == offset)
    }
  }
}
