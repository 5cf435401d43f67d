import KafkaFormat
import KafkaMessages
import Transport

/// What is known of a cluster: its brokers, and the topics that were asked for.
struct ClusterMetadata {
  struct Partition: Equatable {
    var leader: Int32
    var leaderEpoch: Int32
    var error: ErrorCode
    /// How many of the replicas are in sync, and how many there are.
    var inSyncCount = 0
    var replicaCount = 0
  }

  struct Topic: Equatable {
    var id: KafkaUUID
    var error: ErrorCode
    var isInternal = false
    /// By index; an index that the broker left out has no leader.
    var partitions: [Partition]
  }

  var clusterId: String?
  var controllerId: Int32 = -1
  var nodes: [Int32: NetworkAddress] = [:]
  var topics: [String: Topic] = [:]

  /// More partitions than Kafka can have in one topic are a broker's mistake.
  static let partitionCountMax = 1_000_000

  /// Takes a response over: its brokers replace the known ones, its topics replace their own.
  ///
  /// - Parameter isComplete: All topics of the cluster were asked for; others exist no more.
  mutating func update(
    _ response: MetadataResponse, isComplete: Bool = false
  ) throws(FormatError) {
    clusterId = response.clusterId
    controllerId = response.controllerId
    var found: [Int32: NetworkAddress] = [:]
    for broker in response.brokers {
      guard let port = UInt16(exactly: broker.port) else {
        throw .invalid("port \(broker.port) of broker \(broker.nodeId)")
      }
      found[broker.nodeId] = NetworkAddress(host: broker.host, port: port)
    }
    if !found.isEmpty { nodes = found }
    if isComplete {
      let listed = Set(response.topics.compactMap(\.name))
      topics = topics.filter { listed.contains($0.key) }
    }
    for topic in response.topics {
      guard let name = topic.name else { continue }
      topics[name] = try Self.topic(topic, before: topics[name])
    }
  }

  private static func topic(
    _ topic: MetadataResponse.MetadataResponseTopic, before: Topic?
  ) throws(FormatError) -> Topic {
    var partitions: [Partition] = []
    for entry in topic.partitions {
      guard entry.partitionIndex >= 0, Int(entry.partitionIndex) < partitionCountMax else {
        throw .invalid("partition \(entry.partitionIndex)")
      }
      let index = Int(entry.partitionIndex)
      while partitions.count <= index {
        partitions.append(Partition(leader: -1, leaderEpoch: -1, error: .leaderNotAvailable))
      }
      // A broker that lags behind may still name an older leader (KIP-320).
      if let before, before.id == topic.topicId, index < before.partitions.count,
        entry.leaderEpoch >= 0, before.partitions[index].leaderEpoch > entry.leaderEpoch
      {
        partitions[index] = before.partitions[index]
      } else {
        partitions[index] = Partition(
          leader: entry.leaderId, leaderEpoch: entry.leaderEpoch, error: entry.errorCode,
          inSyncCount: entry.isrNodes.count, replicaCount: entry.replicaNodes.count)
      }
    }
    // An error says nothing of partitions that are known already.
    if topic.errorCode != .none, partitions.isEmpty, let before { partitions = before.partitions }
    return Topic(
      id: topic.topicId == .zero ? before?.id ?? .zero : topic.topicId, error: topic.errorCode,
      isInternal: topic.isInternal, partitions: partitions)
  }
}
