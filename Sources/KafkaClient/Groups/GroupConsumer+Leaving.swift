import KafkaFormat
import KafkaMessages
import Transport

/// Leaving the group.
extension GroupConsumer {
  /// Gives all partitions up and leaves the group; `subscribe` joins again.
  public func unsubscribe(completion: @escaping () -> Void = {}) {
    guard failure == nil, !isClosed, subscription != nil else { return completion() }
    leave(reason: "the consumer unsubscribed", timeoutMs: closeTimeoutMs) { [weak self] in
      guard let self, !self.isClosed, self.failure == nil else { return completion() }
      self.state = .unjoined
      if self.subscription != nil { self.rejoin("the subscription has changed") }
      completion()
    }
  }

  /// Commits where commits are automatic, gives all partitions up, leaves the group and ends the
  /// connections. A static member stays in its group, so that it may come back.
  ///
  /// Commits have half of the time, so that the group learns of the end also where they hang; the
  /// delegate hears of an automatic one that failed.
  ///
  /// - Parameters:
  ///   - timeoutMs: How long it may take; then the connections end all the same.
  ///   - completion: Called once, when nothing more happens.
  public func close(timeoutMs: Int64 = 30_000, completion: @escaping () -> Void = {}) {
    guard failure == nil, !isClosed, !isClosing else {
      return completion()
    }
    isClosing = true
    leave(reason: "the consumer was closed", timeoutMs: timeoutMs) { [weak self] in
      guard let self else { return completion() }
      self.end()
      completion()
    }
  }

  /// Ends the connections at once, as if the process were killed: nothing is committed, and the
  /// group learns of it when the session times out.
  public func abandon() {
    guard failure == nil, !isClosed else { return }
    attempt += 1
    state = .leaving
    subscription = nil
    end()
  }

  private var closeTimeoutMs: Int64 {
    min(config.consumer.client.defaultApiTimeoutMs, config.maxPollIntervalMs)
  }

  private func end() {
    guard !isClosed else { return }
    isClosed = true
    cancelTimers()
    failCommits(.closed)
    coordinator.close()
    consumer.close()
  }

  /// Calls back once, in time.
  private func leave(reason: String, timeoutMs: Int64, _ done: @escaping () -> Void) {
    attempt += 1
    let before = state
    state = .leaving
    subscription = nil
    isWaitingForTopics = false
    isLeader = false
    leading = nil
    assignedCounts = [:]
    cancelTimers()
    if before == .joining || before == .assigning || before == .syncing {
      // The coordinator answers a connection's requests one after the other: behind a join that
      // waits for others nothing would be heard.
      coordinator.forget()
    }
    var isDone = false
    var timer: TimerID?
    let finish = { [weak self] in
      guard !isDone else { return }
      isDone = true
      if let timer { self?.transport.cancel(timer) }
      done()
    }
    timer = after(timeoutMs, finish)
    let started = attempt
    revoking = []
    revoke(sorted(owned.keys), limitMs: max(1, timeoutMs / 4)) { [weak self] in
      guard let self, self.attempt == started, self.failure == nil, !isDone else {
        return finish()
      }
      self.lastAssignment = nil
      self.lastAssignmentGeneration = -1
      self.sendLeave(reason: reason) { [weak self] _ in
        if self?.attempt == started {
          self?.generation = -1
          self?.memberId = ""
        }
        finish()
      }
    }
  }

  /// Tells the coordinator that a dynamic member goes; a static one's place is kept.
  func sendLeave(reason: String, _ done: @escaping (ClientError?) -> Void) {
    guard config.groupInstanceId == nil, !memberId.isEmpty else { return done(nil) }
    let request = LeaveGroupRequest(
      groupId: config.groupId, memberId: memberId,
      members: [.init(memberId: memberId, groupInstanceId: nil, reason: reason)])
    coordinator.send(request) { result in
      if case .failure(let error) = result { done(error) } else { done(nil) }
    }
  }
}
