import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Records whose acknowledgement waits for the disk: no consumer reads them before.
@Suite struct FlushVisibilityTests {
  private func broker(_ configs: [String: String] = ["flush.messages": "1"]) throws -> TestBroker {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: configs)
    broker.runsJobs = false
    return broker
  }

  private func produce(_ broker: TestBroker, _ value: String = "a") throws -> UInt64 {
    let connection = broker.connect()
    try broker.sendPending(
      TestBroker.produceRequest(Batch.of([value]), to: "t"), version: 12, connection: connection)
    return connection
  }

  private func isAnswered(_ broker: TestBroker, _ connection: UInt64) throws -> ErrorCode? {
    try broker.takeAnswer(ProduceRequest.self, version: 12, connection: connection)?
      .responses[0].partitionResponses[0].errorCode
  }

  /// What consumers see: the end by Fetch, by ListOffsets, and records there are.
  private func visible(_ broker: TestBroker) throws -> [Int64] {
    let data = try broker.fetch("t", from: 0)
    #expect(data.errorCode == .none && data.lastStableOffset == data.highWatermark)
    let latest = try broker.offset("t", timestamp: -1).offset
    let records = Batch.headers(data.records).last?.nextOffset ?? 0
    return [data.highWatermark, latest, records]
  }

  @Test("a record is read once it is on the disk, and fetches that wait are woken then")
  func visibility() throws {
    let broker = try broker()
    let first = try produce(broker)
    #expect(try visible(broker) == [0, 0, 0])
    #expect(try broker.fetch("t", from: 1).errorCode == .none)
    let waiting = broker.connect()
    try broker.sendPending(
      broker.fetchRequest("t", from: 0, maxWaitMs: 10_000), version: 12, connection: waiting)
    // These come while the first flush is under way: the next one covers both.
    let others = [try produce(broker), try produce(broker)]
    #expect(try visible(broker) == [0, 0, 0])
    var answer: ErrorCode?
    for _ in 0..<5 where answer == nil {
      broker.runOneJob()
      answer = try isAnswered(broker, first)
    }
    #expect(answer == ErrorCode.none)
    #expect(try visible(broker) == [1, 1, 1])
    let fetched = try broker.takeAnswer(FetchRequest.self, version: 12, connection: waiting)
    #expect(Batch.headers(fetched?.responses[0].partitions[0].records).count == 1)
    for connection in others { #expect(try isAnswered(broker, connection) == nil) }
    broker.runDisk()
    for connection in others { #expect(try isAnswered(broker, connection) == ErrorCode.none) }
    #expect(try visible(broker) == [3, 3, 3])
  }

  @Test("records before the one that is held back are read as before")
  func everyThird() throws {
    let broker = try broker(["flush.messages": "3"])
    for end: Int64 in 1...2 {
      #expect(try broker.produce(Batch.of(["a"]), to: "t").errorCode == .none)
      #expect(try visible(broker) == [end, end, end])
    }
    let held = try produce(broker)
    #expect(try visible(broker) == [2, 2, 2])
    broker.runDisk()
    #expect(try isAnswered(broker, held) == ErrorCode.none)
    #expect(try visible(broker) == [3, 3, 3])
  }

  @Test("the largest timestamp is looked for among what is visible")
  func largestTimestamp() throws {
    let broker = try broker()
    let start = broker.nowMs
    func add(_ timestamp: Int64) throws {
      try broker.sendPending(
        TestBroker.produceRequest(Batch.of(["a"], timestamp: start + timestamp), to: "t"),
        version: 12, connection: broker.connect())
    }
    func largest() throws -> [Int64] {
      let connection = broker.connect()
      let request = ListOffsetsRequest(
        replicaId: -1,
        topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, timestamp: -3)])])
      let frame = request.frame(version: 9, correlationId: 7, clientId: "test")
      // The flush stays pending: the search alone is run, which is the last job.
      let reply = broker.handle(Array(frame.dropFirst(4)), connection: connection)
      if case .pending = reply { broker.runLastJob() }
      let bytes: [UInt8]? = if case .bytes(let bytes) = reply { bytes } else { nil }
      let answer =
        try bytes.map { try TestBroker.decode(ListOffsetsRequest.self, $0, version: 9) }
        ?? broker.takeAnswer(ListOffsetsRequest.self, version: 9, connection: connection)
      let found = try #require(answer).topics[0].partitions[0]
      return [found.offset, found.timestamp]
    }
    try add(5)
    #expect(try largest() == [-1, -1])
    broker.runDisk()
    try add(3)
    broker.runDisk()
    #expect(try largest() == [0, start + 5])
    try add(50)
    #expect(try largest() == [0, start + 5])
    broker.runDisk()
    #expect(try largest() == [2, start + 50])
  }

  @Test("an acknowledged request costs one fsync at most, and those that come together share one")
  func fsyncs() throws {
    let broker = try broker()
    _ = try produce(broker)
    broker.runDisk()
    var before = broker.plan.count(of: .sync)
    for _ in 0..<5 {
      let connection = try produce(broker)
      broker.runDisk()
      #expect(try isAnswered(broker, connection) == ErrorCode.none)
    }
    #expect(broker.plan.count(of: .sync) - before == 5)
    before = broker.plan.count(of: .sync)
    let connections = try (0..<20).map { _ in try produce(broker) }
    broker.runDisk()
    for connection in connections {
      #expect(try isAnswered(broker, connection) == ErrorCode.none)
    }
    #expect(broker.plan.count(of: .sync) - before == 2, "one was under way, one covers the others")
  }

  @Test("after a flush that failed nothing of it is read, and the directory is offline")
  func failed() throws {
    let broker = try broker()
    let first = try produce(broker)
    broker.plan.add(FaultPlan.Rule(.sync, pathContains: "t-0/", .fail(5)))
    broker.runDisk()
    #expect(try isAnswered(broker, first) == .kafkaStorageError)
    let data = try broker.fetch("t", from: 0)
    #expect(data.errorCode == .kafkaStorageError && (data.records ?? []).isEmpty)
    #expect(try broker.offset("t", timestamp: -1).errorCode == .kafkaStorageError)
    #expect(broker.node.isOffline(0))
  }
}
