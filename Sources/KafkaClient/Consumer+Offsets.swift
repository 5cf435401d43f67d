import KafkaFormat
import KafkaMessages
import Transport

/// Finding out where to start.
extension Consumer {
  /// Asks the leaders for the start offsets that are not known yet.
  func lookUpOffsets(of touched: [ConsumerPartition]) {
    var byLeader: [Int32: [ConsumerPartition]] = [:]
    for partition in touched {
      guard partition.start != nil, !partition.isLookingUp, !partition.isPaused else { continue }
      if isDelayed(partition) { continue }
      guard partition.leader >= 0 else {
        client.requestMetadata()
        continue
      }
      byLeader[partition.leader, default: []].append(partition)
    }
    for (leader, wanted) in byLeader.sorted(by: { $0.key < $1.key }) {
      lookUp(wanted, at: leader)
    }
  }

  private func lookUp(_ wanted: [ConsumerPartition], at leader: Int32) {
    let queries = wanted.map { ($0.name, $0.start?.query ?? .latest) }
    let generations = wanted.map(\.generation)
    for partition in wanted { partition.isLookingUp = true }
    client.send(ListOffsetsRequest(queries), to: .node(leader)) { [weak self] result in
      guard let self, !self.isClosed else { return }
      let offsets = result.map { $0.offsets() }
      for (partition, generation) in zip(wanted, generations) {
        partition.isLookingUp = false
        guard partition.generation == generation else { continue }
        self.found(
          partition,
          offsets.flatMap {
            $0[partition.name]
              ?? .failure(.malformedResponse("no offset for \(partition.name)"))
          })
      }
      self.advance()
    }
  }

  private func found(
    _ partition: ConsumerPartition, _ outcome: Result<ListedOffset, ClientError>
  ) {
    switch outcome {
    case .success(let listed):
      if listed.offset < 0, case .timestamp = partition.start {
        // No record is as young as that.
        return partition.restart(at: nil, start: .latest)
      }
      partition.lastError = nil
      if settlesAboveEnd(partition, listed.offset) { return }
      let lost = partition.lostPosition
      partition.lostPosition = nil
      partition.restart(at: max(0, listed.offset))
      if let lost {
        delegate?.positionReset(partition.handle, from: lost, to: max(0, listed.offset))
      }
    case .failure(let error) where error.isRetriable:
      if error.code?.invalidatesMetadata ?? true { client.requestMetadata() }
      partition.lastError = error
      delegate?.fetchRetried(error)
      backOff(partition)
    case .failure(let error):
      partition.start = nil
      if !failAssignment(of: partition, error) { fail(partition, error) }
    }
  }

  /// An offset that is out of range and not below what `auto.offset.reset` names may be above the
  /// log's end, which is then asked for; above it the partition fails.
  ///
  /// - Parameter listed: The offset that was asked for.
  /// - Returns: false where `auto.offset.reset` applies.
  private func settlesAboveEnd(_ partition: ConsumerPartition, _ listed: Int64) -> Bool {
    guard config.failsAboveLogEnd, let lost = partition.lostPosition else { return false }
    guard partition.start == .latest else {
      guard listed <= lost else { return false }
      partition.restart(at: nil, start: .latest)
      return true
    }
    // From below the log's start, or from above an end that has passed it by now.
    if listed >= lost, resetPosition == .latest { return false }
    partition.lostPosition = nil
    partition.restart(at: lost)
    if listed < lost {
      fail(
        partition,
        .offsetAboveEnd(
          topic: partition.name.topic, partition: partition.name.partition, offset: lost,
          endOffset: listed))
    }
    return true
  }

  /// - Returns: false where no assignment waits for it.
  private func failAssignment(of partition: ConsumerPartition, _ error: ClientError) -> Bool {
    guard
      let index = assignments.firstIndex(where: { assignment in
        assignment.partitions.contains { $0 === partition }
      })
    else { return false }
    let assignment = assignments.remove(at: index)
    for partition in assignment.partitions { partition.isPaused = true }
    assignment.completion(.failure(error))
    return true
  }

  func completeAssignments() {
    guard !assignments.isEmpty else { return }
    let done = assignments.filter { assignment in
      assignment.partitions.allSatisfy { $0.position != nil && $0.leader >= 0 }
    }
    assignments.removeAll { assignment in
      assignment.partitions.allSatisfy { $0.position != nil && $0.leader >= 0 }
    }
    for assignment in done {
      assignment.completion(.success(assignment.partitions.map(\.handle)))
    }
  }

  func expireAssignments() {
    let now = transport.now
    let late = assignments.filter { $0.deadline <= now }
    assignments.removeAll { $0.deadline <= now }
    for assignment in late {
      for partition in assignment.partitions { partition.isPaused = true }
      let waited = assignment.partitions.first { $0.position == nil || $0.leader < 0 }
      let name = waited?.name.description ?? ""
      let code = waited.flatMap { client.metadata.topics[$0.name.topic]?.error }
      if let code, code != .none {
        assignment.completion(.failure(.broker(code, message: name)))
      } else {
        let last = waited.flatMap { partition in
          partition.lastError.map { " (last answer: \($0), \(partition.failures) times)" }
        }
        assignment.completion(
          .failure(
            .timedOut(
              "finding \(name)\(last ?? "")", afterMs: config.client.defaultApiTimeoutMs)))
      }
    }
    if let next = assignments.map(\.deadline).min() { wake(at: next) }
  }
}

extension StartPosition {
  /// What ListOffsets is asked; nil where nothing has to be.
  var query: OffsetQuery? {
    switch self {
    case .offset: nil
    case .earliest: .earliest
    case .latest: .latest
    case .timestamp(let time): .timestamp(time)
    }
  }
}

extension OffsetQuery {
  /// As ListOffsets has it.
  var timestamp: Int64 {
    switch self {
    case .latest: -1
    case .earliest: -2
    case .maxTimestamp: -3
    case .timestamp(let time): time
    }
  }
}

extension ListOffsetsRequest {
  init(_ queries: [(TopicPartition, OffsetQuery)]) {
    self.init()
    replicaId = -1
    var places: [String: Int] = [:]
    for (name, query) in queries {
      var entry = ListOffsetsPartition()
      entry.partitionIndex = name.partition
      entry.timestamp = query.timestamp
      if let index = places[name.topic] {
        topics[index].partitions.append(entry)
      } else {
        places[name.topic] = topics.count
        topics.append(ListOffsetsTopic(name: name.topic, partitions: [entry]))
      }
    }
  }
}

extension ListOffsetsResponse {
  func offset(of name: TopicPartition) -> Result<ListedOffset, ClientError>? {
    let topic = topics.first { $0.name == name.topic }
    guard let entry = topic?.partitions.first(where: { $0.partitionIndex == name.partition })
    else { return nil }
    return Self.offset(entry, name)
  }

  /// What it says of all, for those who want more than a few.
  func offsets() -> [TopicPartition: Result<ListedOffset, ClientError>] {
    var found: [TopicPartition: Result<ListedOffset, ClientError>] = [:]
    for topic in topics {
      for entry in topic.partitions {
        let name = TopicPartition(topic: topic.name, partition: entry.partitionIndex)
        found[name] = Self.offset(entry, name)
      }
    }
    return found
  }

  private static func offset(
    _ entry: ListOffsetsPartitionResponse, _ name: TopicPartition
  ) -> Result<ListedOffset, ClientError> {
    if entry.errorCode != .none {
      return .failure(.broker(entry.errorCode, message: name.description))
    }
    return .success(ListedOffset(offset: entry.offset, timestamp: entry.timestamp))
  }
}
