import KafkaFormat
import KafkaMessages
import Transport

/// The search for a broker: through the known brokers and the bootstrap addresses, side by side.
///
/// ```
/// address 0  connect ─► ApiVersions ─► Metadata ─► the connection serves on
/// address 1      250 ms later, or as soon as address 0 fails, and so on
/// ```
/// The first usable answer to Metadata ends the search. An address that fails is tried again after
/// `reconnect.backoff.ms`; one that hangs delays the next address by 250 ms and nothing else.
extension ClusterClient {
  /// One address of a search.
  final class Candidate {
    let address: NetworkAddress
    var connection: ClientConnection<T>?
    var backoff: ExponentialBackoff
    var retryTimer: TimerID?
    var wasTried = false
    /// How the last try ended.
    var lastError: ClientError?

    init(address: NetworkAddress, config: ClientConfig) {
      self.address = address
      backoff = ExponentialBackoff(
        initialMs: config.reconnectBackoffMs, maximumMs: config.reconnectBackoffMaxMs)
    }
  }

  /// How long an address is given before the next one is tried beside it.
  static var candidateIntervalMs: Int64 { 250 }

  /// Starts a search, unless one is under way.
  func search() {
    guard candidates.isEmpty, !isClosed else { return }
    let known = metadata.nodes.sorted { $0.key < $1.key }.map(\.value)
    let addresses = known + config.bootstrapServers.filter { !known.contains($0) }
    candidates = addresses.map { Candidate(address: $0, config: config) }
    tryNextCandidate()
  }

  private func tryNextCandidate() {
    if let timer = searchTimer { transport.cancel(timer) }
    searchTimer = nil
    guard let next = candidates.first(where: { !$0.wasTried }) else { return }
    next.wasTried = true
    if candidates.contains(where: { !$0.wasTried }) {
      let time = transport.now.adding(milliseconds: Self.candidateIntervalMs)
      searchTimer = transport.schedule(at: time) { [weak self] in
        self?.searchTimer = nil
        self?.tryNextCandidate()
      }
    }
    open(next)
  }

  private func open(_ candidate: Candidate) {
    let connection = ClientConnection(
      transport: transport, config: config, address: candidate.address)
    candidate.connection = connection
    connection.onReady = { [weak self, weak connection] in
      guard let self, let connection else { return }
      self.askForMetadata(on: connection)
    }
    connection.onClosed = { [weak self, weak candidate] error in
      guard let self, let candidate, !self.isClosed else { return }
      candidate.connection = nil
      let failedBefore = candidate.lastError != nil
      candidate.lastError = error
      let wait = candidate.backoff.next(using: &self.random)
      candidate.retryTimer = self.transport.schedule(
        at: self.transport.now.adding(milliseconds: wait)
      ) { [weak self, weak candidate] in
        guard let self, let candidate else { return }
        candidate.retryTimer = nil
        self.open(candidate)
      }
      if !failedBefore { self.tryNextCandidate() }
    }
    connection.open()
  }

  /// A candidate whose answer to Metadata is of no use is tried again later: a broker that has
  /// only just started may not know of itself yet.
  func giveUpCandidate(_ connection: ClientConnection<T>) {
    guard candidates.contains(where: { $0.connection === connection }) else { return }
    connection.close(.disconnected("\(connection.address) does not know any broker yet"))
  }

  /// Metadata came, by a candidate or by a broker's own connection.
  func endSearch(keeping winner: ClientConnection<T>?) {
    guard !candidates.isEmpty else { return }
    if let timer = searchTimer { transport.cancel(timer) }
    searchTimer = nil
    let ended = candidates
    candidates = []
    for candidate in ended {
      if let timer = candidate.retryTimer { transport.cancel(timer) }
      guard let connection = candidate.connection else { continue }
      if connection === winner {
        // An earlier find that fell silent may still be there.
        retireSeed()
        seed = connection
        connection.onClosed = { [weak self, weak connection] _ in
          if let self, self.seed === connection { self.seed = nil }
        }
      } else {
        metadataAsked.removeAll { $0 === connection }
        metadataLate.removeAll { $0 === connection }
        connection.onClosed = { _ in }
        connection.close(.closed)
      }
    }
  }

  // MARK: The connection that was found

  /// The found connection serves on as a broker's, where it is one's own. Else, because brokers
  /// advertise themselves under another name, it serves until a broker's connection is ready.
  func adoptSeed() {
    guard let connection = seed, connection.state == .ready else { return }
    let id = metadata.nodes.filter { $0.value == connection.address }.keys.min()
    guard let id, let node = node(id), node.connection == nil else { return }
    seed = nil
    if let timer = node.retryTimer { transport.cancel(timer) }
    node.retryTimer = nil
    attach(connection, to: node)
  }

  /// New calls go to brokers' own connections; what the found one was sent is still answered.
  func retireSeed() {
    guard let connection = seed else { return }
    seed = nil
    retiring.append(connection)
    connection.onClosed = { [weak self, weak connection] _ in
      self?.retiring.removeAll { $0 === connection }
    }
    connection.closeOnceAnswered()
  }

  // MARK: What is said of addresses

  /// That no broker answered, with what is known of each address.
  func unreachable(afterMs: Int64) -> ClientError {
    let reasons = config.bootstrapServers.map { address in
      candidates.first { $0.address == address }.map(fate) ?? "\(address) not tried"
    }
    return .noBrokerReachable(afterMs: afterMs, reasons: reasons)
  }

  /// A destination that was not reached, with the name that it advertises and how it failed.
  func words(for destination: Destination) -> String {
    let id: Int32
    switch destination {
    case .any: return "any broker"
    case .controller where metadata.controllerId < 0: return "the controller, which is not known"
    case .controller: id = metadata.controllerId
    case .node(let node): id = node
    }
    guard let address = metadata.nodes[id] else { return "broker \(id), which is not known" }
    let reason =
      switch nodes[id]?.lastError {
      case .disconnected(let what)?: " (\(what))"
      case let error?: " (\(error))"
      case nil: ""
      }
    return "broker \(id), which is advertised as \(address)\(reason)"
  }

  private func fate(of candidate: Candidate) -> String {
    let address = candidate.address
    // A connection that hangs now matters more than how an earlier one ended.
    switch (candidate.lastError, candidate.connection?.state) {
    case (nil, .connecting): return "\(address) did not accept the connection"
    case (nil, .negotiating): return "\(address) did not answer ApiVersions"
    case (nil, .ready): return "\(address) did not answer Metadata"
    case (nil, _): return "\(address) not tried"
    case (.disconnected(let what)?, _):
      return what.hasPrefix("\(address)") ? what : "\(address): \(what)"
    case (let error?, _): return "\(address): \(error)"
    }
  }
}
