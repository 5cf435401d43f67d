import KafkaFormat
import Testing

@testable import KafkaClient

@Suite("assignors") struct AssignorTests {
  static let names = ["range", "roundrobin", "sticky", "cooperative-sticky"]

  private func assign(
    _ name: String, _ group: AssignorGroup
  ) throws -> [String: [TopicPartition]] {
    let assignor = try #require(Assignors.named(name))
    return assignor.assign(
      members: try group.subscriptions(assignor), partitionCounts: group.counts)
  }

  private func numbers(_ list: [TopicPartition]?) -> [String] { (list ?? []).map(\.description) }

  @Test("each is found by its own name and by Java's")
  func found() {
    for name in Self.names { #expect(Assignors.named(name)?.name == name) }
    let java = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
    #expect(Assignors.named(java)?.name == "cooperative-sticky")
    #expect(Assignors.named("RangeAssignor")?.name == "range")
    #expect(Assignors.named("fair") == nil)
  }

  @Test("range gives runs, the first members one more, and orders static members first")
  func range() throws {
    var group = AssignorGroup.equal(members: 3, topics: ["a": 7, "b": 2])
    let plain = try assign("range", group)
    #expect(numbers(plain["member-00000"]) == ["a-0", "a-1", "a-2", "b-0"])
    #expect(numbers(plain["member-00001"]) == ["a-3", "a-4", "b-1"])
    #expect(numbers(plain["member-00002"]) == ["a-5", "a-6"])
    group.instanceIds = ["member-00002": "x", "member-00001": "y"]
    let withStatic = try assign("range", group)
    #expect(numbers(withStatic["member-00002"]) == ["a-0", "a-1", "a-2", "b-0"])
    #expect(numbers(withStatic["member-00000"]) == ["a-5", "a-6"])
  }

  @Test("round robin deals out in turn, over the borders of topics, past who has not subscribed")
  func roundRobin() throws {
    let group = AssignorGroup(
      ["t0": 1, "t1": 2, "t2": 3], ["c0": ["t0"], "c1": ["t0", "t1"], "c2": ["t0", "t1", "t2"]])
    let assignment = try assign("roundrobin", group)
    #expect(numbers(assignment["c0"]) == ["t0-0"])
    #expect(numbers(assignment["c1"]) == ["t1-0"])
    #expect(numbers(assignment["c2"]) == ["t1-1", "t2-0", "t2-1", "t2-2"])
  }

  @Test("members without topics, topics without partitions and nobody at all", arguments: names)
  func empty(name: String) throws {
    #expect(try assign(name, AssignorGroup(["a": 3], [:])).isEmpty)
    let group = AssignorGroup(["a": 3, "none": 0], ["x": [], "y": ["none", "missing"]])
    #expect(try assign(name, group) == ["x": [], "y": []])
  }

  @Test("every partition has one reader, whatever the group", arguments: names)
  func complete(name: String) throws {
    let assignor = try #require(Assignors.named(name))
    for seed in 0..<200 as Range<UInt64> {
      var group = AssignorGroup(seed: seed, isEqual: seed % 2 == 0)
      try group.rebalance(assignor)
      #expect(group.faults.isEmpty, "seed \(seed)")
      if seed % 2 == 0, name != "range" { #expect(group.spread <= 1, "seed \(seed)") }
    }
  }

  @Test("the order of members and of their topics changes nothing", arguments: names)
  func deterministic(name: String) throws {
    let assignor = try #require(Assignors.named(name))
    for seed in 0..<50 as Range<UInt64> {
      var group = AssignorGroup(seed: seed, isEqual: false)
      try group.rebalance(assignor)
      var random = SplitMix(state: seed)
      group.join(20, &random, isEqual: false)
      let members = try group.subscriptions(assignor)
      let shuffled = members.shuffled(using: &random).map { member in
        var member = member
        member.subscription.topics.shuffle(using: &random)
        member.subscription.ownedPartitions.shuffle(using: &random)
        return member
      }
      let first = assignor.assign(members: members, partitionCounts: group.counts)
      #expect(first == assignor.assign(members: shuffled, partitionCounts: group.counts))
    }
  }

  @Test("a topic deleted or widened, and damaged user data, are no obstacle", arguments: names)
  func changes(name: String) throws {
    let assignor = try #require(Assignors.named(name))
    var group = AssignorGroup.equal(members: 4, topics: ["a": 8, "b": 4])
    try group.rebalance(assignor)
    group.counts = ["a": 12]
    try group.rebalance(assignor)
    #expect(group.faults.isEmpty)
    var members = try group.subscriptions(assignor)
    for index in members.indices {
      members[index].subscription.userData = [UInt8](repeating: 0xff, count: index)
    }
    let lists = assignor.assign(members: members, partitionCounts: group.counts)
    #expect(Set(lists.values.joined()).count == 12)
  }
}

@Suite("consumer protocol") struct ConsumerProtocolTests {
  let subscription = ConsumerSubscription(
    topics: ["b", "a"], userData: [1, 2],
    ownedPartitions: [
      TopicPartition(topic: "b", partition: 1), TopicPartition(topic: "a", partition: 2),
      TopicPartition(topic: "a", partition: 0),
    ], generation: 7, rackId: "r")

  @Test("a subscription is read back from each version, which keeps what it can hold")
  func subscriptionVersions() throws {
    for version in 0...3 as ClosedRange<Int16> {
      let bytes = ConsumerProtocol.encode(subscription, version: version)
      let read = try ConsumerProtocol.decodeSubscription(bytes)
      #expect(bytes[1] == UInt8(version))
      #expect(read.topics == ["a", "b"] && read.userData == [1, 2])
      #expect(
        read.ownedPartitions.map(\.description) == (version < 1 ? [] : ["a-0", "a-2", "b-1"]))
      #expect(read.generation == (version < 2 ? -1 : 7))
      #expect(read.rackId == (version < 3 ? nil : "r"))
    }
  }

  @Test("a later version is read as the latest known; cut or odd bytes are refused")
  func otherBytes() throws {
    var bytes = ConsumerProtocol.encode(subscription)
    for end in 2..<bytes.count {
      #expect(throws: FormatError.self) {
        try ConsumerProtocol.decodeSubscription(Array(bytes[..<end]))
      }
    }
    bytes[1] = 9
    bytes += [1, 2, 3]
    #expect(try ConsumerProtocol.decodeSubscription(bytes).generation == 7)
    bytes[0] = 0xff
    #expect(throws: FormatError.self) { try ConsumerProtocol.decodeSubscription(bytes) }
    #expect(throws: FormatError.self) { try ConsumerProtocol.decodeSubscription([]) }
  }

  @Test("an assignment is read back; empty bytes are an empty one")
  func assignment() throws {
    let assignment = ConsumerAssignment(partitions: subscription.ownedPartitions, userData: [])
    for version in 0...3 as ClosedRange<Int16> {
      let bytes = ConsumerProtocol.encode(assignment, version: version)
      let read = try ConsumerProtocol.decodeAssignment(bytes)
      #expect(read.partitions.map(\.description) == ["b-1", "a-2", "a-0"])
      #expect(read.userData == [])
    }
    #expect(try ConsumerProtocol.decodeAssignment([]).partitions.isEmpty)
  }
}
