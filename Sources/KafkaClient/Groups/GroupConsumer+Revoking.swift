import KafkaFormat
import Transport

/// Giving partitions up.
extension GroupConsumer {
  /// Stops reading, commits, tells the delegate, waits for the commits that it starts, and lets
  /// the partitions go.
  func revoke(_ names: [TopicPartition], then: @escaping () -> Void) {
    let held = names.filter { owned[$0] != nil && !revoking.contains($0) }
    guard !held.isEmpty else { return settle(then) }
    revoking.formUnion(held)
    for name in held { if let handle = owned[name] { consumer.pause(handle) } }
    let started = attempt
    commitBeforeRevoking(held) { [weak self] in
      guard let self, self.attempt == started else { return }
      self.delegate?.partitionsRevoked(held.compactMap { self.owned[$0] })
      guard self.attempt == started else { return }
      self.settle { [weak self] in
        guard let self, self.attempt == started else { return }
        self.drop(held)
        then()
      }
    }
  }

  /// Waits until no commit is under way, but no longer than the group waits for the member.
  private func settle(_ then: @escaping () -> Void) {
    guard commits.underWay > 0 else { return then() }
    let limitMs = min(config.maxPollIntervalMs, config.consumer.client.defaultApiTimeoutMs)
    let waiter = commits.wait(then)
    let timer = after(limitMs) { [weak self] in self?.releaseWaiters(waiter) }
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
