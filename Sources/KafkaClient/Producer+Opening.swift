import KafkaFormat
import KafkaMessages
import Transport

/// Topics, leaders and the producer id.
extension Producer {
  /// Reaches the cluster and learns the topic's partitions; a topic that is not there may be
  /// created by the broker. Takes `max.block.ms` at most.
  public func openTopic(
    _ name: String, completion: @escaping (Result<TopicHandle, ClientError>) -> Void
  ) {
    if isClosed { return completion(.failure(failure ?? .closed)) }
    let deadline = transport.now.adding(milliseconds: config.maxBlockMs)
    openings.append(Opening(name: name, completion: completion, deadline: deadline))
    client.start()
    client.track(name)
    if config.enableIdempotence { askForProducerId() }
    nextSweep = min(nextSweep, deadline)
    wake(at: max(nextSweep, transport.now))
    finishOpenings()
  }

  private func finishOpenings() {
    guard !openings.isEmpty, !config.enableIdempotence || producerId != nil else { return }
    let all = openings
    openings = []
    for opening in all {
      guard let known = client.metadata.topics[opening.name] else {
        openings.append(opening)
        continue
      }
      if known.error != .none, !known.error.isRetriable {
        opening.completion(
          .failure(.broker(known.error, message: "topic \(opening.name)")))
      } else if known.error != .none || known.partitions.isEmpty {
        openings.append(opening)
      } else {
        opening.completion(.success(topic(opening.name).handle))
      }
    }
  }

  private func topic(_ name: String) -> AccumulatorTopic {
    if let known = accumulator.topics.first(where: { $0.name == name }) { return known }
    let topic = AccumulatorTopic(
      name: name, handle: TopicHandle(index: accumulator.topics.count))
    accumulator.addTopic(topic)
    refresh(topic)
    topic.stickyPartition = Int32(
      client.random.next() % UInt64(max(1, topic.partitions.count)))
    return topic
  }

  /// Takes over what the metadata say of a topic's partitions and leaders.
  private func refresh(_ topic: AccumulatorTopic) {
    guard let known = client.metadata.topics[topic.name] else { return }
    topic.id = known.id
    for (index, entry) in known.partitions.enumerated() {
      if index == topic.partitions.count {
        let partition = AccumulatorPartition(topic: topic, index: Int32(index))
        if let producerId {
          partition.restart(producerId: producerId.id, epoch: producerId.epoch)
        }
        topic.partitions.append(partition)
      }
      topic.partitions[index].follow(entry.leader, epoch: entry.leaderEpoch)
    }
  }

  // MARK: ClusterObserver

  func metadataChanged() {
    guard !isClosed else { return }
    for topic in accumulator.topics { refresh(topic) }
    unlistMoved()
    for topic in accumulator.topics {
      for partition in topic.partitions { list(partition) }
    }
    finishOpenings()
    pumpAll()
  }

  func nodeReady(_ id: Int32) {
    if let node = nodes[id] { pump(node) }
  }

  func nodeLost(_ id: Int32, _ error: ClientError) {}

  func clusterFailed(_ error: ClientError) { stop(error) }

  // MARK: Producer id

  private func askForProducerId() {
    guard producerId == nil, !isAskingForProducerId, !isClosed else { return }
    isAskingForProducerId = true
    let request = InitProducerIdRequest(
      transactionalId: nil, transactionTimeoutMs: .max, producerId: -1, producerEpoch: -1)
    client.send(request, to: .any) { [weak self] result in
      guard let self, !self.isClosed else { return }
      self.isAskingForProducerId = false
      switch result {
      case .success(let response) where response.errorCode == .none:
        self.producerIdBackoff.reset()
        self.received(producerId: response.producerId, epoch: response.producerEpoch)
      case .success(let response):
        self.producerIdFailed(.broker(response.errorCode))
      case .failure(let error):
        self.producerIdFailed(error)
      }
    }
  }

  private func producerIdFailed(_ error: ClientError) {
    guard error.isRetriable else { return stop(error) }
    let wait = producerIdBackoff.next(using: &client.random)
    transport.schedule(at: transport.now.adding(milliseconds: wait)) { [weak self] in
      self?.askForProducerId()
    }
  }

  private func received(producerId id: Int64, epoch: Int16) {
    producerId = (id, epoch)
    for topic in accumulator.topics {
      for partition in topic.partitions
      where partition.producerEpoch == .max && partition.needsNewEpoch {
        if partition.inFlight.isEmpty { partition.restart(producerId: id, epoch: epoch) }
        list(partition)
      }
    }
    finishOpenings()
    pumpAll()
  }

  /// Raises a partition's epoch, so that its sequence starts anew.
  ///
  /// The broker keeps producer state by partition, so one partition can go ahead of the others;
  /// without a transaction nobody else knows the epoch (KIP-360).
  ///
  /// - Returns: false where a new producer id has to be asked for first.
  func restart(_ partition: AccumulatorPartition) -> Bool {
    if partition.producerEpoch < .max {
      partition.restart(
        producerId: partition.producerId, epoch: partition.producerEpoch + 1)
      return true
    }
    if let producerId, producerId.id != partition.producerId {
      partition.restart(producerId: producerId.id, epoch: producerId.epoch)
      return true
    }
    producerId = nil
    askForProducerId()
    return false
  }
}
