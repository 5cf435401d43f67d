import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// `__consumer_offsets` is made smaller, and adds up to the same groups at every moment of that.
@Suite struct RestatementTests {
  /// A topic of groups with one partition and small segments.
  func broker(
    directory: String? = nil, plan: FaultPlan = FaultPlan(), segmentBytes: Int = 2_000
  ) throws -> TestBroker {
    let broker = try TestBroker(
      [
        "offsets.topic.num.partitions": "1", "offsets.topic.segment.bytes": "\(segmentBytes)",
        "group.initial.rebalance.delay.ms": "0",
      ], directory: directory, plan: plan)
    broker.runDisk()
    if directory == nil {
      try broker.createTopic("t", partitions: 8)
      try broker.findCoordinator()
    }
    broker.advance(ms: 1)
    return broker
  }

  private struct Sum: Equatable {
    var offsets: [String: CommittedOffsets] = [:]
    var metadata: [String: GroupMetadataValue] = [:]
  }

  /// What the broker knows.
  private func known(_ broker: TestBroker) throws -> Sum {
    let groups = try #require(try broker.partition(of: "g").groups)
    return groups.shard.withLock { shard in
      var sum = Sum()
      for group in shard.groups.values {
        if !group.offsets.isEmpty { sum.offsets[group.id] = group.offsets }
        sum.metadata[group.id] = group.written
      }
      return sum
    }
  }

  /// What a start after kill -9 at this moment would load.
  private func loadedAfterKill(_ broker: TestBroker) throws -> Sum {
    let copy = broker.directory + "-copy"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try FileManager.default.copyItem(
      atPath: broker.directory + "/__consumer_offsets-0", toPath: copy)
    return try load(copy)
  }

  private func load(_ directory: String) throws -> Sum {
    var options = LogOpenOptions(isClean: false, nowMs: 0)
    options.damage = .keep
    let log = try PartitionLog.open(
      topic: OffsetsTopic.name, partition: 0, directory: directory,
      fileSystem: PosixFileSystem(), config: LogConfig(), options: options)
    var loader = GroupLoader(name: "test")
    var next: Int64 = 0
    while let segment = try log.wholeSegment(from: next) {
      try loader.load(segment, chunkSize: 4_096)
      next = max(next + 1, segment.offsets.upperBound)
    }
    #expect(loader.loaded.skippedCount == 0)
    return Sum(offsets: loader.loaded.offsets, metadata: loader.loaded.metadata)
  }

  private func segmentCount(_ broker: TestBroker) throws -> Int {
    try broker.partition(of: "g").state.withLock { $0.log?.segmentCount ?? 0 }
  }

  func tells(_ broker: TestBroker, _ text: String) -> Int {
    broker.logLines.filter { $0.contains(text) }.count
  }

  /// One of the things that change groups.
  private func change(_ broker: TestBroker, _ generator: inout SmallGenerator) throws {
    let group = "g\(generator.next(below: 12))"
    switch generator.next(below: 10) {
    case 0:
      _ = try broker.send(
        OffsetDeleteRequest(
          groupId: group,
          topics: [
            .init(
              name: "t", partitions: [.init(partitionIndex: Int32(generator.next(below: 8)))])
          ]), version: 0)
    case 1: _ = try broker.send(DeleteGroupsRequest(groupsNames: [group]), version: 2)
    case 2:
      // A member that joins, leads, and may be in a rebalance from then on.
      let join = JoinGroupRequest(
        groupId: "m" + group, sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 1_800_000,
        memberId: "", protocolType: "consumer",
        protocols: [.init(name: "range", metadata: [1, 2, 3])])
      let frame = join.frame(version: 3, correlationId: 7, clientId: "test")
      guard case .bytes(let bytes) = broker.handle(Array(frame.dropFirst(4))) else { return }
      let joined = try TestBroker.decode(JoinGroupRequest.self, bytes, version: 3)
      let sync = SyncGroupRequest(
        groupId: "m" + group, generationId: joined.generationId, memberId: joined.memberId,
        assignments: [.init(memberId: joined.memberId, assignment: [9])])
      _ = try broker.send(sync, version: 3)
    default:
      _ = try broker.commit(
        Int64(generator.next(below: 1_000)), group: group,
        partition: Int32(generator.next(below: 8)), metadata: "some words",
        version: generator.next(below: 5) == 0 ? 4 : 8, retentionMs: -1)
    }
  }

