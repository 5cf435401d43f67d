import Glibc
import KafkaFormat
import Testing

@testable import CommitLog

@Suite("log directories")
struct LogDirectoryTests {
  let scratch = ScratchDirectory()
  let files = PosixFileSystem()

  private func open(_ name: String = "d", cluster: String? = nil, node: Int32 = 1)
    throws(LogError) -> LogDirectory
  {
    try LogDirectory.open(
      scratch.path + "/" + name, fileSystem: files, clusterId: cluster, nodeId: node)
  }

  /// The text of the error that `body` throws.
  private func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test("a new directory gets its properties, and they hold from then on")
  func properties() throws {
    let id = try open().properties
    #expect(id.nodeId == 1 && id.clusterId.utf8.count == 22 && id.directoryId != .zero)
    #expect(try open().properties == id)
    #expect(complaint { _ = try open(cluster: "other") }.contains("belongs to cluster"))
    #expect(complaint { _ = try open(node: 2) }.contains("belongs to node 1, not 2"))
    try files.replace(
      scratch.path + "/d/meta.properties", with: Array("version=7\n".utf8))
    #expect(complaint { _ = try open() }.contains("version 7"))
  }

  @Test("a directory in use is locked")
  func locked() throws {
    let first = try open()
    #expect(complaint { _ = try open() }.contains("locked: another broker uses it"))
    withExtendedLifetime(first) {}
  }

  @Test("a directory that is a file, full or failing gets a plain text")
  func unusable() throws {
    try files.replace(scratch.path + "/f", with: [1])
    #expect(complaint { _ = try open("f") }.contains("is no directory"))
    let plan = FaultPlan()
    let faulty = FaultInjectingFileSystem(plan: plan)
    for (code, text) in [
      (ENOSPC, "is full"), (EROFS, "cannot be written"), (EACCES, "cannot be written"),
      (EIO, "Input/output error"),
    ] {
      plan.clear()
      plan.add(.init(.open, pathContains: "meta.properties.tmp", .fail(code)))
      let said = complaint {
        _ = try LogDirectory.open(
          scratch.path + "/e", fileSystem: faulty, clusterId: nil, nodeId: 1)
      }
      #expect(said.contains(text))
    }
  }

  @Test("the marker says that a stop was clean, once")
  func cleanMarker() throws {
    do {
      let directory = try open()
      #expect(!directory.wasClean)
      try directory.markClean(brokerEpoch: 5)
    }
    do {
      let directory = try open()
      #expect(directory.wasClean && directory.brokerEpoch == 5)
    }
    #expect(try !open().wasClean)
  }

  @Test("a start that fails at this directory or the next one leaves the stop a clean one")
  func markerOfFailedStart() throws {
    try open().markClean(brokerEpoch: 5)
    withExtendedLifetime(try open("other", node: 2)) {}
    #expect(throws: LogError.self) {
      _ = try LogDirectories.open(
        ["d", "other"].map { scratch.path + "/" + $0 }, clusterId: nil, nodeId: 1)
    }
    let plan = FaultPlan()
    plan.add(.init(.open, pathContains: "recovery-point-offset-checkpoint", .fail(EMFILE)))
    #expect(throws: LogError.self) {
      _ = try LogDirectory.open(
        scratch.path + "/d", fileSystem: FaultInjectingFileSystem(plan: plan), clusterId: nil,
        nodeId: 1)
    }
    #expect(plan.struck == 1)
    let directory = try open()
    #expect(directory.wasClean && directory.brokerEpoch == 5)
  }

  @Test("checkpoints come back, and damaged ones count as absent")
  func checkpoints() throws {
    let partition = TopicPartition(topic: "t", partition: 0)
    do {
      var offsets = CheckpointedOffsets()
      offsets.recoveryPoints = [partition: 7]
      offsets.highWatermarks = [partition: 9]
      offsets.logStartOffsets = [partition: 0]
      let directory = try open()
      #expect(directory.checkpoint { offsets } == nil)
      #expect(directory.isCheckpointed(partition))
    }
    do {
      let directory = try open()
      #expect(directory.recoveryPoints == [partition: 7])
      #expect(directory.highWatermarks == [partition: 9])
      #expect(directory.logStartOffsets == [:])
    }
    let path = scratch.path + "/d/recovery-point-offset-checkpoint"
    for damaged in ["", "1\n0\n", "0\n2\nt 0 7\n", "0\n1\nt 0\n", "0\n1\nt 0 -7\n", "0\nx\n"] {
      try files.replace(path, with: Array(damaged.utf8))
      #expect(try open().recoveryPoints == [:])
    }
  }

  @Test("partitions are found with their topics, and opened by jobs")
  func partitions() throws {
    var directories = try LogDirectories.open(
      [scratch.path + "/a", scratch.path + "/b"], clusterId: nil, nodeId: 1)
    #expect(
      directories.directories[0].properties.clusterId
        == directories.directories[1].properties.clusterId)
    let id = KafkaUUID.random()
    for number in 0..<4 {
      let partition = TopicPartition(topic: "a-b", partition: Int32(number))
      let log = try directories.directories[number % 2].createLog(
        partition, topicId: id, config: LogConfig(), nowMs: 1)
      for _ in 0...number { try log.add() }
      try log.close(nowMs: 1)
    }
    for directory in directories.directories { try directory.markClean() }
    let paths = directories.directories.map(\.path)
    directories = LogDirectories(directories: [], failed: [])
    directories = try LogDirectories.open(paths, clusterId: nil, nodeId: 1)
    let found = try directories.partitions()
    #expect(found.map(\.found.partition.partition).sorted() == [0, 1, 2, 3])
    #expect(found.allSatisfy { $0.found.topicId == id })
    for (directory, found) in found {
      let log = try directory.recovery(of: found.partition, config: LogConfig(), nowMs: 1).run()
      #expect(log.logEndOffset == Int64(found.partition.partition) + 1)
    }
    // Of another topic of the same name: its records are kept under another name.
    let directory = try #require(found.first { $0.found.partition.partition == 0 }).directory
    let new = try directory.createLog(
      TopicPartition(topic: "a-b", partition: 0), topicId: .random(), config: LogConfig(),
      nowMs: 1)
    #expect(new.logEndOffset == 0)
    #expect(try files.list(directory.path).contains { $0.hasSuffix("-stray") })
    try files.createDirectory(paths[1] + "/a-b-0")
    #expect(complaint { _ = try directories.partitions() }.contains("is in"))
  }
}
