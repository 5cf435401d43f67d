import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct AdminTests {
  @Test("ApiVersions of an unknown version is answered in version 0")
  func apiVersions() throws {
    let broker = try TestBroker()
    let known = try broker.send(
      ApiVersionsRequest(clientSoftwareName: "a", clientSoftwareVersion: "1"), version: 3)
    #expect(known.apiKeys.first { $0.apiKey == 0 }?.minVersion == 0)
    #expect(known.finalizedFeatures.first?.name == "metadata.version")
    let frame: [UInt8] = [0, 18, 0, 99, 0, 0, 0, 7, 255, 255]
    guard case .bytes(let bytes) = broker.handle(frame) else {
      throw TestBroker.Failure(description: "no answer")
    }
    var reader = ByteReader(bytes.rawSpan)
    try reader.skip(8)
    let response = try ApiVersionsResponse(from: &reader, version: 0)
    #expect(response.errorCode == .unsupportedVersion)
    #expect(response.apiKeys == [.init(apiKey: 18, minVersion: 0, maxVersion: 4)])
  }

  @Test("unknown APIs and versions close the connection")
  func unknownApis() throws {
    let broker = try TestBroker()
    for frame: [UInt8] in [
      [3, 232, 0, 0, 0, 0, 0, 7, 255, 255], [0, 0, 0, 2, 0, 0, 0, 7, 255, 255],
      [0, 11, 0, 0, 0, 0, 0, 7, 255, 255], [0, 3], [],
    ] {
      guard case .close = broker.handle(frame) else {
        throw TestBroker.Failure(description: "not closed: \(frame)")
      }
    }
  }

  @Test("names that are no topic names are refused")
  func names() throws {
    let broker = try TestBroker()
    let bad = ["", ".", "..", "a/b", "a b", String(repeating: "x", count: 250), "ä"]
    for name in bad {
      #expect(try broker.create(name).errorCode == .invalidTopicException, "\(name)")
    }
    try broker.createTopic(String(repeating: "x", count: 249))
    try broker.createTopic("a.b")
    #expect(try broker.create("a_b").errorCode == .invalidTopicException)
    #expect(try broker.create("a.b").errorCode == .topicAlreadyExists)
    #expect(try broker.create("__cluster_metadata").errorCode == .invalidTopicException)
  }

  @Test("counts, factors and settings are checked, and validateOnly changes nothing")
  func creation() throws {
    let broker = try TestBroker(["num.partitions": "4"])
    #expect(try broker.create("t", partitions: 0).errorCode == .invalidPartitions)
    #expect(
      try broker.create("t", replicationFactor: 3).errorCode == .invalidReplicationFactor)
    #expect(
      try broker.create("t", configs: ["retention.ms": "soon"]).errorCode == .invalidConfig)
    #expect(try broker.create("t", configs: ["no.such": "1"]).errorCode == .invalidConfig)
    #expect(try broker.create("t", validateOnly: true).errorCode == .none)
    #expect(try broker.send(MetadataRequest(topics: nil), version: 12).topics.isEmpty)
    let made = try broker.create("t", partitions: -1, replicationFactor: -1)
    #expect(made.errorCode == .none)
    #expect(made.numPartitions == 4)
    #expect(made.configs?.isEmpty == false)
  }

  @Test("metadata names all topics, creates missing ones, and finds them by id")
  func metadata() throws {
    let broker = try TestBroker(["num.partitions": "2"], loops: 2)
    let id = try broker.createTopic("a")
    for version in Int16(0)...13 {
      let all = try broker.send(
        MetadataRequest(topics: version == 0 ? [] : nil), version: version, loop: 1)
      #expect(all.topics.map(\.name) == ["a"])
      #expect(all.brokers.map(\.port) == [19_092])
    }
    let created = try broker.send(
      MetadataRequest(topics: [.init(name: "b")]), version: 9, loop: 1)
    #expect(created.topics[0].errorCode == .none)
    #expect(created.topics[0].partitions.count == 2)
    let refused = try broker.send(
      MetadataRequest(topics: [.init(name: "c")], allowAutoTopicCreation: false), version: 9)
    #expect(refused.topics[0].errorCode == .unknownTopicOrPartition)
    let byId = try broker.send(
      MetadataRequest(topics: [
        .init(topicId: id, name: nil), .init(topicId: .random(), name: nil),
      ]),
      version: 12)
    #expect(byId.topics.map(\.errorCode) == [.none, .unknownTopicId])
    #expect(byId.topics[0].name == "a")
  }

  @Test("a deleted topic's name is free at once, its files go later")
  func deletion() throws {
    let broker = try TestBroker()
    let first = try broker.createTopic("t", configs: ["file.delete.delay.ms": "1000"])
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    let deleted = try broker.send(
      DeleteTopicsRequest(topics: [.init(name: nil, topicId: first), .init(name: "no")]),
      version: 6)
    #expect(deleted.responses.map(\.errorCode) == [.none, .unknownTopicOrPartition])
    #expect(deleted.responses[0].name == "t")
    let second = try broker.createTopic("t")
    #expect(first != second)
    #expect(try broker.offset("t", timestamp: -1).offset == 0)
    func leftovers() throws -> Int {
      try PosixFileSystem().list(broker.directory).filter { $0.hasSuffix("-delete") }.count
    }
    #expect(try leftovers() == 1)
    broker.advance(ms: 2000)
    #expect(try leftovers() == 0)
  }

  @Test("partitions are added, each topic with its own result")
  func partitions() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let response = try broker.send(
      CreatePartitionsRequest(topics: [
        .init(name: "t", count: 3, assignments: nil), .init(name: "no", count: 3, assignments: nil),
      ]), version: 3)
    #expect(response.results.map(\.errorCode) == [.none, .unknownTopicOrPartition])
    #expect(try broker.produce(Batch.of(["a"]), to: "t", partition: 2).errorCode == .none)
    let fewer = try broker.send(
      CreatePartitionsRequest(topics: [.init(name: "t", count: 3, assignments: nil)]), version: 3)
    #expect(fewer.results[0].errorCode == .invalidPartitions)
  }

  @Test("the topic of groups gets no more partitions, and its deletion is told of")
  func offsetsTopic() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    try broker.findCoordinator()
    #expect(try broker.commit(1) == .none)
    let refused = try broker.send(
      CreatePartitionsRequest(topics: [.init(name: "__consumer_offsets", count: 60)]), version: 3)
    #expect(refused.results[0].errorCode == .invalidRequest)
    #expect(refused.results[0].errorMessage?.contains("cannot get more partitions") == true)
    #expect(try broker.committed().1 == ["t-0=1"])
    #expect(!broker.logLines.contains { $0.contains("was deleted") })
    _ = try broker.send(DeleteTopicsRequest(topicNames: ["__consumer_offsets"]), version: 5)
    #expect(broker.logLines.contains { $0.contains("__consumer_offsets was deleted") })
  }

  @Test("settings are described with their sources, changed, and take effect")
  func configs() throws {
    let broker = try TestBroker(["log.retention.hours": "2"])
    try broker.createTopic("t", configs: ["segment.bytes": "2000000"])
    func described() throws -> [String: DescribeConfigsResponse.DescribeConfigsResourceResult] {
      let response = try broker.send(
        DescribeConfigsRequest(
          resources: [.init(resourceType: 2, resourceName: "t", configurationKeys: nil)],
          includeSynonyms: true, includeDocumentation: true), version: 4)
      return Dictionary(
        uniqueKeysWithValues: response.results[0].configs.map { ($0.name, $0) })
    }
    let before = try described()
    #expect(before["segment.bytes"]?.configSource == 1)
    #expect(before["retention.ms"]?.value == "7200000")
    #expect(before["retention.ms"]?.configSource == 4)
    #expect(before["retention.ms"]?.synonyms.map(\.value) == ["2", "168"], "in hours, as written")
    #expect(before["retention.ms"]?.synonyms.map(\.source) == [4, 5])
    #expect(before["segment.ms"]?.synonyms.map(\.value) == ["168"])
    #expect(before["remote.storage.enable"]?.synonyms == [])
    #expect(before["cleanup.policy"]?.configSource == 5)
    #expect(before["cleanup.policy"]?.configType == 7)

    func alter(_ name: String, _ operation: Int8, _ value: String?) throws -> ErrorCode {
      try broker.send(
        IncrementalAlterConfigsRequest(resources: [
          .init(
            resourceType: 2, resourceName: "t",
            configs: [.init(name: name, configOperation: operation, value: value)])
        ]), version: 1
      ).responses[0].errorCode
    }
    #expect(try alter("max.message.bytes", 0, "100") == .none)
    let large = Batch.of([String(repeating: "x", count: 200)])
    #expect(try broker.produce(large, to: "t").errorCode == .messageTooLarge)
    #expect(try alter("max.message.bytes", 1, nil) == .none)
    #expect(try broker.produce(large, to: "t").errorCode == .none)
    #expect(try alter("cleanup.policy", 2, "compact") == .none)
    #expect(try described()["cleanup.policy"]?.value == "delete,compact")
    #expect(try alter("cleanup.policy", 3, "delete") == .none)
    #expect(try described()["cleanup.policy"]?.value == "compact")
    #expect(try alter("cleanup.policy", 0, "shred") == .invalidConfig)
    // As Kafka without tiered storage answers.
    #expect(try alter("remote.storage.enable", 0, "true") == .invalidConfig)
    #expect(try alter("remote.storage.enable", 0, "false") == .none)
    #expect(try alter("retention.ms", 2, "1") == .invalidConfig)

    let legacy = try broker.send(
      AlterConfigsRequest(resources: [
        .init(
          resourceType: 2, resourceName: "t", configs: [.init(name: "retention.ms", value: "5")])
      ]), version: 2)
    #expect(legacy.responses[0].errorCode == .none)
    #expect(try described()["retention.ms"]?.value == "5")
    #expect(try described()["segment.bytes"]?.configSource == 5, "replaced as a whole")
  }

  @Test("offsets by place and by time")
  func offsets() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let start = broker.nowMs
    _ = try broker.produce(Batch.of(["a", "b"], timestamp: start), to: "t")
    _ = try broker.produce(Batch.of(["c", "d"], timestamp: start + 10), to: "t")
    #expect(try broker.offset("t", timestamp: -2).offset == 0)
    #expect(try broker.offset("t", timestamp: -1).offset == 4)
    #expect(try broker.offset("t", timestamp: start + 1).offset == 1)
    #expect(try broker.offset("t", timestamp: start + 2).offset == 2)
    #expect(try broker.offset("t", timestamp: start + 99).offset == -1)
    #expect(try broker.offset("t", timestamp: -3).offset == 3)
    #expect(try broker.offset("t", timestamp: -3, version: 6).errorCode == .unsupportedVersion)
    #expect(try broker.offset("t", timestamp: -5).offset == -1)
    let deleted = try broker.send(
      DeleteRecordsRequest(topics: [
        .init(
          name: "t",
          partitions: [.init(partitionIndex: 0, offset: 2), .init(partitionIndex: 9, offset: 0)])
      ]), version: 2)
    #expect(deleted.topics[0].partitions.map(\.errorCode) == [.none, .unknownTopicOrPartition])
    #expect(deleted.topics[0].partitions[0].lowWatermark == 2)
    #expect(try broker.offset("t", timestamp: -2).offset == 2)
    #expect(try broker.offset("t", timestamp: -3).offset == 3)
    #expect(try broker.fetch("t", from: 0).errorCode == .offsetOutOfRange)
  }

  @Test("the largest timestamp is looked for among what DeleteRecords left")
  func largestTimestamp() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let start = broker.nowMs
    // Offsets 0–1 hold the largest; 2–4 are one batch that rises to its end.
    _ = try broker.produce(Batch.of(["a", "b"], timestamp: start + 50), to: "t")
    _ = try broker.produce(
      Batch.of(["c", "d", "e"], timestamp: start, options: RecordBatchOptions(codec: .lz4)),
      to: "t")
    _ = try broker.produce(Batch.of(["f"], timestamp: start + 1), to: "t")
    func largest(after offset: Int64) throws -> [Int64] {
      _ = try broker.send(
        DeleteRecordsRequest(topics: [
          .init(name: "t", partitions: [.init(partitionIndex: 0, offset: offset)])
        ]), version: 2)
      let found = try broker.offset("t", timestamp: -3)
      return [found.offset, found.timestamp]
    }
    #expect(try largest(after: 0) == [1, start + 51])
    #expect(try largest(after: 1) == [1, start + 51])
    #expect(try largest(after: 2) == [4, start + 2])
    #expect(try largest(after: 3) == [4, start + 2])
    #expect(try largest(after: 5) == [5, start + 1])
    #expect(try largest(after: 6) == [-1, -1])
  }

  @Test("transactions are refused for good")
  func refusals() throws {
    let broker = try TestBroker()
    let transactional = try broker.send(InitProducerIdRequest(transactionalId: "x"), version: 4)
    #expect(transactional.errorCode == .transactionalIdAuthorizationFailed)
    for version in Int16(1)...6 {
      let response = try broker.send(
        FindCoordinatorRequest(key: "g", keyType: 1, coordinatorKeys: ["g"]), version: version)
      let code = version < 4 ? response.errorCode : response.coordinators[0].errorCode
      #expect(code == .clusterAuthorizationFailed)
      let message = version < 4 ? response.errorMessage : response.coordinators[0].errorMessage
      #expect(message == "transactions are not served by this broker")
    }
  }

  @Test("pages of partitions go on where the cursor says")
  func pages() throws {
    let broker = try TestBroker()
    try broker.createTopic("a", partitions: 3)
    try broker.createTopic("b", partitions: 3)
    var request = DescribeTopicPartitionsRequest(responsePartitionLimit: 4)
    let first = try broker.send(request, version: 0)
    #expect(first.topics.map(\.partitions.count) == [3, 1])
    request.cursor = .init(
      topicName: first.nextCursor?.topicName ?? "",
      partitionIndex: first.nextCursor?.partitionIndex ?? 0)
    let second = try broker.send(request, version: 0)
    #expect(second.topics.map(\.name) == ["b"])
    #expect(second.topics[0].partitions.map(\.partitionIndex) == [1, 2])
    #expect(second.nextCursor == nil)
  }

  @Test("log directories tell the sizes of their partitions")
  func logDirs() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let batch = Batch.of(["a"])
    _ = try broker.produce(batch, to: "t")
    let response = try broker.send(DescribeLogDirsRequest(topics: nil), version: 4)
    #expect(response.results[0].logDir == broker.directory)
    #expect(response.results[0].topics[0].partitions[0].partitionSize == Int64(batch.count))
  }
}
