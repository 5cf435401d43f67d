import KafkaFormat

@testable import KafkaClient

/// A group as its leader sees it, over several rebalances.
struct AssignorGroup {
  var counts: [String: Int32] = [:]
  var topicsOfMember: [String: [String]] = [:]
  var instanceIds: [String: String] = [:]
  /// What each member holds, as it takes it from the assignments.
  var held: [String: [TopicPartition]] = [:]
  var generation: Int32 = 0

  init(_ counts: [String: Int32], _ topicsOfMember: [String: [String]]) {
    self.counts = counts
    self.topicsOfMember = topicsOfMember
  }

  /// `count` members that read all of the topics.
  static func equal(members count: Int, topics: [String: Int32]) -> AssignorGroup {
    let names = (0..<count).map { memberName($0) }
    return AssignorGroup(
      topics, Dictionary(uniqueKeysWithValues: names.map { ($0, Array(topics.keys)) }))
  }

  static func memberName(_ number: Int) -> String {
    "member-" + String(repeating: "0", count: 5 - "\(number)".count) + "\(number)"
  }

  /// The members as their subscriptions show them, through the very bytes.
  func subscriptions(_ assignor: any PartitionAssignor) throws -> [GroupMemberSubscription] {
    let isCooperative = assignor.supportedProtocols.first == .cooperative
    return try topicsOfMember.map { id, topics in
      let userData = assignor.subscriptionUserData(
        previousAssignment: held[id], generation: held[id] == nil ? -1 : generation)
      let subscription = ConsumerSubscription(
        topics: topics, userData: userData,
        ownedPartitions: isCooperative ? held[id] ?? [] : [],
        generation: held[id] == nil ? -1 : generation)
      let bytes = ConsumerProtocol.encode(subscription)
      return GroupMemberSubscription(
        memberId: id, groupInstanceId: instanceIds[id],
        subscription: try ConsumerProtocol.decodeSubscription(bytes))
    }
  }

  /// One rebalance: every member takes what it is given.
  ///
  /// - Returns: How many partitions another member has than before, those that were nobody's apart.
  @discardableResult
  mutating func rebalance(_ assignor: any PartitionAssignor) throws -> Int {
    let before = owners
    let assignment = assignor.assign(
      members: try subscriptions(assignor), partitionCounts: counts)
    held = assignment
    generation += 1
    return owners.count { before[$0.key] != nil && before[$0.key] != $0.value }
  }

  var owners: [TopicPartition: String] {
    var owners: [TopicPartition: String] = [:]
    for (member, partitions) in held {
      for partition in partitions { owners[partition] = member }
    }
    return owners
  }

  /// Every partition of a topic that somebody reads.
  var readable: Set<TopicPartition> {
    let topics = Set(topicsOfMember.values.joined())
    return Set(
      topics.flatMap { topic in
        (0..<counts[topic, default: 0]).map { TopicPartition(topic: topic, partition: $0) }
      })
  }

  /// What is wrong with what the members hold; empty where each partition has one reader.
  var faults: [String] {
    var faults: [String] = []
    let all = held.values.joined()
    if all.count != Set(all).count { faults.append("a partition has two readers") }
    let missing = readable.subtracting(all)
    if !missing.isEmpty { faults.append("nobody reads \(missing)") }
    if Set(held.keys) != Set(topicsOfMember.keys) { faults.append("not every member has a list") }
    for (member, partitions) in held {
      let topics = Set(topicsOfMember[member] ?? [])
      if partitions.contains(where: { !topics.contains($0.topic) }) {
        faults.append("\(member) has what it did not subscribe to")
      }
    }
    return faults
  }

  /// The most that any member has over the least.
  var spread: Int {
    let sizes = held.values.map(\.count)
    return (sizes.max() ?? 0) - (sizes.min() ?? 0)
  }

  /// Whether partitions could still move along any path to a member with two less.
  var canImprove: Bool {
    held.keys.contains { start in
      var seen: Set<String> = [start]
      var next = [start]
      while let member = next.popLast() {
        let topics = Set((held[member] ?? []).map(\.topic))
        for (other, list) in topicsOfMember where !topics.isDisjoint(with: list) {
          if (held[other]?.count ?? 0) + 2 <= held[start]!.count { return true }
          if seen.insert(other).inserted { next.append(other) }
        }
      }
      return false
    }
  }
}

extension AssignorGroup {
  /// A group of random size, with subscriptions that are equal or differ.
  init(seed: UInt64, isEqual: Bool) {
    var random = SplitMix(state: seed)
    var counts: [String: Int32] = [:]
    for topic in 0..<Int.random(in: 1...6, using: &random) {
      counts["topic-\(topic)"] = Int32.random(in: 0...12, using: &random)
    }
    self.init(counts, [:])
    for number in 0..<Int.random(in: 1...9, using: &random) {
      join(number, &random, isEqual: isEqual)
    }
  }

  mutating func join(_ number: Int, _ random: inout SplitMix, isEqual: Bool) {
    let all = counts.keys.sorted()
    let some = all.filter { _ in isEqual || Bool.random(using: &random) }
    topicsOfMember[Self.memberName(number)] = some
    if number % 3 == 1 { instanceIds[Self.memberName(number)] = "static-\(90 - number)" }
  }

  mutating func leave(_ member: String) {
    topicsOfMember[member] = nil
    held[member] = nil
  }
}

/// Numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value &>> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value &>> 31)
  }
}
