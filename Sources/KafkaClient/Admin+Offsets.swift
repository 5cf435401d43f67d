import KafkaFormat
import KafkaMessages
import Transport

extension Admin {
  public func listOffsets(
    _ queries: [TopicPartition: OffsetQuery],
    completion: @escaping Completion<[TopicPartition: Result<ListedOffset, ClientError>]>
  ) {
    atLeaders(Array(queries.keys), completion: completion) { group in
      ListOffsetsRequest(group.map { ($0, queries[$0] ?? .latest) })
    } result: { response, name in
      response.offset(of: name)
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
    atLeaders(names, completion: completion) { group in
      var request = ListOffsetsRequest(group.map { ($0, .latest) })
      request.replicaId = -2
      return request
    } result: { response, name in
      response.offset(of: name)
    }
  }

  /// Deletes all records before an offset; −1 is the high watermark. Values: the new log start
  /// offsets.
  public func deleteRecords(
    before offsets: [TopicPartition: Int64],
    completion: @escaping Completion<[TopicPartition: Result<Int64, ClientError>]>
  ) {
    let timeoutMs = timeoutMs
    atLeaders(Array(offsets.keys), completion: completion) { group in
      DeleteRecordsRequest(group.map { ($0, offsets[$0] ?? -1) }, timeoutMs: timeoutMs)
    } result: { response, name in
      response.outcome(of: name)
    }
  }

  /// Finds the partitions' leaders, sends each a request for its own, and gathers what they say.
  /// What fails with an error that passes is tried again, its leader found anew: it may have moved.
  private func atLeaders<Request: KafkaRequest, Value>(
    _ names: [TopicPartition], found: [TopicPartition: Result<Value, ClientError>] = [:],
    attempt: Int = 0, deadline: MonotonicTime? = nil,
    completion: @escaping Completion<[TopicPartition: Result<Value, ClientError>]>,
    request: @escaping ([TopicPartition]) -> Request,
    result: @escaping (Request.Response, TopicPartition) -> Result<Value, ClientError>?
  ) {
    let limit =
      deadline ?? transport.now.adding(milliseconds: config.client.defaultApiTimeoutMs)
    let sorted = names.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    let topics = Set(names.map(\.topic)).sorted()
    describeTopics(topics, deadline: limit) { [self] answer in
      guard case .success(let described) = answer else {
        return completion(answer.map { _ in [:] })
      }
      var found = found
      var byLeader: [Int32: [TopicPartition]] = [:]
      for name in sorted {
        switch leader(of: name, described) {
        case .success(let leader): byLeader[leader, default: []].append(name)
        case .failure(let error): found[name] = .failure(error)
        }
      }
      let settle = { [self] in
        let again = sorted.filter { name in
          guard case .failure(let error)? = found[name] else { return false }
          return error.code == nil ? error.isRetriable : Self.passes(error, attempt: attempt)
        }
        let next = transport.now.adding(milliseconds: client.retryDelayMs(attempt: attempt))
        guard !again.isEmpty, failure == nil, !client.isClosed, next < limit else {
          return completion(.success(found))
        }
        transport.schedule(at: next) { [self] in
          atLeaders(
            again, found: found, attempt: attempt + 1, deadline: limit, completion: completion,
            request: request, result: result)
        }
      }
      var left = byLeader.count
      if left == 0 { return settle() }
      for (leader, group) in byLeader.sorted(by: { $0.key < $1.key }) {
        client.send(request(group), to: .node(leader)) { response in
          for name in group {
            found[name] = response.flatMap {
              result($0, name) ?? .failure(.malformedResponse("nothing about \(name)"))
            }
          }
          left -= 1
          if left == 0 { settle() }
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
