import KafkaFormat
import KafkaMessages
import Transport

extension ClusterClient {
  /// Adds a topic to those whose metadata are kept.
  func track(_ topic: String) {
    guard trackedTopics.insert(topic).inserted else { return }
    lastMetadata = nil
    requestMetadata()
  }

  /// Keeps the metadata of these topics, and of no others; nil is all that the cluster has.
  func track(only topics: Set<String>?) {
    let isWider = topics.map { !$0.isSubset(of: trackedTopics) } ?? !tracksAllTopics
    tracksAllTopics = topics == nil
    trackedTopics = topics ?? []
    guard isWider else { return }
    lastMetadata = nil
    requestMetadata()
  }

  /// Asks for fresh metadata as soon as the backoff allows it.
  func requestMetadata() {
    guard !isClosed else { return }
    wantsMetadata = true
    sendMetadataRequest()
  }

  /// Sends the request that is wanted, if it is time and a connection is there.
  func sendMetadataRequest() {
    guard wantsMetadata, !metadataInFlight, !isClosed else { return }
    if let last = lastMetadata {
      let wait = metadataBackoff.delayMs(attempt: metadataBackoff.failures, using: &random)
      let earliest = last.adding(milliseconds: wait)
      if earliest > transport.now { return scheduleMetadata(at: earliest) }
    }
    guard let connection = anyConnection(except: silentConnection) else { return seek() }
    wantsMetadata = false
    metadataInFlight = true
    let topics = trackedTopics.sorted().map {
      MetadataRequest.MetadataRequestTopic(name: $0)
    }
    let asked = trackedTopics
    let isComplete = tracksAllTopics
    let request = MetadataRequest(
      topics: isComplete ? nil : topics, allowAutoTopicCreation: allowAutoTopicCreation)
    let versions: ClosedRange<Int16> = allowAutoTopicCreation ? 1...13 : 4...13
    let patience = transport.schedule(at: transport.now.adding(milliseconds: metadataPatienceMs)) {
      [weak self, weak connection] in self?.metadataOverdue(at: connection)
    }
    connection.send(
      TypedCall(request, versions: versions, timeoutMs: config.requestTimeoutMs) {
        [weak self, weak connection] result in
        guard let self else { return }
        self.transport.cancel(patience)
        if case .success = result, self.silentConnection === connection {
          self.silentConnection = nil
        }
        self.metadataAnswered(result, asked: isComplete ? nil : asked)
      })
    connection.flush()
  }

  /// How long one broker is waited for before another is asked too.
  private var metadataPatienceMs: Int64 { min(2_000, max(1, config.requestTimeoutMs / 2)) }

  /// The broker may be gone without its connection having ended. Its answer is still taken when it
  /// comes.
  private func metadataOverdue(at connection: ClientConnection<T>?) {
    guard !isClosed, metadataInFlight, let connection, connection.state == .ready else { return }
    silentConnection = connection
    metadataInFlight = false
    requestMetadata()
  }

  private func metadataAnswered(
    _ result: Result<MetadataResponse, ClientError>, asked: Set<String>?
  ) {
    metadataInFlight = false
    guard !isClosed else { return }
    lastMetadata = transport.now
    var isComplete = false
    // A broker that has only just started may not know of itself yet: then it knows nothing.
    if case .success(let response) = result, response.errorCode == .none,
      !response.brokers.isEmpty
    {
      do throws(FormatError) {
        try metadata.update(response, isComplete: asked == nil)
        isComplete = response.topics.allSatisfy { topic in
          !topic.errorCode.isRetriable
            && topic.partitions.allSatisfy { metadata.nodes[$0.leaderId] != nil }
        }
        hasMetadata = hasMetadata || !metadata.nodes.isEmpty
      } catch { isComplete = false }
    }
    if hasMetadata, let timer = bootstrapTimer {
      transport.cancel(timer)
      bootstrapTimer = nil
    }
    if isComplete {
      metadataBackoff.reset()
      if asked.map({ !trackedTopics.isSubset(of: $0) || tracksAllTopics }) ?? false {
        lastMetadata = nil
        wantsMetadata = true
      }
      if !wantsMetadata {
        scheduleMetadata(at: transport.now.adding(milliseconds: config.metadataMaxAgeMs))
      }
    } else {
      _ = metadataBackoff.next(using: &random)
      wantsMetadata = true
    }
    if hasMetadata {
      reconcileNodes()
      sendWaiting()
      observer?.metadataChanged()
    }
    sendMetadataRequest()
  }

  private func scheduleMetadata(at time: MonotonicTime) {
    if let timer = metadataTimer { transport.cancel(timer) }
    metadataTimer = transport.schedule(at: time) { [weak self] in
      guard let self else { return }
      self.metadataTimer = nil
      self.requestMetadata()
    }
  }

  /// The ready connection with the least to do.
  func anyConnection(except silent: ClientConnection<T>? = nil) -> ClientConnection<T>? {
    let ready = nodes.values.compactMap(\.connection).filter {
      $0.state == .ready && $0 !== silent
    }
    let best = ready.min {
      ($0.inFlight, $0.address.port, $0.address.host)
        < ($1.inFlight, $1.address.port, $1.address.host)
    }
    if let best { return best }
    if let seed, seed.state == .ready, seed !== silent { return seed }
    return nil
  }

  // MARK: The search for a broker

  /// Tries one address after the other, those of known brokers first; a pause after each round.
  private func seek() {
    guard seed == nil, seedTimer == nil, !isClosed else { return }
    let known = metadata.nodes.sorted { $0.key < $1.key }.map(\.value)
    let candidates = known + config.bootstrapServers.filter { !known.contains($0) }
    guard !candidates.isEmpty else { return }
    let address = candidates[seedCandidate % candidates.count]
    seedCandidate += 1
    let endsRound = seedCandidate % candidates.count == 0
    let connection = ClientConnection(transport: transport, config: config, address: address)
    seed = connection
    connection.onReady = { [weak self] in
      guard let self else { return }
      self.seedBackoff.reset()
      self.sendMetadataRequest()
      self.sendWaiting()
    }
    connection.onClosed = { [weak self] error in
      guard let self, !self.isClosed else { return }
      self.seed = nil
      self.seedReasons[address] = error
      self.wantsMetadata = true
      let wait = endsRound ? self.seedBackoff.next(using: &self.random) : 0
      self.seedTimer = self.transport.schedule(
        at: self.transport.now.adding(milliseconds: wait)
      ) { [weak self] in
        self?.seedTimer = nil
        self?.sendMetadataRequest()
      }
    }
    connection.open()
  }
}
