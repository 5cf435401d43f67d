import KafkaFormat
import KafkaMessages
import Transport

/// Committing how far the group has read.
extension GroupConsumer {
  public typealias CommitCompletion = (Result<Void, ClientError>) -> Void

  /// Commits offsets, trying again for up to `default.api.timeout.ms` where an error passes.
  ///
  /// While the group rebalances it fails with REBALANCE_IN_PROGRESS, save from within
  /// `partitionsRevoked`: what is committed there is waited for.
  ///
  /// - Parameter offsets: The next record to be read, by partition; nil is the position of every
  ///   partition that the member holds.
  public func commit(
    _ offsets: [TopicPartition: OffsetAndMetadata]? = nil,
    completion: @escaping CommitCompletion
  ) {
    startCommit(offsets ?? positions(), retries: true, completion: completion)
  }

  /// Commits offsets in one try: a later commit makes up for one that failed.
  public func commitAsync(
    _ offsets: [TopicPartition: OffsetAndMetadata]? = nil,
    completion: @escaping CommitCompletion = { _ in }
  ) {
    startCommit(offsets ?? positions(), retries: false, completion: completion)
  }

  /// How far each held partition has been read; those whose position is not known yet are left
  /// out.
  func positions() -> [TopicPartition: OffsetAndMetadata] {
    var found: [TopicPartition: OffsetAndMetadata] = [:]
    for (name, handle) in owned {
      guard let position = consumer.position(handle) else { continue }
      found[name] = OffsetAndMetadata(
        offset: position, leaderEpoch: consumer.positionEpoch(handle))
    }
    return found
  }

  // MARK: Automatic commits

  func armAutoCommit() {
    guard config.enableAutoCommit else { return }
    cancel(&commitTimer)
    commitTimer = after(max(1, config.autoCommitIntervalMs)) { [weak self] in
      guard let self else { return }
      self.commitTimer = nil
      guard self.state == .stable else { return }
      self.armAutoCommit()
      if !self.commits.isAutomaticUnderWay { self.autoCommit(self.positions()) {} }
    }
  }

  /// Commits what has moved since the last commit.
  private func autoCommit(
    _ positions: [TopicPartition: OffsetAndMetadata], _ then: @escaping () -> Void
  ) {
    let moved = positions.filter { commits.stored[$0.key] != $0.value.offset }
    if moved.isEmpty { return then() }
    commits.isAutomaticUnderWay = true
    startCommit(moved, retries: true) { [weak self] result in
      guard let self else { return }
      self.commits.isAutomaticUnderWay = false
      if case .failure(let error) = result, error != .closed {
        self.delegate?.autoCommitFailed(error)
      }
      then()
    }
  }

  /// Where commits are automatic, what was read so far is committed before it is given up.
  func commitBeforeRevoking(_ names: [TopicPartition], _ then: @escaping () -> Void) {
    guard config.enableAutoCommit, generation >= 0 else { return then() }
    let wanted = Set(names)
    autoCommit(positions().filter { wanted.contains($0.key) }, then)
  }

  // MARK: One commit

  /// A commit on its way.
  private struct Commit {
    let id: UInt64
    var offsets: [TopicPartition: OffsetAndMetadata]
    let generation: Int32
    let deadline: MonotonicTime?
    var tries = 0
  }

  private func startCommit(
    _ offsets: [TopicPartition: OffsetAndMetadata], retries: Bool,
    completion: @escaping CommitCompletion
  ) {
    if let failure { return completion(.failure(failure)) }
    if isClosed { return completion(.failure(.closed)) }
    if offsets.isEmpty { return completion(.success(())) }
    switch state {
    case .joining, .assigning, .syncing:
      return completion(.failure(.broker(.rebalanceInProgress)))
    case .stable, .preparing, .leaving, .unjoined:
      guard generation >= 0 else {
        return completion(
          .failure(.broker(.unknownMemberId, message: "the member is not in its group")))
      }
    }
    let deadline = transport.now.adding(
      milliseconds: config.consumer.client.defaultApiTimeoutMs)
    let id = commits.begin(offsets.keys, completion: completion)
    send(
      Commit(
        id: id, offsets: offsets, generation: generation, deadline: retries ? deadline : nil))
  }

