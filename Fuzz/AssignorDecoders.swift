import KafkaClient

/// A member's subscription, as a leader gets it from a client that it does not know: every
/// assignor must share the partitions out whatever its topics, owned partitions and user data are.
///
/// Two members say the same, a third something else.
func assignSubscription(_ bytes: [UInt8]) {
  _ = try? ConsumerProtocol.decodeAssignment(bytes)
  guard let subscription = try? ConsumerProtocol.decodeSubscription(bytes) else { return }
  let written = ConsumerProtocol.encode(subscription)
  guard let again = try? ConsumerProtocol.decodeSubscription(written) else {
    fatalError("a subscription cannot be read after it was written")
  }
  precondition(ConsumerProtocol.encode(again) == written, "a subscription changed")
  let topics = Set(subscription.topics)
  let counts = Dictionary(uniqueKeysWithValues: topics.prefix(8).map { ($0, Int32(3)) })
  let other = ConsumerSubscription(topics: Array(topics.prefix(1)), generation: 3)
  let members = [("a", subscription), ("b", subscription), ("c", other)].map {
    GroupMemberSubscription(memberId: $0.0, subscription: $0.1)
  }
  for assignor in Assignors.all {
    let lists = assignor.assign(members: members, partitionCounts: counts)
    let all = lists.values.joined()
    precondition(all.count == Set(all).count, "\(assignor.name) gave a partition twice")
    // What cooperative members hold and give up waits for the next round.
    let isWhole = all.count == counts.count * 3
    precondition(isWhole || assignor.supportedProtocols.contains(.cooperative))
  }
}
