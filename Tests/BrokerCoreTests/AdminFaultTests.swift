import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A resource that runs out in the middle of a change of the metadata: no half change, no stuck
/// queue, and a start afterwards that finds what was answered.
@Suite struct AdminFaultTests {
  enum Operation: String, CaseIterable {
    case createTopic, createPartitions, deleteTopic, alterConfigs, autoCreate, coordinator
    case producerId
  }

  /// Sends one; nil where its answer waits.
  private func isDone(_ operation: Operation, _ broker: TestBroker) throws -> Bool? {
    do { return try send(operation, broker) } catch let error as TestBroker.Failure {
      if error.description == "pending" { return nil }
      throw error
    }
  }

  /// Sends one, whatever its answer is.
  private func send(_ operation: Operation, _ broker: TestBroker) throws -> Bool {
    switch operation {
    case .createTopic:
      return try broker.create("new", partitions: 3).errorCode == .none
    case .createPartitions:
      let request = CreatePartitionsRequest(
        topics: [.init(name: "t", count: 4, assignments: nil)])
      return try broker.send(request, version: 3).results[0].errorCode == .none
    case .deleteTopic:
      let request = DeleteTopicsRequest(topicNames: ["t"])
      return try broker.send(request, version: 5).responses[0].errorCode == .none
    case .alterConfigs:
      let resource = IncrementalAlterConfigsRequest.AlterConfigsResource(
        resourceType: 2, resourceName: "t",
        configs: [.init(name: "retention.ms", configOperation: 0, value: "12345")])
      return try broker.send(IncrementalAlterConfigsRequest(resources: [resource]), version: 1)
        .responses[0].errorCode == .none
    case .autoCreate:
      let request = MetadataRequest(topics: [.init(name: "auto")], allowAutoTopicCreation: true)
      return try broker.send(request, version: 9).topics[0].errorCode == .none
    case .coordinator:
      let request = FindCoordinatorRequest(keyType: 0, coordinatorKeys: ["g"])
      return try broker.send(request, version: 4).coordinators[0].errorCode == .none
    case .producerId:
      return try broker.send(InitProducerIdRequest(transactionalId: nil), version: 4).errorCode
        == .none
    }
  }

  /// Names, sizes and settings of all topics.
  private func content(_ broker: TestBroker) -> [String] {
    broker.node.currentImage.topicsByName.values.map { topic in
      let settings = topic.overrides.sorted { $0.key < $1.key }
      return "\(topic.name) \(topic.id) \(topic.partitions.count) \(settings)"
    }.sorted()
  }

  private func prepared(_ directory: String, _ plan: FaultPlan) throws -> TestBroker {
    let broker = try TestBroker(
      ["offsets.topic.num.partitions": "2", "offsets.topic.replication.factor": "1"],
      directory: directory, plan: plan)
    try broker.createTopic("t", partitions: 2)
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    return broker
  }

  @Test(
    "each call of the file system fails in turn", arguments: Operation.allCases,
    [24, 28, 5] as [Int32])
  func everyCall(operation: Operation, code: Int32) throws {
    var skipping = 0
    while true {
      let directory = "/tmp/weir-admin-\(UInt64.random(in: 0 ... .max))"
      defer { try? PosixFileSystem().removeTree(directory) }
      let plan = FaultPlan()
      let broker = try prepared(directory, plan)
      let before = content(broker)
      plan.failCall(skipping: skipping, code: code)
      let isDone = try isDone(operation, broker)
      let hasStruck = plan.struck == 1
      plan.clear()
      if isDone == nil {
        #expect(code != 5 && content(broker) == before, "\(operation) \(skipping)")
        broker.advance(ms: 2_000)
      }
      let isMade = content(broker) != before || operation == .producerId
      if isDone == false { #expect(content(broker) == before, "\(operation) \(skipping)") }
      if isDone == nil { #expect(isMade, "\(operation) \(skipping): still waits") }
      // The queue is not stuck: the next change is answered, at once or after a wait.
      let connection = broker.connect()
      let next = CreateTopicsRequest(
        topics: [.init(name: "next", numPartitions: 1, replicationFactor: 1)])
      let isOffline = broker.node.controller.withLock {
        $0.metadataLog.log.offlineError != nil
      }
      if case .created(let code) = try create(next, broker, connection) {
        #expect((code == .none) != isOffline, "\(operation) \(skipping)")
      } else {
        Issue.record("\(operation) \(skipping): the queue is stuck")
      }
      if operation != .deleteTopic {
        let code = try broker.produce(Batch.of(["b"]), to: "t").errorCode
        #expect(code == .none, "\(operation) \(skipping)")
      }
      let content = content(broker)
      broker.abandon()
      let again = try TestBroker(directory: directory)
      #expect(self.content(again) == content, "\(operation) \(skipping): the log disagrees")
      for topic in again.node.currentImage.topicsByName.values {
        for partition in topic.partitions {
          #expect(partition.state.withLock { $0.log != nil }, "\(partition.name)")
        }
      }
      if !hasStruck { break }
      skipping += 1
    }
    #expect(skipping >= 2)
  }

  private enum Creation {
    case created(ErrorCode)
    case waits
  }

  private func create(
    _ request: CreateTopicsRequest, _ broker: TestBroker, _ connection: UInt64
  ) throws -> Creation {
    let frame = request.frame(version: 7, correlationId: 7, clientId: "test")
    var bytes: [UInt8]?
    if case .bytes(let found) = broker.handle(Array(frame.dropFirst(4)), connection: connection) {
      bytes = found
    }
    for _ in 0..<30 where bytes == nil {
      broker.advance(ms: 1_000)
      if let answer = try broker.takeAnswer(
        CreateTopicsRequest.self, version: 7, connection: connection)
      {
        return .created(answer.topics[0].errorCode)
      }
    }
    guard let bytes else { return .waits }
    return .created(
      try TestBroker.decode(CreateTopicsRequest.self, bytes, version: 7).topics[0].errorCode)
  }

  @Test("descriptors that are gone for a while cost the requests of that time, and no others")
  func noDescriptors() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    broker.plan.add(FaultPlan.Rule(.open, .fail(24)))
    broker.plan.add(FaultPlan.Rule(.list, .fail(24)))
    for round in 0..<3 {
      let refused = try broker.create("many", partitions: 5)
      #expect(refused.errorCode == .kafkaStorageError)
      #expect(refused.errorMessage?.contains("cannot store the change") == true)
      #expect(refused.errorMessage?.contains("many-") == true, "the file that failed")
      #expect(try send(.alterConfigs, broker), "changes without new files go on")
      #expect(try broker.produce(Batch.of(["a"]), to: "t").baseOffset == Int64(round))
      broker.advance(ms: 400_000)
    }
    broker.plan.clear()
    try broker.createTopic("many", partitions: 5)
    broker.advance(ms: 400_000)
    let names = try PosixFileSystem().list(broker.directory)
    #expect(names.filter { $0.hasPrefix("many-") }.count == 5)
    #expect(!names.contains { $0.hasSuffix("-delete") })
  }

  @Test("more partitions than there may be files are refused before any of them is made")
  func limit() {
    #expect(OpenFiles.shortage(for: 1, limit: 1 << 30) == nil)
    let text = OpenFiles.shortage(for: 1_100, limit: 1_024)
    #expect(text?.contains("at most 1024 are allowed") == true)
    #expect(text?.contains("ulimit -n") == true)
  }
}
