import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct RestartTests {
  private func scratch() -> String { "/tmp/weir-restart-\(UInt64.random(in: 0 ... .max))" }

  @Test("everything acknowledged is there after a stop, clean or not", arguments: [true, false])
  func restart(isClean: Bool) throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    var producerId: Int64 = -1
    var topicId = KafkaUUID.zero
    var clusterId = ""
    do {
      let broker = try TestBroker(directory: directory)
      topicId = try broker.createTopic("t", partitions: 2, configs: ["retention.ms": "-1"])
      try broker.createTopic("gone")
      _ = try broker.send(DeleteTopicsRequest(topicNames: ["gone"]), version: 5)
      _ = try broker.produce(Batch.of(["a", "b"]), to: "t", partition: 1)
      producerId = try broker.send(InitProducerIdRequest(transactionalId: nil), version: 4)
        .producerId
      clusterId = broker.node.clusterId
      if isClean { try broker.stop() }
    }
    let broker = try TestBroker(directory: directory)
    #expect(broker.node.clusterId == clusterId)
    let metadata = try broker.send(MetadataRequest(topics: nil), version: 12)
    #expect(metadata.topics.map(\.name) == ["t"])
    #expect(metadata.topics[0].topicId == topicId)
    #expect(metadata.topics[0].partitions.count == 2)
    #expect(metadata.brokers.count == 1)
    #expect(try broker.offset("t", timestamp: -1, partition: 1).offset == 2)
    #expect(Batch.headers(try broker.fetch("t", partition: 1, from: 0).records).count == 1)
    let next = try broker.send(InitProducerIdRequest(transactionalId: nil), version: 4).producerId
    #expect(next > producerId)
    let configs = try broker.send(
      DescribeConfigsRequest(resources: [
        .init(resourceType: 2, resourceName: "t", configurationKeys: ["retention.ms"])
      ]), version: 4)
    #expect(configs.results[0].configs[0].value == "-1")
  }

  @Test("a change is not acknowledged before the metadata are on the disk")
  func durability() throws {
    let broker = try TestBroker()
    broker.runsJobs = false
    let connection = broker.connect()
    try broker.sendPending(
      CreateTopicsRequest(topics: [.init(name: "t", numPartitions: 1, replicationFactor: 1)]),
      version: 7, connection: connection)
    #expect(try broker.send(MetadataRequest(topics: nil), version: 12).topics.isEmpty)
    broker.runDisk()
    let answer = try broker.takeAnswer(
      CreateTopicsRequest.self, version: 7, connection: connection)
    #expect(answer?.topics[0].errorCode == ErrorCode.none)
  }

  @Test("a failing metadata disk refuses changes, and a full one only while it is full")
  func metadataDisk() throws {
    let broker = try TestBroker()
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "__cluster_metadata", .fail(28)))
    #expect(try broker.create("t").errorCode == .kafkaStorageError)
    broker.plan.clear()
    #expect(try broker.create("t").errorCode == .none)
    broker.plan.add(FaultPlan.Rule(.sync, pathContains: "__cluster_metadata", .fail(5)))
    #expect(try broker.create("u").errorCode == .kafkaStorageError)
    broker.plan.clear()
    #expect(try broker.create("u").errorCode == .kafkaStorageError)
  }

  @Test("a torn tail of the metadata log is cut")
  func tornTail() throws {
    let directory = scratch()
    defer { try? PosixFileSystem().removeTree(directory) }
    do {
      let broker = try TestBroker(directory: directory)
      try broker.createTopic("t")
    }
    let path = directory + "/__cluster_metadata-0/00000000000000000000.log"
    let file = try PosixFileSystem().open(path, .readWrite)
    let size = try file.size()
    try file.write([0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 1].rawSpan, at: size)
    let broker = try TestBroker(directory: directory)
    #expect(try broker.send(MetadataRequest(topics: nil), version: 12).topics.map(\.name) == ["t"])
  }

  @Test("a new topic has nothing of a deleted one of its name, also after a crash")
  func sameName() throws {
    let broker = try TestBroker(["log.flush.offset.checkpoint.interval.ms": "1000"])
    try broker.createTopic("t")
    _ = try broker.produce(Batch.of(["a", "b", "c"]), to: "t")
    let delete = DeleteRecordsRequest(topics: [
      .init(name: "t", partitions: [.init(partitionIndex: 0, offset: 2)])
    ])
    #expect(try broker.send(delete, version: 2).topics[0].partitions[0].lowWatermark == 2)
    for _ in 0..<3 { broker.advance(ms: 2_000) }
    let checkpoint = broker.directory + "/log-start-offset-checkpoint"
    let written = try #require(try PosixFileSystem().contents(of: checkpoint))
    #expect(String(decoding: written, as: UTF8.self).contains("t 0 2"))
    _ = try broker.send(DeleteTopicsRequest(topicNames: ["t"]), version: 5)
    try broker.createTopic("t")
    _ = try broker.produce(Batch.of(["d"]), to: "t")
    broker.abandon()
    let again = try TestBroker(directory: broker.directory)
    #expect(try again.offset("t", timestamp: -2).offset == 0)
    #expect(try again.offset("t", timestamp: -1).offset == 1)
    #expect(Batch.headers(try again.fetch("t", from: 0).records).count == 1)
  }

  @Test("a directory in use is refused")
  func locked() throws {
    let broker = try TestBroker()
    #expect(throws: LogError.self) { try TestBroker(directory: broker.directory) }
  }
}
