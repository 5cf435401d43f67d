import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Directories that the metadata log does not know: nothing is renamed or removed that may hold
/// records of metadata which are lost.
@Suite struct StrayDirectoryTests {
  private let home = "/tmp/weir-stray-\(UInt64.random(in: 0 ... .max))"
  private let files = PosixFileSystem()

  private func names(_ directory: String? = nil) throws -> [String] {
    try files.list(directory ?? home)
  }

  private func refusal(_ properties: [String: String] = [:]) throws -> String {
    do {
      _ = try TestBroker(properties, directory: home)
      Issue.record("the broker started")
      return ""
    } catch let error as LogError { return "\(error)" }
  }

  @Test("what an interrupted creation left is removed: it holds no records")
  func interruptedCreation() throws {
    defer { try? files.removeTree(home) }
    let left = home + "/other-0"
    try files.createDirectory(left)
    try files.replace(left + "/00000000000000000000.log", with: [])
    let broker = try TestBroker(directory: home)
    #expect(broker.node.takeNotices().filter { $0.text.contains("other-0") }.count == 1)
    #expect(try !names().contains { $0.hasPrefix("other") })
    try broker.createTopic("other")
  }

  @Test("the directory of a topic that was deleted is kept under another name")
  func interruptedDeletion() throws {
    defer { try? files.removeTree(home) }
    do {
      let broker = try TestBroker(directory: home)
      try broker.createTopic("t")
      _ = try broker.produce(Batch.of(["a"]), to: "t")
      broker.plan.add(FaultPlan.Rule(.rename, pathContains: "/t-0", .fail(5)))
      _ = try broker.send(DeleteTopicsRequest(topicNames: ["t"]), version: 5)
      broker.abandon()
    }
    #expect(try names().contains("t-0"))
    let broker = try TestBroker(directory: home)
    #expect(try names().contains { $0.hasPrefix("t-0.") && $0.hasSuffix("-stray") })
    try broker.createTopic("t")
    #expect(try broker.produce(Batch.of(["b"]), to: "t").baseOffset == 0)
  }

  @Test("a topic can be made again where the directory of the one before could not be renamed")
  func leftBehind() throws {
    defer { try? files.removeTree(home) }
    let broker = try TestBroker(directory: home)
    try broker.createTopic("t")
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    broker.plan.add(FaultPlan.Rule(.rename, pathContains: "/t-0", times: 1, .fail(5)))
    _ = try broker.send(DeleteTopicsRequest(topicNames: ["t"]), version: 5)
    try broker.createTopic("t")
    #expect(try broker.produce(Batch.of(["b"]), to: "t").baseOffset == 0)
    #expect(try names().contains { $0.hasSuffix("-stray") })
  }

  @Test("records of a topic that the metadata do not know stop the start, and stay where they are")
  func lostEnd() throws {
    defer { try? files.removeTree(home) }
    let log = home + "/__cluster_metadata-0/00000000000000000000.log"
    var before: [UInt8] = []
    do {
      let broker = try TestBroker(directory: home)
      try broker.createTopic("a")
      before = try files.contents(of: log) ?? []
      try broker.createTopic("b")
      try broker.createTopic("empty")
      _ = try broker.produce(Batch.of(["x"]), to: "b")
      _ = try broker.send(DeleteTopicsRequest(topicNames: ["a"]), version: 5)
      broker.abandon()
    }
    let whole = try files.contents(of: log) ?? []
    // The file ends earlier, at the end of a batch: by itself it looks right, where it is not known
    // up to where it was flushed.
    try files.remove(home + "/__cluster_metadata-0/flushed-end")
    try files.replace(log, with: before)
    let listed = try names()
    for _ in 0..<2 {
      let text = try refusal()
      #expect(text.contains("\(home)/b-0") && text.contains("__cluster_metadata-0"))
      #expect(try names().filter { $0 != ".lock" } == listed.filter { $0 != ".lock" })
    }
    try files.replace(log, with: whole)
    let broker = try TestBroker(directory: home)
    #expect(broker.node.currentImage.topicNames == ["b", "empty"])
    #expect(try broker.offset("b", timestamp: -1).offset == 1)
  }

