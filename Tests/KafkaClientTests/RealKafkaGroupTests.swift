import EventLoop
import Foundation
import KafkaFormat
import Testing
import Transport

@testable import KafkaClient

/// Consumer groups on Kafka itself.
@Suite(.serialized, .enabled(if: RealKafka.isThere))
struct RealKafkaGroupTests {
  typealias Member = (consumer: GroupConsumer<EventLoop>, recorder: GroupRecorder<EventLoop>)

  final class Setup {
    let kafka: RealKafka
    let runner: LoopRunner
    let servers: [NetworkAddress]
    let admin: Admin<EventLoop>

    init() throws {
      kafka = try RealKafka()
      runner = try LoopRunner()
      servers = try NetworkAddress.list(kafka.bootstrap, key: "bootstrap.servers")
      let config = try AdminConfig(properties: RealKafka.patience, bootstrapServers: servers)
      admin = Admin(transport: runner.loop, config: config)
    }

    /// The records' times are of long ago: Kafka would delete them when it looks for old ones,
    /// which it first does half a minute after its start.
    func create(_ name: String, partitions: Int32) throws {
      let topic = NewTopic(
        name: name, partitions: partitions, replicationFactor: 1, configs: ["retention.ms": "-1"])
      let created = try runner.wait { self.admin.createTopics([topic], completion: $0) }.get()
      try created[0].result.get()
    }

    /// The same number of records into each partition.
    func fill(_ name: String, partitions: Int32, first: Int = 0, each: Int = 100) throws {
      let properties = RealKafka.patience.merging(["linger.ms": "1"]) { $1 }
      let producer = try Producer(
        transport: runner.loop,
        config: ProducerConfig(properties: properties, bootstrapServers: servers))
      let recorder = ProducerRecorder()
      producer.delegate = recorder
      let topic = try runner.wait { producer.openTopic(name, completion: $0) }.get()
      for index in first..<(first + each) {
        for partition in 0..<partitions {
          let value = Array("\(name)-\(partition)-\(index)".utf8)
          let result = producer.append(
            topic, partition: partition, key: nil, value: value.rawSpan,
            timestampMs: 1_700_000_000_000 + Int64(index), scheduledNanos: 0)
          guard case .appended = result else { throw ClientError.closed }
        }
      }
      let done: Bool = try runner.wait { done in producer.flush { done(true) } }
      #expect(done && recorder.failed == 0)
      producer.close(timeoutMs: 0) {}
    }

    /// A session is long: a machine that stands still for a while must not end it, and a commit
    /// before a revocation has a quarter of its time.
    func member(_ group: String, _ properties: [String: String] = [:]) throws -> Member {
      var all = [
        "group.id": group, "auto.offset.reset": "earliest", "session.timeout.ms": "60000",
        "heartbeat.interval.ms": "200", "auto.commit.interval.ms": "500",
        "max.poll.interval.ms": "60000",
      ]
      all.merge(RealKafka.patience) { $1 }
      all.merge(properties) { $1 }
      let config = try GroupConsumerConfig(properties: all, bootstrapServers: servers)
      let consumer = GroupConsumer(transport: runner.loop, config: config)
      return (consumer, GroupRecorder(consumer))
    }

    func close(_ consumer: GroupConsumer<EventLoop>) throws {
      let _: Bool = try runner.wait { done in consumer.close(timeoutMs: 60_000) { done(true) } }
    }

    /// All members are stable and hold all partitions between them.
    func areSettled(_ members: [Member], partitions: Int) -> Bool {
      members.allSatisfy { $0.consumer.isStable }
        && members.reduce(0) { $0 + $1.consumer.assignment.count } == partitions
        && Set(members.flatMap(\.recorder.assigned)).count == partitions
        && Set(members.map(\.consumer.generation)).count == 1
    }
  }

