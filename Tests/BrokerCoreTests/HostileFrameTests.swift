import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct HostileFrameTests {
  private func frames(_ id: KafkaUUID, _ broker: TestBroker) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    func add(_ request: some KafkaRequest, _ versions: ClosedRange<Int16>) {
      for version in versions {
        frames.append(
          Array(request.frame(version: version, correlationId: 7, clientId: "c").dropFirst(4)))
      }
    }
    var produce = TestBroker.produceRequest(Batch.of(["a", "b"]), to: "t")
    produce.topicData[0].topicId = id
    add(produce, 3...13)
    var fetch = broker.fetchRequest("t", from: 0, maxWaitMs: 10)
    fetch.topics[0].topicId = id
    add(fetch, 4...18)
    add(MetadataRequest(topics: [.init(name: "t")]), 0...13)
    add(
      ListOffsetsRequest(topics: [.init(name: "t", partitions: [.init(timestamp: 0)])]), 1...11)
    add(
      CreateTopicsRequest(topics: [
        .init(
          name: "n", numPartitions: 1, replicationFactor: 1,
          configs: [.init(name: "retention.ms", value: "1")])
      ]), 2...7)
    add(DeleteTopicsRequest(topics: [.init(name: "n")], topicNames: ["n"]), 1...6)
    add(CreatePartitionsRequest(topics: [.init(name: "t", count: 2)]), 0...3)
    add(
      IncrementalAlterConfigsRequest(resources: [
        .init(resourceType: 2, resourceName: "t", configs: [.init(name: "flush.ms", value: "1")])
      ]), 0...1)
    add(
      DescribeConfigsRequest(resources: [.init(resourceType: 2, resourceName: "t")]), 1...4)
    add(DeleteRecordsRequest(topics: [.init(name: "t", partitions: [.init(offset: 1)])]), 0...2)
    add(
      OffsetForLeaderEpochRequest(topics: [.init(topic: "t", partitions: [.init()])]), 2...4)
    add(DescribeTopicPartitionsRequest(topics: [.init(name: "t")]), 0...0)
    add(DescribeLogDirsRequest(topics: nil), 1...5)
    add(DescribeClusterRequest(), 0...2)
    add(InitProducerIdRequest(transactionalId: nil), 0...5)
    add(FindCoordinatorRequest(key: "g", coordinatorKeys: ["g"]), 0...6)
    add(DescribeAclsRequest(resourceNameFilter: "t"), 1...3)
    add(CreateAclsRequest(creations: [.init(resourceName: "t", principal: "User:a")]), 1...3)
    add(DeleteAclsRequest(filters: [.init(resourceNameFilter: "t")]), 1...3)
    add(ElectLeadersRequest(topicPartitions: [.init(topic: "t", partitions: [0])]), 0...2)
    add(
      ListPartitionReassignmentsRequest(topics: [.init(name: "t", partitionIndexes: [0])]), 0...0)
    add(DescribeClientQuotasRequest(components: [.init(entityType: "user", matchType: 2)]), 0...1)
    add(DescribeUserScramCredentialsRequest(users: [.init(name: "a")]), 0...0)
    add(DescribeProducersRequest(topics: [.init(name: "t", partitionIndexes: [0])]), 0...0)
    add(ApiVersionsRequest(clientSoftwareName: "a", clientSoftwareVersion: "b"), 0...4)
    return frames
  }

  @Test("frames changed at random never trap, and the broker serves others afterwards")
  func mutations() throws {
    let broker = try TestBroker()
    let id = try broker.createTopic("t")
    var generator = SeededGenerator(state: 42)
    let originals = frames(id, broker)
    let good = Batch.of(["good"])
    var goodOffsets: [Int64] = []
    var answeredCount = 0
    var refusedCount = 0
    for _ in 0..<30 {
      for original in originals {
        var frame = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          switch Int.random(in: 0..<4, using: &generator) {
          case 0 where frame.count > 8:
            frame[Int.random(in: 8..<frame.count, using: &generator)] = UInt8.random(
              in: 0...255, using: &generator)
          case 1 where frame.count > 8:
            frame.removeLast(Int.random(in: 1..<frame.count - 7, using: &generator))
          case 2 where frame.count > 12:
            let at = Int.random(in: 8..<frame.count - 3, using: &generator)
            for index in at..<at + 4 {
              frame[index] = Bool.random(using: &generator) ? 0x7f : 0xff
            }
          default: frame.append(UInt8.random(in: 0...255, using: &generator))
          }
        }
        if case .close = broker.handle(frame) { refusedCount += 1 } else { answeredCount += 1 }
      }
      broker.advance(ms: 20)
      // The topic that all of them were about serves the others.
      let answer = try broker.produce(good, to: "t")
      #expect(answer.errorCode == .none)
      goodOffsets.append(answer.baseOffset)
    }
    #expect(refusedCount > 300 && answeredCount > 300)
    #expect(broker.node.currentImage.topicsByName["t"]?.id == id)
    let wanted = Batch.headers(good).map(\.crc)
    // A frame may have asked for older records to be deleted.
    let start = try broker.offset("t", timestamp: -2).offset
    #expect(try #require(goodOffsets.last) >= start)
    for offset in goodOffsets where offset >= start {
      let first = Batch.headers(try broker.fetch("t", from: offset).records).first
      #expect(first?.baseOffset == offset && first.map { [$0.crc] } == wanted)
    }
    try broker.createTopic("after")
    #expect(try broker.produce(good, to: "after").baseOffset == 0)
  }
}
