import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Requests whose answer is short on one broker without an authorizer and without quotas. The
/// codes are those of Apache Kafka 4.3.1.
@Suite struct AdminAnswerTests {
  @Test("access rules: SECURITY_DISABLED for each", arguments: Int16(1)...3)
  func acls(version: Int16) throws {
    let broker = try TestBroker()
    let described = try broker.send(DescribeAclsRequest(resourceNameFilter: nil), version: version)
    #expect(described.errorCode == .securityDisabled)
    #expect(described.errorMessage?.contains("no authorizer") == true)
    let rule = CreateAclsRequest.AclCreation(resourceType: 2, resourceName: "t")
    let created = try broker.send(CreateAclsRequest(creations: [rule, rule]), version: version)
    #expect(created.results.map(\.errorCode) == [.securityDisabled, .securityDisabled])
    let deleted = try broker.send(
      DeleteAclsRequest(filters: [.init(resourceTypeFilter: 2)]), version: version)
    #expect(deleted.filterResults.map(\.errorCode) == [.securityDisabled])
  }

  @Test("no partition is on its way to another broker")
  func reassignments() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    for topics: [ListPartitionReassignmentsRequest.ReassignedTopic]? in [
      nil, [.init(name: "t", partitionIndexes: [0, 9])], [.init(name: "no", partitionIndexes: [0])],
    ] {
      let answer = try broker.send(ListPartitionReassignmentsRequest(topics: topics), version: 0)
      #expect(answer.errorCode == .none)
      #expect(answer.topics.isEmpty)
    }
  }

  @Test("elections are not needed, partition by partition", arguments: Int16(0)...2)
  func elections(version: Int16) throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    var request = ElectLeadersRequest(topicPartitions: [
      .init(topic: "t", partitions: [0, 9]), .init(topic: "no", partitions: [0]),
    ])
    let named = try broker.send(request, version: version)
    #expect(
      named.replicaElectionResults.map { $0.partitionResult.map(\.errorCode) }
        == [[.electionNotNeeded, .unknownTopicOrPartition], [.unknownTopicOrPartition]])
    let all = try broker.send(ElectLeadersRequest(topicPartitions: nil), version: version)
    #expect(all.replicaElectionResults.map(\.topic) == ["t"])
    #expect(all.replicaElectionResults[0].partitionResult.isEmpty)
    if version == 0 { return }
    request.electionType = 2
    let unknown = try broker.send(request, version: version)
    #expect(unknown.errorCode == .invalidRequest)
    #expect(unknown.replicaElectionResults[0].partitionResult[0].errorCode == .invalidRequest)
  }

  @Test("producers are described as the partition remembers them")
  func producers() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    for sequence: Int32 in [0, 2] {
      let batch = Batch.idempotent(["a", "b"], producerId: 5, sequence: sequence)
      #expect(try broker.produce(batch, to: "t").errorCode == .none)
    }
    let answer = try broker.send(
      DescribeProducersRequest(topics: [
        .init(name: "t", partitionIndexes: [0, 1, 7]), .init(name: "no", partitionIndexes: [0]),
        .init(name: "a b", partitionIndexes: [0]),
      ]), version: 0)
    let partitions = answer.topics.flatMap(\.partitions)
    #expect(
      partitions.map(\.errorCode)
        == [
          .none, .none, .unknownTopicOrPartition, .unknownTopicOrPartition, .invalidTopicException,
        ])
    #expect(
      partitions[0].activeProducers == [
        .init(
          producerId: 5, producerEpoch: 0, lastSequence: 3, lastTimestamp: 1_700_000_000_001,
          coordinatorEpoch: -1, currentTxnStartOffset: -1)
      ])
    #expect(partitions[1].activeProducers.isEmpty)
  }

  @Test("there are no quotas, and a filter that cannot be is refused", arguments: Int16(0)...1)
  func quotas(version: Int16) throws {
    let broker = try TestBroker()
    typealias Component = DescribeClientQuotasRequest.QuotaFilterComponent
    func ask(_ components: [Component]) throws -> DescribeClientQuotasResponse {
      try broker.send(
        DescribeClientQuotasRequest(components: components, strict: true), version: version)
    }
    let user = Component(entityType: "user", matchType: 2, match: nil)
    let ip = Component(entityType: "ip", matchType: 2, match: nil)
    let client = Component(entityType: "client-id", matchType: 1, match: nil)
    for filter in [[], [user], [ip], [user, client]] {
      let answer = try ask(filter)
      #expect(answer.errorCode == .none)
      #expect(answer.entries == [])
    }
    for (filter, code) in [
      ([user, user], ErrorCode.invalidRequest), ([user, ip], .invalidRequest),
      ([Component(entityType: "", matchType: 2, match: nil)], .invalidRequest),
      ([Component(entityType: "User", matchType: 2, match: nil)], .unsupportedVersion),
      ([Component(entityType: "user", matchType: 0, match: nil)], .invalidRequest),
      ([Component(entityType: "user", matchType: 2, match: "x")], .invalidRequest),
      ([Component(entityType: "user", matchType: 7, match: nil)], .invalidRequest),
    ] {
      let answer = try ask(filter)
      #expect(answer.errorCode == code)
      #expect(answer.entries == nil)
    }
  }

  @Test("no user has credentials")
  func scramCredentials() throws {
    let broker = try TestBroker()
    let all = try broker.send(DescribeUserScramCredentialsRequest(users: nil), version: 0)
    #expect(all.errorCode == .none)
    #expect(all.results.isEmpty)
    let named = try broker.send(
      DescribeUserScramCredentialsRequest(users: ["a", "b", "a"].map { .init(name: $0) }),
      version: 0)
    #expect(named.results.map(\.user) == ["a", "b"])
    #expect(named.results.map(\.errorCode) == [.duplicateResource, .resourceNotFound])
  }

  @Test("errors name kinds of resources, known or not")
  func resourceTypes() throws {
    let broker = try TestBroker()
    func alter(_ type: Int8) throws -> String {
      try broker.send(
        IncrementalAlterConfigsRequest(resources: [
          .init(resourceType: type, resourceName: "x", configs: [.init(name: "a", value: "1")])
        ]), version: 1
      ).responses[0].errorMessage ?? ""
    }
    #expect(try alter(16).contains("client-metrics"))
    #expect(try alter(8).contains("broker-logger"))
    #expect(try alter(32).contains("group"))
    #expect(try alter(7).contains("resource type 7"))
  }

  @Test("an empty list of keys means all, and what follows from listeners counts as given")
  func describeConfigs() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    func describe(_ type: Int8, _ name: String, _ keys: [String]?) throws
      -> [DescribeConfigsResponse.DescribeConfigsResourceResult]
    {
      try broker.send(
        DescribeConfigsRequest(resources: [
          .init(resourceType: type, resourceName: name, configurationKeys: keys)
        ]), version: 4
      ).results[0].configs
    }
    let all = try describe(2, "t", nil)
    #expect(all.count > 20)
    #expect(try describe(2, "t", []) == all)
    #expect(try describe(2, "t", ["none.such"]).isEmpty)
    let advertised = try describe(4, "1", ["advertised.listeners"])
    #expect(advertised.map(\.value) == ["PLAINTEXT://127.0.0.1:19092"])
    #expect(advertised.map(\.configSource) == [4])
  }

  @Test("a topic that becomes compacted is told of once")
  func compaction() throws {
    let broker = try TestBroker()
    func lines(_ topic: String) -> [String] {
      broker.logLines.filter { $0.contains("topic \(topic) has cleanup.policy=compact") }
    }
    try broker.createTopic("made", configs: ["cleanup.policy": "compact"])
    #expect(lines("made").count == 1)
    #expect(lines("made").first?.hasSuffix("all records stay") == true)
    try broker.createTopic("altered")
    #expect(lines("altered").isEmpty)
    for value in ["compact,delete", "compact"] {
      _ = try broker.send(
        IncrementalAlterConfigsRequest(resources: [
          .init(
            resourceType: 2, resourceName: "altered",
            configs: [.init(name: "cleanup.policy", value: value)])
        ]), version: 1)
    }
    #expect(lines("altered").count == 1)
    #expect(lines("altered").first?.contains("retention deletes them") == true)
    try broker.findCoordinator()
    #expect(lines("__consumer_offsets").isEmpty)
  }
}
