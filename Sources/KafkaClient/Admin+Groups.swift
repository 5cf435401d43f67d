import KafkaFormat
import KafkaMessages
import Transport

/// Consumer groups as an administrator sees them.
extension Admin {
  /// All groups that the cluster's brokers coordinate, by name.
  ///
  /// - Parameter states: Only groups in one of these; empty is any.
  public func listGroups(
    states: [String] = [], completion: @escaping Completion<[ListedGroup]>
  ) {
    describeCluster { [self] result in
      guard case .success(let cluster) = result else {
        return completion(result.map { _ in [] })
      }
      listGroups(at: cluster.nodes.map(\.id), states: states, found: [], completion: completion)
    }
  }

  private func listGroups(
    at nodes: [Int32], states: [String], found: [ListedGroup],
    completion: @escaping Completion<[ListedGroup]>
  ) {
    guard let node = nodes.first else {
      return completion(.success(found.sorted { $0.groupId < $1.groupId }))
    }
    // Brokers before version 4 do not filter; what comes is filtered here too.
    let request = ListGroupsRequest(statesFilter: states)
    // Groups of a broker that left the cluster have been taken over by others.
    let hasLeft = { [client] in client.hasMetadata && client.metadata.nodes[node] == nil }
    retrying(
      request,
      to: { $0(hasLeft() ? .failure(.broker(.brokerNotAvailable)) : .success(.node(node))) },
      code: { response in response.errorCode },
      completion: { [self] result in
        if case .failure(let error) = result, !hasLeft() { return completion(.failure(error)) }
        let listed = (try? result.get())?.groups.map(ListedGroup.init).filter { group in
          states.isEmpty || group.state.isEmpty || states.contains(group.state)
        }
        listGroups(
          at: Array(nodes.dropFirst()), states: states, found: found + (listed ?? []),
          completion: completion)
      })
  }

  /// State, members and what each of them reads. A group that does not exist is "Dead", or
  /// GROUP_ID_NOT_FOUND from brokers of Kafka 4. Of a group of another protocol than the classic
  /// one the type and the state are told.
  public func describeGroups(
    _ groups: [String], completion: @escaping Completion<[AdminOutcome<GroupDescription>]>
  ) {
    eachGroup(groups, completion: completion) { [self] group, next in
      retrying(
        DescribeGroupsRequest(groups: [group]), to: { self.findCoordinator(of: group, $0) },
        code: { response in response.groups.first?.errorCode ?? .unknownServerError }
      ) { [self] result in
        if case .failure(let error) = result, error.code == .groupIdNotFound {
          return describeListed(group, next)
        }
        next(
          result.flatMap { response in
            response.groups.first.map { .success(GroupDescription($0)) }
              ?? .failure(.malformedResponse("nothing about \(group)"))
          })
      }
    }
  }

  /// DescribeGroups knows classic groups alone.
  private func describeListed(_ group: String, _ next: @escaping Completion<GroupDescription>) {
    listGroups { result in
      next(
        result.flatMap { groups in
          groups.first { $0.groupId == group && $0.type != "classic" }
            .map { .success(GroupDescription($0)) } ?? .failure(.broker(.groupIdNotFound))
        })
    }
  }

  /// Removes groups without members, with their offsets.
  public func deleteGroups(
    _ groups: [String], completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    eachGroup(groups, completion: completion) { [self] group, next in
      retrying(
        DeleteGroupsRequest(groupsNames: [group]), to: { self.findCoordinator(of: group, $0) },
        code: { response in response.results.first?.errorCode ?? .unknownServerError }
      ) { result in next(result.map { _ in }) }
    }
  }

  // MARK: Offsets

  /// A group's committed offsets.
  ///
  /// - Parameter partitions: nil is all that it has committed. Partitions without a committed
  ///   offset are left out.
  public func listConsumerGroupOffsets(
    _ group: String, partitions: [TopicPartition]? = nil,
    completion: @escaping Completion<[TopicPartition: OffsetAndMetadata]>
  ) {
    let versions: ClosedRange<Int16> = partitions == nil ? 2...9 : 1...9
    retrying(
      OffsetFetchRequest(group: group, partitions: partitions), versions: versions,
      to: { self.findCoordinator(of: group, $0) },
      code: { response in
        if case .failure(let error) = response.offsets(ofGroup: group) {
          error.code ?? .unknownServerError
        } else {
          .none
        }
      },
      completion: { result in
        completion(result.flatMap { $0.offsets(ofGroup: group) }.map { $0.compactMapValues { $0 } })
      })
  }

