import KafkaFormat
import Transport

/// A topic to create.
public struct NewTopic: Sendable {
  public var name: String
  /// −1: the broker's default.
  public var partitions: Int32
  /// −1: the broker's default.
  public var replicationFactor: Int16
  public var configs: [String: String]
  /// A broker that does not serve CreateTopics may make the topic with its own settings instead.
  public var configsAreOptional = false

  public init(
    name: String, partitions: Int32 = -1, replicationFactor: Int16 = -1,
    configs: [String: String] = [:]
  ) {
    self.name = name
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.configs = configs
  }
}

/// One item of an admin call with what became of it.
public struct AdminOutcome<Value: Sendable>: Sendable {
  /// The topic or resource.
  public var name: String
  public var result: Result<Value, ClientError>

  public init(name: String, result: Result<Value, ClientError>) {
    self.name = name
    self.result = result
  }
}

public struct TopicDescription: Sendable, Equatable {
  public var name: String
  /// Zero where the broker has no topic ids.
  public var id: KafkaUUID
  public var isInternal: Bool
  public var partitions: [PartitionDescription]
}

public struct PartitionDescription: Sendable, Equatable {
  public var partition: Int32
  /// −1: none at the moment.
  public var leader: Int32
  public var leaderEpoch: Int32
  public var replicas: [Int32]
  public var inSyncReplicas: [Int32]
}

public struct NodeDescription: Sendable, Equatable {
  public var id: Int32
  public var address: NetworkAddress
  public var rack: String?
}

public struct ClusterDescription: Sendable, Equatable {
  public var clusterId: String?
  public var controllerId: Int32
  public var nodes: [NodeDescription]
}

/// A topic's or a broker's configuration, by what holds it.
public enum ConfigResource: Hashable, Sendable {
  case topic(String)
  case broker(Int32)

  public var name: String {
    switch self {
    case .topic(let name): name
    case .broker(let id): String(id)
    }
  }
}

public struct ConfigEntry: Sendable, Equatable {
  public var name: String
  /// nil where it is sensitive or not set.
  public var value: String?
  public var source: ConfigSource
  public var isReadOnly: Bool
  public var isSensitive: Bool
}

extension ConfigEntry {
  /// Set for this resource itself, rather than inherited or a default.
  public var isExplicit: Bool { source == .topic || source == .broker }
}

/// Where the value of a configuration entry comes from, as the protocol numbers it.
public enum ConfigSource: Int8, Sendable {
  /// Not told, or a source that is not known here.
  case unknown = 0
  /// Set for the topic itself.
  case topic = 1
  /// Set for the broker itself while it runs.
  case broker = 2
  /// Set for all brokers of the cluster.
  case cluster = 3
  /// From the properties that the broker was started with.
  case file = 4
  /// Nobody set it.
  case `default` = 5
  case brokerLogger = 6
  case clientMetrics = 7
  case group = 8
}

public enum ConfigChange: Sendable, Equatable {
  case set(String)
  case delete
  case append(String)
  case subtract(String)
}

/// Which offset of a partition is asked for.
public enum OffsetQuery: Hashable, Sendable {
  case earliest
  case latest
  /// The record with the largest timestamp.
  case maxTimestamp
  /// The first record at or after a time, in milliseconds since the Unix epoch.
  case timestamp(Int64)
}

public struct TopicPartition: Hashable, Sendable, CustomStringConvertible {
  public var topic: String
  public var partition: Int32

  public init(topic: String, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  public var description: String { "\(topic)-\(partition)" }
}

public struct ListedOffset: Sendable, Equatable {
  /// −1: no such record.
  public var offset: Int64
  /// −1: not told.
  public var timestamp: Int64
}
