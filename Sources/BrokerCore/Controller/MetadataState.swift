import KafkaFormat
import KafkaMessages

/// The cluster's metadata as the records of the log add up to.
///
/// Records that contradict what is there (a partition of an unknown topic) change nothing.
struct MetadataState {
  struct Topic {
    var name: String
    var id: KafkaUUID
    /// By index, from 0 without gaps.
    var partitions: [PartitionRecord] = []
  }

  /// The numbers of resource types.
  enum ResourceType {
    static let topic: Int8 = 2
    static let broker: Int8 = 4
  }

  var topics: [String: Topic] = [:]
  var namesById: [KafkaUUID: String] = [:]
  var topicConfigs: [String: [String: String]] = [:]
  var brokerConfigs: [String: [String: String]] = [:]
  var brokers: [Int32: RegisterBrokerRecord] = [:]
  var features: [String: Int16] = [:]
  var nextProducerId: Int64 = 0
  /// The offset after the last record.
  var endOffset: Int64 = 0

  mutating func apply(_ record: MetadataRecord) {
    switch record {
    case .topic(let topic):
      topics[topic.name] = Topic(name: topic.name, id: topic.topicId)
      namesById[topic.topicId] = topic.name
    case .partition(let partition):
      guard let name = namesById[partition.topicId],
        Int(partition.partitionId) == topics[name]?.partitions.count
      else { return }
      topics[name]?.partitions.append(partition)
    case .partitionChange(let change): apply(change)
    case .removeTopic(let removed):
      guard let name = namesById.removeValue(forKey: removed.topicId) else { return }
      topics[name] = nil
      topicConfigs[name] = nil
    case .config(let config): apply(config)
    case .registerBroker(let broker): brokers[broker.brokerId] = broker
    case .unregisterBroker(let broker): brokers[broker.brokerId] = nil
    case .brokerRegistrationChange(let change):
      if change.fenced != 0 { brokers[change.brokerId]?.fenced = change.fenced > 0 }
    case .featureLevel(let feature): features[feature.name] = feature.featureLevel
    case .producerIds(let block): nextProducerId = block.nextProducerId
    case .abortTransaction, .beginTransaction, .endTransaction, .noOp: break
    }
  }

  private mutating func apply(_ change: PartitionChangeRecord) {
    let index = Int(change.partitionId)
    guard let name = namesById[change.topicId], let topic = topics[name],
      topic.partitions.indices.contains(index)
    else { return }
    var partition = topic.partitions[index]
    if let isr = change.isr { partition.isr = isr }
    if change.leader != -2 {
      partition.leader = change.leader
      partition.leaderEpoch += 1
    }
    if let replicas = change.replicas { partition.replicas = replicas }
    if let directories = change.directories { partition.directories = directories }
    partition.partitionEpoch += 1
    topics[name]?.partitions[index] = partition
  }

  private mutating func apply(_ config: ConfigRecord) {
    switch config.resourceType {
    case ResourceType.topic:
      topicConfigs[config.resourceName, default: [:]][config.name] = config.value
    case ResourceType.broker:
      brokerConfigs[config.resourceName, default: [:]][config.name] = config.value
    default: break
    }
  }
}
