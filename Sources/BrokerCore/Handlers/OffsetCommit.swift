import CommitLog
import KafkaFormat
import KafkaMessages

// OffsetCommit (8), versions 2–10.
//
// The offsets of one request are one batch of `__consumer_offsets`: all of them are kept, or none.
// Any loop answers, under the lock of the group's partition; with one replica what is appended is
// committed, so that the answer goes out at once, or after the flush that the topic asks for.
//   UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID (v10)
//   OFFSET_METADATA_TOO_LARGE        more than `offset.metadata.max.bytes`, which Kafka counts in
//                                    characters: UTF-16 units, as Java's strings do
// For all partitions alike:
//   NOT_COORDINATOR                  there is no `__consumer_offsets` yet, or its disk failed
//   COORDINATOR_LOAD_IN_PROGRESS
//   UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS
//   GROUP_ID_NOT_FOUND               a generation of no group (v9; ILLEGAL_GENERATION before)
//   INVALID_COMMIT_OFFSET_SIZE       the batch would be too large
//   COORDINATOR_NOT_AVAILABLE        the disk is full
// v2–4 retention time, which becomes the offset's time of expiry; v6 leader epoch; v7 static
// members; v8 flexible; v9 (KIP-848) as v8; v10 topic ids

/// One offset that may be committed, and where its result stands in the answer.
private struct OffsetToCommit {
  var topicIndex: Int
  var partitionIndex: Int
  var topic: String
  var partition: Int32
  var offset: CommittedOffset
}

extension RequestProcessor {
  func handleOffsetCommit(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(OffsetCommitRequest.self, frame)
    var response = OffsetCommitResponse()
    response.topics.reserveCapacity(request.topics.count)
    var commits: [OffsetToCommit] = []
    var asksGroup = false
    for requested in request.topics {
      collect(requested, request, context, &response, &commits, &asksGroup)
    }
    guard asksGroup else { return context.response(response) }
    guard let place = groupPartition(of: request.groupId) else {
      response.fail(.notCoordinator)
      return context.response(response)
    }
    do throws(ErrorCode) {
      let done = try commit(commits, request, place, context)
      guard let done, done.needsFlush else { return context.response(response) }
      let answer = context.encoded(response)
      response.fail(.coordinatorNotAvailable)
      let waiting = ParkedProduce(
        response: answer, failure: context.encoded(response), flushesLeft: 1)
      return parkForFlush(waiting, [(place.partition, done.lastOffset)], context)
    } catch {
      response.fail(error)
      return context.response(response)
    }
  }

  /// Sorts the partitions of one topic into those that may be committed and those that may not.
  private func collect(
    _ requested: OffsetCommitRequest.OffsetCommitRequestTopic, _ request: OffsetCommitRequest,
    _ context: RequestContext, _ response: inout OffsetCommitResponse,
    _ commits: inout [OffsetToCommit], _ asksGroup: inout Bool
  ) {
    let usesIds = context.head.version >= 10
    let topic =
      usesIds ? image.topicsById[requested.topicId] : image.topicsByName[requested.name]
    var result = OffsetCommitResponse.OffsetCommitResponseTopic(
      name: requested.name, topicId: requested.topicId)
    result.partitions.reserveCapacity(requested.partitions.count)
    let expireTimestampMs =
      request.retentionTimeMs < 0 ? -1 : context.nowMs.addingClamped(request.retentionTimeMs)
    for wanted in requested.partitions {
      var outcome = OffsetCommitResponse.OffsetCommitResponsePartition(
        partitionIndex: wanted.partitionIndex)
      if let topic, topic.partition(wanted.partitionIndex) != nil {
        asksGroup = true
        let metadata = wanted.committedMetadata ?? ""
        if metadata.utf16.count > node.config.offsets.metadataCharactersMax {
          outcome.errorCode = .offsetMetadataTooLarge
        } else {
          commits.append(
            OffsetToCommit(
              topicIndex: response.topics.count, partitionIndex: result.partitions.count,
              topic: topic.name, partition: wanted.partitionIndex,
              offset: CommittedOffset(
                offset: wanted.committedOffset, leaderEpoch: wanted.committedLeaderEpoch,
                metadata: metadata, commitTimestampMs: context.nowMs,
                expireTimestampMs: expireTimestampMs, topicId: topic.id)))
        }
      } else {
        outcome.errorCode =
          usesIds && topic == nil ? .unknownTopicId : .unknownTopicOrPartition
      }
      result.partitions.append(outcome)
    }
    response.topics.append(result)
  }

  /// Lets the group decide, appends, and takes the offsets over.
  ///
  /// - Returns: nil where there was nothing to append.
  private func commit(
    _ commits: [OffsetToCommit], _ request: OffsetCommitRequest,
    _ place: (partition: Partition, groups: GroupPartition), _ context: RequestContext
  ) throws(ErrorCode) -> GroupAppend? {
    let now = GroupInstant(wallMs: context.nowMs, nanos: context.nowNanos)
    let tellsMissing = context.head.version >= 9
    return try place.groups.shard.withLock {
      (shard: inout sending GroupShard) throws(ErrorCode) -> GroupAppend? in
      if tellsMissing, request.generationIdOrMemberEpoch >= 0, shard.status == .active,
        shard.group(request.groupId) == nil
      {
        throw .groupIdNotFound
      }
      let group = try shard.groupForCommit(
        request.groupId, memberId: request.memberId, groupInstanceId: request.groupInstanceId,
        generationId: request.generationIdOrMemberEpoch, now: now)
      if commits.isEmpty {
        shard.forgetIfUnused(group)
        return nil
      }
      do throws(LogError) {
        let done = try appendGroupRecords(
          commits.map {
            $0.offset.record(group: group.id, topic: $0.topic, partition: $0.partition)
          }, to: place.partition, nowMs: context.nowMs)
        for commit in commits { group.offsets[commit.topic, commit.partition] = commit.offset }
        return done
      } catch {
        // It was made for this commit alone.
        shard.forgetIfUnused(group)
        throw offsetError(error, place.partition)
      }
    }
  }

  /// What a client is told whose offsets could not be written.
  func offsetError(_ error: LogError, _ partition: Partition) -> ErrorCode {
    switch error {
    case .batchTooLarge: return .invalidCommitOffsetSize
    case .outOfSpace:
      refused(error, by: partition)
      return .coordinatorNotAvailable
    default:
      refused(error, by: partition)
      return .notCoordinator
    }
  }
}

extension OffsetCommitResponse {
  /// Gives every partition that was to be committed this error.
  fileprivate mutating func fail(_ error: ErrorCode) {
    for topic in topics.indices {
      for index in topics[topic].partitions.indices {
        switch topics[topic].partitions[index].errorCode {
        case .unknownTopicId, .unknownTopicOrPartition: continue
        default: topics[topic].partitions[index].errorCode = error
        }
      }
    }
  }
}
