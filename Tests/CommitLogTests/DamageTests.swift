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
    // In place: a log that has it open sees it.
    let file = try files.open(directory + "/" + name, .readWrite)
    let right = try file.read(at: Int64(position), count: 1)
    try file.write([right[0] ^ 0x10].rawSpan, at: Int64(position))
  }

  /// What a loader reads from it.
  private func wholeBatches(_ log: PartitionLog) throws -> [Int64] {
    var found: [Int64] = []
    var next: Int64 = 0
    while let segment = try log.wholeSegment(from: next) {
      var reader = WholeBatchReader(segment.slice, chunkSize: 4_096)
      while let item = try reader.next() {
        if case .batch(let header, _) = item { found.append(header.baseOffset) }
      }
      next = max(next + 1, segment.offsets.upperBound)
    }
    return found
  }

  @Test(
    "where gaps are kept, a flipped bit costs its batch alone, at every start after it",
    arguments: [0, 7, 34, 35, 36, 37, 98], [9, 18, 16, 40, 100])
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

  @Test(
    "a base offset, which no checksum covers, is told by what stands around its batch",
    arguments: [0, 7, 34, 35, 36, 37, 98], 0..<8)
  func baseOffset(batch: Int, place: Int) throws {
    let batches = try fill()
    let size = batches[0].sizeInBytes
    let perSegment = 10_000 / size
    let name = try segment(batch / perSegment)
    let position = batch % perSegment * size
    for damage in [DamagePolicy.keep, .cut] {
      try flip(name, at: position + place)
      let log = try open(damage)
      #expect(try log.batches() == batches)
      let repair = try #require(log.recovery.repairs.first)
      #expect(repair.kind == .mended && !repair.isLoss && log.recovery.repairs.count == 1)
      #expect(repair.position == Int64(position) && repair.offset == Int64(batch) * 2)
      #expect(try open(damage).recovery.repairs == [])
    }
    // A loader needs nobody who mends it before.
    try open(.keep).close(nowMs: 1_000)
    let log = try open(.keep, isClean: true)
    try flip(name, at: position + place)
    #expect(try wholeBatches(log).count == 100)
    #expect(try open(.keep, isClean: true).logEndOffset == 200)
  }

  @Test("the base offset of the last batch of all costs nothing either", arguments: 0..<8)
  func lastBaseOffset(place: Int) throws {
    let batches = try fill()
    let size = batches[0].sizeInBytes
    try flip(segment(2), at: 99 % (10_000 / size) * size + place)
    for round in 0..<3 {
      let log = try open(.keep)
      #expect(try wholeBatches(log).count == 100 + round)
      #expect(log.recovery.repairs.filter(\.isLoss).isEmpty)
      // Where nothing shows what it was, the offsets go on behind what it is.
      #expect(log.logEndOffset >= 200)
      try log.add()
      log.runJobs()
    }
  }

  @Test("a jump that what follows belies costs the batch that jumps, not what follows")
  func jump() throws {
    let batches = try fill()
    let size = batches[0].sizeInBytes
    let last = try segment(2)
    let place = 80 % (10_000 / size) * size
    // The one behind it, which would have told what it was, is damaged too.
    try flip(last, at: place + 4)
    try flip(last, at: place + size + 100)
    let bytes = try scratch.file("t-0/" + last)
    let kept = try open(.keep)
    #expect(kept.logEndOffset == 200)
    #expect(kept.recovery.repairs.map(\.kind) == [.gap])
    #expect(try wholeBatches(kept).count == 99)
    let log = try open(.cut)
    #expect(log.logEndOffset == 160)
    #expect(log.recovery.repairs.map(\.kind) == [.cut])
    #expect(try scratch.file("t-0/\(last).damaged-160") == Array(bytes[place...]))
  }

  @Test("a length that leads to another batch hides none of those before it")
  func length() throws {
    // 40 batches of 256 bytes in one segment, and one that says that it is as long as 17.
    let valueSize = try #require(
      (1...300).first { TestBatch(valueSize: $0).encoded().count == 256 })
    var config = config
    config.segmentBytes = 1 << 20
    let log = try openLog(scratch.path, config: config)
    for _ in 0..<40 { try log.add(TestBatch(valueSize: valueSize)) }
    log.runJobs()
    try flip(segment(0), at: 7 * 256 + 10)
    #expect(try wholeBatches(log) == (0..<40).filter { $0 != 7 })
    #expect(try wholeBatches(open(.keep)) == (0..<40).filter { $0 != 7 })
  }

  @Test("what looks like a batch within a damaged one is a part of it", arguments: [1, 2])
  func planted(batch: Int) throws {
    let log = try openLog(scratch.path, config: config)
    for number in 0..<3 {
      var inner = TestBatch(fill: 9).encoded()
      var span = inner.mutableSpan
      RecordBatch.patch(baseOffset: Int64(number) + 1, partitionLeaderEpoch: 0, in: &span)
      var builder = RecordBatchBuilder(capacity: 4_000)
      _ = builder.append(timestamp: 1, key: nil, value: inner.rawSpan)
      try log.add(try builder.finish())
    }
    log.runJobs()
    let size = try log.batches()[0].sizeInBytes
    try flip(segment(0), at: batch * size + 50)
    let rest = (0..<3).map(Int64.init).filter { $0 != Int64(batch) }
    #expect(try wholeBatches(log) == rest)
    for _ in 0..<2 { #expect(try wholeBatches(open(.keep)) == rest) }
  }

  @Test("a search costs no more than some readings of the segment, and says when it gives up")
  func misleading() throws {
    let size = 8 << 20
    var bytes = [UInt8](repeating: 0, count: size)
    var head = Array(TestBatch().encoded()[..<RecordBatchHeader.size])
    // Each says that all that is left is its own.
    for place in stride(from: 0, to: 10_000 * head.count, by: head.count) {
      let length = UInt32(size - place - RecordBatchHeader.logOverhead - 1)
      for index in 0..<4 { head[8 + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
      bytes.replaceSubrange(place..<place + head.count, with: head)
    }
    try files.replace(scratch.path + "/misleading", with: bytes, sync: false)
    let file = try files.open(scratch.path + "/misleading", .read)
    var reader = VerifyingReader(file, size: Int64(size))
    let found = try reader.nextWhole(behind: 0)
    #expect(found == .givenUp)
    #expect(reader.searchWork < VerifyingReader.leastSearchWork + Int64(3 * size))
    let again = try reader.nextWhole(behind: 100)
    #expect(again == .givenUp)
    #expect(reader.searchWork < VerifyingReader.leastSearchWork + Int64(6 * size))
    var whole = WholeBatchReader(
      LogSlice(file: file, position: 0, count: size), chunkSize: 4_096)
    let item = try whole.next()
    #expect(item == .damaged(position: 0, count: Int64(size), isSearched: false))
  }

  @Test("a disk that is full keeps no half of a copy, and then nothing is cut")
  func fullDisk() throws {
    let batches = try fill()
    let first = try segment(0)
    try flip(first, at: 7 * batches[0].sizeInBytes + 100)
    let bytes = try scratch.file("t-0/" + first)
    let plan = FaultPlan()
    plan.add(.init(.write, pathContains: ".damaged-", .partial(count: 500, then: 28)))
    for _ in 0..<2 {
      #expect(throws: LogError.self) {
        try openLog(
          scratch.path, config: config, fileSystem: FaultInjectingFileSystem(plan: plan),
          isClean: false)
      }
      #expect(try !files.list(directory).contains { $0.contains(".damaged-") })
      #expect(try scratch.file("t-0/" + first) == bytes)
    }
    #expect(plan.struck == 2)
    #expect(try open(.cut).recovery.repairs.first?.copy != nil)
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
