import KafkaFormat
import KafkaMessages

// OffsetFetch (9), versions 1–10.
//
// A partition without a committed offset, or a group that is not known, is no error: offset −1.
//   NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS  for the group; v1: for each partition
//   UNKNOWN_TOPIC_ID                               v10
// v2 all topics (null), the group's error; v5 leader epochs; v6 flexible; v7 only stable offsets:
// without transactions all are; v8 several groups; v9 members (KIP-848; they tell nothing here);
// v10 topic ids: topics that are no more are left out of "all"

extension RequestProcessor {
  func handleOffsetFetch(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(OffsetFetchRequest.self, frame)
    let version = context.head.version
    if version >= 8 {
      let groups = request.groups.map { group in
        fetchOffsets(of: group.groupId, group.topics, version: version)
      }
      return context.response(OffsetFetchResponse(groups: groups))
    }
    let topics = request.topics.map { topics in
      topics.map {
        OffsetFetchRequest.OffsetFetchRequestTopics(
          name: $0.name, partitionIndexes: $0.partitionIndexes)
      }
    }
    let group = fetchOffsets(of: request.groupId, topics, version: version)
    var response = OffsetFetchResponse(errorCode: group.errorCode)
    if group.errorCode != .none, version < 2 {
      response.topics = (request.topics ?? []).map { Self.refused($0, group.errorCode) }
    } else {
      response.topics = group.topics.map(Self.olderForm)
    }
    return context.response(response)
  }

  private func fetchOffsets(
    of groupId: String, _ topics: [OffsetFetchRequest.OffsetFetchRequestTopics]?, version: Int16
  ) -> OffsetFetchResponse.OffsetFetchResponseGroup {
    var result = OffsetFetchResponse.OffsetFetchResponseGroup(groupId: groupId)
    guard let place = groupPartition(of: groupId) else {
      result.errorCode = .notCoordinator
      return result
    }
    let (offsets, error) = place.groups.shard.withLock { shard -> (CommittedOffsets, ErrorCode?) in
      (shard.group(groupId)?.offsets ?? CommittedOffsets(), shard.statusError)
    }
    if let error {
      result.errorCode = error
      return result
    }
    if let topics {
      result.topics = topics.map { describe($0, offsets, version: version) }
    } else {
      result.topics = offsets.byTopic.keys.sorted().compactMap { name in
        let topic = image.topicsByName[name]
        if version >= 10, topic == nil { return nil }
        let all = OffsetFetchRequest.OffsetFetchRequestTopics(
          name: name, topicId: topic?.id ?? .zero, partitionIndexes: offsets.partitions(of: name))
        return describe(all, offsets, version: version)
      }
    }
    return result
  }

  private func describe(
    _ wanted: OffsetFetchRequest.OffsetFetchRequestTopics, _ offsets: CommittedOffsets,
    version: Int16
  ) -> OffsetFetchResponse.OffsetFetchResponseTopics {
    let topic =
      version >= 10 ? image.topicsById[wanted.topicId] : image.topicsByName[wanted.name]
    let name = version >= 10 ? topic?.name : wanted.name
    return OffsetFetchResponse.OffsetFetchResponseTopics(
      name: wanted.name, topicId: wanted.topicId,
      partitions: wanted.partitionIndexes.map { index in
        var answer = OffsetFetchResponse.OffsetFetchResponsePartitions(
          partitionIndex: index, committedOffset: -1, metadata: "")
        guard let name else {
          answer.errorCode = .unknownTopicId
          return answer
        }
        guard let offset = offsets[name, index], offset.belongs(to: topic?.id ?? .zero) else {
          return answer
        }
        answer.committedOffset = offset.offset
        answer.committedLeaderEpoch = offset.leaderEpoch
        answer.metadata = offset.metadata
        return answer
      })
  }

  private static func refused(
    _ topic: OffsetFetchRequest.OffsetFetchRequestTopic, _ error: ErrorCode
  ) -> OffsetFetchResponse.OffsetFetchResponseTopic {
    OffsetFetchResponse.OffsetFetchResponseTopic(
      name: topic.name,
      partitions: topic.partitionIndexes.map {
        OffsetFetchResponse.OffsetFetchResponsePartition(
          partitionIndex: $0, committedOffset: -1, metadata: "", errorCode: error)
      })
  }

  /// As versions before 8 have it.
  private static func olderForm(_ topic: OffsetFetchResponse.OffsetFetchResponseTopics)
    -> OffsetFetchResponse.OffsetFetchResponseTopic
  {
    OffsetFetchResponse.OffsetFetchResponseTopic(
      name: topic.name,
      partitions: topic.partitions.map {
        OffsetFetchResponse.OffsetFetchResponsePartition(
          partitionIndex: $0.partitionIndex, committedOffset: $0.committedOffset,
          committedLeaderEpoch: $0.committedLeaderEpoch, metadata: $0.metadata,
          errorCode: $0.errorCode)
      })
  }
}