  /// Sets a group's committed offsets; it must have no members at the time.
  public func alterConsumerGroupOffsets(
    _ group: String, _ offsets: [TopicPartition: OffsetAndMetadata],
    completion: @escaping Completion<[TopicPartition: Result<Void, ClientError>]>
  ) {
    let request = OffsetCommitRequest(groupId: group, topics: .byTopic(offsets))
    retrying(
      request, versions: 2...9, to: { self.findCoordinator(of: group, $0) },
      code: { response in
        response.topics.flatMap(\.partitions).map(\.errorCode).first(where: \.isRetriable) ?? .none
      },
      completion: { result in
        completion(
          result.map { response in
            Self.outcomes(
              response.topics.map {
                ($0.name, $0.partitions.map { ($0.partitionIndex, $0.errorCode) })
              })
          })
      })
  }

  /// Removes committed offsets of partitions whose topics no member has subscribed to.
  public func deleteConsumerGroupOffsets(
    _ group: String, _ partitions: [TopicPartition],
    completion: @escaping Completion<[TopicPartition: Result<Void, ClientError>]>
  ) {
    let request = OffsetDeleteRequest(
      groupId: group,
      topics: TopicPartitions.byTopic(partitions.sorted(by: TopicPartition.isOrdered)).map {
        .init(name: $0.topic, partitions: $0.partitions.map { .init(partitionIndex: $0) })
      })
    retrying(
      request, to: { self.findCoordinator(of: group, $0) },
      code: { response in response.errorCode },
      completion: { result in
        completion(
          result.map { response in
            Self.outcomes(
              response.topics.map {
                ($0.name, $0.partitions.map { ($0.partitionIndex, $0.errorCode) })
              })
          })
      })
  }

  private static func outcomes(
    _ topics: [(name: String, partitions: [(Int32, ErrorCode)])]
  ) -> [TopicPartition: Result<Void, ClientError>] {
    var found: [TopicPartition: Result<Void, ClientError>] = [:]
    for topic in topics {
      for (partition, code) in topic.partitions {
        found[TopicPartition(topic: topic.name, partition: partition)] = outcome(code, nil)
      }
    }
    return found
  }

  // MARK: Coordinators

  private typealias Place = Result<ClusterClient<T>.Destination, ClientError>

  /// Asks which broker coordinates a group.
  private func findCoordinator(of group: String, _ found: @escaping (Place) -> Void) {
    client.send(.coordinator(ofGroup: group), to: .any) { result in
      found(result.flatMap { $0.coordinator(of: group) }.map { .node($0.node) })
    }
  }

  /// Sends a request to where it belongs, and again, the place found anew, while its error is one
  /// that passes.
  private func retrying<Request: KafkaRequest>(
    _ request: Request, versions: ClosedRange<Int16>? = nil, attempt: Int = 0,
    deadline: MonotonicTime? = nil,
    to place: @escaping (@escaping (Place) -> Void) -> Void,
    code: @escaping (Request.Response) -> ErrorCode,
    completion: @escaping Completion<Request.Response>
  ) {
    let limit =
      deadline ?? transport.now.adding(milliseconds: config.client.defaultApiTimeoutMs)
    if let failure { return completion(.failure(failure)) }
    let answered: Completion<Request.Response> = { [self] result in
      guard case .failure(let error) = result else { return completion(result) }
      let again = transport.now.adding(milliseconds: client.retryDelayMs(attempt: attempt))
      guard error.isRetriable, failure == nil, !client.isClosed, again < limit else {
        return completion(failure.map { .failure($0) } ?? result)
      }
      transport.schedule(at: again) { [self] in
        retrying(
          request, versions: versions, attempt: attempt + 1, deadline: limit, to: place,
          code: code, completion: completion)
      }
    }
    place { [self] found in
      switch found {
      case .failure(let error): answered(.failure(error))
      case .success(let destination):
        client.send(request, versions: versions, to: destination) { result in
          answered(
            result.flatMap { response in
              let code = code(response)
              return code == .none ? .success(response) : .failure(.broker(code))
            })
        }
      }
    }
  }

  /// Runs a call for one group after the other.
  private func eachGroup<Value>(
    _ groups: [String], done: [AdminOutcome<Value>] = [],
    completion: @escaping Completion<[AdminOutcome<Value>]>,
    call: @escaping (String, @escaping Completion<Value>) -> Void
  ) {
    guard let group = groups.first else { return completion(.success(done)) }
    call(group) { [self] result in
      if let failure { return completion(.failure(failure)) }
      eachGroup(
        Array(groups.dropFirst()), done: done + [AdminOutcome(name: group, result: result)],
        completion: completion, call: call)
    }
  }
}