  @Test("a log in which one offset is committed again and again stays small")
  func oneOffset() throws {
    let broker = try broker()
    for round in 0..<40 {
      for number in 0..<50 {
        #expect(try broker.commit(Int64(round * 50 + number)) == .none)
      }
      for _ in 0..<3 { broker.advance(ms: 5_000) }
      #expect(try segmentCount(broker) < 20)
    }
    #expect(tells(broker, "are let go") > 10)
    broker.abandon()
    let again = try TestBroker(directory: broker.directory)
    again.runDisk()
    #expect(try again.committed().1 == ["t-0=1999"])
    let line = try #require(again.logLines.first { $0.contains("1 groups from ") })
    let count = try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
    #expect(count < 400)
  }

  @Test("killed at any moment, a start loads what the groups were", arguments: UInt64(1)...2)
  func killed(seed: UInt64) throws {
    var generator = SmallGenerator(state: seed)
    let broker = try broker()
    broker.runsJobs = false
    for round in 0..<240 {
      try change(broker, &generator)
      // Steps of a restatement, and jobs, come in any order between.
      switch generator.next(below: 4) {
      case 0: for _ in 0..<3 { broker.runOneJob() }
      case 1: broker.advance(ms: 2)
      case 2 where round % 10 == 0: broker.advance(ms: 5_000)
      default: break
      }
      if round % 6 == 0 { #expect(try loadedAfterKill(broker) == known(broker), "\(round)") }
    }
    for _ in 0..<15 {
      broker.advance(ms: 5_000)
      broker.runOneJob()
      #expect(try loadedAfterKill(broker) == known(broker))
    }
    broker.runsJobs = true
    for _ in 0..<10 { broker.advance(ms: 5_000) }
    #expect(tells(broker, "are let go") > 0)
    #expect(try loadedAfterKill(broker) == known(broker))
  }

  @Test(
    "whatever call of the disk fails, nothing is lost, and a full disk only delays it",
    arguments: [FileOperation.write, .rename, .sync, .open], [28, 5] as [Int32])
  func failing(operation: FileOperation, code: Int32) throws {
    for skipping in [3, 14] {
      let broker = try broker()
      var generator = SmallGenerator(state: UInt64(skipping))
      for _ in 0..<80 { try change(broker, &generator) }
      broker.plan.add(
        FaultPlan.Rule(
          operation, pathContains: "__consumer_offsets", skipping: skipping, times: 3, .fail(code)))
      for _ in 0..<8 {
        broker.advance(ms: 2)
        #expect(try loadedAfterKill(broker) == known(broker))
        if tells(broker, "are let go") > 0 { break }
        broker.advance(ms: 5_000)
      }
      broker.plan.clear()
      if code == 28, operation != .sync {
        for _ in 0..<20 { broker.advance(ms: 60_000) }
        #expect(tells(broker, "are let go") > 0)
      }
      #expect(try loadedAfterKill(broker) == known(broker))
    }
  }

  @Test("what was let go is on the disk again before that")
  func powerCut() throws {
    let directory = "/tmp/weir-restated-\(UInt64.random(in: 0 ... .max))"
    defer { try? PosixFileSystem().removeTree(directory) }
    let plan = FaultPlan()
    var expected = Sum()
    do {
      var generator = SmallGenerator(state: 5)
      let broker = try TestBroker(
        [
          "offsets.topic.num.partitions": "1", "offsets.topic.segment.bytes": "2000",
          "group.initial.rebalance.delay.ms": "0",
        ], directory: directory, plan: plan)
      try broker.createTopic("t", partitions: 8)
      try broker.findCoordinator()
      for _ in 0..<200 { try change(broker, &generator) }
      for _ in 0..<10 { broker.advance(ms: 5_000) }
      #expect(tells(broker, "are let go") == 1)
      expected = try known(broker)
    }
    try FaultInjectingFileSystem(plan: plan).cutPower()
    #expect(try load(directory + "/__consumer_offsets-0") == expected)
  }

  @Test("damage is let go after the start that met it")
  func damage() throws {
    let broker = try broker(segmentBytes: 1 << 20)
    for partition in Int32(0)..<8 {
      #expect(try broker.commit(Int64(partition), partition: partition) == .none)
    }
    broker.abandon()
    let path = broker.directory + "/__consumer_offsets-0/00000000000000000000.log"
    let file = try PosixFileSystem().open(path, .readWrite)
    let place = try file.size() / 2 + 70
    let right = try file.read(at: place, count: 1)
    try file.write([right[0] ^ 1].rawSpan, at: place)
    let again = try self.broker(directory: broker.directory)
    #expect(tells(again, "unreadable parts were passed over") == 1)
    let before = try again.committed().1
    #expect(before.count == 7)
    for _ in 0..<3 { again.advance(ms: 5_000) }
    again.abandon()
    let third = try self.broker(directory: broker.directory)
    #expect(tells(third, "unreadable parts were passed over") == 0)
    #expect(try third.committed().1 == before)
    for _ in 0..<3 { third.advance(ms: 5_000) }
    #expect(tells(third, "are let go") == 0)
  }

  @Test("records that are large for their segments are restated in batches that fit")
  func smallSegments() throws {
    let broker = try broker()
    for partition in Int32(0)..<8 {
      #expect(try broker.commit(7, group: "a", partition: partition) == .none)
    }
    let join = JoinGroupRequest(
      groupId: "b", sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 1_800_000, memberId: "",
      protocolType: "consumer",
      protocols: [.init(name: "range", metadata: [UInt8](repeating: 1, count: 1_500))])
    let joined = try broker.send(join, version: 3)
    let sync = SyncGroupRequest(
      groupId: "b", generationId: joined.generationId, memberId: joined.memberId,
      assignments: [.init(memberId: joined.memberId, assignment: [9])])
    #expect(try broker.send(sync, version: 3).errorCode == .none)
    for number in 0..<100 { #expect(try broker.commit(Int64(number)) == .none) }
    for _ in 0..<5 { broker.advance(ms: 5_000) }
    #expect(tells(broker, "cannot be made smaller") == 0)
    #expect(tells(broker, "are let go") == 1)
    #expect(try loadedAfterKill(broker) == known(broker))
  }

  @Test("a damaged base offset costs nothing, and nothing is let go for it", arguments: 0..<8)
  func baseOffset(place: Int) throws {
    let broker = try broker(segmentBytes: 8_192)
    for partition in Int32(0)..<8 {
      #expect(try broker.commit(7, partition: partition) == .none)
    }
    for number in 0..<150 { #expect(try broker.commit(Int64(number)) == .none) }
    let before = try broker.committed().1
    #expect(before.count == 8)
    try broker.stop()
    let path = broker.directory + "/__consumer_offsets-0/00000000000000000000.log"
    let file = try PosixFileSystem().open(path, .readWrite)
    let head = try file.read(at: 0, count: RecordBatchHeader.size)
    let size = try RecordBatchHeader(head.rawSpan).sizeInBytes
    let right = try file.read(at: Int64(5 * size + place), count: 1)
    try file.write([right[0] ^ 0x10].rawSpan, at: Int64(5 * size + place))
    // After a clean stop nobody but the loader looks at it.
    let again = try self.broker(directory: broker.directory, segmentBytes: 8_192)
    #expect(tells(again, "unreadable parts were passed over") == 0)
    #expect(try again.committed().1 == before)
    for _ in 0..<5 { again.advance(ms: 5_000) }
    #expect(tells(again, "are let go") == 1)
    again.abandon()
    let third = try self.broker(directory: broker.directory)
    #expect(try third.committed().1 == before)
  }
}

/// A small generator of pseudo-random numbers, the same for the same seed.
struct SmallGenerator {
  var state: UInt64

  mutating func next(below limit: UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % limit)
  }
}
