import KafkaFormat
import KafkaMessages
import Transport

extension ClusterClient {
  /// Sends a message, now or once a connection is there.
  func send<Request: KafkaRequest>(
    _ request: Request, versions: ClosedRange<Int16>? = nil, to destination: Destination,
    timeoutMs: Int64? = nil,
    completion: @escaping (Result<Request.Response, ClientError>) -> Void
  ) {
    send(
      TypedCall(
        request, versions: versions, timeoutMs: timeoutMs ?? config.requestTimeoutMs,
        completion: completion),
      to: destination)
  }

  /// How long to wait before a request is sent again that has failed `attempt` times before.
  func retryDelayMs(attempt: Int) -> Int64 {
    let backoff = ExponentialBackoff(
      initialMs: config.retryBackoffMs, maximumMs: config.retryBackoffMaxMs)
    return backoff.delayMs(attempt: attempt, using: &random)
  }

  /// Sends a call, now or once a connection is there; it fails if none comes in time.
  func send(_ call: any ClientCall, to destination: Destination) {
    guard !isClosed else { return call.failed(.closed) }
    if let connection = ready(destination) {
      connection.send(call)
      connection.flush()
      return
    }
    let deadline = transport.now.adding(milliseconds: call.timeoutMs)
    waiting.append(Waiting(call: call, destination: destination, deadline: deadline))
    armWaitingTimer()
    start()
    if !hasMetadata || destination == .any { requestMetadata() }
  }

  /// Sends what waited for a connection that is there now.
  func sendWaiting() {
    guard !waiting.isEmpty else { return }
    let all = waiting
    waiting = []
    for entry in all {
      if let connection = ready(entry.destination) {
        connection.send(entry.call)
        connection.flush()
      } else {
        waiting.append(entry)
      }
    }
  }

  private func ready(_ destination: Destination) -> ClientConnection<T>? {
    switch destination {
    case .any: return anyConnection(except: silentConnection) ?? anyConnection()
    case .node(let id): return connection(to: id)
    case .controller:
      guard hasMetadata else { return nil }
      // Any broker forwards to the controller (KIP-590).
      guard metadata.nodes[metadata.controllerId] != nil else { return anyConnection() }
      if let connection = connection(to: metadata.controllerId) { return connection }
      let isReached = nodes[metadata.controllerId].map { $0.backoff.failures == 0 } ?? false
      return isReached ? nil : anyConnection()
    }
  }

  /// The connection to a broker failed or ended: the calls that wait for it fail, so that their
  /// owners find out whether another broker serves them by now.
  func failWaiting(for node: Int32, _ error: ClientError) {
    let failed = waiting.filter { $0.destination == .node(node) }
    guard !failed.isEmpty else { return }
    waiting.removeAll { $0.destination == .node(node) }
    var named = error
    if case .disconnected = error, nodes[node]?.lastError != nil {
      named = .disconnected(words(for: .node(node)))
    }
    for entry in failed { entry.call.failed(named) }
  }

  /// Fails the calls to brokers that are not, or no longer, among the cluster's.
  func failWaitingForAbsentNodes() {
    let absent = Set(
      waiting.compactMap { entry -> Int32? in
        guard case .node(let id) = entry.destination, metadata.nodes[id] == nil else { return nil }
        return id
      })
    for id in absent.sorted() {
      failWaiting(for: id, .disconnected("broker \(id) is not among the cluster's brokers"))
    }
  }

  private func armWaitingTimer() {
    guard waitingTimer == nil, let first = waiting.map(\.deadline).min() else { return }
    waitingTimer = transport.schedule(at: first) { [weak self] in
      guard let self else { return }
      self.waitingTimer = nil
      let now = self.transport.now
      let late = self.waiting.filter { $0.deadline <= now }
      self.waiting.removeAll { $0.deadline <= now }
      self.armWaitingTimer()
      for entry in late {
        let timeoutMs = entry.call.timeoutMs
        entry.call.failed(
          self.hasMetadata
            ? .timedOut("reaching \(self.words(for: entry.destination))", afterMs: timeoutMs)
            : self.unreachable(afterMs: timeoutMs))
      }
    }
  }
}
