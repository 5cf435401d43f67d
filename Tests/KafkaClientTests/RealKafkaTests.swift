import EventLoop
import Foundation
import KafkaFormat
import Testing
import Transport

@testable import KafkaClient

/// The client on Kafka itself.
@Suite(.serialized, .enabled(if: RealKafka.isThere))
struct RealKafkaTests {
  @Test("topics, records of every codec, offsets and configurations, on a real Kafka")
  func wholePath() throws {
    let kafka = try RealKafka()
    let runner = try LoopRunner()
    let servers = try NetworkAddress.list(kafka.bootstrap, key: "bootstrap.servers")
    let config = try AdminConfig(properties: RealKafka.patience, bootstrapServers: servers)
    let admin = Admin(transport: runner.loop, config: config)
    let name = "weir-client-\(UUID().uuidString.prefix(8))"
    try topics(admin, runner, name)
    var expected = 0
    for codec in CompressionCodec.allCases {
      try produce(runner, servers, name, codec, first: expected)
      expected += 1000
    }
    try produce(runner, servers, name, .none, first: expected, acks: "1")
    try produce(runner, servers, name, .none, first: expected + 1000, acks: "0")
    expected += 2000
    try consume(runner, servers, name, expected: expected)
    try offsetsAndConfigs(admin, runner, name)
    let deleted = try runner.wait { admin.deleteTopics([name], completion: $0) }.get()
    try deleted[0].result.get()
    admin.close()
  }

  private typealias RealAdmin = Admin<EventLoop>

  private func topics(_ admin: RealAdmin, _ runner: LoopRunner, _ name: String) throws {
    let topic = NewTopic(
      name: name, partitions: 3, replicationFactor: 1, configs: ["retention.ms": "3600000"])
    let created = try runner.wait { admin.createTopics([topic], completion: $0) }.get()
    try created[0].result.get()
    let again = try runner.wait { admin.createTopics([topic], completion: $0) }.get()
    guard case .failure(let error) = again[0].result else { throw ClientError.closed }
    #expect(error.code == .topicAlreadyExists)
    let raised = try runner.wait { admin.createPartitions([name: 4], completion: $0) }.get()
    try raised[0].result.get()
    // The controller knows before the brokers do.
    var described: [AdminOutcome<TopicDescription>] = []
    try runner.poll {
      described = try runner.wait {
        admin.describeTopics([name, name + "-not"], completion: $0)
      }.get()
      return (try? described[0].result.get().partitions.count) == 4
    }
    guard case .failure(let unknown) = described[1].result else { throw ClientError.closed }
    #expect(unknown.code == .unknownTopicOrPartition)
    let listed = try runner.wait { admin.listTopics(completion: $0) }.get()
    #expect(listed.contains { $0.name == name && $0.id != .zero })
    let cluster = try runner.wait { admin.describeCluster(completion: $0) }.get()
    #expect(cluster.nodes.count == 1 && cluster.clusterId != nil)
  }

  private func produce(
    _ runner: LoopRunner, _ servers: [NetworkAddress], _ name: String, _ codec: CompressionCodec,
    first: Int, acks: String = "all"
  ) throws {
    let properties = [
      "compression.type": codec.name, "acks": acks, "batch.size": "4000", "linger.ms": "1",
    ]
    let config = try ProducerConfig(
      properties: RealKafka.patience.merging(properties) { $1 }, bootstrapServers: servers)
    let producer = try Producer(transport: runner.loop, config: config)
    let recorder = ProducerRecorder()
    producer.delegate = recorder
    let topic = try runner.wait { producer.openTopic(name, completion: $0) }.get()
    #expect(producer.partitionCount(topic) == 4)
    var headers = RecordHeaders()
    headers.append(key: "codec", value: Array(codec.name.utf8))
    for index in first..<(first + 1000) {
      let value = Array("value-\(index)".utf8)
      let key = Array("key-\(index)".utf8)
      let result = producer.append(
        topic, key: key.rawSpan, value: value.rawSpan, headers: headers,
        timestampMs: runner.loop.wallClockMs, scheduledNanos: Int64(index))
      guard case .appended(let partition) = result else { throw ClientError.closed }
      #expect(partition == Murmur2.partition(key: key.rawSpan, count: 4))
    }
    let done: Bool = try runner.wait { done in producer.flush { done(true) } }
    #expect(done && recorder.acknowledged == 1000)
    #expect(recorder.entries.allSatisfy { ($0.baseOffset >= 0) == (acks != "0") })
    // With acks=0 the connection may be closed no sooner than the broker has read it.
    let closed: Bool = try runner.wait { done in producer.close(timeoutMs: 60_000) { done(true) } }
    #expect(closed)
  }