  @Test("members share partitions, one dies, one leaves; every assignor")
  func sharing() throws {
    let setup = try Setup()
    for strategy in ["range", "roundrobin", "sticky", "cooperative-sticky"] {
      let topic = "shared-\(strategy)"
      try setup.create(topic, partitions: 6)
      try setup.fill(topic, partitions: 6)
      let properties = ["partition.assignment.strategy": strategy]
      let first = try setup.member(topic, properties)
      first.consumer.subscribe(topics: [topic])
      try setup.runner.run {
        first.recorder.values.count >= 600 && setup.areSettled([first], partitions: 6)
      }
      let second = try setup.member(topic, properties)
      second.consumer.subscribe(topics: [topic])
      try setup.runner.run { setup.areSettled([first, second], partitions: 6) }
      #expect(first.consumer.assignment.count == 3, "\(strategy)")
      let third = try setup.member(topic, properties)
      third.consumer.subscribe(topics: [topic])
      let all = [first, second, third]
      try setup.runner.run { setup.areSettled(all, partitions: 6) }
      #expect(all.allSatisfy { $0.consumer.assignment.count == 2 }, "\(strategy)")
      try setup.fill(topic, partitions: 6, first: 100)
      try setup.runner.run { all.reduce(0) { $0 + $1.recorder.values.count } >= 1200 }
      // Each record once, though members came while others read.
      let values = all.flatMap(\.recorder.values)
      #expect(values.count == 1200 && Set(values).count == 1200, "\(strategy)")
      if strategy == "cooperative-sticky" {
        #expect(!first.recorder.events.contains { $0.hasPrefix("lost") })
        #expect(first.recorder.events.filter { $0.hasPrefix("revoked") }.count == 2)
        #expect(
          first.recorder.events.filter { $0.hasPrefix("revoked") }.allSatisfy {
            $0.split(separator: " ").count == 2 || $0.split(separator: " ").count == 4
          })
      }
      // One whose session is short dies without a word, others leave.
      let mortal = try setup.member(
        topic, properties.merging(["session.timeout.ms": "6000"]) { $1 })
      mortal.consumer.subscribe(topics: [topic])
      try setup.runner.run { setup.areSettled(all + [mortal], partitions: 6) }
      mortal.consumer.abandon()
      try setup.runner.run { setup.areSettled(all, partitions: 6) }
      try setup.close(third.consumer)
      try setup.runner.run { setup.areSettled([first, second], partitions: 6) }
      try setup.close(second.consumer)
      try setup.runner.run { setup.areSettled([first], partitions: 6) }
      for member in all + [mortal] {
        #expect(member.recorder.failure == nil && member.recorder.failures.isEmpty)
      }
      try setup.close(first.consumer)
    }
  }

  @Test("commits are kept; seek by time, pause and resume, committed")
  func commits() throws {
    let setup = try Setup()
    try setup.create("kept", partitions: 2)
    try setup.fill("kept", partitions: 2)
    let first = try setup.member("kept", ["enable.auto.commit": "false"])
    first.consumer.subscribe(topics: ["kept"])
    try setup.runner.run { first.recorder.values.count >= 200 }
    let zero = TopicPartition(topic: "kept", partition: 0)
    let one = TopicPartition(topic: "kept", partition: 1)
    let before = try setup.runner.wait { first.consumer.committed([zero, one], completion: $0) }
      .get()
    #expect(before == [zero: nil, one: nil])
    try setup.runner.wait {
      first.consumer.commit([zero: OffsetAndMetadata(offset: 42, metadata: "m")], completion: $0)
    }.get()
    let after = try setup.runner.wait { first.consumer.committed([zero, one], completion: $0) }
      .get()
    #expect(after == [zero: OffsetAndMetadata(offset: 42, metadata: "m"), one: nil])
    // Record 90 of each partition and what follows.
    first.recorder.byPartition = [:]
    let handle = try #require(first.consumer.handle(of: one))
    first.consumer.pause(handle)
    first.consumer.seek(handle, to: .timestamp(1_700_000_000_090))
    #expect(first.recorder.byPartition.isEmpty)
    first.consumer.resume(handle)
    try setup.runner.run { first.recorder.byPartition[one]?.count ?? 0 >= 10 }
    #expect(first.recorder.byPartition[one] == (90..<100).map(Int64.init))
    first.consumer.seek(handle, to: .timestamp(1_800_000_000_000))
    try setup.runner.run { first.consumer.position(handle) == 100 }
    try setup.close(first.consumer)

    let second = try setup.member("kept")
    second.consumer.subscribe(topics: ["kept"])
    try setup.runner.run { second.recorder.values.count >= 158 }
    #expect(second.recorder.byPartition[zero]?.first == 42)
    #expect(second.recorder.byPartition[one]?.first == 0)
    try setup.close(second.consumer)
    // The close has committed what was read.
    let third = try setup.member("kept")
    third.consumer.subscribe(topics: ["kept"])
    try setup.runner.run {
      third.consumer.handle(of: zero).map { third.consumer.position($0) != nil } ?? false
    }
    let ends = try setup.runner.wait { third.consumer.committed([zero, one], completion: $0) }
      .get()
    #expect(ends.values.allSatisfy { $0?.offset == 100 })
    #expect(third.recorder.values.isEmpty)
    try setup.close(third.consumer)
  }

  @Test("a pattern finds topics that appear; a raised partition count is noticed")
  func patterns() throws {
    let setup = try Setup()
    try setup.create("match-a", partitions: 1)
    try setup.create("other", partitions: 1)
    let member = try setup.member("pattern", ["metadata.max.age.ms": "300"])
    try member.consumer.subscribe(pattern: "match-.*")
    try setup.runner.run { member.recorder.assigned.count == 1 }
    try setup.create("match-b", partitions: 2)
    try setup.runner.run { member.recorder.assigned.count == 3 }
    let raised = try setup.runner.wait {
      setup.admin.createPartitions(["match-a": 4], completion: $0)
    }.get()
    try raised[0].result.get()
    try setup.runner.run { member.recorder.assigned.count == 6 }
    try setup.fill("match-a", partitions: 4)
    try setup.runner.run { member.recorder.values.count >= 400 }
    try setup.close(member.consumer)
  }

  @Test("a static member comes back to its partitions; its double fences it; old commits fail")
  func staticMembers() throws {
    let setup = try Setup()
    try setup.create("static", partitions: 4)
    let properties = ["group.instance.id": "one"]
    let other = try setup.member("static")
    let first = try setup.member("static", properties)
    other.consumer.subscribe(topics: ["static"])
    first.consumer.subscribe(topics: ["static"])
    try setup.runner.run { setup.areSettled([other, first], partitions: 4) }
    let held = first.recorder.assigned
    let generation = other.consumer.generation
    try setup.close(first.consumer)
    let again = try setup.member("static", properties)
    again.consumer.subscribe(topics: ["static"])
    try setup.runner.run { setup.areSettled([other, again], partitions: 4) }
    #expect(again.recorder.assigned == held)
    #expect(other.consumer.generation == generation)
    let double = try setup.member("static", properties)
    double.consumer.subscribe(topics: ["static"])
    try setup.runner.run { again.recorder.failure != nil }
    #expect(again.recorder.failure?.code == .fencedInstanceId)
    #expect(again.recorder.events.last?.hasPrefix("lost") == true)
    try setup.runner.run { setup.areSettled([other, double], partitions: 4) }
    // A commit with a generation that is over.
    other.consumer.generation -= 1
    let name = try #require(other.recorder.assigned.first)
    let result = try setup.runner.wait {
      other.consumer.commit([name: OffsetAndMetadata(offset: 0)], completion: $0)
    }
    guard case .failure(let error) = result else { throw ClientError.closed }
    #expect(error.code == .illegalGeneration)
    #expect(other.recorder.events.last?.hasPrefix("lost") == true)
    try setup.runner.run { setup.areSettled([other, double], partitions: 4) }
    try setup.close(other.consumer)
    try setup.close(double.consumer)
  }

  @Test("groups are listed, described, altered and deleted")
  func administration() throws {
    let setup = try Setup()
    let runner = setup.runner
    let admin = setup.admin
    try setup.create("seen", partitions: 2)
    try setup.fill("seen", partitions: 2)
    // Its session is waited for in the end.
    let member = try setup.member(
      "watched",
      ["group.instance.id": "one", "client.id": "eye", "session.timeout.ms": "15000"])
    member.consumer.subscribe(topics: ["seen"])
    try runner.run { member.recorder.values.count >= 200 }
    try runner.wait { member.consumer.commit(completion: $0) }.get()
    let zero = TopicPartition(topic: "seen", partition: 0)
    let one = TopicPartition(topic: "seen", partition: 1)

    let listed = try runner.wait { admin.listGroups(completion: $0) }.get()
    #expect(listed.first { $0.groupId == "watched" }?.state == "Stable")
    let described = try runner.wait { admin.describeGroups(["watched", "no"], completion: $0) }
      .get()
    let group = try described[0].result.get()
    #expect(group.state == "Stable" && group.assignor == "range" && group.members.count == 1)
    #expect(group.members[0].assignment == [zero, one] && group.members[0].topics == ["seen"])
    #expect(group.members[0].groupInstanceId == "one" && group.members[0].clientId == "eye")
    if case .failure(let error) = described[1].result { #expect(error.code == .groupIdNotFound) }
    let offsets = try runner.wait { admin.listConsumerGroupOffsets("watched", completion: $0) }
      .get()
    #expect(offsets.mapValues(\.offset) == [zero: 100, one: 100])
    let busy = try runner.wait {
      admin.alterConsumerGroupOffsets("watched", [zero: .init(offset: 5)], completion: $0)
    }.get()
    guard case .failure(let error)? = busy[zero] else { throw ClientError.closed }
    #expect(error.code == .unknownMemberId)
    let refused = try runner.wait { admin.deleteGroups(["watched"], completion: $0) }.get()
    guard case .failure(let full) = refused[0].result else { throw ClientError.closed }
    #expect(full.code == .nonEmptyGroup)
    try setup.close(member.consumer)
    try emptied(setup, zero, one)
  }

  /// The static member's session ends, then the group is an administrator's to change.
  private func emptied(_ setup: Setup, _ zero: TopicPartition, _ one: TopicPartition) throws {
    let runner = setup.runner
    let admin = setup.admin
    try runner.poll {
      let described = try runner.wait { admin.describeGroups(["watched"], completion: $0) }.get()
      return try described[0].result.get().state == "Empty"
    }
    let altered = try runner.wait {
      admin.alterConsumerGroupOffsets("watched", [zero: .init(offset: 5)], completion: $0)
    }.get()
    try altered[zero]?.get()
    let removed = try runner.wait {
      admin.deleteConsumerGroupOffsets("watched", [one], completion: $0)
    }.get()
    try removed[one]?.get()
    let left = try runner.wait {
      admin.listConsumerGroupOffsets("watched", partitions: [zero, one], completion: $0)
    }.get()
    #expect(left.mapValues(\.offset) == [zero: 5])
    let deleted = try runner.wait { admin.deleteGroups(["watched"], completion: $0) }.get()
    try deleted[0].result.get()
    let rest = try runner.wait { admin.listGroups(completion: $0) }.get()
    #expect(!rest.contains { $0.groupId == "watched" })
  }
}
