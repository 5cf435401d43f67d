import KafkaFormat
import Testing

@testable import KafkaClient

@Suite("sticky assignors") struct StickinessTests {
  static let sticky = StickyAssignor()
  static let cooperative = CooperativeStickyAssignor()

  /// The least moves that make loads differ by one at most, of partitions that have owners.
  private func leastMoves(_ loads: [Int], total: Int) -> Int {
    let (each, extra) = total.quotientAndRemainder(dividingBy: loads.count)
    let kept = loads.reduce(0) { $0 + min($1, each) } + min(loads.count { $0 > each }, extra)
    return loads.reduce(0, +) - kept
  }

  @Test("with equal subscriptions joins, leaves and new partitions move no more than they must")
  func equalSubscriptions() throws {
    for seed in 0..<150 as Range<UInt64> {
      var random = SplitMix(state: seed)
      var group = AssignorGroup(seed: seed, isEqual: true)
      try group.rebalance(Self.sticky)
      for step in 0..<8 {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: group.join(20 + step, &random, isEqual: true)
        case 1 where group.topicsOfMember.count > 1:
          group.leave(group.topicsOfMember.keys.sorted().randomElement(using: &random)!)
        default: group.counts["topic-0", default: 0] += 3
        }
        let loads = group.topicsOfMember.keys.map { group.held[$0]?.count ?? 0 }
        let least = leastMoves(loads, total: group.readable.count)
        #expect(try group.rebalance(Self.sticky) == least, "seed \(seed) step \(step)")
        #expect(group.faults.isEmpty && group.spread <= 1)
      }
    }
  }

  @Test("with differing subscriptions nothing could be balanced better, and then nothing moves")
  func differingSubscriptions() throws {
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix(state: seed)
      var group = AssignorGroup(seed: seed, isEqual: false)
      for step in 0..<4 {
        try group.rebalance(Self.sticky)
        #expect(group.faults.isEmpty && !group.canImprove, "seed \(seed) step \(step)")
        #expect(try group.rebalance(Self.sticky) == 0)
        group.join(20 + step, &random, isEqual: false)
      }
    }
  }

  @Test("members that have no topic in common balance through one that has")
  func chain() throws {
    var group = AssignorGroup(["t1": 2, "t2": 1], ["a": ["t1"], "b": ["t1", "t2"], "c": ["t2"]])
    group.held = [
      "a": [TopicPartition(topic: "t1", partition: 0), TopicPartition(topic: "t1", partition: 1)],
      "b": [TopicPartition(topic: "t2", partition: 0)],
    ]
    #expect(try group.rebalance(Self.sticky) == 2)
    #expect(group.held.values.map(\.count) == [1, 1, 1])
  }

  @Test("cooperative: what moves is nobody's until given up, and a round later it is another's")
  func cooperativeRounds() throws {
    for seed in 0..<150 as Range<UInt64> {
      var random = SplitMix(state: seed)
      var group = AssignorGroup(seed: seed, isEqual: seed % 2 == 0)
      for step in 0..<6 {
        let before = group.owners
        #expect(try group.rebalance(Self.cooperative) == 0, "nothing changes hands at once")
        let withheld = group.readable.subtracting(group.held.values.joined())
        #expect(withheld.allSatisfy { before[$0] != nil }, "only what somebody held waits")
        if !withheld.isEmpty { try group.rebalance(Self.cooperative) }
        // Paths over several members may be found anew, and then need a round more.
        if seed % 2 == 1 { try group.rebalance(Self.cooperative) }
        #expect(group.faults.isEmpty, "seed \(seed) step \(step)")
        #expect(try group.rebalance(Self.cooperative) == 0)
        #expect(group.faults.isEmpty)
        if seed % 2 == 0 { #expect(group.spread <= 1) }
        if step % 2 == 0 || group.topicsOfMember.count < 2 {
          group.join(20 + step, &random, isEqual: seed % 2 == 0)
        } else {
          group.leave(group.topicsOfMember.keys.sorted()[0])
        }
      }
    }
  }

  @Test("of two that claim a partition the later generation keeps it; of equals neither counts")
  func claims() throws {
    let partition = TopicPartition(topic: "t", partition: 0)
    func member(_ id: String, _ generation: Int32) -> GroupMemberSubscription {
      GroupMemberSubscription(
        memberId: id,
        subscription: ConsumerSubscription(
          topics: ["t"],
          userData: Self.sticky.subscriptionUserData(
            previousAssignment: [partition], generation: generation),
          ownedPartitions: [partition], generation: generation))
    }
    for assignor in [Self.sticky, Self.cooperative] as [any PartitionAssignor] {
      let late = assignor.assign(
        members: [member("a", 4), member("b", 5)], partitionCounts: ["t": 1])
      #expect(late == ["a": [], "b": [partition]])
      let same = assignor.assign(
        members: [member("a", 5), member("b", 5)], partitionCounts: ["t": 1])
      #expect(same.values.joined().count == 1)
    }
  }

  @Test("user data of both versions are read, and the written ones are Java's layout")
  func userData() throws {
    let held = [TopicPartition(topic: "t", partition: 3), TopicPartition(topic: "t", partition: 5)]
    let bytes = try #require(
      Self.sticky.subscriptionUserData(previousAssignment: held, generation: 6))
    let expected: [UInt8] = [
      0, 0, 0, 1, 0, 1, 0x74, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 6,
    ]
    #expect(bytes == expected)
    #expect(StickyAssignor.memory(bytes) == MemberMemory(partitions: held, generation: 6))
    #expect(StickyAssignor.memory(Array(bytes.dropLast(4))) == MemberMemory(partitions: held))
    #expect(StickyAssignor.memory(Array(bytes.dropLast(5))) == MemberMemory())
    #expect(Self.sticky.subscriptionUserData(previousAssignment: nil, generation: -1) == nil)
    let cooperative = Self.cooperative.subscriptionUserData(previousAssignment: nil, generation: 6)
    #expect(cooperative == [0, 0, 0, 6])
    let old = ConsumerSubscription(topics: ["t"], userData: cooperative)
    #expect(CooperativeStickyAssignor.generation(old) == 6)
  }

  @Test("1,000 members and 10,000 partitions: balanced, and one who leaves moves its own alone")
  func large() throws {
    let topics = Dictionary(uniqueKeysWithValues: (0..<20).map { ("t\($0)", Int32(500)) })
    var group = AssignorGroup.equal(members: 1000, topics: topics)
    try group.rebalance(Self.sticky)
    #expect(group.faults.isEmpty && group.spread == 0)
    group.leave(AssignorGroup.memberName(77))
    #expect(try group.rebalance(Self.sticky) == 0)
    #expect(group.faults.isEmpty && group.spread == 1)
  }
}
