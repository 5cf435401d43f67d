import KafkaFormat
import KafkaMessages

@testable import BrokerCore

extension TestBroker {
  /// Asks for the group's coordinator, which makes the topic of groups.
  @discardableResult
  func findCoordinator(_ group: String = "g") throws -> FindCoordinatorResponse.Coordinator {
    try send(FindCoordinatorRequest(coordinatorKeys: [group]), version: 4).coordinators[0]
  }

  /// Commits one offset and returns what became of it.
  func commit(
    _ offset: Int64, group: String = "g", topic: String = "t", partition: Int32 = 0,
    metadata: String? = "", member: String = "", instance: String? = nil, generation: Int32 = -1,
    version: Int16 = 8, id: KafkaUUID = .zero, retentionMs: Int64 = -1, loop: Int = 0
  ) throws -> ErrorCode {
    let request = OffsetCommitRequest(
      groupId: group, generationIdOrMemberEpoch: generation, memberId: member,
      groupInstanceId: instance, retentionTimeMs: retentionMs,
      topics: [
        .init(
          name: version >= 10 ? "" : topic, topicId: version >= 10 ? id : .zero,
          partitions: [
            .init(
              partitionIndex: partition, committedOffset: offset,
              committedLeaderEpoch: version >= 6 ? 0 : -1, committedMetadata: metadata)
          ])
      ])
    let response = try send(request, version: version, loop: loop)
    return response.topics[0].partitions[0].errorCode
  }

  /// What a group committed: the group's error, and its offsets as `topic-partition=offset`.
  func committed(_ group: String = "g", loop: Int = 0) throws -> (error: ErrorCode, [String]) {
    let request = OffsetFetchRequest(groups: [.init(groupId: group, topics: nil)])
    let answer = try send(request, version: 8, loop: loop).groups[0]
    let offsets = answer.topics.flatMap { topic in
      topic.partitions.map { "\(topic.name)-\($0.partitionIndex)=\($0.committedOffset)" }
    }
    return (answer.errorCode, offsets)
  }

  /// The partition of the internal topic that has the group.
  func partition(of group: String) throws -> Partition {
    guard let place = processors[0].groupPartition(of: group) else {
      throw Failure(description: "no topic of groups")
    }
    return place.partition
  }

  /// Gives the group one member, "m", as if it had joined.
  func loadMember(
    of group: String = "g", instance: String? = nil, topics: [String] = ["t"]
  ) throws {
    let place = processors[0].groupPartition(of: group)
    let now = GroupInstant(wallMs: nowMs, nanos: nowNanos)
    var subscription = ByteWriter()
    subscription.int16(0)
    ConsumerProtocolSubscription(topics: topics, userData: nil).write(
      to: &subscription, version: 0)
    let member = GroupMetadataValue.MemberMetadata(
      memberId: "m", groupInstanceId: instance, clientId: "c", clientHost: "/127.0.0.1",
      rebalanceTimeout: 60_000, sessionTimeout: 10_000, subscription: subscription.finish())
    place?.groups.shard.withLock { shard in
      shard.load(
        groupId: group,
        metadata: GroupMetadataValue(
          protocolType: "consumer", generation: 3, protocol: "range", leader: "m",
          currentStateTimestamp: nowMs, members: [member]))
      shard.finishLoading(now: now)
    }
  }
}
