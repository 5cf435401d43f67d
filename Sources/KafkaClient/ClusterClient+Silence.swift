import Transport

/// Brokers that stop answering without their connections ending: a machine that lost its power or
/// its network, a process that was stopped.
extension ClusterClient {
  /// How long an answer may be due before the metadata are asked for: a broker that the cluster
  /// has given up (after `broker.session.timeout.ms`, 9 s) is missing there, and its connection is
  /// closed long before `request.timeout.ms`.
  private static var silenceMs: Int64 { 5_000 }
  private static var intervalMs: Int64 { 1_000 }

  func watchSilence() {
    guard silenceTimer == nil, !isClosed else { return }
    silenceTimer = transport.schedule(
      at: transport.now.adding(milliseconds: Self.intervalMs)
    ) { [weak self] in
      guard let self else { return }
      self.silenceTimer = nil
      self.checkSilence()
    }
  }

  private func checkSilence() {
    let connections = nodes.values.compactMap(\.connection)
    guard !isClosed, !connections.isEmpty else { return }
    watchSilence()
    let now = transport.now
    if let last = lastSilence, last.adding(milliseconds: Self.silenceMs) > now { return }
    let limit = now.nanoseconds - Self.silenceMs * 1_000_000
    guard connections.contains(where: { ($0.oldestSentNanos ?? .max) < limit }) else { return }
    lastSilence = now
    requestMetadata()
  }
}
