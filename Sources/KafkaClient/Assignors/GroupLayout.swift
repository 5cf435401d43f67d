/// Members and topics of one assignment, numbered in the order in which they take turns.
struct GroupLayout {
  let members: [GroupMemberSubscription]
  /// Subscribed topics that have partitions, ordered by name.
  let topics: [String]
  /// How many partitions each topic has.
  let counts: [Int32]
  /// For each member the numbers of its topics, ascending.
  let topicsOfMember: [[Int]]
  /// For each topic the numbers of its members, ascending.
  let membersOfTopic: [[Int]]

  /// Static members come first, by `group.instance.id`, so that they keep their places when they
  /// come back under another id; the others follow by member id.
  ///
  /// - Complexity: O(topics of all subscriptions together), and sorting.
  init(_ members: [GroupMemberSubscription], _ partitionCounts: [String: Int32]) {
    let members = members.sorted(by: Self.isOrdered)
    let subscribed = Set(members.lazy.flatMap(\.subscription.topics))
    let topics = subscribed.filter { partitionCounts[$0, default: 0] > 0 }
      .sorted { $0.isBefore($1) }
    let numbers = Dictionary(
      uniqueKeysWithValues: topics.enumerated().map { ($0.element, $0.offset) })
    let topicsOfMember = members.map { member in
      Set(member.subscription.topics.compactMap { numbers[$0] }).sorted()
    }
    var membersOfTopic = [[Int]](repeating: [], count: topics.count)
    for (member, list) in topicsOfMember.enumerated() {
      for topic in list { membersOfTopic[topic].append(member) }
    }
    self.members = members
    self.topics = topics
    self.counts = topics.map { partitionCounts[$0, default: 0] }
    self.topicsOfMember = topicsOfMember
    self.membersOfTopic = membersOfTopic
  }

  private static func isOrdered(
    _ left: GroupMemberSubscription, _ right: GroupMemberSubscription
  ) -> Bool {
    switch (left.groupInstanceId, right.groupInstanceId) {
    case (let one?, let other?): one.isBefore(other)
    case (_?, nil): true
    case (nil, _?): false
    case (nil, nil): left.memberId.isBefore(right.memberId)
    }
  }

  /// Shares the partitions out, topic by topic.
  ///
  /// - Parameter deal: Gives each of a topic's `count` partitions to one of its members.
  func shared(
    _ deal: (
      _ count: Int32, _ members: [Int], _ give: (_ partition: Int32, _ member: Int) -> Void
    ) -> Void
  ) -> [String: [TopicPartition]] {
    var lists = [[TopicPartition]](repeating: [], count: members.count)
    for (topic, members) in membersOfTopic.enumerated() {
      deal(counts[topic], members) { partition, member in
        lists[member].append(TopicPartition(topic: topics[topic], partition: partition))
      }
    }
    return named(lists)
  }

  /// The assignment in the form that assignors return.
  func named(_ lists: [[TopicPartition]]) -> [String: [TopicPartition]] {
    Dictionary(
      zip(members.map(\.memberId), lists), uniquingKeysWith: { first, _ in first })
  }
}
