import KafkaFormat
import Transport

/// Hears of new metadata beside the consumer itself.
protocol MetadataListener: AnyObject {
  func metadataChanged()
}

/// What a group does with a consumer: its partitions come and go.
extension Consumer {
  /// A partition that is not read until `begin` or `seek` says where.
  ///
  /// - Parameter known: The partition's handle, if it was here once.
  func adopt(_ name: TopicPartition, known: PartitionHandle?) -> PartitionHandle {
    client.start()
    if let known {
      let partition = partitions[known.index]
      partition.restart(at: nil)
      partition.isPaused = false
      partition.take(client.metadata)
      return known
    }
    let partition = ConsumerPartition(
      handle: PartitionHandle(index: partitions.count), name: name,
      maxBytes: config.maxPartitionFetchBytes, agenda: agenda)
    partition.take(client.metadata)
    partitions.append(partition)
    return partition.handle
  }

  /// Starts to read an adopted partition.
  func begin(_ handle: PartitionHandle, at position: StartPosition) {
    let partition = partitions[handle.index]
    if case .offset(let offset) = position {
      partition.restart(at: offset)
    } else {
      partition.restart(at: nil, start: position)
    }
  }

  /// The group gave it up: what was fetched is dropped, and nothing more is.
  func release(_ handle: PartitionHandle) {
    let partition = partitions[handle.index]
    partition.restart(at: nil)
    partition.highWatermark = nil
    partition.isPaused = true
  }

  /// Neither at an offset nor on the way to one.
  func isWithoutPosition(_ handle: PartitionHandle) -> Bool {
    let partition = partitions[handle.index]
    return partition.position == nil && partition.start == nil
  }

  /// The leader epoch of the last batch that was handed out; −1: none was.
  func positionEpoch(_ handle: PartitionHandle) -> Int32 {
    partitions[handle.index].positionEpoch
  }

  func isPaused(_ handle: PartitionHandle) -> Bool { partitions[handle.index].isPaused }
}

extension ConsumerPartition {
  /// Takes its leader and topic id from what is known.
  func take(_ metadata: ClusterMetadata) {
    guard let topic = metadata.topics[name.topic] else { return }
    topicId = topic.id
    let index = Int(name.partition)
    follow(topic.partitions.indices.contains(index) ? topic.partitions[index] : nil)
  }

  /// Takes its leader over. Behind a new leader, or a new term of the old one, it is not waited
  /// until the end of a backoff (KIP-951).
  func follow(_ known: ClusterMetadata.Partition?) {
    let isNew =
      known.map { $0.leader >= 0 && ($0.leader != leader || $0.leaderEpoch > leaderEpoch) } ?? false
    leader = known?.leader ?? -1
    leaderEpoch = known?.leaderEpoch ?? -1
    if isNew { retryNanos = 0 }
  }
}