  private func consume(
    _ runner: LoopRunner, _ servers: [NetworkAddress], _ name: String, expected: Int
  ) throws {
    let properties = ["auto.offset.reset": "earliest", "max.partition.fetch.bytes": "10000"]
    let config = try ConsumerConfig(
      properties: RealKafka.patience.merging(properties) { $1 }, bootstrapServers: servers)
    let consumer = Consumer(transport: runner.loop, config: config)
    let recorder = ConsumerRecorder()
    consumer.delegate = recorder
    let wanted = (0..<4).map { (TopicPartition(topic: name, partition: $0), StartPosition?.none) }
    let handles = try runner.wait { consumer.assign(wanted, completion: $0) }.get()
    try runner.run { recorder.values.count >= expected }
    #expect(recorder.failures.isEmpty)
    #expect(Set(recorder.values) == Set((0..<expected).map { "value-\($0)" }))
    #expect(recorder.values.count == expected)
    #expect(recorder.fetches.allSatisfy { $0.latencyNanos > 0 })
    // From within a batch on.
    recorder.values = []
    recorder.offsets = []
    for handle in handles.dropFirst() { consumer.pause(handle) }
    consumer.seek(handles[0], to: .offset(5))
    try runner.run { !recorder.offsets.isEmpty }
    #expect(recorder.offsets.first == 5)
    // Out of range: earliest.
    consumer.seek(handles[0], to: .offset(1 << 40))
    try runner.run { !recorder.resets.isEmpty }
    #expect(recorder.resets.first?.to == 0)
    consumer.close()
  }

  private func offsetsAndConfigs(
    _ admin: RealAdmin, _ runner: LoopRunner, _ name: String
  ) throws {
    let partition = TopicPartition(topic: name, partition: 0)
    let missing = TopicPartition(topic: name, partition: 99)
    let latest = try runner.wait {
      admin.listOffsets([partition: .latest, missing: .latest], completion: $0)
    }.get()
    let end = try #require(try latest[partition]?.get()).offset
    #expect(end > 0)
    guard case .failure = latest[missing] else { throw ClientError.closed }
    for query in [OffsetQuery.maxTimestamp, .timestamp(0), .earliest] {
      let found = try runner.wait {
        admin.listOffsets([partition: query], completion: $0)
      }.get()
      #expect(try #require(found[partition]).get().offset >= 0)
    }
    let low = try runner.wait {
      admin.deleteRecords(before: [partition: end - 1], completion: $0)
    }.get()
    #expect(try low[partition]?.get() == end - 1)

    let resource = ConfigResource.topic(name)
    let altered = try runner.wait {
      admin.alterConfigs(
        [resource: ["retention.ms": .delete, "max.message.bytes": .set("123456")]], completion: $0)
    }.get()
    try altered[0].result.get()
    // Here, too, the broker hears of it later than the controller.
    var entries: [ConfigEntry] = []
    try runner.poll {
      let described = try runner.wait { admin.describeConfigs([resource], completion: $0) }.get()
      entries = try described[0].result.get()
      return entries.contains { $0.name == "max.message.bytes" && $0.value == "123456" }
        && entries.contains { $0.name == "retention.ms" && !$0.isExplicit }
    }
    #expect(entries.contains { $0.name == "max.message.bytes" && $0.isExplicit })
    let refused = try runner.wait {
      admin.alterConfigs([resource: ["retention.ms": .set("x")]], completion: $0)
    }.get()
    guard case .failure(let error) = refused[0].result else { throw ClientError.closed }
    #expect(error.code == .invalidConfig)
  }
}
