import KafkaFormat
import KafkaMessages
import Transport

/// Where the group has read to.
extension GroupConsumer {
  /// The group's committed offsets; nil for partitions that have none.
  public func committed(
    _ partitions: [TopicPartition],
    completion: @escaping (Result<[TopicPartition: OffsetAndMetadata?], ClientError>) -> Void
  ) {
    if let failure { return completion(.failure(failure)) }
    if isClosed { return completion(.failure(.closed)) }
    consumer.client.start()
    let deadline = transport.now.adding(
      milliseconds: config.consumer.client.defaultApiTimeoutMs)
    fetchCommitted(partitions, deadline: deadline, completion: completion)
  }

  /// Starts to read what was assigned: at the committed offset, else where `auto.offset.reset`
  /// says. A seek that comes first stands.
  func startReading(_ assigned: [PartitionHandle]) {
    let waiting = assigned.filter { consumer.isWithoutPosition($0) }
    guard !waiting.isEmpty else { return consumer.advance() }
    let names = waiting.map { consumer.topicPartition($0) }
    fetchCommitted(
      names, deadline: nil,
      isWanted: { [weak self] in
        guard let self, !self.isClosed, self.failure == nil else { return false }
        return zip(names, waiting).contains { self.owned[$0] == $1 }
      },
      completion: { [weak self] result in
        guard let self, !self.isClosed, self.failure == nil else { return }
        self.start(waiting, result)
      })
  }

  private func start(
    _ waiting: [PartitionHandle],
    _ result: Result<[TopicPartition: OffsetAndMetadata?], ClientError>
  ) {
    for handle in waiting {
      let name = consumer.topicPartition(handle)
      guard owned[name] == handle, consumer.isWithoutPosition(handle) else { continue }
      switch result {
      case .failure(let error):
        delegate?.partitionFailed(handle, error)
      case .success(let offsets):
        if let found = offsets[name] ?? nil, found.offset >= 0 {
          commits.note(found.offset, of: name)
          consumer.begin(handle, at: .offset(found.offset))
        } else if let reset = consumer.resetPosition {
          consumer.begin(handle, at: reset)
        } else {
          delegate?.partitionFailed(
            handle, .noOffset(topic: name.topic, partition: name.partition))
        }
      }
    }
    consumer.advance()
  }

  // MARK: OffsetFetch

  /// - Parameters:
  ///   - deadline: nil tries until `isWanted` says no.
  private func fetchCommitted(
    _ partitions: [TopicPartition], deadline: MonotonicTime?, tries: Int = 0,
    isWanted: @escaping () -> Bool = { true },
    completion: @escaping (Result<[TopicPartition: OffsetAndMetadata?], ClientError>) -> Void
  ) {
    let request = OffsetFetchRequest(group: config.groupId, partitions: partitions)
    // Behind a join that waits for other members the answer takes as long as that.
    let timeoutMs = state == .joining || state == .syncing ? joinTimeoutMs : nil
    coordinator.send(request, versions: 1...9, timeoutMs: timeoutMs) { [weak self] result in
      guard let self else { return }
      let outcome = result.flatMap { $0.offsets(ofGroup: self.config.groupId) }
      guard case .failure(let error) = outcome, error.isRetriable || error.losesCoordinator else {
        return completion(outcome)
      }
      if error.losesCoordinator { self.coordinator.forget() }
      let again = self.transport.now.adding(
        milliseconds: self.consumer.client.retryDelayMs(attempt: tries))
      if let deadline, again >= deadline { return completion(outcome) }
      self.transport.schedule(at: again) { [weak self] in
        guard let self, isWanted() else { return completion(.failure(.closed)) }
        self.fetchCommitted(
          partitions, deadline: deadline, tries: tries + 1, isWanted: isWanted,
          completion: completion)
      }
    }
  }
}

extension OffsetFetchRequest {
  /// - Parameter partitions: nil is all that the group has committed.
  init(group: String, partitions: [TopicPartition]?) {
    self.init()
    let groups = partitions.map(TopicPartitions.byTopic)
    // Up to version 7 the group stands alone, from 8 on there is a list (KIP-709).
    groupId = group
    topics = groups.map { $0.map { .init(name: $0.topic, partitionIndexes: $0.partitions) } }
    self.groups = [
      .init(
        groupId: group,
        topics: groups.map { $0.map { .init(name: $0.topic, partitionIndexes: $0.partitions) } })
    ]
  }
}

extension OffsetFetchResponse {
  /// - Returns: nil for partitions that have no offset; a failure where one of them has an error.
  func offsets(
    ofGroup group: String
  ) -> Result<[TopicPartition: OffsetAndMetadata?], ClientError> {
    let listed = groups.first { $0.groupId == group }
    let code = listed?.errorCode ?? errorCode
    if code != .none { return .failure(.broker(code, message: group)) }
    var found: [TopicPartition: OffsetAndMetadata?] = [:]
    var failure: ClientError?
    func add(
      _ name: TopicPartition, _ offset: Int64, _ epoch: Int32, _ metadata: String?,
      _ code: ErrorCode
    ) {
      if code != .none {
        failure = failure ?? .broker(code, message: name.description)
      } else {
        found.updateValue(
          offset < 0
            ? nil
            : OffsetAndMetadata(offset: offset, leaderEpoch: epoch, metadata: metadata ?? ""),
          forKey: name)
      }
    }
    for topic in listed?.topics ?? [] {
      for entry in topic.partitions {
        add(
          TopicPartition(topic: topic.name, partition: entry.partitionIndex),
          entry.committedOffset, entry.committedLeaderEpoch, entry.metadata, entry.errorCode)
      }
    }
    for topic in topics {
      for entry in topic.partitions {
        add(
          TopicPartition(topic: topic.name, partition: entry.partitionIndex),
          entry.committedOffset, entry.committedLeaderEpoch, entry.metadata, entry.errorCode)
      }
    }
    return failure.map { .failure($0) } ?? .success(found)
  }
}
