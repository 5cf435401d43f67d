import KafkaFormat
import KafkaMessages
import Transport

extension Admin {
  /// Brokers that do not serve CreateTopics are asked to make the topics by themselves, as they do
  /// for a producer: that succeeds where they choose the wanted number of partitions.
  public func createTopics(
    _ topics: [NewTopic], validateOnly: Bool = false,
    completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    sendCreateTopics(topics, validateOnly: validateOnly) { [self] result in
      if case .failure(.unsupportedByBroker) = result, !validateOnly,
        topics.allSatisfy({ $0.configs.isEmpty || $0.configsAreOptional })
      {
        createByMetadata(topics, completion: completion)
      } else {
        completion(result)
      }
    }
  }

  private func createByMetadata(
    _ topics: [NewTopic], completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    perItem(topics, to: .any) { items in
      MetadataRequest(topics: items.map { .init(name: $0.name) }, allowAutoTopicCreation: true)
    } result: { response, topic in
      response.topics.first { $0.name == topic.name }.map { made in
        let count = Int32(made.partitions.count)
        guard made.errorCode == .none else { return .failure(.broker(made.errorCode)) }
        guard topic.partitions < 0 || topic.partitions == count else {
          return .failure(
            .unsupportedByBroker(
              "CreateTopics; it makes topics by itself, of \(count) partitions, not of "
                + "\(topic.partitions)"))
        }
        return .success(())
      }
    } completion: {
      completion($0.map { $0.map { AdminOutcome(name: $0.name, result: $1) } })
    }
  }

  private func sendCreateTopics(
    _ topics: [NewTopic], validateOnly: Bool,
    completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    let timeoutMs = timeoutMs
    perItem(topics, to: .controller) { items in
      CreateTopicsRequest(
        topics: items.map { topic in
          .init(
            name: topic.name, numPartitions: topic.partitions,
            replicationFactor: topic.replicationFactor,
            configs: topic.configs.sorted { $0.key < $1.key }.map {
              .init(name: $0.key, value: $0.value)
            })
        }, timeoutMs: timeoutMs, validateOnly: validateOnly)
    } result: { response, topic in
      response.topics.first { $0.name == topic.name }.map {
        Self.outcome($0.errorCode, $0.errorMessage)
      }
    } completion: {
      completion($0.map { $0.map { AdminOutcome(name: $0.name, result: $1) } })
    }
  }

  public func deleteTopics(
    _ names: [String], completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    let timeoutMs = timeoutMs
    perItem(names, to: .controller) { items in
      // Up to version 5 names stand alone, from 6 on in structures.
      DeleteTopicsRequest(
        topics: items.map { .init(name: $0) }, topicNames: items, timeoutMs: timeoutMs)
    } result: { response, name in
      response.responses.first { $0.name == name }.map {
        Self.outcome($0.errorCode, $0.errorMessage)
      }
    } completion: {
      completion($0.map { $0.map { AdminOutcome(name: $0, result: $1) } })
    }
  }

  /// Raises the number of partitions of topics.
  ///
  /// - Parameter counts: How many each shall have.
  public func createPartitions(
    _ counts: [String: Int32], completion: @escaping Completion<[AdminOutcome<Void>]>
  ) {
    let timeoutMs = timeoutMs
    perItem(counts.sorted { $0.key < $1.key }, to: .controller) { items in
      CreatePartitionsRequest(
        topics: items.map { .init(name: $0.key, count: $0.value, assignments: nil) },
        timeoutMs: timeoutMs)
    } result: { response, item in
      response.results.first { $0.name == item.key }.map {
        Self.outcome($0.errorCode, $0.errorMessage)
      }
    } completion: {
      completion($0.map { $0.map { AdminOutcome(name: $0.key, result: $1) } })
    }
  }

  /// All topics by name, internal ones too.
  public func listTopics(completion: @escaping Completion<[TopicDescription]>) {
    let request = MetadataRequest(topics: nil, allowAutoTopicCreation: false)
    call(request, versions: 4...13, to: .any) { result in
      completion(
        result.map { response in
          response.topics.filter { $0.errorCode == .none }.map(TopicDescription.init)
            .sorted { $0.name < $1.name }
        })
    }
  }

