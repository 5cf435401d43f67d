import KafkaFormat
import Testing

@testable import CommitLog

@Suite("bytes that a disk has changed, after an unclean stop")
struct DamageTests {
  let scratch = ScratchDirectory()
  let files = PosixFileSystem()
  var directory: String { scratch.path + "/t-0" }

  private var config: LogConfig {
    var config = LogConfig()
    config.segmentBytes = 10_000
    config.indexIntervalBytes = 500
    return config
  }

  /// 100 batches of two records, about 36 to a segment, and nothing of a clean stop.
  private func fill() throws -> [RecordBatchHeader] {
    let log = try openLog(scratch.path, config: config)
    for _ in 0..<100 { try log.add(TestBatch(records: 2, valueSize: 100)) }
    log.runJobs()
    return try log.batches()
  }

  private func open(
    _ damage: DamagePolicy, isClean: Bool = false, recoveryPoint: Int64 = 0
  ) throws -> PartitionLog {
    var options = LogOpenOptions(isClean: isClean, recoveryPoint: recoveryPoint, nowMs: 1_000)
    options.damage = damage
    return try PartitionLog.open(
      topic: "t", partition: 0, directory: directory, fileSystem: files, config: config,
      options: options)
  }

  private func segment(_ number: Int) throws -> String {
    try files.list(directory).filter { $0.hasSuffix(".log") }[number]
  }

  private func flip(_ name: String, at position: Int) throws {
    var bytes = try scratch.file("t-0/" + name)
    bytes[position] ^= 0x10
    try files.replace(directory + "/" + name, with: bytes, sync: false)
  }

  /// What a loader reads from it.
  private func wholeBatches(_ log: PartitionLog) throws -> [Int64] {
    var found: [Int64] = []
    var next: Int64 = 0
    while let segment = try log.wholeSegment(from: next) {
      var reader = WholeBatchReader(segment.slice, offsets: segment.offsets, chunkSize: 4_096)
      while let item = try reader.next() {
        if case .batch(let header, _) = item { found.append(header.baseOffset) }
      }
      next = max(next + 1, segment.offsets.upperBound)
    }
    return found
  }

  @Test(
    "where gaps are kept, a flipped bit costs its batch alone, at every start after it",
    arguments: [0, 7, 34, 35, 36, 37, 98], [1, 9, 18, 16, 40, 100])
  func kept(batch: Int, place: Int) throws {
    let batches = try fill()
    let size = batches[0].sizeInBytes
    let perSegment = 10_000 / size
    try flip(segment(batch / perSegment), at: batch % perSegment * size + place)
    let rest = batches.map(\.baseOffset).filter { $0 != Int64(batch) * 2 }
    for round in 0..<3 {
      // Killed, killed, stopped and killed.
      let log = try open(.keep)
      #expect(try wholeBatches(log) == rest)
      // What ends a segment is cut, once; a gap is found again.
      let isFound = round == 0 || batch % perSegment < perSegment - 1
      #expect(log.recovery.repairs.map(\.isLoss) == (isFound ? [true] : []))
      #expect(log.logEndOffset == 200)
      for offset in rest where offset > Int64(batch) * 2 + 1 {
        if try log.read(from: offset + 1, maxBytes: 1)?.count != size { Issue.record("\(offset)") }
      }
      if round == 1 { try log.close(nowMs: 1_000) }
    }
    let log = try open(.keep, isClean: true)
    #expect(try wholeBatches(log) == rest)
    try log.add()
    #expect(log.logEndOffset == 201)
  }

  @Test("damage in a log that is cut is told of, and what is cut is kept beside it")
  func cut() throws {
    let batches = try fill()
    let size = batches[0].sizeInBytes
    let first = try segment(0)
    let bytes = try scratch.file("t-0/" + first)
    try flip(first, at: 7 * size + 100)
    let log = try open(.cut)
    #expect(log.logEndOffset == 14)
    let repairs = log.recovery.repairs
    #expect(repairs.map(\.kind) == [.cut, .removed, .removed])
    #expect(repairs[0].offset == 14 && repairs[0].position == Int64(7 * size))
    #expect(repairs[0].byteCount == Int64(bytes.count - 7 * size))
    #expect("\(repairs[0])".contains("media damage, not a torn write"))
    #expect(log.recovery.bytesRead == Int64(bytes.count))
    let copy = try scratch.file("t-0/\(first).damaged-14")
    #expect(copy.count == bytes.count - 7 * size)
    #expect(Array(copy[size...]) == Array(bytes[(8 * size)...]))
    let names = try files.list(directory).filter { $0.contains(".damaged-") }
    #expect(names.count == 3)
    // They are no segments.
    let again = try open(.cut)
    #expect(again.segmentBaseOffsets == [0] && again.logEndOffset == 14)
    #expect(again.recovery.repairs == [])
  }

  @Test("a torn tail is cut with a word, and without a copy")
  func torn() throws {
    let batches = try fill()
    let last = try segment(2)
    let bytes = try scratch.file("t-0/" + last)
    try files.replace(directory + "/" + last, with: Array(bytes.dropLast(10)), sync: false)
    let log = try open(.cut)
    #expect(log.logEndOffset == 198)
    #expect(log.recovery.repairs.map(\.kind) == [.tornTail])
    #expect(log.recovery.repairs[0].byteCount == Int64(batches[0].sizeInBytes - 10))
    #expect(try !files.list(directory).contains { $0.contains(".damaged-") })
    #expect(try open(.cut).recovery.repairs == [])
  }

  @Test("a last batch that had been flushed is no torn one")
  func flushed() throws {
    _ = try fill()
    let last = try segment(2)
    let bytes = try scratch.file("t-0/" + last)
    try files.replace(directory + "/" + last, with: Array(bytes.dropLast(10)), sync: false)
    #expect(try open(.cut, recoveryPoint: 200).recovery.repairs.map(\.kind) == [.cut])
  }

  @Test("copies of what was cut are bounded")
  func bounded() throws {
    for round in 0..<20 {
      let log = try open(.cut)
      for _ in 0..<3 { try log.add() }
      let size = Int(log.sizeInBytes) / Int(log.logEndOffset)
      log.runJobs()
      try flip(segment(0), at: (round + 1) * size + 80)
      #expect(try open(.cut).logEndOffset == Int64(round + 1))
    }
    let names = try files.list(directory).filter { $0.contains(".damaged-") }
    #expect(names.count == PartitionLog.damagedCopiesMax)
  }
}
