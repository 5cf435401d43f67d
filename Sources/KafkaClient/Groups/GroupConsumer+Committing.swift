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
  public func positions() -> [TopicPartition: OffsetAndMetadata] {
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
      if !self.commits.isAutomaticUnderWay {
        self.autoCommit(self.positions()) {}
      }
    }
  }

  /// Commits what has moved since the last commit.
  private func autoCommit(
    _ positions: [TopicPartition: OffsetAndMetadata], limitMs: Int64? = nil,
    _ then: @escaping () -> Void
  ) {
    let moved = positions.filter { commits.stored[$0.key] != $0.value.offset }
    if moved.isEmpty { return then() }
    commits.isAutomaticUnderWay = true
    startCommit(moved, retries: true, limitMs: limitMs) { [weak self] result in
      guard let self else { return }
      self.commits.isAutomaticUnderWay = false
      if case .failure(let error) = result, error != .closed {
        self.delegate?.autoCommitFailed(error)
      }
      then()
    }
  }

  /// Where commits are automatic, what was read so far is committed before it is given up.
  ///
  /// - Parameter limitMs: The longest that the commit is waited for.
  func commitBeforeRevoking(
    _ names: [TopicPartition], limitMs: Int64, _ then: @escaping () -> Void
  ) {
    guard config.enableAutoCommit, generation >= 0 else { return then() }
    let wanted = Set(names)
    autoCommit(positions().filter { wanted.contains($0.key) }, limitMs: limitMs, then)
  }

  // MARK: One commit

  /// A commit on its way.
  private struct Commit {
    let id: UInt64
    var offsets: [TopicPartition: OffsetAndMetadata]
    let generation: Int32
    let deadline: MonotonicTime?
    var tries = 0
    /// The first partition that was refused for good: the others go on without it.
    var refusal: ClientError?

    var outcome: Result<Void, ClientError> { refusal.map { .failure($0) } ?? .success(()) }
  }

  private func startCommit(
    _ offsets: [TopicPartition: OffsetAndMetadata], retries: Bool, limitMs: Int64? = nil,
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
    let timeoutMs = limitMs ?? config.consumer.client.defaultApiTimeoutMs
    let deadline = transport.now.adding(milliseconds: timeoutMs)
    let id = commits.begin(offsets.keys, completion: completion)
    if let limitMs { giveUp(id, afterMs: limitMs) }
    send(
      Commit(
        id: id, offsets: offsets, generation: generation, deadline: retries ? deadline : nil))
  }

  /// Ends a commit that is under way still when its time is over.
  private func giveUp(_ commit: UInt64, afterMs limitMs: Int64) {
    let timer = after(limitMs) { [weak self] in
      guard let self, self.commits.isUnderWay(commit) else { return }
      // What is sent next on the same connection would wait behind it.
      self.coordinator.forget()
      self.end(commit, .failure(.timedOut("committing offsets", afterMs: limitMs)))
    }
    commits.setTimer(timer, of: commit)
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
    var commit = commit
    var unsettled: [TopicPartition: OffsetAndMetadata] = [:]
    var error: ClientError?
    for topic in response.topics {
      for entry in topic.partitions {
        let name = TopicPartition(topic: topic.name, partition: entry.partitionIndex)
        if entry.errorCode.mayPassForCommits {
          unsettled[name] = commit.offsets[name]
          error = error ?? .broker(entry.errorCode, message: name.description)
        } else if entry.errorCode != .none {
          commit.refusal =
            commit.refusal ?? .broker(entry.errorCode, message: name.description)
        } else if let offset = commit.offsets[name]?.offset, owned[name] != nil,
          commits.isLatest(commit.id, for: name)
        {
          commits.note(offset, of: name)
        }
      }
    }
    if let error {
      commit.offsets = unsettled
      return failed(commit, error)
    }
    if let refusal = commit.refusal { return failed(commit, refusal) }
    end(commit.id, .success(()))
  }

  private func failed(_ commit: Commit, _ error: ClientError) {
    if error.losesCoordinator { coordinator.forget() }
    let isCurrent = commit.generation == generation && failure == nil && !isClosed
    if let deadline = commit.deadline, error.code?.mayPassForCommits ?? error.isRetriable,
      isCurrent
    {
      let again = transport.now.adding(
        milliseconds: consumer.client.retryDelayMs(attempt: commit.tries))
      var next = commit
      next.tries += 1
      // What a later commit has said of a partition stands; what was given away is not committed.
      if next.offsets.keys.contains(where: commits.isForgotten) {
        next.refusal = next.refusal ?? error
      }
      next.offsets = commit.offsets.filter { commits.isLatest(commit.id, for: $0.key) }
      if next.offsets.isEmpty { return end(commit.id, next.outcome) }
      if again < deadline {
        transport.schedule(at: again) { [weak self] in
          guard let self, self.commits.isUnderWay(next.id) else { return }
          guard next.generation == self.generation else {
            return self.end(next.id, .failure(.broker(.illegalGeneration)))
          }
          switch self.state {
          case .joining, .assigning, .syncing:
            // It would wait behind the join, and its timeout would end the connection of both.
            self.end(next.id, .failure(.broker(.rebalanceInProgress)))
          case .stable, .preparing, .leaving, .unjoined: self.send(next)
          }
        }
        return
      }
    }
    end(commit.id, .failure(commit.refusal ?? error))
    guard isCurrent, state == .stable || state == .preparing else { return }
    switch error.code {
    case .unknownMemberId?: loseMembership("the coordinator no longer knew the member")
    case .illegalGeneration?: loseGeneration("the generation was over")
    case .rebalanceInProgress?: rejoin("the group is rebalancing")
    case .fencedInstanceId?, .groupAuthorizationFailed?: fail(error)
    default: break
    }
  }

  private func end(_ commit: UInt64, _ result: Result<Void, ClientError>) {
    guard var pending = commits.end(commit) else { return }
    cancel(&pending.timer)
    pending.completion(result)
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
    for var pending in commits.takeAll() {
      cancel(&pending.timer)
      pending.completion(.failure(error))
    }
    releaseWaiters()
  }
}

extension ErrorCode {
  /// Whether the same commit may succeed a little later. One of a topic that was deleted will not.
  fileprivate var mayPassForCommits: Bool {
    isRetriable && self != .unknownTopicOrPartition && self != .unknownTopicId
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
