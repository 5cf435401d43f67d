import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Several log directories, and those that fail at the start.
@Suite struct DirectoryTests {
  private let home = "/tmp/weir-dirs-\(UInt64.random(in: 0 ... .max))"

  private func properties() -> [String: String] {
    ["log.dirs": "\(home)/a,\(home)/b", "metadata.log.dir": "\(home)/a"]
  }

  /// A broker made the topic `t`, with a record in each of its partitions, and stopped.
  private func makeTopic() throws {
    let broker = try TestBroker(properties(), directory: home)
    try broker.createTopic("t", partitions: 4)
    for partition in 0..<4 {
      _ = try broker.produce(Batch.of(["a"]), to: "t", partition: Int32(partition))
    }
    try broker.stop()
  }

  @Test("partitions of a directory that failed at the start are offline, not empty elsewhere")
  func failedDirectory() throws {
    defer { try? PosixFileSystem().removeTree(home) }
    try makeTopic()
    do {
      let plan = FaultPlan()
      plan.add(FaultPlan.Rule(.open, pathContains: "\(home)/b/", .fail(5)))
      let broker = try TestBroker(properties(), directory: home, plan: plan)
      var codes: [ErrorCode] = []
      for partition in 0..<4 {
        codes.append(
          try broker.produce(Batch.of(["b"]), to: "t", partition: Int32(partition)).errorCode)
      }
      #expect(codes.filter { $0 == .kafkaStorageError }.count == 2)
      #expect(codes.filter { $0 == .none }.count == 2)
      broker.advance(ms: 400_000)
      try broker.createTopic("u", partitions: 3)
    }
    let broker = try TestBroker(properties(), directory: home)
    for partition in 0..<4 {
      let batches = Batch.headers(
        try broker.fetch("t", partition: Int32(partition), from: 0).records)
      #expect((1...2).contains(batches.count))
    }
  }

  @Test("of 70 directories the 67th goes offline, and no other")
  func manyDirectories() throws {
    defer { try? PosixFileSystem().removeTree(home) }
    let paths = (0..<70).map { "\(home)/d\($0)" }
    let broker = try TestBroker(
      ["log.dirs": paths.joined(separator: ","), "metadata.log.dir": paths[0]], directory: home)
    try broker.createTopic("t", partitions: 70)
    let partitions = try #require(broker.node.currentImage.topicsByName["t"]).partitions
    #expect(Set(partitions.map(\.directory)).count == 70)
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "\(paths[66])/t-", .fail(5)))
    for round in 0..<2 {
      for partition in partitions {
        let code = try broker.produce(Batch.of(["a"]), to: "t", partition: partition.index)
          .errorCode
        #expect(code == (partition.directory == 66 ? .kafkaStorageError : .none), "round \(round)")
      }
      broker.plan.clear()
    }
    for index in 0..<70 { #expect(broker.node.isOffline(index) == (index == 66)) }
    #expect(broker.logLines.filter { $0.contains("is offline from now on") }.count == 1)
  }

  @Test("a stop with a partition that could not be opened is no clean one")
  func unopened() throws {
    defer { try? PosixFileSystem().removeTree(home) }
    do {
      let broker = try TestBroker(directory: home)
      try broker.createTopic("t")
      _ = try broker.produce(Batch.of(["a", "b"]), to: "t")
    }
    do {
      let plan = FaultPlan()
      plan.add(FaultPlan.Rule(.list, pathContains: "/t-0", .fail(24)))
      let broker = try TestBroker(directory: home, plan: plan)
      plan.clear()
      #expect(throws: LogError.self) { try broker.stop() }
    }
    let broker = try TestBroker(directory: home)
    #expect(broker.node.directories.directories.allSatisfy { !$0.wasClean })
    #expect(try broker.offset("t", timestamp: -1).offset == 2)
  }

  @Test("a start that is refused for lack of files leaves the stop before a clean one")
  func refusedStart() throws {
    defer { try? PosixFileSystem().removeTree(home) }
    try makeTopic()
    let plan = FaultPlan()
    plan.add(FaultPlan.Rule(.open, pathContains: "/t-1/0000", .fail(24)))
    let config = try BrokerConfig(
      properties: properties().merging(["listeners": "PLAINTEXT://127.0.0.1:0"]) { $1 })
    let error = #expect(throws: LogError.self) {
      _ = try BrokerNode.open(
        config, fileSystem: FaultInjectingFileSystem(plan: plan), loopCount: 1, nowMs: 1,
        openFilesMax: 1)
    }
    #expect("\(try #require(error))".contains("partitions more need"))
    let broker = try TestBroker(properties(), directory: home)
    #expect(broker.node.directories.directories.allSatisfy { $0.wasClean && $0.brokerEpoch >= 0 })
    for partition in try #require(broker.node.currentImage.topicsByName["t"]).partitions {
      #expect(try #require(partition.recovery).bytesRead == 0, "\(partition.name)")
      #expect(try broker.offset("t", timestamp: -1, partition: partition.index).offset == 1)
    }
  }

  @Test("DescribeLogDirs tells how large the file system is")
  func space() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let answer = try broker.send(
      DescribeLogDirsRequest(topics: [.init(topic: "t", partitions: [0])]), version: 4)
    let directory = try #require(answer.results.first)
    #expect(directory.totalBytes > 0 && directory.usableBytes >= 0)
    #expect(directory.usableBytes <= directory.totalBytes)
    #expect(directory.topics.map(\.name) == ["t"])
  }
}
