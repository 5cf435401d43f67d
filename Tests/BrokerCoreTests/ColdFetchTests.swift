import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Fetches of records that the page cache does not hold.
@Suite struct ColdFetchTests {
  @Test("what is not in memory is brought there by the disk pool before it is sent")
  func cold() throws {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t")
    for text in ["a", "b"] { _ = try broker.produce(Batch.of([text]), to: "t") }
    broker.runsJobs = false
    broker.plan.add(FaultPlan.Rule(.look, pathContains: "t-0/", .fail(11)))
    let connection = broker.connect()
    try broker.sendPending(
      broker.fetchRequest("t", from: 0), version: 12, loop: 1, connection: connection)
    #expect(
      try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection) == nil)
    broker.runDisk()
    let answer = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
    #expect(Batch.headers(answer?.responses[0].partitions[0].records).count == 2)
    // Where it is in memory, nothing waits.
    broker.plan.clear()
    #expect(try broker.fetch("t", from: 0, loop: 1).errorCode == ErrorCode.none)
  }

  @Test("a fetch that waited for records waits for the disk as well, where they are not in memory")
  func coldAfterWaiting() throws {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t")
    let connection = broker.connect()
    try broker.sendPending(
      broker.fetchRequest("t", from: 0, maxWaitMs: 500), version: 12, loop: 1,
      connection: connection)
    broker.runsJobs = false
    broker.plan.add(FaultPlan.Rule(.look, pathContains: "t-0/", .fail(11)))
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    #expect(
      try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection) == nil)
    broker.runDisk()
    let answer = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
    #expect(Batch.headers(answer?.responses[0].partitions[0].records).count == 1)
  }
}
