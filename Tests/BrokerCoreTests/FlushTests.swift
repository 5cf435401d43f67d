import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Acknowledgements that wait for the disk, and what becomes of them where it fails.
@Suite struct FlushTests {
  private func produced(_ broker: TestBroker, _ connection: UInt64) throws
    -> ProduceResponse.PartitionProduceResponse?
  {
    try broker.takeAnswer(ProduceRequest.self, version: 12, connection: connection)?
      .responses[0].partitionResponses[0]
  }

  @Test("a batch that could not be flushed is not acknowledged", arguments: [5, 28] as [Int32])
  func failedFlush(code: Int32) throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["flush.messages": "1"])
    broker.plan.add(FaultPlan.Rule(.sync, pathContains: "t-0/", .fail(code)))
    let answer = try broker.produce(Batch.of(["a"]), to: "t")
    #expect(answer.errorCode == .kafkaStorageError && answer.baseOffset == -1)
    // What the kernel dropped with the first failure, a later success says nothing of.
    broker.plan.clear()
    #expect(try broker.produce(Batch.of(["b"]), to: "t").errorCode == .kafkaStorageError)
  }

  @Test("a batch sent twice waits for the flush of the first")
  func duplicate() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["flush.messages": "1"])
    broker.runsJobs = false
    let (first, second) = (broker.connect(), broker.connect())
    let request = TestBroker.produceRequest(
      Batch.idempotent(["a"], producerId: 3, sequence: 0), to: "t")
    try broker.sendPending(request, version: 12, connection: first)
    try broker.sendPending(request, version: 12, connection: second)
    broker.runDisk()
    for connection in [first, second] {
      let answer = try produced(broker, connection)
      #expect(answer?.errorCode == ErrorCode.none && answer?.baseOffset == 0)
    }
  }

  @Test("a stop while a flush was never run is a clean one all the same")
  func stopWithin() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["flush.messages": "1"])
    broker.runsJobs = false
    try broker.sendPending(
      TestBroker.produceRequest(Batch.of(["a"]), to: "t"), version: 12,
      connection: broker.connect())
    try broker.stop()
    let again = try TestBroker(directory: broker.directory)
    #expect(again.node.directories.directories[0].wasClean)
    let notices = again.node.takeNotices().map(\.text)
    #expect(notices.contains { $0.hasPrefix("t-0 opened in") && $0.hasSuffix(" 0 bytes read") })
    #expect(try again.offset("t", timestamp: -1).offset == 1)
    let records = try #require(try again.fetch("t", from: 0).records)
    let wanted = Batch.of(["a"])
    #expect(records.count == wanted.count)
    // Behind the base offset and the leader's epoch all is as it was sent.
    #expect(Batch.headers(records).map(\.crc) == Batch.headers(wanted).map(\.crc))
  }

  /// As Kafka 4.3.1 answered with one replica and `min.insync.replicas=2`, of the topic or of the
  /// broker.
  @Test("min.insync.replicas is capped by the replica count: acks=all is accepted")
  func minInSyncReplicas() throws {
    let broker = try TestBroker(["min.insync.replicas": "3"])
    try broker.createTopic("own", configs: ["min.insync.replicas": "2"])
    try broker.createTopic("default")
    for topic in ["own", "default"] {
      for (offset, acks) in [Int16(-1), 1].enumerated() {
        let answer = try broker.produce(Batch.of(["a"]), to: topic, acks: acks)
        #expect(answer.errorCode == .none)
        #expect(answer.baseOffset == Int64(offset))
      }
    }
    #expect(broker.node.config.unenforcedKeys.isEmpty)
  }
}
