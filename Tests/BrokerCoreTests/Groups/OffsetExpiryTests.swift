import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct OffsetExpiryTests {
  private let minuteMs: Int64 = 60_000

  private func broker() throws -> TestBroker {
    let broker = try TestBroker(
      ["offsets.retention.minutes": "10", "offsets.retention.check.interval.ms": "60000"],
      loops: 2)
    try broker.createTopic("t", partitions: 2)
    try broker.findCoordinator()
    broker.advance(ms: 1)
    return broker
  }

  private func groups(_ broker: TestBroker) throws -> [String] {
    try #require(broker.node.currentImage.offsetsTopic).partitions.flatMap { partition in
      partition.groups?.shard.withLock { Array($0.groups.keys) } ?? []
    }.sorted()
  }

  private func pass(_ minutes: Int, _ broker: TestBroker) {
    for _ in 0..<minutes { broker.advance(ms: minuteMs) }
  }

  @Test("offsets of consumers without a group expire each by itself, and the group with the last")
  func simpleConsumers() throws {
    let broker = try broker()
    #expect(try broker.commit(1, partition: 0) == .none)
    pass(6, broker)
    #expect(try broker.commit(2, partition: 1) == .none)
    pass(6, broker)
    #expect(try broker.committed().1 == ["t-1=2"])
    pass(6, broker)
    #expect(try broker.committed().1.isEmpty)
    #expect(try groups(broker).isEmpty)
  }

  @Test("a group keeps all of its offsets until it has had no members for long enough")
  func emptyGroups() throws {
    let broker = try broker()
    #expect(try broker.commit(1) == .none)
    pass(5, broker)
    // It lost its members five minutes after the commit.
    let now = GroupInstant(wallMs: broker.nowMs, nanos: broker.nowNanos)
    broker.processors[0].groupPartition(of: "g")?.groups.shard.withLock { shard in
      shard.load(
        groupId: "g",
        metadata: GroupMetadataValue(
          protocolType: "consumer", generation: 3, protocol: nil, leader: nil,
          currentStateTimestamp: now.wallMs, members: []))
    }
    pass(9, broker)
    #expect(try broker.committed().1 == ["t-0=1"])
    pass(2, broker)
    #expect(try broker.committed().1.isEmpty)
    #expect(try groups(broker).isEmpty)
  }

  @Test("what members read never expires; what they do not read any more does")
  func subscribed() throws {
    let broker = try broker()
    try broker.createTopic("old")
    #expect(try broker.commit(1) == .none)
    #expect(try broker.commit(1, topic: "old") == .none)
    try broker.loadMember(topics: ["t"])
    pass(12, broker)
    let place = try #require(broker.processors[0].groupPartition(of: "g"))
    let left = place.groups.shard.withLock { $0.group("g")?.offsets.byTopic.keys.sorted() }
    #expect(left == ["t"])
  }

  @Test("a retention that the client asked for is kept to")
  func ownRetention() throws {
    let broker = try broker()
    #expect(try broker.commit(1, version: 4, retentionMs: 90_000) == .none)
    #expect(try broker.commit(2, partition: 1, version: 4) == .none)
    pass(1, broker)
    #expect(try broker.committed().1 == ["t-0=1", "t-1=2"])
    pass(2, broker)
    #expect(try broker.committed().1 == ["t-1=2"])
  }

  @Test("a full disk delays expiry, and forgets nothing that the log still has")
  func fullDisk() throws {
    let broker = try broker()
    #expect(try broker.commit(1) == .none)
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "__consumer_offsets", .fail(28)))
    pass(12, broker)
    #expect(try broker.committed().1 == ["t-0=1"])
    broker.plan.clear()
    pass(1, broker)
    #expect(try broker.committed().1.isEmpty)
  }

  @Test("offsets of a deleted topic go with it; those of another stay")
  func deletedTopic() throws {
    let broker = try broker()
    try broker.createTopic("u")
    for group in ["g", "h", "simple"] {
      #expect(try broker.commit(1, group: group) == .none)
      #expect(try broker.commit(2, group: group, topic: "u") == .none)
    }
    _ = try broker.send(DeleteTopicsRequest(topicNames: ["t"]), version: 5)
    for group in ["g", "h", "simple"] {
      #expect(try broker.committed(group).1 == ["u-0=2"])
    }
    // A new topic of that name begins without offsets.
    try broker.createTopic("t")
    #expect(try broker.committed().1 == ["u-0=2"])
  }
}
