import CommitLog
import KafkaFormat
import KafkaMessages

// DescribeProducers (61), version 0: what each partition remembers of its idempotent producers.
//
//   UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION
//   KAFKA_STORAGE_ERROR  the partition's directory failed
// No producer has a coordinator or an open transaction: both are −1.

extension RequestProcessor {
  func handleDescribeProducers(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> Outcome
  {
    let request = try context.decode(DescribeProducersRequest.self, frame)
    var response = DescribeProducersResponse()
    for requested in request.topics {
      response.topics.append(
        .init(
          name: requested.name,
          partitions: requested.partitionIndexes.map { producers(of: $0, requested.name) }))
    }
    return context.response(response)
  }

  private func producers(of index: Int32, _ topic: String)
    -> DescribeProducersResponse.PartitionProducers
  {
    var result = DescribeProducersResponse.PartitionProducers(partitionIndex: index)
    guard let partition = image.topicsByName[topic]?.partition(index) else {
      if let problem = TopicName.problem(with: topic) {
        result.errorCode = .invalidTopicException
        result.errorMessage = problem
      } else {
        result.errorCode = .unknownTopicOrPartition
        result.errorMessage = ErrorCode.unknownTopicOrPartition.message
      }
      return result
    }
    let producers = partition.state.withLock { $0.log?.activeProducers }
    guard let producers, !node.isOffline(partition.directory) else {
      result.errorCode = .kafkaStorageError
      result.errorMessage = ErrorCode.kafkaStorageError.message
      return result
    }
    result.activeProducers = producers.map {
      .init(
        producerId: $0.id, producerEpoch: Int32($0.epoch), lastSequence: $0.lastSequence,
        lastTimestamp: $0.lastTimestamp, coordinatorEpoch: $0.coordinatorEpoch,
        currentTxnStartOffset: $0.currentTransactionFirstOffset)
    }
    return result
  }
}
