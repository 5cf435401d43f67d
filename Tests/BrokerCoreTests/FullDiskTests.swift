import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A disk that is full, and has room again.
@Suite struct FullDiskTests {
  @Test(
    "produces fail while the disk is full, reads go on, and all recovers by itself",
    arguments: [28, 122] as [Int32])
  func byPlan(code: Int32) throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["segment.bytes": "1048576"])
    _ = try broker.produce(Batch.of(["before"]), to: "t")
    for operation in [FileOperation.write, .allocate, .createDirectory] {
      broker.plan.add(FaultPlan.Rule(operation, .fail(code)))
    }
    broker.plan.add(FaultPlan.Rule(.open, pathContains: ".log", .fail(code)))
    for _ in 0..<3 {
      #expect(try broker.produce(Batch.of(["during"]), to: "t").errorCode == .kafkaStorageError)
      let data = try broker.fetch("t", from: 0)
      #expect(data.errorCode == .none && data.highWatermark == 1)
      broker.advance(ms: 400_000)
    }
    #expect(try broker.create("more").errorCode == .kafkaStorageError)
    broker.plan.clear()
    let batch = Batch.of([String(repeating: "x", count: 100_000)])
    for round in 0..<30 {
      let result = try broker.produce(batch, to: "t")
      #expect(result.errorCode == .none)
      #expect(result.baseOffset == Int64(1 + round))
    }
    #expect(try broker.create("more").errorCode == .none)
    broker.advance(ms: 400_000)
    try broker.stop()
    let again = try TestBroker(directory: broker.directory)
    #expect(try again.fetch("t", from: 30).highWatermark == 31)
  }

  @Test("the log tells of a full disk in a few lines, however many requests it costs")
  func fewLines() throws {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t")
    try broker.findCoordinator()
    broker.plan.add(FaultPlan.Rule(.write, pathContains: ".log", .fail(28)))
    for second in 0..<25 {
      for loop in 0..<2 {
        #expect(
          try broker.produce(Batch.of(["a"]), to: "t", loop: loop).errorCode == .kafkaStorageError)
        #expect(try broker.commit(1, loop: loop) == .coordinatorNotAvailable)
      }
      if second < 24 { broker.advance(ms: 1_000) }
    }
    let lines = broker.logLines.filter { $0.contains("takes no writes") }
    #expect(lines.count == 3)
    #expect(lines.last?.contains("81 requests were refused so far") == true)
    broker.plan.clear()
    broker.advance(ms: 2_000)
    for _ in 0..<5 { #expect(try broker.produce(Batch.of(["a"]), to: "t").errorCode == .none) }
    let ends = broker.logLines.filter { $0.contains("takes writes again after 26 s") }
    #expect(ends.count == 1 && ends[0].contains("100 requests were refused"))
  }

  @Test("a topic is made with all of its partitions, or not at all while the disk is full")
  func creation() throws {
    let broker = try TestBroker()
    broker.plan.add(FaultPlan.Rule(.createDirectory, pathContains: "t-1", .fail(28)))
    #expect(try broker.create("t", partitions: 3).errorCode == .kafkaStorageError)
    #expect(broker.node.currentImage.topicNames == [])
    broker.advance(ms: 1_100)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: broker.directory)
        .allSatisfy { !$0.hasPrefix("t-") })
    broker.plan.clear()
    try broker.createTopic("t", partitions: 3)
    #expect(try broker.produce(Batch.of(["a"]), to: "t", partition: 2).errorCode == .none)
  }

  @Test("a log that a full disk kept from being opened is opened later from what was known of it")
  func reopening() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["flush.messages": "1"])
    for value in ["a", "b", "c", "d"] {
      #expect(try broker.produce(Batch.of([value]), to: "t").errorCode == .none)
    }
    let deletion = DeleteRecordsRequest(
      topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: 1)])])
    _ = try broker.send(deletion, version: 2)
    for _ in 0..<70 { broker.advance(ms: 2_000) }
    broker.abandon()
    // The last batch, which had been flushed, has lost its end.
    let log = broker.directory + "/t-0/00000000000000000000.log"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: log))
    try bytes.dropLast(10).write(to: URL(fileURLWithPath: log))
    let plan = FaultPlan()
    plan.add(FaultPlan.Rule(.write, pathContains: ".damaged-", .partial(count: 5, then: 28)))
    let again = try TestBroker(directory: broker.directory, plan: plan)
    for round in 0..<3 {
      #expect(try again.fetch("t", from: 1).errorCode == .kafkaStorageError)
      #expect(plan.struck > round)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: broker.directory + "/t-0")
          .allSatisfy { !$0.contains(".damaged-") })
      again.advance(ms: 301_000)
    }
    plan.clear()
    again.advance(ms: 301_000)
    #expect(try again.offset("t", timestamp: -2).offset == 1)
    #expect(try again.offset("t", timestamp: -1).offset == 3)
    #expect(FileManager.default.fileExists(atPath: log + ".damaged-3"))
    #expect(again.logLines.contains { $0.contains("media damage, not a torn write") })
  }

  @Test("a real file system that fills up")
  func real() throws {
    let place = NSTemporaryDirectory() + "weir-full-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    guard run("mount", ["-t", "tmpfs", "-o", "size=12m", "weir", place]) else {
      print("skipped: a file system of a fixed size can be mounted by root alone")
      return
    }
    defer { _ = run("umount", ["-l", place]) }
    let filler = place + "/filler"
    try Data(count: 6 << 20).write(to: URL(fileURLWithPath: filler))
    let broker = try TestBroker(directory: place + "/data")
    try broker.createTopic("t", configs: ["segment.bytes": "2000000"])
    let batch = Batch.of([String(repeating: "x", count: 60_000)])
    var stored: Int64 = 0
    while try broker.produce(batch, to: "t").errorCode == .none, stored < 1_000 { stored += 1 }
    #expect(stored > 10 && stored < 1_000)
    for _ in 0..<3 {
      #expect(try broker.produce(batch, to: "t").errorCode == .kafkaStorageError)
      #expect(try broker.fetch("t", from: stored - 1).highWatermark == stored)
      broker.advance(ms: 301_000)
    }
    try FileManager.default.removeItem(atPath: filler)
    for _ in 0..<40 {
      let result = try broker.produce(batch, to: "t")
      #expect(result.errorCode == .none && result.baseOffset == stored)
      stored += 1
    }
    broker.advance(ms: 301_000)
    try broker.stop()
    let again = try TestBroker(directory: place + "/data")
    #expect(again.node.directories.directories[0].wasClean)
    #expect(try again.fetch("t", from: stored).highWatermark == stored)
  }

  private func run(_ program: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
