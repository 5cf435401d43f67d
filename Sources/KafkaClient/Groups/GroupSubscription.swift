import KafkaFormat
import Transport

/// What a member wants to read.
enum GroupSubscription {
  case topics(Set<String>)
  /// All topics whose whole name matches.
  case matching((String) -> Bool)

  /// The topics' names, as far as they are known.
  func topics(in metadata: ClusterMetadata, excludeInternal: Bool) -> Set<String> {
    switch self {
    case .topics(let names): return names
    case .matching(let matches):
      var found: Set<String> = []
      for (name, topic) in metadata.topics
      where !(topic.isInternal && excludeInternal) && matches(name) { found.insert(name) }
      return found
    }
  }
}

extension GroupConsumer {
  /// Reads these topics from now on; those that do not exist yet as soon as they do.
  public func subscribe(topics: [String]) { subscribe(.topics(Set(topics))) }

  /// Reads all topics whose whole name matches, also those that appear later
  /// (`metadata.max.age.ms`).
  public func subscribe(matching matches: @escaping (String) -> Bool) {
    subscribe(.matching(matches))
  }

  /// - Parameter pattern: A regular expression that the whole name of a topic matches.
  /// - Throws: `.invalidValue` where it is none.
  public func subscribe(pattern: String) throws(ConfigurationError) {
    let regex: Regex<AnyRegexOutput>
    do {
      regex = try Regex(pattern)
    } catch {
      throw .invalidValue(key: "pattern", value: pattern, allowed: "a regular expression")
    }
    subscribe(matching: { (try? regex.wholeMatch(in: $0)) != nil })
  }

  private func subscribe(_ wanted: GroupSubscription) {
    guard failure == nil, !isClosed else { return }
    subscription = wanted
    consumer.client.start()
    updateTracking()
    if state == .leaving { return }
    if case .matching = wanted, !consumer.client.hasMetadata || joinedTopics.isEmpty {
      // The first answer to "all topics" tells what to join with.
      isWaitingForTopics = true
      return consumer.client.requestMetadata()
    }
    rejoin("the subscription has changed")
  }

  /// The topics that the member joins with.
  var subscribedTopics: Set<String> {
    subscription?.topics(
      in: consumer.client.metadata, excludeInternal: config.excludeInternalTopics) ?? []
  }

  /// Keeps the metadata of what is subscribed, held or, as the leader, shared out.
  func updateTracking() {
    if case .matching = subscription { return consumer.client.track(only: nil) }
    var topics = subscribedTopics
    topics.formUnion(owned.keys.lazy.map(\.topic))
    topics.formUnion(assignedCounts.keys)
    if let leading { topics.formUnion(leading.topics) }
    consumer.client.track(only: topics)
  }

  // MARK: MetadataListener

  func metadataChanged() {
    guard failure == nil, !isClosed else { return }
    coordinator.metadataChanged()
    guard failure == nil, !isClosed, subscription != nil, state != .leaving else { return }
    if isWaitingForTopics {
      isWaitingForTopics = false
      return rejoin("the subscription has changed")
    }
    if state == .assigning { return assignIfKnown() }
    guard state == .stable || state == .unjoined else { return }
    if case .matching = subscription, subscribedTopics != joinedTopics {
      return rejoin("the topics that match the subscription have changed")
    }
    if state == .stable, isLeader, partitionCounts(of: assignedCounts.keys) != assignedCounts {
      rejoin("the partitions of subscribed topics have changed")
    }
  }

  /// Zero where a topic is not known, or no more: what a deleted topic had is nobody's to read.
  func partitionCounts(of topics: some Sequence<String>) -> [String: Int32] {
    var counts: [String: Int32] = [:]
    for name in topics {
      let topic = consumer.client.metadata.topics[name]
      let isGone = topic?.error == .unknownTopicOrPartition
      counts[name] = isGone ? 0 : Int32(clamping: topic?.partitions.count ?? 0)
    }
    return counts
  }
}
