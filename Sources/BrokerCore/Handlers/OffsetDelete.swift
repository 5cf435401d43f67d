import CommitLog
import KafkaFormat
import KafkaMessages

// OffsetDelete (47), version 0.
//
// For the whole request: NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, INVALID_GROUP_ID,
//   GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP (members of another kind than consumers)
// A partition: UNKNOWN_TOPIC_OR_PARTITION, GROUP_SUBSCRIBED_TO_TOPIC (members read the topic); one
//   without an offset is no error

extension RequestProcessor {
  func handleOffsetDelete(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(OffsetDeleteRequest.self, frame)
    var response = OffsetDeleteResponse()
    for requested in request.topics {
      let topic = image.topicsByName[requested.name]
      response.topics.append(
        OffsetDeleteResponse.OffsetDeleteResponseTopic(
          name: requested.name,
          partitions: requested.partitions.map { wanted in
            let isKnown = topic?.partition(wanted.partitionIndex) != nil
            return OffsetDeleteResponse.OffsetDeleteResponsePartition(
              partitionIndex: wanted.partitionIndex,
              errorCode: isKnown ? .none : .unknownTopicOrPartition)
          }))
    }
    guard let place = groupPartition(of: request.groupId) else {
      return context.response(OffsetDeleteResponse(errorCode: .notCoordinator))
    }
    do throws(ErrorCode) {
      response = try deleteOffsets(response, of: request.groupId, place, nowMs: context.nowMs)
    } catch {
      response = OffsetDeleteResponse(errorCode: error)
    }
    return context.response(response)
  }

  /// - Returns: The response with what became of each partition that is known.
  private func deleteOffsets(
    _ response: OffsetDeleteResponse, of groupId: String,
    _ place: (partition: Partition, groups: GroupPartition), nowMs: Int64
  ) throws(ErrorCode) -> OffsetDeleteResponse {
    try place.groups.shard.withLock {
      (shard: inout sending GroupShard) throws(ErrorCode) -> OffsetDeleteResponse in
      if let error = shard.availabilityError(groupId) { throw error }
      guard let group = shard.group(groupId) else { throw .groupIdNotFound }
      if let error = group.offsetDeleteError { throw error }
      var response = response
      var tombstones: [GroupRecord] = []
      for (topicIndex, topic) in response.topics.enumerated() {
        let isSubscribed = group.isSubscribed(to: topic.name)
        for (index, partition) in topic.partitions.enumerated()
        where partition.errorCode == .none {
          if isSubscribed {
            response.topics[topicIndex].partitions[index].errorCode = .groupSubscribedToTopic
          } else if group.offsets[topic.name, partition.partitionIndex] != nil {
            tombstones.append(
              CommittedOffsets.tombstone(
                group: groupId, topic: topic.name, partition: partition.partitionIndex))
          }
        }
      }
      if tombstones.isEmpty { return response }
      do throws(LogError) {
        _ = try appendGroupRecords(tombstones, to: place.partition, nowMs: nowMs)
      } catch { throw offsetError(error, place.partition) }
      for case .offset(let key, _) in tombstones { group.offsets.replay(key, nil) }
      return response
    }
  }
}
