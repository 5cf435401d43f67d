import KafkaFormat
import KafkaMessages
import Transport

/// Reads assigned partitions: one fetch is under way to each of their leaders, and the next is
/// sent before the records of the last are handed out.
///
/// ```
/// answer arrives ─► heads of its batches walked ─► next fetch sent ─► batches handed out in place
/// ```
/// So the broker works while the records are read, and no more than one answer a broker is ever
/// held. What is fetched is a session (`FetchNode`); what is done costs as much as what changed.
/// Transactions are not looked at: it reads what is there (read_uncommitted).
///
/// Loop-confined: every call on the transport's thread.
public final class Consumer<T: Transport>: ClusterObserver, FetchCallOwner {
  struct Assignment {
    let partitions: [ConsumerPartition]
    let deadline: MonotonicTime
    let completion: (Result<[PartitionHandle], ClientError>) -> Void
  }

  public let config: ConsumerConfig
  public weak var delegate: (any ConsumerDelegate)?
  weak var metadataListener: (any MetadataListener)?

  let transport: T
  let client: ClusterClient<T>
  var partitions: [ConsumerPartition] = []
  let agenda = ConsumerAgenda()
  /// Partitions that wait for their time.
  var delayed: [ConsumerPartition] = []
  var nodes: [Int32: FetchNode] = [:]
  var assignments: [Assignment] = []
  var wakeTimer: (id: TimerID, time: MonotonicTime)?
  let decompressor = Decompressor()
  var decompressed: [UInt8] = []
  var isClosed = false
  var failure: ClientError?

  public init(transport: T, config: ConsumerConfig) {
    self.transport = transport
    self.config = config
    client = ClusterClient(transport: transport, config: config.client)
    client.allowAutoTopicCreation = false
    client.observer = self
  }

  // MARK: Assignment

  /// Adds partitions and starts fetching them; a nil position is `auto.offset.reset`'s.
  /// Completes once all start offsets are known, or after `default.api.timeout.ms`.
  public func assign(
    _ wanted: [(TopicPartition, StartPosition?)],
    completion: @escaping (Result<[PartitionHandle], ClientError>) -> Void
  ) {
    if isClosed { return completion(.failure(failure ?? .closed)) }
    var added: [ConsumerPartition] = []
    for (name, start) in wanted {
      let partition = ConsumerPartition(
        handle: PartitionHandle(index: partitions.count), name: name,
        maxBytes: config.maxPartitionFetchBytes, agenda: agenda)
      partitions.append(partition)
      added.append(partition)
      if case .offset(let offset) = start {
        partition.restart(at: offset)
      } else if let start = start ?? resetPosition {
        partition.start = start
      } else {
        partitions.removeLast(added.count)
        return completion(
          .failure(.noOffset(topic: name.topic, partition: name.partition)))
      }
    }
    let deadline = transport.now.adding(milliseconds: config.client.defaultApiTimeoutMs)
    assignments.append(
      Assignment(partitions: added, deadline: deadline, completion: completion))
    client.start()
    for (name, _) in wanted { client.track(name.topic) }
    wake(at: deadline)
    advance()
  }

  var resetPosition: StartPosition? {
    switch config.autoOffsetReset {
    case .earliest: .earliest
    case .latest: .latest
    case .none: nil
    }
  }

  // MARK: Partitions

  public func topicPartition(_ partition: PartitionHandle) -> TopicPartition {
    partitions[partition.index].name
  }

  /// The offset of the next record to be handed out; nil until it is known.
  public func position(_ partition: PartitionHandle) -> Int64? {
    partitions[partition.index].position
  }

  /// As of the last fetch; nil until there was one.
  public func highWatermark(_ partition: PartitionHandle) -> Int64? {
    partitions[partition.index].highWatermark
  }

  /// Goes on elsewhere; what was fetched already is dropped.
  public func seek(_ partition: PartitionHandle, to position: StartPosition) {
    let state = partitions[partition.index]
    if case .offset(let offset) = position {
      state.restart(at: offset)
    } else {
      state.restart(at: nil, start: position)
    }
    state.isPaused = false
    advance()
  }

  /// Stops after the batch that is being handed out; what else was fetched is dropped.
  public func pause(_ partition: PartitionHandle) {
    let state = partitions[partition.index]
    guard !state.isPaused else { return }
    state.isPaused = true
    stopHere(state)
  }

  public func resume(_ partition: PartitionHandle) {
    let state = partitions[partition.index]
    guard state.isPaused else { return }
    state.isPaused = false
    advance()
  }

  func stopHere(_ state: ConsumerPartition) {
    state.generation += 1
    state.fetchOffset = state.position
  }

  /// Ends the connections; the delegate hears nothing more.
  public func close() { stop(.closed) }

  func stop(_ error: ClientError) {
    guard !isClosed else { return }
    isClosed = true
    failure = error
    if let timer = wakeTimer { transport.cancel(timer.id) }
    wakeTimer = nil
    client.close(error)
    let unfinished = assignments
    assignments = []
    for assignment in unfinished { assignment.completion(.failure(error)) }
    if error != .closed { delegate?.consumerFailed(error) }
  }

  // MARK: ClusterObserver

  func metadataChanged() {
    for partition in partitions {
      guard let topic = client.metadata.topics[partition.name.topic] else { continue }
      if topic.id != .zero, partition.topicId != .zero, topic.id != partition.topicId {
        // The topic was deleted and made again: the offset means nothing any more.
        stopHere(partition)
        partition.positionEpoch = -1
        partition.leaderEpoch = -1
      }
      let epochBefore = partition.leaderEpoch
      partition.take(client.metadata)
      if partition.leaderEpoch != epochBefore { leaderChanged(partition, from: epochBefore) }
      // It still has none: that is to be asked for again.
      if partition.leader < 0 { partition.touch() }
    }
    failUnknownPartitions()
    advance()
    metadataListener?.metadataChanged()
  }

  func nodeReady(_ node: Int32) {
    nodes[node]?.retryNanos = 0
    advance()
  }
  func nodeLost(_ node: Int32, _ error: ClientError) {}
  func clusterFailed(_ error: ClientError) { stop(error) }

  /// Assignments of partitions that a topic, which is known, does not have.
  private func failUnknownPartitions() {
    for (index, assignment) in assignments.enumerated().reversed() {
      for partition in assignment.partitions {
        guard let topic = client.metadata.topics[partition.name.topic], topic.error == .none,
          Int(partition.name.partition) >= topic.partitions.count
            || partition.name.partition < 0
        else { continue }
        assignments.remove(at: index)
        for partition in assignment.partitions { partition.isPaused = true }
        assignment.completion(
          .failure(
            .unknownPartition(
              topic: partition.name.topic, partition: partition.name.partition)))
        break
      }
    }
  }
}
