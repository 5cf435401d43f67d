import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// What is named twice in one request. Each answer is that of Apache Kafka 4.3.1 to the same
/// request, save AlterConfigs, to which it never answers.
@Suite struct RepeatedNamesTests {
  @Test("Produce: of a partition's batches the last counts, and is answered once")
  func produce() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    func data(_ batches: [(Int32, [String])]) -> ProduceRequest.TopicProduceData {
      .init(
        name: "t",
        partitionData: batches.map { .init(index: $0.0, records: Batch.of($0.1)) })
    }
    let once = try broker.send(
      ProduceRequest(
        acks: 1, timeoutMs: 1000, topicData: [data([(0, ["a", "b"]), (0, ["c"]), (1, ["d"])])]),
      version: 9
    ).responses.flatMap(\.partitionResponses)
    #expect(once.map(\.index).sorted() == [0, 1])
    #expect(once.allSatisfy { $0.errorCode == .none && $0.baseOffset == 0 })
    #expect(try broker.offset("t", timestamp: -1).offset == 1)

    // The same over two entries of the topic.
    let twice = try broker.send(
      ProduceRequest(
        acks: 1, timeoutMs: 1000,
        topicData: [data([(0, ["e"])]), data([(0, ["f", "g", "h"]), (1, ["i"])])]),
      version: 9
    ).responses.flatMap(\.partitionResponses)
    #expect(twice.map(\.index).sorted() == [0, 1])
    #expect(twice.allSatisfy { $0.errorCode == .none && $0.baseOffset == 1 })
    #expect(try broker.offset("t", timestamp: -1).offset == 4)
  }

  @Test("ListOffsets: INVALID_REQUEST for the partition, once; others are answered")
  func listOffsets() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    func topic(_ partitions: [(Int32, Int64)]) -> ListOffsetsRequest.ListOffsetsTopic {
      .init(name: "t", partitions: partitions.map { .init(partitionIndex: $0.0, timestamp: $0.1) })
    }
    for topics in [
      [topic([(0, -1), (0, -2), (1, -1)])], [topic([(0, -1)]), topic([(0, -2), (1, -1)])],
    ] {
      let found = try broker.send(ListOffsetsRequest(replicaId: -1, topics: topics), version: 7)
        .topics.flatMap(\.partitions)
      #expect(found.map(\.partitionIndex) == [0, 1])
      #expect(found.map(\.errorCode) == [.invalidRequest, .none])
      #expect(found[0].offset == -1)
    }
  }

  @Test("CreatePartitions and DeleteTopics: INVALID_REQUEST once, nothing is done")
  func topics() throws {
    let broker = try TestBroker()
    let id = try broker.createTopic("t")
    try broker.createTopic("other")
    let grown = try broker.send(
      CreatePartitionsRequest(topics: [
        .init(name: "t", count: 4, assignments: nil), .init(name: "t", count: 5, assignments: nil),
        .init(name: "other", count: 3, assignments: nil),
      ]), version: 3)
    #expect(grown.results.map(\.name) == ["t", "other"])
    #expect(grown.results.map(\.errorCode) == [.invalidRequest, .none])

    // By name, by id, and by one of each.
    for pair: [DeleteTopicsRequest.DeleteTopicState] in [
      [.init(name: "t"), .init(name: "t")],
      [.init(name: nil, topicId: id), .init(name: nil, topicId: id)],
      [.init(name: "t"), .init(name: nil, topicId: id)],
      [.init(name: "absent"), .init(name: "absent")],
    ] {
      let deleted = try broker.send(DeleteTopicsRequest(topics: pair), version: 6)
      #expect(deleted.responses.map(\.errorCode) == [.invalidRequest])
    }
    let described = try broker.send(
      MetadataRequest(topics: [.init(name: "t"), .init(name: "t")]), version: 12)
    #expect(described.topics.map(\.errorCode) == [.none])
    #expect(described.topics[0].partitions.count == 1)
  }

  @Test("configurations: INVALID_REQUEST each time the resource is named, others are changed")
  func configs() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    try broker.createTopic("other")
    let names = ["t", "t", "other"]
    let changed = try broker.send(
      IncrementalAlterConfigsRequest(
        resources: names.map {
          .init(
            resourceType: 2, resourceName: $0, configs: [.init(name: "retention.ms", value: "1")])
        }), version: 1)
    #expect(changed.responses.map(\.errorCode) == [.invalidRequest, .invalidRequest, .none])
    let replaced = try broker.send(
      AlterConfigsRequest(
        resources: names.map {
          .init(
            resourceType: 2, resourceName: $0, configs: [.init(name: "retention.ms", value: "2")])
        }), version: 2)
    #expect(replaced.responses.map(\.errorCode) == [.invalidRequest, .invalidRequest, .none])
    let described = try broker.send(
      DescribeConfigsRequest(
        resources: names.map {
          .init(resourceType: 2, resourceName: $0, configurationKeys: ["retention.ms"])
        }), version: 4)
    #expect(described.results.map { $0.configs.first?.value } == ["604800000", "604800000", "2"])
  }

  @Test("DeleteRecords: the last offset counts, and is answered once")
  func deleteRecords() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    _ = try broker.produce(Batch.of(["a", "b", "c"]), to: "t")
    func delete(_ offsets: [Int64]) throws
      -> [DeleteRecordsResponse.DeleteRecordsPartitionResult]
    {
      try broker.send(
        DeleteRecordsRequest(topics: [
          .init(name: "t", partitions: offsets.map { .init(partitionIndex: 0, offset: $0) })
        ]), version: 2
      ).topics.flatMap(\.partitions)
    }
    #expect(try delete([2, 77]).map(\.errorCode) == [.offsetOutOfRange])
    #expect(try broker.offset("t", timestamp: -2).offset == 0)
    #expect(try delete([2, 1]).map(\.lowWatermark) == [1])
  }
}
