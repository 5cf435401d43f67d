import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// What very many partitions must not cost.
@Suite struct ManyPartitionsTests {
  /// Counts calls without touching them.
  private func count(_ operation: FileOperation, _ plan: FaultPlan, _ body: () throws -> Void)
    rethrows -> Int
  {
    plan.clear()
    let before = plan.struck
    plan.add(FaultPlan.Rule(operation, .short(count: 1)))
    try body()
    plan.clear()
    return plan.struck - before
  }

  @Test("new partitions are made durable together, not one by one")
  func creation() throws {
    let broker = try TestBroker()
    let syncs = try count(.sync, broker.plan) {
      try broker.createTopic("t", partitions: 600)
    }
    #expect(syncs <= 12, "\(syncs) flushes for 600 partitions")
    #expect(try broker.produce(Batch.of(["a"]), to: "t", partition: 599).errorCode == .none)
  }

  @Test("what was never written, or not since the start, needs nothing at a clean stop")
  func unchanged() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 100)
    let syncs = try count(.sync, broker.plan) { try broker.stop() }
    #expect(syncs < 20, "\(syncs) flushes")
    let again = try TestBroker(directory: broker.directory)
    for partition in Int32(0)..<3 {
      _ = try again.produce(Batch.of(["a"]), to: "t", partition: partition)
    }
    try again.stop()
    let last = try TestBroker(directory: broker.directory)
    let renames = try count(.rename, last.plan) { try last.stop() }
    #expect(renames < 10, "\(renames) files written")
    let reader = try TestBroker(directory: broker.directory)
    #expect(try reader.fetch("t", partition: 2, from: 0).highWatermark == 1)
    let notices = reader.node.takeNotices()
    #expect(!notices.contains { $0.level >= .warning || $0.text.contains("recovered") })
  }

  @Test("many changed partitions are flushed by one call, and start clean")
  func manyChanged() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 80)
    for partition in Int32(0)..<80 {
      let batch = Batch.idempotent(["a"], producerId: 5, sequence: 0)
      _ = try broker.produce(batch, to: "t", partition: partition)
    }
    let syncs = try count(.sync, broker.plan) { try broker.stop() }
    #expect(syncs < 30, "\(syncs) flushes")
    let again = try TestBroker(directory: broker.directory)
    for partition in Int32(0)..<80 {
      #expect(try again.fetch("t", partition: partition, from: 0).highWatermark == 1)
      // Its producers are known.
      let batch = Batch.idempotent(["a"], producerId: 5, sequence: 0)
      #expect(try again.produce(batch, to: "t", partition: partition).baseOffset == 0)
    }
    #expect(again.node.directories.directories[0].wasClean)
  }

  @Test("where that flush fails, the stop was not a clean one")
  func failedFlush() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 80)
    for partition in Int32(0)..<80 {
      _ = try broker.produce(Batch.of(["a"]), to: "t", partition: partition)
    }
    broker.plan.add(FaultPlan.Rule(.sync, .fail(5)))
    #expect(throws: LogError.self) { try broker.stop() }
    broker.plan.clear()
    let again = try TestBroker(directory: broker.directory)
    #expect(!again.node.directories.directories[0].wasClean)
    #expect(try again.fetch("t", partition: 79, from: 0).highWatermark == 1)
  }

  @Test("a log that cannot be opened keeps its start in the next checkpoint")
  func checkpointOfUnopened() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    _ = try broker.produce(Batch.of(["a", "b", "c"]), to: "t")
    let deletion = DeleteRecordsRequest(
      topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, offset: 2)])])
    _ = try broker.send(deletion, version: 2)
    try broker.stop()
    let plan = FaultPlan()
    plan.add(FaultPlan.Rule(.list, pathContains: "t-0", .fail(5)))
    do {
      let second = try TestBroker(directory: broker.directory, plan: plan)
      #expect(try second.fetch("t", from: 2).errorCode == .kafkaStorageError)
      for _ in 0..<70 { second.advance(ms: 2_000) }
      second.abandon()
    }
    let third = try TestBroker(directory: broker.directory)
    let data = try third.fetch("t", from: 2)
    #expect(data.logStartOffset == 2)
    #expect(data.highWatermark == 3)
  }
}
