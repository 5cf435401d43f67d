import KafkaFormat
import KafkaMessages
import Transport

/// Showing that the member lives, and noticing when it is taken for dead.
extension GroupConsumer {
  func armHeartbeat() {
    cancel(&heartbeatTimer)
    heartbeatTimer = after(config.heartbeatIntervalMs) { [weak self] in
      guard let self else { return }
      self.heartbeatTimer = nil
      self.heartbeat()
    }
  }

  private func heartbeat() {
    guard state == .stable || state == .preparing, generation >= 0 else { return }
    let silentNanos = transport.now.nanoseconds(since: lastHeard)
    if silentNanos > config.sessionTimeoutMs * 1_000_000 {
      coordinator.forget()
      return loseGeneration("the coordinator was not heard for the session timeout")
    }
    armHeartbeat()
    guard !isHeartbeatUnderWay else { return }
    isHeartbeatUnderWay = true
    let request = HeartbeatRequest(
      groupId: config.groupId, generationId: generation, memberId: memberId,
      groupInstanceId: config.groupInstanceId)
    let sentGeneration = generation
    let timeoutMs = min(config.consumer.client.requestTimeoutMs, config.sessionTimeoutMs)
    coordinator.send(request, timeoutMs: timeoutMs) { [weak self] result in
      guard let self else { return }
      self.isHeartbeatUnderWay = false
      guard self.generation == sentGeneration,
        self.state == .stable || self.state == .preparing
      else { return }
      self.heartbeatAnswered(result)
    }
  }

  private func heartbeatAnswered(_ result: Result<HeartbeatResponse, ClientError>) {
    switch result {
    case .failure(let error):
      if error.losesCoordinator { coordinator.forget() }
      if !error.isRetriable { fail(error) }
    case .success(let response):
      switch response.errorCode {
      case .none: lastHeard = transport.now
      case .rebalanceInProgress:
        lastHeard = transport.now
        rejoin("the group is rebalancing")
      case .illegalGeneration: loseGeneration("the generation was over")
      case .unknownMemberId: loseMembership("the coordinator no longer knew the member")
      case .notCoordinator, .coordinatorNotAvailable: coordinator.forget()
      case .coordinatorLoadInProgress: break
      case let code where code.isRetriable: break
      case let code: fail(.broker(code))
      }
    }
  }

  /// The delegate has had the thread since `start`: beyond `max.poll.interval.ms` the member does
  /// as if it were stuck, leaves, and joins as a new one.
  func delegateReturned(since start: MonotonicTime) {
    let tookMs = transport.now.nanoseconds(since: start) / 1_000_000
    guard tookMs > config.maxPollIntervalMs, state == .stable || state == .preparing,
      generation >= 0
    else { return }
    let reason = "the delegate took \(tookMs) ms, longer than max.poll.interval.ms"
    if config.groupInstanceId == nil { sendLeave(reason: reason) { _ in } }
    loseMembership(reason)
  }
}
