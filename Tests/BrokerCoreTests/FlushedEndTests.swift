import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// `flushed-end` beside the metadata log: where it is missing, out of date, or cannot be written.
@Suite struct FlushedEndTests {
  private func log(_ broker: TestBroker) -> String {
    broker.directory + "/__cluster_metadata-0/00000000000000000000.log"
  }

  private func mark(_ broker: TestBroker) -> String {
    broker.directory + "/__cluster_metadata-0/flushed-end"
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func topics(_ broker: TestBroker) -> [String] {
    broker.node.currentImage.topicNames.sorted()
  }

  /// The text of the error that a start ends with.
  private func refusal(_ broker: TestBroker) throws -> String {
    var text: String?
    do { _ = try TestBroker(directory: broker.directory) } catch let error as LogError {
      text = "\(error)"
    }
    return try #require(text, "the broker starts")
  }

  // MARK: The way out

  /// Does what the error says that gives up the changes.
  private func follow(_ text: String, _ broker: TestBroker) throws {
    if let cut = text.range(of: "truncate -s ") {
      let words = text[cut.upperBound...].prefix { $0 != ")" }.split(separator: " ")
      let file = try #require(FileHandle(forWritingAtPath: String(words[1])))
      try file.truncate(atOffset: try #require(UInt64(words[0])))
      try file.close()
    }
    #expect(text.contains("remove \(mark(broker)) and"))
    try FileManager.default.removeItem(atPath: mark(broker))
    let checkpoint = broker.directory + "/recovery-point-offset-checkpoint"
    #expect(text.contains("the line of __cluster_metadata 0 in \(checkpoint),"))
    guard let found = try? bytes(checkpoint) else { return }
    var lines = String(decoding: found, as: UTF8.self).split(separator: "\n").map(String.init)
    lines.removeAll { $0.hasPrefix("__cluster_metadata 0 ") }
    lines[1] = "\(lines.count - 2)"
    try write(Array((lines.joined(separator: "\n") + "\n").utf8), checkpoint)
  }

  @Test(
    "what the error says lets a broker with damaged metadata start, without the later changes",
    arguments: [true, false], [true, false])
  func wayOut(clean: Bool, shortened: Bool) throws {
    let broker = try TestBroker()
    for name in ["a", "b", "c"] { try broker.createTopic(name) }
    for _ in 0..<70 { broker.advance(ms: 2_000) }
    if clean { try broker.stop() } else { broker.abandon() }
    let whole = try bytes(log(broker))
    let size = try #require(Batch.headers(whole).last).sizeInBytes
    // The last batch, "c", is damaged, or missing as a whole.
    var damaged = Array(whole.dropLast(shortened ? size : 0))
    if !shortened { damaged[damaged.count - 5] ^= 1 }
    try write(damaged, log(broker))
    try follow(try refusal(broker), broker)
    for _ in 0..<2 {
      let again = try TestBroker(directory: broker.directory)
      #expect(topics(again) == ["a", "b"])
      again.abandon()
    }
  }

  // MARK: Out of date

  @Test("a flushed end that is older than the log excuses no damage of a complete batch")
  func stale() throws {
    let broker = try TestBroker()
    try broker.createTopic("a")
    let old = try bytes(mark(broker))
    for name in ["b", "c"] { try broker.createTopic(name) }
    broker.abandon()
    // As if a broker without the file had written "b" and "c".
    try write(old, mark(broker))
    let whole = try bytes(log(broker))
    var damaged = whole
    damaged[damaged.count - 5] ^= 1
    try write(damaged, log(broker))
    #expect(try refusal(broker).contains("its checksum does not match"))
    #expect(try bytes(log(broker)) == damaged, "nothing is cut")
    try write(whole, log(broker))
    #expect(topics(try TestBroker(directory: broker.directory)) == ["a", "b", "c"])
  }

  @Test("a directory of a broker without the file has it before the first batch is appended")
  func upgraded() throws {
    let broker = try TestBroker()
    for name in ["a", "b"] { try broker.createTopic(name) }
    try broker.stop()
    broker.abandon()
    try FileManager.default.removeItem(atPath: mark(broker))
    let plan = FaultPlan()
    plan.add(FaultPlan.Rule(.write, pathContains: ".log", .fail(5)))
    #expect(throws: LogError.self) { try TestBroker(directory: broker.directory, plan: plan) }
    #expect(plan.struck > 0)
    // What a power cut leaves of that batch: its length, and not all of its bytes.
    let whole = try bytes(log(broker))
    let last = try #require(Batch.headers(whole).last)
    var torn = Array(whole.suffix(last.sizeInBytes))
    var offset = ByteWriter(reserving: 8)
    offset.int64(last.lastOffset + 1)
    torn.replaceSubrange(0..<8, with: offset.finish())
    torn[torn.count - 5] ^= 1
    try write(whole + torn, log(broker))
    #expect(topics(try TestBroker(directory: broker.directory)) == ["a", "b"])
  }

  // MARK: Failing disks

  @Test("a flush that failed is undone by a job of the disk pool, not by the controller's loop")
  func takenBack() throws {
    let broker = try TestBroker()
    try broker.createTopic("a")
    let before = try bytes(log(broker))
    broker.plan.add(FaultPlan.Rule(.sync, pathContains: "flushed-end", times: 1, .fail(5)))
    broker.runsJobs = false
    let connection = broker.connect()
    let request = CreateTopicsRequest(
      topics: [.init(name: "b", numPartitions: 1, replicationFactor: 1)])
    try broker.sendPending(request, version: 7, connection: connection)
    for _ in 0..<20 where broker.plan.struck == 0 { broker.runOneJob() }
    // The loop has heard that the flush failed; the log is as it was.
    #expect(broker.plan.struck == 1)
    #expect(try bytes(log(broker)).count > before.count)
    broker.runDisk()
    #expect(try bytes(log(broker)) == before)
    let answer = try broker.takeAnswer(CreateTopicsRequest.self, version: 7, connection: connection)
    #expect(answer?.topics[0].errorCode == .kafkaStorageError)
    broker.abandon()
    #expect(topics(try TestBroker(directory: broker.directory)) == ["a"])
  }

  @Test("where the flushed end can be neither written nor withdrawn, the next start is possible")
  func notWithdrawn() throws {
    let broker = try TestBroker()
    try broker.createTopic("a")
    broker.plan.add(FaultPlan.Rule(.sync, pathContains: "flushed-end", .fail(5)))
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "flushed-end", skipping: 1, .fail(5)))
    #expect(try broker.create("b").errorCode == .kafkaStorageError)
    #expect(broker.plan.struck == 2)
    broker.abandon()
    // It may be there: it was not acknowledged, and not refused for good either.
    let again = try TestBroker(directory: broker.directory)
    #expect([["a"], ["a", "b"]].contains(topics(again)))
    try again.createTopic("c")
  }