  @Test("a metadata log that is not where it was stops the start, and is found again")
  func movedHome() throws {
    defer { try? files.removeTree(home) }
    let (a, b) = ("\(home)/a", "\(home)/b")
    do {
      let broker = try TestBroker(["log.dirs": "\(a),\(b)"], directory: home)
      try broker.createTopic("t", partitions: 2)
      for index: Int32 in 0..<2 {
        _ = try broker.produce(Batch.of(["x"]), to: "t", partition: index)
      }
      try broker.stop()
    }
    let text = try refusal(["log.dirs": "\(b),\(a)"])
    #expect(text.contains("metadata.log.dir=\(a)"))
    #expect(try !names(b).contains("__cluster_metadata-0"))
    try files.rename(a + "/__cluster_metadata-0", to: home + "/saved")
    #expect(try refusal(["log.dirs": "\(a),\(b)"]).contains("is missing or empty"))
    #expect(
      try names(a).contains { $0.hasPrefix("t-") } && names(b).contains { $0.hasPrefix("t-") })
    try files.rename(home + "/saved", to: a + "/__cluster_metadata-0")
    let broker = try TestBroker(
      ["log.dirs": "\(b),\(a)", "metadata.log.dir": a], directory: home)
    for index: Int32 in 0..<2 {
      #expect(try broker.offset("t", timestamp: -1, partition: index).offset == 1)
    }
  }

  @Test("a log that cannot be opened keeps its start and recovery point in the checkpoints")
  func unopened() throws {
    defer { try? files.removeTree(home) }
    let start = TopicPartition(topic: "t", partition: 0)
    func checkpoint(_ kind: OffsetCheckpoint) throws -> Int64? {
      try files.contents(of: home + "/" + kind.rawValue).flatMap {
        OffsetCheckpoint.decode($0)
      }?[start]
    }
    do {
      let broker = try TestBroker(directory: home)
      for topic in ["t", "u"] {
        try broker.createTopic(topic)
        _ = try broker.produce(Batch.of(["a", "b", "c"]), to: topic)
      }
      let deletion = DeleteRecordsRequest(
        topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: 2)])])
      _ = try broker.send(deletion, version: 2)
      try broker.stop()
    }
    for stops in [false, true] {
      let plan = FaultPlan()
      plan.add(FaultPlan.Rule(.list, pathContains: "/t-0", .fail(24)))
      let broker = try TestBroker(directory: home, plan: plan)
      let deletion = DeleteRecordsRequest(
        topics: [.init(name: "u", partitions: [.init(partitionIndex: 0, offset: 1)])])
      _ = try broker.send(deletion, version: 2)
      if stops {
        #expect(throws: LogError.self) { try broker.stop() }
      } else {
        for _ in 0..<70 { broker.advance(ms: 2_000) }
        broker.abandon()
      }
      #expect(try checkpoint(.logStartOffset) == 2)
      #expect(try checkpoint(.recoveryPoint) == 3)
    }
    let broker = try TestBroker(directory: home)
    #expect(try broker.offset("t", timestamp: -2).offset == 2)
    #expect(try broker.offset("u", timestamp: -2).offset == 1)
  }

  @Test("a power cut takes no name of what was flushed")
  func powerCut() throws {
    defer { try? files.removeTree(home) }
    let disk = FaultInjectingFileSystem(plan: FaultPlan())
    for round in 0..<3 {
      let broker = try TestBroker(directory: home + "/data", plan: disk.plan)
      let topics = round == 0 ? [] : ["a", "b"]
      #expect(broker.node.currentImage.topicNames == topics)
      for topic in topics {
        for partition: Int32 in 0..<3 {
          #expect(
            try broker.offset(topic, timestamp: -1, partition: partition).offset
              == Int64(round))
        }
      }
      if round == 0 {
        for topic in ["a", "b"] {
          try broker.createTopic(topic, partitions: 3, configs: ["flush.messages": "1"])
        }
      }
      for topic in ["a", "b"] {
        for partition: Int32 in 0..<3 {
          #expect(
            try broker.produce(Batch.of(["x"]), to: topic, partition: partition).errorCode
              == .none)
        }
      }
      broker.abandon()
      try disk.cutPower()
      for topic in ["a", "b"] {
        for partition in 0..<3 {
          let directory = home + "/data/\(topic)-\(partition)"
          #expect(try files.size(of: directory + "/partition.metadata") ?? 0 > 0)
        }
      }
    }
  }
}
