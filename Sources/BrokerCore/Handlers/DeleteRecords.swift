import CommitLog
import KafkaFormat
import KafkaMessages

// DeleteRecords (21), versions 0–2.
//
// Of a partition that is named twice the last offset counts, and it is answered once, as in Kafka.
// Offset −1: all up to the high watermark. The log start offset is checkpointed in its time.
//   OFFSET_OUT_OF_RANGE  behind the high watermark, or negative
//   POLICY_VIOLATION     the topic's cleanup.policy has no `delete`
// v2 flexible
//
// OffsetForLeaderEpoch (23), versions 2–4: where an epoch, or the largest one before it, ends.
//   FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH for the client's own idea of the leader

extension RequestProcessor {
  func handleDeleteRecords(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DeleteRecordsRequest.self, frame)
    var response = DeleteRecordsResponse()
    var offsets: [TopicPartition: Int64] = [:]
    for requested in request.topics {
      for wanted in requested.partitions {
        let name = TopicPartition(topic: requested.name, partition: wanted.partitionIndex)
        offsets[name] = wanted.offset
      }
    }
    for requested in request.topics {
      var result = DeleteRecordsResponse.DeleteRecordsTopicResult(name: requested.name)
      let topic = image.topicsByName[requested.name]
      for var wanted in requested.partitions {
        let name = TopicPartition(topic: requested.name, partition: wanted.partitionIndex)
        guard let offset = offsets.removeValue(forKey: name) else { continue }
        wanted.offset = offset
        result.partitions.append(deleteRecords(wanted, topic, nowMs: context.nowMs))
      }
      response.topics.append(result)
    }
    return context.response(response)
  }

  private func deleteRecords(
    _ wanted: DeleteRecordsRequest.DeleteRecordsPartition, _ topic: TopicImage?, nowMs: Int64
  ) -> DeleteRecordsResponse.DeleteRecordsPartitionResult {
    var result = DeleteRecordsResponse.DeleteRecordsPartitionResult(
      partitionIndex: wanted.partitionIndex, lowWatermark: -1)
    guard let topic, let partition = topic.partition(wanted.partitionIndex) else {
      result.errorCode = .unknownTopicOrPartition
      return result
    }
    if !topic.config.log.deletesOldSegments {
      result.errorCode = .policyViolation
      return result
    }
    if node.isOffline(partition.directory) {
      result.errorCode = .kafkaStorageError
      return result
    }
    let (jobs, watermark, code, watchers) = partition.state.withLock {
      state -> ([LogJob], Int64, ErrorCode, [FetchWatcher]) in
      guard let log = state.log else { return ([], -1, .kafkaStorageError, []) }
      let offset = wanted.offset == -1 ? state.highWatermark : wanted.offset
      if offset < 0 { return ([], -1, .offsetOutOfRange, []) }
      do throws(LogError) {
        try log.deleteRecords(before: offset, highWatermark: state.highWatermark, nowMs: nowMs)
        return (log.takeJobs(), log.logStartOffset, .none, state.watchers)
      } catch { return (log.takeJobs(), -1, error.code, []) }
    }
    tell(watchers, bytes: 0)
    for job in jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
    result.lowWatermark = watermark
    result.errorCode = code
    return result
  }

  func handleOffsetForLeaderEpoch(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    let request = try context.decode(OffsetForLeaderEpochRequest.self, frame)
    var response = OffsetForLeaderEpochResponse()
    for requested in request.topics {
      var result = OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult(topic: requested.topic)
      for wanted in requested.partitions {
        var end = OffsetForLeaderEpochResponse.EpochEndOffset(partition: wanted.partition)
        if let partition = image.topicsByName[requested.topic]?.partition(wanted.partition) {
          if let error = partition.epochError(wanted.currentLeaderEpoch) {
            end.errorCode = error
          } else if let found = partition.endOffset(of: wanted.leaderEpoch) {
            end.leaderEpoch = found.epoch
            end.endOffset = found.offset
          }
        } else {
          end.errorCode = .unknownTopicOrPartition
        }
        result.partitions.append(end)
      }
      response.topics.append(result)
    }
    return context.response(response)
  }
}

extension Partition {
  fileprivate func endOffset(of epoch: Int32) -> (epoch: Int32, offset: Int64)? {
    state.withLock { state in
      guard let log = state.log else { return nil }
      // The leader's own epoch ends at its end, whether it wrote anything yet or not.
      if epoch == leaderEpoch { return (leaderEpoch, log.logEndOffset) }
      return log.leaderEpochs.endOffset(of: epoch, logEndOffset: log.logEndOffset)
    }
  }
}