  @Test(
    "an older directory on a full disk starts without the file, and gets it when there is room",
    arguments: [FileOperation.open, .allocate])
  func fullDisk(operation: FileOperation) throws {
    let broker = try TestBroker()
    try broker.createTopic("a")
    broker.abandon()
    try FileManager.default.removeItem(atPath: mark(broker))
    let plan = FaultPlan()
    for refused in [operation, .write, .allocate] {
      plan.add(FaultPlan.Rule(refused, pathContains: "flushed-end", .fail(28)))
    }
    let full = try TestBroker(directory: broker.directory, plan: plan)
    #expect(plan.struck == 1)
    try full.createTopic("b")
    full.abandon()
    #expect(!FileManager.default.fileExists(atPath: mark(broker)))
    let again = try TestBroker(directory: broker.directory)
    #expect(topics(again) == ["a", "b"])
    #expect(try bytes(mark(broker)).contains { $0 != 0 })
  }

  @Test("a change waits while there is no room for the flushed end, and is made once there is")
  func passing() throws {
    let broker = try TestBroker()
    try broker.createTopic("a")
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "flushed-end", .fail(28)))
    let connection = broker.connect()
    let request = CreateTopicsRequest(
      topics: [.init(name: "b", numPartitions: 1, replicationFactor: 1)])
    try broker.sendPending(request, version: 7, connection: connection)
    broker.advance(ms: 2_000)
    #expect(broker.plan.struck > 1)
    #expect(
      try broker.takeAnswer(CreateTopicsRequest.self, version: 7, connection: connection) == nil)
    broker.plan.clear()
    broker.advance(ms: 2_000)
    let answer = try broker.takeAnswer(CreateTopicsRequest.self, version: 7, connection: connection)
    #expect(answer?.topics[0].errorCode == ErrorCode.none)
    broker.abandon()
    #expect(topics(try TestBroker(directory: broker.directory)) == ["a", "b"])
  }
}
