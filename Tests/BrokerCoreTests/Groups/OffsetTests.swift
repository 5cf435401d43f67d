import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct OffsetTests {
  // MARK: The coordinator

  @Test("whoever first asks for a coordinator makes the internal topic")
  func coordinator() throws {
    let broker = try TestBroker(["offsets.topic.num.partitions": "7"], loops: 2)
    for version in Int16(0)...6 {
      var request = FindCoordinatorRequest(key: "g")
      if version >= 4 { request = FindCoordinatorRequest(coordinatorKeys: ["g", "h"]) }
      let response = try broker.send(request, version: version, loop: Int(version) % 2)
      let codes =
        version >= 4 ? response.coordinators.map(\.errorCode) : [response.errorCode]
      #expect(codes == Array(repeating: .none, count: version >= 4 ? 2 : 1))
      #expect((version >= 4 ? response.coordinators[1].port : response.port) == 19_092)
      #expect((version >= 4 ? response.coordinators[1].nodeId : response.nodeId) == 1)
    }
    let metadata = try broker.send(MetadataRequest(topics: nil), version: 12)
    #expect(metadata.topics.map(\.name) == ["__consumer_offsets"])
    #expect(metadata.topics[0].isInternal)
    #expect(metadata.topics[0].partitions.count == 7)
    let topic = try #require(broker.node.currentImage.offsetsTopic)
    #expect(topic.config.isCompacted)
    #expect(!topic.config.log.deletesOldSegments)
    #expect(topic.config.log.segmentBytes == 104_857_600)
    let pages = try broker.send(
      DescribeTopicPartitionsRequest(responsePartitionLimit: 1), version: 0)
    #expect(pages.topics[0].isInternal)
  }

  @Test("the internal topic is made right, too, where a client asks for its metadata")
  func byMetadata() throws {
    let broker = try TestBroker()
    let request = MetadataRequest(
      topics: [.init(name: OffsetsTopic.name)], allowAutoTopicCreation: true)
    let metadata = try broker.send(request, version: 8)
    #expect(metadata.topics[0].partitions.count == 50)
    #expect(broker.node.currentImage.offsetsTopic?.config.isCompacted == true)
    #expect(try broker.findCoordinator().errorCode == .none)
  }

  @Test("where the topic cannot be made, clients are told to come again")
  func coordinatorWithoutDisk() throws {
    let broker = try TestBroker()
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "__cluster_metadata", .fail(28)))
    #expect(try broker.findCoordinator().errorCode == .coordinatorNotAvailable)
    #expect(try broker.findCoordinator().nodeId == -1)
    broker.plan.clear()
    #expect(try broker.findCoordinator().errorCode == .none)
  }

  @Test("only Kafka's admin tool may write to internal topics")
  func protection() throws {
    let broker = try TestBroker()
    try broker.findCoordinator()
    let batch = Batch.of(["x"], key: "k")
    let refused = try broker.produce(batch, to: OffsetsTopic.name)
    #expect(refused.errorCode == .invalidTopicException)
    let frame = TestBroker.produceRequest(batch, to: OffsetsTopic.name).frame(
      version: 12, correlationId: 7, clientId: InternalTopics.adminClientId)
    guard case .bytes(let bytes) = broker.handle(Array(frame.dropFirst(4))) else {
      Issue.record("no answer")
      return
    }
    let taken = try TestBroker.decode(ProduceRequest.self, bytes, version: 12)
    #expect(taken.responses[0].partitionResponses[0].errorCode == .none)
  }

  // MARK: Commit and fetch

  @Test("metadata is limited in characters as Java counts them")
  func metadataLength() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    try broker.findCoordinator()
    for (text, code) in [
      (String(repeating: "é", count: 4096), ErrorCode.none),
      (String(repeating: "é", count: 4097), .offsetMetadataTooLarge),
      (String(repeating: "😀", count: 2048), .none),
      (String(repeating: "😀", count: 2049), .offsetMetadataTooLarge),
    ] {
      #expect(try broker.commit(1, metadata: text) == code)
    }
  }

  @Test("what is committed is fetched, in all versions")
  func versions() throws {
    let broker = try TestBroker(loops: 2)
    let id = try broker.createTopic("t", partitions: 3)
    try broker.findCoordinator()
    for version in Int16(2)...10 {
      let code = try broker.commit(
        Int64(version), partition: 1, metadata: "at \(version)", version: version, id: id,
        loop: Int(version) % 2)
      #expect(code == .none)
    }
    for version in Int16(1)...7 {
      let request = OffsetFetchRequest(
        groupId: "g", topics: [.init(name: "t", partitionIndexes: [1, 2, 9])])
      let response = try broker.send(request, version: version)
      #expect(response.errorCode == .none)
      let partitions = response.topics[0].partitions
      #expect(partitions.map(\.committedOffset) == [10, -1, -1])
      #expect(partitions.map(\.metadata) == ["at 10", "", ""])
      #expect(partitions.map(\.errorCode) == [.none, .none, .none])
      if version >= 5 { #expect(partitions.map(\.committedLeaderEpoch) == [0, -1, -1]) }
    }
    for version in Int16(2)...7 {
      let all = try broker.send(OffsetFetchRequest(groupId: "g", topics: nil), version: version)
      #expect(all.topics.flatMap(\.partitions).map(\.committedOffset) == [10])
    }
    for version in Int16(8)...10 {
      let topics = [
        OffsetFetchRequest.OffsetFetchRequestTopics(
          name: version >= 10 ? "" : "t", topicId: version >= 10 ? id : .zero,
          partitionIndexes: [1])
      ]
      let request = OffsetFetchRequest(
        groups: [
          .init(groupId: "g", topics: topics), .init(groupId: "none", topics: nil),
          .init(groupId: "g", topics: nil),
        ], requireStable: true)
      let groups = try broker.send(request, version: version).groups
      #expect(groups.map(\.errorCode) == [.none, .none, .none])
      #expect(groups[0].topics[0].partitions[0].committedOffset == 10)
      #expect(groups[0].topics[0].partitions[0].metadata == "at 10")
      #expect(groups[1].topics.isEmpty)
      #expect(groups[2].topics[0].topicId == (version >= 10 ? id : .zero))
    }
  }

  @Test("errors belong to the partitions that have them")
  func partitionErrors() throws {
    let broker = try TestBroker(["offset.metadata.max.bytes": "4"])
    try broker.createTopic("t", partitions: 1)
    #expect(try broker.commit(1) == .notCoordinator)
    #expect(try broker.commit(1, topic: "other") == .unknownTopicOrPartition)
    #expect(try broker.committed().error == .notCoordinator)
    try broker.findCoordinator()
    let request = OffsetCommitRequest(
      groupId: "g",
      topics: [
        .init(
          name: "t",
          partitions: [
            .init(partitionIndex: 0, committedOffset: 5, committedMetadata: nil),
            .init(partitionIndex: 0, committedOffset: 6, committedMetadata: "12345"),
            .init(partitionIndex: 1, committedOffset: 7, committedMetadata: ""),
          ]),
        .init(
          name: "other",
          partitions: [.init(partitionIndex: 0, committedOffset: 8, committedMetadata: "")]),
      ])
    let topics = try broker.send(request, version: 9).topics
    #expect(
      topics.map { $0.partitions.map(\.errorCode) } == [
        [.none, .offsetMetadataTooLarge, .unknownTopicOrPartition], [.unknownTopicOrPartition],
      ])
    #expect(try broker.committed().1 == ["t-0=5"])
    #expect(try broker.commit(1, version: 10, id: .random()) == .unknownTopicId)
  }

  @Test("an empty group id keeps offsets, as older clients want")
  func emptyId() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    try broker.findCoordinator()
    #expect(try broker.commit(3, group: "") == .none)
    #expect(try broker.committed("").1 == ["t-0=3"])
  }

  @Test("whoever is no member of this generation commits nothing")
  func fencing() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    try broker.findCoordinator()
    #expect(try broker.commit(1, member: "m", generation: 3) == .illegalGeneration)
    #expect(try broker.commit(1, member: "m", generation: 3, version: 9) == .groupIdNotFound)
    try broker.loadMember(instance: "i")
    #expect(try broker.commit(1) == .unknownMemberId)
    #expect(try broker.commit(1, member: "other", generation: 3) == .unknownMemberId)
    #expect(try broker.commit(1, member: "m", generation: 2) == .illegalGeneration)
    #expect(
      try broker.commit(1, member: "x", instance: "i", generation: 3) == .fencedInstanceId)
    #expect(try broker.committed().1.isEmpty)
    #expect(try broker.commit(1, member: "m", instance: "i", generation: 3) == .none)
    #expect(try broker.committed().1 == ["t-0=1"])
  }

  @Test("a full disk refuses offsets while it is full, and keeps nothing of them")
  func fullDisk() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    try broker.findCoordinator()
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "__consumer_offsets", .fail(28)))
    #expect(try broker.commit(1) == .coordinatorNotAvailable)
    #expect(try broker.committed().1.isEmpty)
    broker.plan.clear()
    #expect(try broker.commit(2) == .none)
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "__consumer_offsets", .fail(5)))
    #expect(try broker.commit(3) == .notCoordinator)
    #expect(try broker.committed().1 == ["t-0=2"])
  }

  @Test("offsets that do not fit into one batch are refused as a whole")
  func tooMany() throws {
    let broker = try TestBroker(["message.max.bytes": "1000"])
    try broker.createTopic("t", partitions: 20)
    try broker.findCoordinator()
    let partitions = (Int32(0)..<20).map {
      OffsetCommitRequest.OffsetCommitRequestPartition(
        partitionIndex: $0, committedOffset: 1, committedMetadata: "twenty characters...")
    }
    let request = OffsetCommitRequest(
      groupId: "g", topics: [.init(name: "t", partitions: partitions)])
    let codes = try broker.send(request, version: 8).topics[0].partitions.map(\.errorCode)
    #expect(Set(codes) == [.invalidCommitOffsetSize])
    #expect(try broker.committed().1.isEmpty)
    #expect(try broker.commit(1) == .none)
  }

  @Test("where the topic asks for flushes, a commit waits for its own")
  func flushes() throws {
    let broker = try TestBroker(["log.flush.interval.messages": "1"])
    try broker.createTopic("t")
    try broker.findCoordinator()
    broker.runsJobs = false
    let connection = broker.connect()
    let request = OffsetCommitRequest(
      groupId: "g",
      topics: [
        .init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: 5)])
      ])
    try broker.sendPending(request, version: 8, connection: connection)
    broker.runDisk()
    let answer = try broker.takeAnswer(
      OffsetCommitRequest.self, version: 8, connection: connection)
    #expect(answer?.topics[0].partitions[0].errorCode == ErrorCode.none)
  }

  // MARK: Delete

  @Test("offsets are deleted, save those of topics that members read")
  func deletion() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    try broker.createTopic("u")
    try broker.findCoordinator()
    func delete(_ topics: [(String, [Int32])]) throws -> (ErrorCode, [[ErrorCode]]) {
      let response = try broker.send(
        OffsetDeleteRequest(
          groupId: "g",
          topics: topics.map { topic, partitions in
            .init(name: topic, partitions: partitions.map { .init(partitionIndex: $0) })
          }), version: 0)
      return (response.errorCode, response.topics.map { $0.partitions.map(\.errorCode) })
    }
    #expect(try delete([("t", [0])]).0 == .groupIdNotFound)
    #expect(try delete([("none", [0])]).0 == .groupIdNotFound)
    for partition in Int32(0)..<2 { #expect(try broker.commit(1, partition: partition) == .none) }
    #expect(try broker.commit(1, topic: "u") == .none)
    let first = try delete([("t", [0, 5]), ("none", [0])])
    #expect(first.0 == .none)
    #expect(first.1 == [[.none, .unknownTopicOrPartition], [.unknownTopicOrPartition]])
    #expect(try broker.committed().1 == ["t-1=1", "u-0=1"])
    try broker.loadMember(topics: ["t"])
    let second = try delete([("t", [1]), ("u", [0])])
    #expect(second.1 == [[.groupSubscribedToTopic], [.none]])
    #expect(try broker.committed().1 == ["t-1=1"])
  }
}
