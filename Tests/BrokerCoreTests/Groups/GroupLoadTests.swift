import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct GroupLoadTests {
  private func scratch() -> String { "/tmp/weir-groups-\(UInt64.random(in: 0 ... .max))" }

  /// Where the offsets of "g" stand in a data directory.
  private func logPath(_ directory: String) -> String {
    let partition = OffsetsTopic.partition(of: "g", count: 50)
    return "\(directory)/__consumer_offsets-\(partition)/00000000000000000000.log"
  }

  /// A broker that has committed 10 offsets of "g", each in a batch of its own, and was stopped.
  private func fill(
    _ directory: String, _ properties: [String: String] = [:], isClean: Bool = true
  ) throws {
    let broker = try TestBroker(properties, directory: directory)
    try broker.createTopic("t", partitions: 10)
    try broker.findCoordinator()
    for partition in Int32(0)..<10 {
      #expect(try broker.commit(100 + Int64(partition), partition: partition) == .none)
    }
    if isClean { try broker.stop() }
  }

  private let all = (0..<10).map { "t-\($0)=\(100 + $0)" }

  @Test(
    "what was committed is there after a stop, clean or not",
    arguments: [true, false], ["0", "1", "2", "3", "4"])
  func restart(isClean: Bool, codec: String) throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory, ["offsets.topic.compression.codec": codec], isClean: isClean)
    for _ in 0..<2 {
      let broker = try TestBroker(loops: 2, directory: directory)
      broker.runDisk()
      #expect(try broker.committed().1 == all)
      #expect(try broker.commit(1, partition: 3) == .none)
      #expect(try broker.commit(103, partition: 3) == .none)
    }
  }

  @Test("until all is loaded, groups are told to wait")
  func loading() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory)
    let broker = try TestBroker(directory: directory)
    broker.runsJobs = false
    #expect(try broker.findCoordinator().errorCode == .none)
    #expect(try broker.committed().error == .coordinatorLoadInProgress)
    #expect(try broker.commit(1) == .coordinatorLoadInProgress)
    let one = OffsetFetchRequest(
      groupId: "g", topics: [.init(name: "t", partitionIndexes: [0])])
    let first = try broker.send(one, version: 1)
    #expect(first.topics[0].partitions[0].errorCode == .coordinatorLoadInProgress)
    #expect(try broker.send(one, version: 2).errorCode == .coordinatorLoadInProgress)
    let deletion = OffsetDeleteRequest(
      groupId: "g", topics: [.init(name: "t", partitions: [.init(partitionIndex: 0)])])
    #expect(try broker.send(deletion, version: 0).errorCode == .coordinatorLoadInProgress)
    broker.runDisk()
    #expect(try broker.committed().1 == all)
  }

  @Test("deleted offsets stay deleted, and members come back as they were")
  func tombstonesAndMembers() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory)
    do {
      let broker = try TestBroker(directory: directory)
      broker.runDisk()
      _ = try broker.send(
        OffsetDeleteRequest(
          groupId: "g", topics: [.init(name: "t", partitions: [.init(partitionIndex: 4)])]),
        version: 0)
      let partition = try broker.partition(of: "g")
      let member = GroupMetadataValue.MemberMetadata(
        memberId: "m", clientId: "c", clientHost: "/127.0.0.1", rebalanceTimeout: 60_000,
        sessionTimeout: 10_000)
      let metadata = GroupMetadataValue(
        protocolType: "consumer", generation: 3, protocol: "range", leader: "m",
        currentStateTimestamp: 5, members: [member])
      _ = try broker.processors[0].appendGroupRecords(
        [.group(GroupMetadataKey(group: "g"), metadata)], to: partition, nowMs: broker.nowMs)
      try broker.stop()
    }
    let broker = try TestBroker(directory: directory)
    broker.runDisk()
    #expect(try broker.committed().1 == all.filter { $0 != "t-4=104" })
    #expect(try broker.commit(1) == .unknownMemberId)
    #expect(try broker.commit(1, member: "m", generation: 3) == .none)
  }

  @Test("a flipped bit costs the batch that it is in, and no other", arguments: [0, 3, 9])
  func flippedBit(batch: Int) throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory)
    let file = try PosixFileSystem().open(logPath(directory), .readWrite)
    let size = Int(try file.size()) / 10
    // A log of this size is looked at when it is opened; one of many segments is not.
    let log = try open(directory, isClean: true)
    // Length, checksum, magic, a timestamp and a record; and the base offset, which costs nothing.
    for place in [9, 18, 16, 40, 70] + Array(0..<8) {
      let position = Int64(batch * size + place)
      let right = try file.read(at: position, count: 1)
      try file.write([right[0] ^ 0x10].rawSpan, at: position)
      let loaded = try load(log)
      #expect(loaded.failure == nil)
      let isKept = place < 8
      #expect(loaded.skippedCount == (isKept ? 0 : 1) && loaded.hasDamage == !isKept)
      #expect(loaded.offsets["g"]?.count == (isKept ? 10 : 9))
      #expect((loaded.offsets["g"]?["t", Int32(batch)] != nil) == isKept)
      try file.write(right.rawSpan, at: position)
    }
    #expect(try load(log).offsets["g"]?.count == 10)
  }

  @Test(
    "a flipped bit costs the batch that it is in after kill -9 as well, and at later starts",
    arguments: [0, 3, 8], [(70, true), (70, false), (4, true), (7, false), (7, true)])
  func flippedBitAndKill(batch: Int, how: (place: Int, firstIsClean: Bool)) throws {
    let (place, firstIsClean) = how
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    // Several segments: three batches fit into one.
    try fill(directory, ["offsets.topic.segment.bytes": "420"], isClean: firstIsClean)
    let folder = URL(filePath: logPath(directory)).deletingLastPathComponent().path
    let names = try PosixFileSystem().list(folder).filter { $0.hasSuffix(".log") }
    #expect(names.count > 2)
    let whole = try #require(names.last { Int($0.prefix(20)) ?? 0 <= batch })
    let file = try PosixFileSystem().open("\(folder)/\(whole)", .readWrite)
    let size = try PosixFileSystem().size(of: logPath(directory)).map { $0 / 3 } ?? 0
    let position = Int64(batch - Int(whole.prefix(20))!) * size + Int64(place)
    let right = try file.read(at: position, count: 1)
    try file.write([right[0] ^ 0x10].rawSpan, at: position)
    // A base offset is told by what stands around it.
    let isKept = place < 8
    var rest = all.filter { isKept || $0 != "t-\(batch)=\(100 + batch)" }
    for round in 0..<3 {
      let broker = try TestBroker(directory: directory)
      let notices = broker.node.takeNotices()
      broker.runDisk()
      #expect(try broker.committed().1 == rest)
      #expect(try broker.commit(200 + Int64(round), partition: 9) == .none)
      rest[rest.count - 1] = "t-9=\(200 + round)"
      let kills = firstIsClean ? round : round + 1
      // What was flushed before is not read again: then it is the loader that meets the damage.
      if round == 0, kills == 1 { #expect(notices.contains { $0.level == .error } != isKept) }
      let recovered = notices.contains {
        $0.level == .info && $0.text.hasPrefix("not stopped cleanly: 60 partitions recovered, ")
      }
      #expect(recovered == (kills > 0))
      broker.abandon()
    }
  }

  @Test("whatever the log is cut at, what stands before is loaded")
  func tornTail() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory, isClean: false)
    let path = logPath(directory)
    let bytes = try Array(Data(contentsOf: URL(filePath: path)))
    let size = bytes.count / 10
    for count in stride(from: 0, through: bytes.count, by: 37) {
      try Data(bytes[..<count] + [0xff, 0, 7]).write(to: URL(filePath: path))
      let loaded = try load(open(directory, isClean: false))
      #expect(loaded.offsets["g"]?.count ?? 0 == count / size)
      #expect(loaded.skippedCount == 0)
    }
  }

  @Test("a crash of the machine loses at most what was not on the disk")
  func crash() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    do {
      let broker = try TestBroker(directory: directory)
      try broker.createTopic("t", partitions: 10)
      try broker.findCoordinator()
      for partition in Int32(0)..<10 {
        #expect(try broker.commit(100 + Int64(partition), partition: partition) == .none)
      }
    }
    let path = logPath(directory)
    let kept = try Data(contentsOf: URL(filePath: path)).count / 2
    let file = try PosixFileSystem().open(path, .readWrite)
    try file.truncate(to: Int64(kept))
    try file.write([1, 2, 3].rawSpan, at: Int64(kept))
    let broker = try TestBroker(directory: directory)
    broker.runDisk()
    #expect(try broker.committed().1 == Array(all[..<5]))
    #expect(try broker.commit(1, partition: 9) == .none)
  }

  @Test("records that nobody here knows are passed over, with a word in the log")
  func foreignRecords() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory)
    do {
      let broker = try TestBroker(directory: directory)
      broker.runDisk()
      let partition = try broker.partition(of: "g")
      var builder = RecordBatchBuilder(capacity: 1 << 16)
      let good = CommittedOffset(offset: 7, commitTimestampMs: broker.nowMs)
        .record(group: "g", topic: "t", partition: 0)
      let keys: [[UInt8]?] = [
        nil, [], [0], [0, 3, 1, 2], [0, 1, 0, 200], good.key, [0, 2, 0, 1],
      ]
      for key in keys {
        let value = good.value ?? []
        if let key {
          _ = builder.append(timestamp: 1, key: key.rawSpan, value: value.rawSpan)
        } else {
          _ = builder.append(timestamp: 1, key: nil, value: value.rawSpan)
        }
      }
      var batch = try builder.finish()
      let header = try RecordBatchHeader(batch.rawSpan)
      var span = batch.mutableSpan
      _ = try partition.state.withLock { state in
        try state.log?.append(&span, header: header, leaderEpoch: 0, nowMs: broker.nowMs)
      }
      try broker.stop()
    }
    let broker = try TestBroker(directory: directory)
    broker.runDisk()
    #expect(try broker.committed().1 == ["t-0=7"] + all.dropFirst())
    #expect(broker.logLines.contains { $0.contains("6 unreadable parts were passed over") })
  }

  @Test("a disk that cannot be read makes this broker no coordinator, and no trap")
  func unreadable() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    try fill(directory)
    let plan = FaultPlan()
    let broker = try TestBroker(directory: directory, plan: plan)
    plan.add(FaultPlan.Rule(.read, pathContains: "__consumer_offsets", .fail(5)))
    broker.runDisk()
    #expect(try broker.committed().error == .notCoordinator)
    #expect(try broker.commit(1) == .notCoordinator)
  }

  /// The log of the partition of "g", without a broker.
  private func open(_ directory: String, isClean: Bool) throws -> PartitionLog {
    let path = URL(filePath: logPath(directory)).deletingLastPathComponent().path
    return try PartitionLog.open(
      topic: OffsetsTopic.name, partition: 0, directory: path, fileSystem: PosixFileSystem(),
      config: LogConfig(), options: LogOpenOptions(isClean: isClean, nowMs: 0))
  }

  private func load(_ log: PartitionLog) throws -> LoadedGroups {
    var loader = GroupLoader(name: "test")
    let segment = try #require(try log.wholeSegment(from: 0))
    try loader.load(segment, chunkSize: 512)
    return loader.loaded
  }
}