  public func describeTopics(
    _ names: [String], completion: @escaping Completion<[AdminOutcome<TopicDescription>]>
  ) {
    describeTopics(names, deadline: nil, completion: completion)
  }

  func describeTopics(
    _ names: [String], deadline: MonotonicTime?,
    completion: @escaping Completion<[AdminOutcome<TopicDescription>]>
  ) {
    let request = MetadataRequest(
      topics: names.map { .init(name: $0) }, allowAutoTopicCreation: false)
    call(request, versions: 4...13, to: .any, deadline: deadline) { result in
      completion(
        result.map { response in
          names.map { name in
            guard let topic = response.topics.first(where: { $0.name == name }) else {
              return AdminOutcome(
                name: name, result: .failure(.malformedResponse("nothing about \(name)")))
            }
            let isKnown = topic.errorCode == .none
            return AdminOutcome(
              name: name,
              result: isKnown
                ? .success(TopicDescription(topic)) : .failure(.broker(topic.errorCode)))
          }
        })
    }
  }

  /// The features that the cluster has agreed on, with their levels (KIP-584): empty where it knows
  /// none.
  public func describeFeatures(completion: @escaping Completion<[String: Int16]>) {
    let request = ApiVersionsRequest(clientSoftwareName: "weir", clientSoftwareVersion: "0.1")
    call(request, to: .any) { result in
      completion(
        result.flatMap { response in
          guard response.errorCode == .none else { return .failure(.broker(response.errorCode)) }
          return .success(
            response.finalizedFeatures.reduce(into: [:]) { $0[$1.name] = $1.maxVersionLevel })
        })
    }
  }

  /// The cluster's brokers and its controller. Brokers that do not serve DescribeCluster (API 60,
  /// which Kafka has since 2.8) are asked for metadata instead.
  public func describeCluster(completion: @escaping Completion<ClusterDescription>) {
    call(DescribeClusterRequest(), to: .any) { [self] result in
      if case .failure(.unsupportedByBroker) = result {
        return describeClusterByMetadata(completion: completion)
      }
      completion(
        result.flatMap { response in
          if response.errorCode != .none {
            return .failure(.broker(response.errorCode, message: response.errorMessage))
          }
          let nodes = response.brokers.map { broker in
            NodeDescription(
              id: broker.brokerId,
              address: NetworkAddress(
                host: broker.host, port: UInt16(truncatingIfNeeded: broker.port)),
              rack: broker.rack)
          }
          return .success(
            ClusterDescription(
              clusterId: response.clusterId, controllerId: response.controllerId,
              nodes: nodes.sorted { $0.id < $1.id }))
        })
    }
  }

  private func describeClusterByMetadata(completion: @escaping Completion<ClusterDescription>) {
    call(MetadataRequest(topics: []), versions: 1...13, to: .any) { result in
      completion(
        result.flatMap { response in
          guard response.errorCode == .none else { return .failure(.broker(response.errorCode)) }
          let nodes = response.brokers.map { broker in
            NodeDescription(
              id: broker.nodeId,
              address: NetworkAddress(
                host: broker.host, port: UInt16(truncatingIfNeeded: broker.port)),
              rack: broker.rack)
          }
          return .success(
            ClusterDescription(
              clusterId: response.clusterId ?? "", controllerId: response.controllerId,
              nodes: nodes.sorted { $0.id < $1.id }))
        })
    }
  }
}

extension TopicDescription {
  init(_ topic: MetadataResponse.MetadataResponseTopic) {
    name = topic.name ?? ""
    id = topic.topicId
    isInternal = topic.isInternal
    partitions = topic.partitions.sorted { $0.partitionIndex < $1.partitionIndex }.map {
      PartitionDescription(
        partition: $0.partitionIndex, leader: $0.leaderId, leaderEpoch: $0.leaderEpoch,
        replicas: $0.replicaNodes, inSyncReplicas: $0.isrNodes)
    }
  }
}
