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
    guard wantsMetadata, metadataAsked.isEmpty, !isClosed else { return }
    if let last = lastMetadata {
      let wait = metadataBackoff.delayMs(attempt: metadataBackoff.failures, using: &random)
      let earliest = last.adding(milliseconds: wait)
      if earliest > transport.now { return scheduleMetadata(at: earliest) }
    }
    guard let connection = anyConnection(except: silentConnection) else { return search() }
    askForMetadata(on: connection)
  }

  /// Sends a Metadata request for what is tracked. While a broker is searched for, each address
  /// that answers is asked, so that one that falls silent holds nothing up.
  func askForMetadata(on connection: ClientConnection<T>) {
    wantsMetadata = false
    metadataAsked.append(connection)
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
        guard let self, let connection else { return }
        self.transport.cancel(patience)
        if case .success = result, self.silentConnection === connection {
          self.silentConnection = nil
        }
        self.metadataAnswered(result, by: connection, asked: isComplete ? nil : asked)
      })
    connection.flush()
  }

  /// How long one broker is waited for before another is asked too.
  private var metadataPatienceMs: Int64 { min(2_000, max(1, config.requestTimeoutMs / 2)) }

  /// The broker may be gone without its connection having ended. Its answer is still taken when it
  /// comes.
  private func metadataOverdue(at connection: ClientConnection<T>?) {
    guard !isClosed, let connection, connection.state == .ready,
      let index = metadataAsked.firstIndex(where: { $0 === connection })
    else { return }
    silentConnection = connection
    metadataLate.append(metadataAsked.remove(at: index))
    requestMetadata()
  }

  private func metadataAnswered(
    _ result: Result<MetadataResponse, ClientError>, by connection: ClientConnection<T>,
    asked: Set<String>?
  ) {
    // A connection of a search that has ended is asked for nothing any more.
    if let index = metadataAsked.firstIndex(where: { $0 === connection }) {
      metadataAsked.remove(at: index)
    } else if let index = metadataLate.firstIndex(where: { $0 === connection }) {
      metadataLate.remove(at: index)
    } else {
      return
    }
    guard !isClosed else { return }
    lastMetadata = transport.now
    var isComplete = false
    var isUsable = false
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
        isUsable = true
        hasMetadata = true
      } catch { isComplete = false }
    }
    if isUsable { endSearch(keeping: connection) } else { giveUpCandidate(connection) }
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
}