  private func send(_ commit: Commit) {
    let request = OffsetCommitRequest(
      groupId: config.groupId, generationIdOrMemberEpoch: commit.generation, memberId: memberId,
      groupInstanceId: config.groupInstanceId, topics: .byTopic(commit.offsets))
    // From version 10 on topics go by their ids, which a client does not always know.
    coordinator.send(request, versions: 2...9) { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let response): self.answered(commit, response)
      case .failure(let error): self.failed(commit, error)
      }
    }
  }

  private func answered(_ commit: Commit, _ response: OffsetCommitResponse) {
    var error: ClientError?
    for topic in response.topics {
      for entry in topic.partitions {
        let name = TopicPartition(topic: topic.name, partition: entry.partitionIndex)
        if entry.errorCode != .none {
          error = error ?? .broker(entry.errorCode, message: name.description)
        } else if let offset = commit.offsets[name]?.offset, owned[name] != nil,
          commits.isLatest(commit.id, for: name)
        {
          commits.note(offset, of: name)
        }
      }
    }
    if let error { return failed(commit, error) }
    finish(commit, .success(()))
  }

  private func failed(_ commit: Commit, _ error: ClientError) {
    if error.losesCoordinator { coordinator.forget() }
    let isCurrent = commit.generation == generation && failure == nil && !isClosed
    if let deadline = commit.deadline, error.isRetriable, isCurrent {
      let again = transport.now.adding(
        milliseconds: consumer.client.retryDelayMs(attempt: commit.tries))
      var next = commit
      next.tries += 1
      // What a later commit has said of a partition stands.
      next.offsets = commit.offsets.filter { commits.isLatest(commit.id, for: $0.key) }
      if next.offsets.isEmpty { return finish(commit, .success(())) }
      if again < deadline {
        transport.schedule(at: again) { [weak self] in
          guard let self, self.commits.isUnderWay(next.id) else { return }
          guard next.generation == self.generation else {
            return self.finish(next, .failure(.broker(.illegalGeneration)))
          }
          self.send(next)
        }
        return
      }
    }
    finish(commit, .failure(error))
    guard isCurrent, state == .stable || state == .preparing else { return }
    switch error.code {
    case .unknownMemberId?: loseMembership("the coordinator no longer knew the member")
    case .illegalGeneration?: loseGeneration("the generation was over")
    case .rebalanceInProgress?: rejoin("the group is rebalancing")
    case .fencedInstanceId?, .groupAuthorizationFailed?: fail(error)
    default: break
    }
  }

  private func finish(_ commit: Commit, _ result: Result<Void, ClientError>) {
    guard let completion = commits.end(commit.id) else { return }
    completion(result)
    releaseWaiters()
  }

  // MARK: Waiting for commits

  func releaseWaiters(_ waiter: UInt64? = nil) {
    for released in commits.takeWaiters(waiter) {
      if let timer = released.timer { transport.cancel(timer) }
      released.action()
    }
  }

  /// Tells every commit under way that it is over.
  func failCommits(_ error: ClientError) {
    for completion in commits.takeAll() { completion(.failure(error)) }
    releaseWaiters()
  }
}

extension [OffsetCommitRequest.OffsetCommitRequestTopic] {
  static func byTopic(_ offsets: [TopicPartition: OffsetAndMetadata]) -> Self {
    let sorted = offsets.sorted { TopicPartition.isOrdered($0.key, $1.key) }
    var topics: Self = []
    for (name, value) in sorted {
      if topics.last?.name != name.topic { topics.append(.init(name: name.topic)) }
      topics[topics.count - 1].partitions.append(
        .init(
          partitionIndex: name.partition, committedOffset: value.offset,
          committedLeaderEpoch: value.leaderEpoch, committedMetadata: value.metadata))
    }
    return topics
  }
}
