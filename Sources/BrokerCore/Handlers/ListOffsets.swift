import CommitLog
import KafkaFormat
import KafkaMessages

// ListOffsets (2), versions 1–11.
//
//   timestamp ≥ 0  the first record of that time or later: offset −1 where there is none
//   −1 latest      the high watermark
//   −2 earliest    the log start offset
//   −3 (v7)        the first record with the largest timestamp
//   −4 (v8)        earliest local: as −2, for nothing is tiered
//   −5 (v9)        latest tiered: offset −1
//   −6 (v11)       earliest pending upload: offset −1
// Others, or those in an older version: UNSUPPORTED_VERSION. A partition that is named twice is
// answered once, with INVALID_REQUEST. Look-ups by time read the log, and so
// run on the disk pool.
// v2 isolation level (without transactions both are the same); v4 leader epochs; v6 flexible;
// v10 timeout (nothing here takes long)

/// An answer that waits for searches on the disk pool.
struct ParkedListOffsets {
  let context: RequestContext
  var response: ListOffsetsResponse
  /// Which partition of the answer each search belongs to.
  var places: [(topic: Int, partition: Int)]
}

extension RequestProcessor {
  func handleListOffsets(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(ListOffsetsRequest.self, frame)
    var parked = ParkedListOffsets(context: context, response: .init(), places: [])
    var searches: [TimestampSearch?] = []
    let repeated = Self.repeatedPartitions(request)
    var refused: Set<TopicPartition> = []
    for topic in request.topics {
      var answer = ListOffsetsResponse.ListOffsetsTopicResponse(name: topic.name)
      let known = image.topicsByName[topic.name]
      for requested in topic.partitions {
        var result = ListOffsetsResponse.ListOffsetsPartitionResponse(
          partitionIndex: requested.partitionIndex)
        let name = TopicPartition(topic: topic.name, partition: requested.partitionIndex)
        if repeated.contains(name) {
          if !refused.insert(name).inserted { continue }
          result.errorCode = .invalidRequest
        } else if let partition = known?.partition(requested.partitionIndex) {
          if let search = lookUp(requested, partition, context.head.version, &result) {
            parked.places.append((parked.response.topics.count, answer.partitions.count))
            searches.append(search)
          }
        } else {
          result.errorCode = .unknownTopicOrPartition
        }
        answer.partitions.append(result)
      }
      parked.response.topics.append(answer)
    }
    if searches.isEmpty { return context.response(parked.response) }
    let ticket = park(.listOffsets(parked), connection: context.connection)
    actions.append(.disk(DiskJob(work: .search(ticket: ticket, searches))))
    return .pending
  }

  private static func repeatedPartitions(_ request: ListOffsetsRequest) -> Set<TopicPartition> {
    var seen: Set<TopicPartition> = []
    var repeated: Set<TopicPartition> = []
    for topic in request.topics {
      for requested in topic.partitions {
        let name = TopicPartition(topic: topic.name, partition: requested.partitionIndex)
        if !seen.insert(name).inserted { repeated.insert(name) }
      }
    }
    return repeated
  }

  /// - Returns: What is left to be done on the disk pool.
  private func lookUp(
    _ requested: ListOffsetsRequest.ListOffsetsPartition, _ partition: Partition,
    _ version: Int16, _ result: inout ListOffsetsResponse.ListOffsetsPartitionResponse
  ) -> TimestampSearch? {
    let timestamp = requested.timestamp
    let since: Int16 =
      switch timestamp {
      case -3: 7
      case -4: 8
      case -5: 9
      case -6: 11
      default: 1
      }
    if timestamp < -6 || version < since {
      result.errorCode = .unsupportedVersion
      return nil
    }
    if let error = partition.epochError(requested.currentLeaderEpoch) {
      result.errorCode = error
      return nil
    }
    if node.isOffline(partition.directory) {
      result.errorCode = .kafkaStorageError
      return nil
    }
    let (answer, search) = partition.state.withLock {
      state -> (ListOffsetsResponse.ListOffsetsPartitionResponse, TimestampSearch?) in
      var answer = ListOffsetsResponse.ListOffsetsPartitionResponse(
        partitionIndex: requested.partitionIndex)
      guard let log = state.log else {
        answer.errorCode = .kafkaStorageError
        return (answer, nil)
      }
      do throws(LogError) {
        switch timestamp {
        case -1:
          answer.offset = state.highWatermark
          answer.leaderEpoch = partition.leaderEpoch
        case -2, -4:
          answer.offset = log.logStartOffset
          answer.leaderEpoch = log.leaderEpochs.epoch(of: log.logStartOffset) ?? -1
        case -3: return (answer, try log.searchMaxTimestamp())
        case -5, -6: break
        default: return (answer, try log.search(timestamp: timestamp))
        }
      } catch { answer.errorCode = error.code }
      return (answer, nil)
    }
    result = answer
    return search
  }

  /// The searches of a parked request are done.
  func searched(_ ticket: UInt64, _ results: [SearchResult]) {
    guard case .listOffsets(var list)? = parked[ticket]?.content else { return }
    for (place, result) in zip(list.places, results) {
      switch result {
      case .found(let found):
        list.response.topics[place.topic].partitions[place.partition].offset = found.offset
        list.response.topics[place.topic].partitions[place.partition].timestamp = found.timestamp
        list.response.topics[place.topic].partitions[place.partition].leaderEpoch =
          found.leaderEpoch
      case .nothing: break
      case .failed(let error):
        list.response.topics[place.topic].partitions[place.partition].errorCode = error.code
      }
    }
    answer(ticket, list.context.encoded(list.response))
  }
}

extension Partition {
  /// What a client is told whose idea of the leader's epoch is another than ours.
  func epochError(_ epoch: Int32) -> ErrorCode? {
    if epoch < 0 || epoch == leaderEpoch { return nil }
    return epoch < leaderEpoch ? .fencedLeaderEpoch : .unknownLeaderEpoch
  }
}
