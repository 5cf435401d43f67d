import KafkaFormat
import KafkaMessages
import Transport

/// The voters of a cluster's metadata quorum.
public struct QuorumDescription: Sendable, Equatable {
  /// The active controller; −1: none at the moment.
  public var leader: Int32
  public var voters: [Int32]

  public init(leader: Int32, voters: [Int32]) {
    self.leader = leader
    self.voters = voters
  }
}

/// Leaders: of the metadata quorum and of partitions.
extension Admin {
  private static var metadataTopic: String { "__cluster_metadata" }

  /// The active controller and its voters. Metadata and DescribeCluster name any broker as the
  /// controller where the cluster runs in KRaft mode; only this names the real one.
  ///
  /// A cluster that does not serve DescribeQuorum (with ZooKeeper, or with one broker of Weir) is
  /// described by DescribeCluster, without voters.
  public func describeQuorum(completion: @escaping Completion<QuorumDescription>) {
    let request = DescribeQuorumRequest(
      topics: [
        .init(topicName: Self.metadataTopic, partitions: [.init(partitionIndex: 0)])
      ])
    call(request, to: .any) { [self] result in
      if case .failure(.unsupportedByBroker) = result {
        return describeCluster { answer in
          completion(answer.map { QuorumDescription(leader: $0.controllerId, voters: []) })
        }
      }
      completion(
        result.flatMap { response in
          guard response.errorCode == .none else { return .failure(.broker(response.errorCode)) }
          guard let found = response.topics.first?.partitions.first else {
            return .failure(.malformedResponse("no partition of \(Self.metadataTopic)"))
          }
          guard found.errorCode == .none else { return .failure(.broker(found.errorCode)) }
          return .success(
            QuorumDescription(
              leader: found.leaderId, voters: found.currentVoters.map(\.replicaId).sorted()))
        })
    }
  }

  /// Gives a partition other replicas, or the same in another order: the first is the preferred
  /// leader.
  public func reassign(
    _ partition: TopicPartition, to replicas: [Int32], completion: @escaping Completion<Void>
  ) {
    let request = AlterPartitionReassignmentsRequest(
      timeoutMs: timeoutMs,
      topics: [
        .init(
          name: partition.topic,
          partitions: [.init(partitionIndex: partition.partition, replicas: replicas)])
      ])
    call(request, to: .controller) { result in
      completion(
        result.flatMap { response in
          if response.errorCode != .none {
            return .failure(.broker(response.errorCode, message: response.errorMessage))
          }
          guard let found = response.responses.first?.partitions.first else {
            return .failure(.malformedResponse("nothing about \(partition)"))
          }
          return Self.outcome(found.errorCode, found.errorMessage)
        })
    }
  }

  /// Makes a partition's preferred replica its leader.
  public func electPreferredLeader(
    of partition: TopicPartition, completion: @escaping Completion<Void>
  ) {
    let request = ElectLeadersRequest(
      electionType: 0,
      topicPartitions: [.init(topic: partition.topic, partitions: [partition.partition])],
      timeoutMs: timeoutMs)
    call(request, to: .controller) { result in
      completion(
        result.flatMap { response in
          if response.errorCode != .none { return .failure(.broker(response.errorCode)) }
          let found = response.replicaElectionResults.first?.partitionResult.first
          // The preferred replica leads already: then there is nothing to do.
          guard let found, found.errorCode != .electionNotNeeded else { return .success(()) }
          return Self.outcome(found.errorCode, found.errorMessage)
        })
    }
  }
}
