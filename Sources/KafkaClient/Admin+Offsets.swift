import KafkaFormat
import KafkaMessages
import Transport

extension Admin {
  public func listOffsets(
    _ queries: [TopicPartition: OffsetQuery],
    completion: @escaping Completion<[TopicPartition: Result<ListedOffset, ClientError>]>
  ) {
    atLeaders(Array(queries.keys), completion: completion) { [self] leader, group, next in
      perItem(group, to: .node(leader)) { items in
        ListOffsetsRequest(items.map { ($0, queries[$0] ?? .latest) })
      } result: { response, name in
        response.offset(of: name)
      } completion: {
        next($0)
      }
    }
  }

  /// Where the leaders' logs end, records above the high watermark included.
  ///
  /// Kafka answers a consumer's ListOffsets with the high watermark, and a request in the name of
  /// the debugging replica (−2) with the log end offset. A broker that ignores the replica id
  /// answers the high watermark to both.
  public func listLogEnds(
    _ names: [TopicPartition],
    completion: @escaping Completion<[TopicPartition: Result<ListedOffset, ClientError>]>
  ) {
    atLeaders(names, completion: completion) { [self] leader, group, next in
      perItem(group, to: .node(leader)) { items in
        var request = ListOffsetsRequest(items.map { ($0, .latest) })
        request.replicaId = -2
        return request
      } result: { response, name in
        response.offset(of: name)
      } completion: {
        next($0)
      }
    }
  }

  /// Deletes all records before an offset; −1 is the high watermark. Values: the new log start
  /// offsets.
  public func deleteRecords(
    before offsets: [TopicPartition: Int64],
    completion: @escaping Completion<[TopicPartition: Result<Int64, ClientError>]>
  ) {
    let timeoutMs = timeoutMs
    atLeaders(Array(offsets.keys), completion: completion) { [self] leader, group, next in
      perItem(group, to: .node(leader)) { items in
        DeleteRecordsRequest(items.map { ($0, offsets[$0] ?? -1) }, timeoutMs: timeoutMs)
      } result: { response, name in
        response.outcome(of: name)
      } completion: {
        next($0)
      }
    }
  }

  /// Finds the partitions' leaders, runs a call at each, and gathers what they say.
  private func atLeaders<Value>(
    _ names: [TopicPartition],
    completion: @escaping Completion<[TopicPartition: Result<Value, ClientError>]>,
    call:
      @escaping (
        Int32, [TopicPartition],
        @escaping Completion<[(TopicPartition, Result<Value, ClientError>)]>
      ) -> Void
  ) {
    let sorted = names.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    let topics = Set(names.map(\.topic)).sorted()
    describeTopics(topics) { [self] result in
      guard case .success(let described) = result else {
        return completion(result.map { _ in [:] })
      }
      var found: [TopicPartition: Result<Value, ClientError>] = [:]
      var byLeader: [Int32: [TopicPartition]] = [:]
      for name in sorted {
        switch leader(of: name, described) {
        case .success(let leader): byLeader[leader, default: []].append(name)
        case .failure(let error): found[name] = .failure(error)
        }
      }
      var left = byLeader.count
      if left == 0 { return completion(.success(found)) }
      for (leader, group) in byLeader.sorted(by: { $0.key < $1.key }) {
        call(leader, group) { result in
          switch result {
          case .success(let outcomes):
            for (name, outcome) in outcomes { found[name] = outcome }
          case .failure(let error):
            for name in group { found[name] = .failure(error) }
          }
          left -= 1
          if left == 0 { completion(.success(found)) }
        }
      }
    }
  }

  private func leader(
    of name: TopicPartition, _ described: [AdminOutcome<TopicDescription>]
  ) -> Result<Int32, ClientError> {
    guard let outcome = described.first(where: { $0.name == name.topic }) else {
      return .failure(.unknownPartition(topic: name.topic, partition: name.partition))
    }
    return outcome.result.flatMap { topic in
      guard let entry = topic.partitions.first(where: { $0.partition == name.partition }) else {
        return .failure(.unknownPartition(topic: name.topic, partition: name.partition))
      }
      guard entry.leader >= 0 else { return .failure(.broker(.leaderNotAvailable)) }
      return .success(entry.leader)
    }
  }
}

extension DeleteRecordsRequest {
  init(_ offsets: [(TopicPartition, Int64)], timeoutMs: Int32) {
    self.init()
    self.timeoutMs = timeoutMs
    for (name, offset) in offsets {
      let entry = DeleteRecordsPartition(partitionIndex: name.partition, offset: offset)
      if let index = topics.firstIndex(where: { $0.name == name.topic }) {
        topics[index].partitions.append(entry)
      } else {
        topics.append(DeleteRecordsTopic(name: name.topic, partitions: [entry]))
      }
    }
  }
}

extension DeleteRecordsResponse {
  func outcome(of name: TopicPartition) -> Result<Int64, ClientError>? {
    for topic in topics where topic.name == name.topic {
      for entry in topic.partitions where entry.partitionIndex == name.partition {
        if entry.errorCode == .none { return .success(entry.lowWatermark) }
        return .failure(.broker(entry.errorCode, message: name.description))
      }
    }
    return nil
  }
}
