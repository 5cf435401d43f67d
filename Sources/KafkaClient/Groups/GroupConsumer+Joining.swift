import KafkaFormat
import KafkaMessages
import Transport

/// Joining the group, first and again.
extension GroupConsumer {
  /// Starts a rebalance, or notes that another one is needed after the one that is under way.
  func rejoin(_ reason: String) {
    guard failure == nil, !isClosed, subscription != nil else { return }
    switch state {
    case .joining, .assigning, .syncing:
      rejoinReason = reason
    case .preparing, .leaving: break
    case .stable where !revoking.isEmpty:
      rejoinReason = reason
    case .unjoined, .stable:
      attempt += 1
      state = .preparing
      joinReason = reason
      prepare()
    }
  }

  /// Gives up what the protocol wants given up before a join, then joins.
  private func prepare() {
    let wanted = subscribedTopics
    let leaving =
      config.rebalanceProtocol == .eager
      ? sorted(owned.keys) : sorted(owned.keys.filter { !wanted.contains($0.topic) })
    let started = attempt
    revoke(leaving) { [weak self] in
      guard let self, self.attempt == started, self.state == .preparing else { return }
      self.join()
    }
  }

  /// Sends JoinGroup. The answer comes when all members have joined, or the rebalance timeout of
  /// the group is over.
  func join() {
    state = .joining
    rejoinReason = nil
    isLeader = false
    leading = nil
    assignedCounts = [:]
    cancel(&heartbeatTimer)
    updateTracking()
    joinedTopics = subscribedTopics
    let request = JoinGroupRequest(
      groupId: config.groupId, sessionTimeoutMs: Int32(clamping: config.sessionTimeoutMs),
      rebalanceTimeoutMs: Int32(clamping: config.maxPollIntervalMs), memberId: memberId,
      groupInstanceId: config.groupInstanceId, protocolType: ConsumerProtocol.protocolType,
      protocols: joinProtocols(), reason: String(joinReason.prefix(200)))
    let started = attempt
    coordinator.send(request, timeoutMs: joinTimeoutMs) { [weak self] result in
      guard let self, self.attempt == started, self.state == .joining else { return }
      switch result {
      case .success(let response) where response.errorCode == .none: self.joined(response)
      case .success(let response) where response.errorCode == .memberIdRequired:
        // The second step of joining (KIP-394).
        let isFirstStep = self.memberId.isEmpty
        self.memberId = response.memberId
        if isFirstStep { self.join() } else { self.joinLater() }
      case .success(let response): self.joinFailed(.broker(response.errorCode))
      case .failure(let error): self.joinFailed(error)
      }
    }
  }

  /// How long the answer to JoinGroup or SyncGroup may take: others are waited for.
  var joinTimeoutMs: Int64 {
    max(config.consumer.client.requestTimeoutMs, config.maxPollIntervalMs + 5_000)
  }

  /// What the member offers to each assignor.
  private func joinProtocols() -> [JoinGroupRequest.JoinGroupRequestProtocol] {
    let topics = joinedTopics.sorted { $0.isBefore($1) }
    let held = sorted(owned.keys)
    return config.assignors.map { assignor in
      let userData = assignor.subscriptionUserData(
        previousAssignment: lastAssignment, generation: lastAssignmentGeneration)
      let subscription = ConsumerSubscription(
        topics: topics, userData: userData, ownedPartitions: held,
        generation: lastAssignmentGeneration, rackId: config.clientRack)
      return .init(name: assignor.name, metadata: ConsumerProtocol.encode(subscription))
    }
  }

  private func joined(_ response: JoinGroupResponse) {
    guard
      let assignor = config.assignors.first(where: { $0.name == response.protocolName }),
      response.protocolType == nil || response.protocolType == ConsumerProtocol.protocolType
    else {
      return fail(.broker(.inconsistentGroupProtocol, message: response.protocolName))
    }
    memberId = response.memberId
    generation = response.generationId
    protocolName = assignor.name
    lastHeard = transport.now
    guard response.leader == memberId else { return sync([]) }
    isLeader = true
    lead(response, assignor)
  }

  // MARK: Errors

  /// Does what an error of JoinGroup or SyncGroup calls for.
  func joinFailed(_ error: ClientError) {
    if error.losesCoordinator { coordinator.forget() }
    switch error.code {
    case .unknownMemberId?:
      loseMembership("the coordinator no longer knew the member")
    case .illegalGeneration?:
      loseGeneration("the generation was over")
    case .rebalanceInProgress? where joinFailures < 3:
      // Others have joined in the meantime; nothing failed.
      joinFailures += 1
      join()
    case .rebalanceInProgress?: joinLater()
    case .coordinatorLoadInProgress?, .coordinatorNotAvailable?, .notCoordinator?:
      joinLater()
    case let code? where !code.isRetriable: fail(error)
    case nil where !error.isRetriable: fail(error)
    default: joinLater()
    }
  }

  /// Joins again after a pause.
  func joinLater() {
    state = .preparing
    let wait = consumer.client.retryDelayMs(attempt: joinFailures)
    joinFailures += 1
    cancel(&retryTimer)
    let started = attempt
    retryTimer = after(wait) { [weak self] in
      guard let self else { return }
      self.retryTimer = nil
      guard self.attempt == started, self.state == .preparing else { return }
      self.join()
    }
  }

  /// The coordinator has no such member: its partitions are others' by now. Joins under a new id.
  func loseMembership(_ reason: String) {
    memberId = ""
    loseGeneration(reason)
  }

  /// The member's generation is over without it: its partitions may be others' by now. Joins
  /// again.
  func loseGeneration(_ reason: String) {
    attempt += 1
    generation = -1
    lastAssignmentGeneration = -1
    joinReason = reason
    state = .preparing
    cancel(&heartbeatTimer)
    cancel(&commitTimer)
    let started = attempt
    lose(sorted(owned.keys))
    guard attempt == started, state == .preparing else { return }
    joinLater()
  }

  /// The member cannot go on.
  func fail(_ error: ClientError) {
    guard failure == nil, !isClosed else { return }
    failure = error
    attempt += 1
    generation = -1
    state = .leaving
    cancelTimers()
    lose(sorted(owned.keys))
    failCommits(error)
    coordinator.close(error)
    consumer.close()
    delegate?.groupFailed(error)
  }

  func cancelTimers() {
    cancel(&retryTimer)
    cancel(&heartbeatTimer)
    cancel(&commitTimer)
  }
}
