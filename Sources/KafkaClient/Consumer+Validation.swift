import KafkaFormat
import KafkaMessages
import Transport

/// Finding out whether a new leader's log has what was read (KIP-320).
///
/// ```
/// leader epoch rises ─► OffsetForLeaderEpoch(epoch of the last batch read) ─► its end offset
///     end ≥ position: the fetch continues     end < position: the log was truncated
/// ```
extension Consumer {
  /// Metadata name a new leader epoch.
  func leaderChanged(_ partition: ConsumerPartition, from epoch: Int32) {
    partition.readReplica = -1
    guard partition.leaderEpoch > epoch, partition.position != nil, partition.positionEpoch >= 0,
      partition.positionEpoch < partition.leaderEpoch
    else { return }
    // What is under way was fetched from the old leader.
    stopHere(partition)
    partition.needsValidation = true
  }

  func validatePositions(of touched: [ConsumerPartition]) {
    var byLeader: [Int32: [ConsumerPartition]] = [:]
    for partition in touched where partition.needsValidation && !partition.isValidating {
      if isDelayed(partition) { continue }
      guard partition.leader >= 0 else {
        client.requestMetadata()
        continue
      }
      byLeader[partition.leader, default: []].append(partition)
    }
    for (leader, wanted) in byLeader.sorted(by: { $0.key < $1.key }) {
      validate(wanted, at: leader)
    }
  }

  private func validate(_ wanted: [ConsumerPartition], at leader: Int32) {
    let generations = wanted.map(\.generation)
    for partition in wanted { partition.isValidating = true }
    client.send(OffsetForLeaderEpochRequest(wanted), to: .node(leader)) { [weak self] result in
      guard let self, !self.isClosed else { return }
      for (partition, generation) in zip(wanted, generations) {
        partition.isValidating = false
        guard partition.needsValidation, partition.generation == generation else { continue }
        self.validated(partition, result)
      }
      self.advance()
    }
  }

  private func validated(
    _ partition: ConsumerPartition, _ result: Result<OffsetForLeaderEpochResponse, ClientError>
  ) {
    switch result {
    case .failure(.unsupportedByBroker):
      // Such a broker has no epochs to compare.
      partition.needsValidation = false
    case .failure:
      client.requestMetadata()
      backOff(partition)
    case .success(let response):
      guard let found = response.endOffset(of: partition.name) else { return backOff(partition) }
      if found.errorCode == .none { return compare(partition, found) }
      guard found.errorCode.isRetriable else {
        partition.needsValidation = false
        return fail(partition, .broker(found.errorCode, message: partition.name.description))
      }
      client.requestMetadata()
      backOff(partition)
    }
  }

  private func compare(
    _ partition: ConsumerPartition, _ found: OffsetForLeaderEpochResponse.EpochEndOffset
  ) {
    guard let position = partition.position else { return }
    partition.needsValidation = false
    partition.failures = 0
    // Without an epoch the leader knows of nothing as old as what was read.
    let isKnown = found.endOffset >= 0 && found.leaderEpoch >= 0
    if isKnown, found.endOffset >= position { return }
    let divergent = isKnown ? found.endOffset : nil
    guard let reset = resetPosition else {
      return fail(
        partition,
        .logTruncated(
          topic: partition.name.topic, partition: partition.name.partition, offset: position,
          divergentOffset: divergent))
    }
    guard let divergent else {
      partition.restart(at: nil, start: reset)
      partition.lostPosition = position
      return
    }
    partition.restart(at: divergent)
    partition.positionEpoch = found.leaderEpoch
    delegate?.logTruncated(partition.handle, from: position, to: divergent)
  }
}

extension OffsetForLeaderEpochRequest {
  /// Asks for the ends of the epochs of what was read last.
  init(_ partitions: [ConsumerPartition]) {
    self.init()
    replicaId = -1
    var places: [String: Int] = [:]
    for partition in partitions {
      var entry = OffsetForLeaderPartition()
      entry.partition = partition.name.partition
      entry.currentLeaderEpoch = partition.leaderEpoch
      entry.leaderEpoch = partition.positionEpoch
      if let index = places[partition.name.topic] {
        topics[index].partitions.append(entry)
      } else {
        places[partition.name.topic] = topics.count
        topics.append(.init(topic: partition.name.topic, partitions: [entry]))
      }
    }
  }
}

extension OffsetForLeaderEpochResponse {
  func endOffset(of name: TopicPartition) -> EpochEndOffset? {
    topics.first { $0.topic == name.topic }?.partitions.first { $0.partition == name.partition }
  }
}
