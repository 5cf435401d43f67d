import KafkaFormat
import Transport

/// Giving partitions up.
extension GroupConsumer {
  /// Stops reading, commits, tells the delegate, waits for the commits that it starts, and lets
  /// the partitions go.
  ///
  /// - Parameter limitMs: How long each of the two commits may hold the rest up; nil is as long as
  ///   a rebalance allows.
  func revoke(_ names: [TopicPartition], limitMs: Int64? = nil, then: @escaping () -> Void) {
    let limitMs = limitMs ?? revocationLimitMs
    let held = names.filter { owned[$0] != nil && !revoking.contains($0) }
    guard !held.isEmpty else { return settle(limitMs, then) }
    revoking.formUnion(held)
    for name in held { if let handle = owned[name] { consumer.pause(handle) } }
    let started = attempt
    commitBeforeRevoking(held, limitMs: limitMs) { [weak self] in
      guard let self, self.attempt == started else { return }
      self.delegate?.partitionsRevoked(held.compactMap { self.owned[$0] })
      guard self.attempt == started else { return }
      self.settle(limitMs) { [weak self] in
        guard let self, self.attempt == started else { return }
        self.drop(held)
        then()
      }
    }
  }

  /// Well below what the group waits for the member: all others wait as long. Below the session
  /// timeout too, because heartbeats wait behind a commit that is not answered.
  private var revocationLimitMs: Int64 {
    let timeouts = [
      config.maxPollIntervalMs, config.sessionTimeoutMs, config.consumer.client.defaultApiTimeoutMs,
    ]
    return max(1, (timeouts.min() ?? 0) / 4)
  }

  /// Waits until no commit is under way, or its time is over.
  private func settle(_ limitMs: Int64, _ then: @escaping () -> Void) {
    guard commits.underWay > 0 else { return then() }
    let waiter = commits.wait(then)
    let timer = after(limitMs) { [weak self] in
      guard let self else { return }
      // What is sent next on the same connection would wait behind the commit.
      self.coordinator.forget()
      self.releaseWaiters(waiter)
    }
    commits.note(timer, of: waiter)
  }

  /// The partitions are not the member's any more, and nothing of them can be saved.
  func lose(_ names: [TopicPartition]) {
    let lost = names.compactMap { owned[$0] }
    for handle in lost { consumer.pause(handle) }
    drop(names)
    revoking = []
    lastAssignment = nil
    if !lost.isEmpty { delegate?.partitionsLost(lost) }
  }

  private func drop(_ names: [TopicPartition]) {
    for name in names {
      revoking.remove(name)
      commits.forget(name)
      guard let handle = owned.removeValue(forKey: name) else { continue }
      paused.remove(handle)
      consumer.release(handle)
    }
  }
}
