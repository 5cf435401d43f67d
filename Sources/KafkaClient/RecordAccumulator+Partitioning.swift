import KafkaFormat

extension RecordAccumulator {
  /// Appends a record to the partition that was given, or that the partitioner chooses.
  @inline(__always)
  func append(
    _ handle: TopicHandle, partition: Int32?, key: RawSpan?, value: RawSpan?, headerCount: Int,
    headers: RawSpan?, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    let topic = topics[handle.index]
    let index: Int32
    if let partition {
      guard partition >= 0, Int(partition) < topic.partitions.count else {
        return .rejected(.unknownPartition(topic: topic.name, partition: partition))
      }
      index = partition
    } else if let key, config.partitioning == .byKey {
      index = Murmur2.partition(key: key, count: Int32(topic.partitions.count))
    } else {
      return appendUnkeyed(
        topic, key: key, value: value, headerCount: headerCount, headers: headers,
        timestampMs: timestampMs, scheduledNanos: scheduledNanos)
    }
    return append(
      topic.partitions[Int(index)], key: key, value: value, headerCount: headerCount,
      headers: headers, timestampMs: timestampMs, scheduledNanos: scheduledNanos)
  }

  private func appendUnkeyed(
    _ topic: AccumulatorTopic, key: RawSpan?, value: RawSpan?, headerCount: Int,
    headers: RawSpan?, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    let index: Int32
    if config.partitioning == .roundRobin {
      index = availablePartition(topic, from: topic.nextRoundRobin)
    } else {
      index = sticky(
        topic, timestampMs: timestampMs, keySize: key?.byteCount, valueSize: value?.byteCount,
        headerSize: headers?.byteCount ?? 0)
    }
    let result = append(
      topic.partitions[Int(index)], key: key, value: value, headerCount: headerCount,
      headers: headers, timestampMs: timestampMs, scheduledNanos: scheduledNanos)
    guard case .appended = result else { return result }
    topic.nextRoundRobin = (index + 1) % Int32(topic.partitions.count)
    topic.stickyBytes += (key?.byteCount ?? 0) + (value?.byteCount ?? 0)
    return result
  }

  /// The partition that a record of this size is to go to, counted as if it went there: for those
  /// who must know it before they have the record's bytes.
  func choosePartition(_ topic: AccumulatorTopic, key: RawSpan?, valueSize: Int, count: Int)
    -> Int32
  {
    if let key, config.partitioning == .byKey {
      return Murmur2.partition(key: key, count: Int32(topic.partitions.count))
    }
    guard config.partitioning == .roundRobin else {
      let index = sticky(
        topic, timestampMs: 0, keySize: key?.byteCount, valueSize: valueSize, headerSize: 0)
      topic.stickyBytes += ((key?.byteCount ?? 0) + valueSize) * count
      return index
    }
    let index = availablePartition(topic, from: topic.nextRoundRobin)
    topic.nextRoundRobin = (index + 1) % Int32(topic.partitions.count)
    return index
  }

  /// The partition that is stuck to; left for another when its batch is full, or went out after
  /// enough bytes.
  private func sticky(
    _ topic: AccumulatorTopic, timestampMs: Int64, keySize: Int?, valueSize: Int?, headerSize: Int
  ) -> Int32 {
    let current = topic.partitions[Int(topic.stickyPartition)]
    if topic.partitions.count == 1 { return topic.stickyPartition }
    if let open = current.open {
      let needed = RecordBatchBuilder.maximumSizeOfRecord(
        keySize: keySize, valueSize: valueSize, headerSize: headerSize)
      if (open.contents?.builder.sizeInBytes ?? 0) + needed <= open.limit {
        return topic.stickyPartition
      }
      // It is full: it goes now, and the next partition's turn has come.
      close(current)
      needsAttention = true
    } else if topic.stickyBytes < config.batchSize {
      return topic.stickyPartition
    }
    let step = 1 + Int32(random.next() % UInt64(topic.partitions.count - 1))
    let next = (topic.stickyPartition + step) % Int32(topic.partitions.count)
    topic.stickyPartition = availablePartition(topic, from: next)
    topic.stickyBytes = 0
    return topic.stickyPartition
  }

  /// The first partition with a leader from `start` on; `start` itself if there is none.
  private func availablePartition(_ topic: AccumulatorTopic, from start: Int32) -> Int32 {
    let count = Int32(topic.partitions.count)
    for step in 0..<count {
      let index = (start + step) % count
      if topic.partitions[Int(index)].leader >= 0 { return index }
    }
    return start
  }
}
