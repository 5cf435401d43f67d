import KafkaFormat
import KafkaMessages

// DescribeTopicPartitions (75), version 0.
//
// Topics by name, all where none is named, at most `responsePartitionLimit` partitions (and at most
// 2000); a cursor says where the next page begins. A broker that does not advertise the listener
// that was asked leads nothing for this client, as in Metadata, but without an error.

extension RequestProcessor {
  private static let partitionLimit = 2000

  func handleDescribeTopicPartitions(_ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    let request = try context.decode(DescribeTopicPartitionsRequest.self, frame)
    var response = DescribeTopicPartitionsResponse()
    if request.responsePartitionLimit < 1 {
      return .close("DescribeTopicPartitions with a limit below 1")
    }
    var names =
      request.topics.isEmpty ? image.topicNames : Array(Set(request.topics.map(\.name))).sorted()
    if let cursor = request.cursor {
      if cursor.partitionIndex < 0 {
        return .close("DescribeTopicPartitions with a cursor below 0")
      }
      names.removeAll { $0 < cursor.topicName }
    }
    var left = min(Self.partitionLimit, Int(request.responsePartitionLimit))
    for name in names {
      let start =
        request.cursor?.topicName == name ? Int(request.cursor?.partitionIndex ?? 0) : 0
      guard let topic = image.topicsByName[name] else {
        response.topics.append(
          .init(
            errorCode: TopicName.problem(with: name) == nil
              ? .unknownTopicOrPartition : .invalidTopicException, name: name))
        continue
      }
      if left == 0 {
        response.nextCursor = .init(topicName: name, partitionIndex: Int32(start))
        break
      }
      let end = min(topic.partitions.count, max(start, 0) + left)
      let partitions = start < end ? Array(topic.partitions[start..<end]) : []
      left -= partitions.count
      response.topics.append(described(topic, partitions, context))
      if end < topic.partitions.count {
        response.nextCursor = .init(topicName: name, partitionIndex: Int32(end))
        break
      }
    }
    return context.response(response)
  }

  private func described(
    _ topic: TopicImage, _ partitions: [Partition], _ context: RequestContext
  )
    -> DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
  {
    let nodeId = node.config.nodeId
    let isReachable = isReachable(for: context)
    return .init(
      name: topic.name, topicId: topic.id, isInternal: topic.isInternal,
      partitions: partitions.map { partition in
        let isOffline = node.isOffline(partition.directory)
        let isUsable = !isOffline && isReachable
        return .init(
          errorCode: isOffline ? .leaderNotAvailable : .none, partitionIndex: partition.index,
          leaderId: isUsable ? nodeId : -1, leaderEpoch: partition.leaderEpoch,
          replicaNodes: [nodeId], isrNodes: [nodeId], eligibleLeaderReplicas: [],
          lastKnownElr: [], offlineReplicas: isUsable ? [] : [nodeId])
      },
      topicAuthorizedOperations: Self.topicOperations)
  }
}
