import KafkaFormat
import Transport

public final class Consumer<T: Transport> {
  public let config: ConsumerConfig
  public weak var delegate: (any ConsumerDelegate)?

  public init(transport: T, config: ConsumerConfig) { self.config = config }

  /// Adds partitions and starts fetching; a nil position is `auto.offset.reset`'s.
  /// Completes once the start offsets are known.
  public func assign(
    _ partitions: [(TopicPartition, StartPosition?)],
    completion: @escaping (Result<[PartitionHandle], ClientError>) -> Void
  ) { completion(.failure(.closed)) }

  public func topicPartition(_ partition: PartitionHandle) -> TopicPartition {
    TopicPartition(topic: "", partition: 0)
  }
  /// The offset of the next record to be handed out; nil until it is known.
  public func position(_ partition: PartitionHandle) -> Int64? { nil }
  /// As of the last fetch; nil until there was one.
  public func highWatermark(_ partition: PartitionHandle) -> Int64? { nil }
  public func seek(_ partition: PartitionHandle, to position: StartPosition) {}
  public func pause(_ partition: PartitionHandle) {}
  public func resume(_ partition: PartitionHandle) {}
  /// Ends the connections; the delegate hears nothing more.
  public func close() {}
}

public final class Admin<T: Transport> {
  public init(transport: T, config: AdminConfig) {}

  public typealias Completion<Value> = (Result<Value, ClientError>) -> Void

  public func createTopics(
    _ topics: [NewTopic], validateOnly: Bool = false,
    completion: @escaping Completion<[AdminOutcome<Void>]>
  ) { completion(.failure(.closed)) }
  public func deleteTopics(
    _ names: [String], completion: @escaping Completion<[AdminOutcome<Void>]>
  ) { completion(.failure(.closed)) }
  /// All topics, internal ones too.
  public func listTopics(completion: @escaping Completion<[TopicDescription]>) {
    completion(.failure(.closed))
  }
  public func describeTopics(
    _ names: [String], completion: @escaping Completion<[AdminOutcome<TopicDescription>]>
  ) { completion(.failure(.closed)) }
  /// - Parameter counts: The number of partitions each topic shall have.
  public func createPartitions(
    _ counts: [String: Int32], completion: @escaping Completion<[AdminOutcome<Void>]>
  ) { completion(.failure(.closed)) }
  public func describeConfigs(
    _ resources: [ConfigResource], completion: @escaping Completion<[AdminOutcome<[ConfigEntry]>]>
  ) { completion(.failure(.closed)) }
  public func alterConfigs(
    _ changes: [ConfigResource: [String: ConfigChange]], validateOnly: Bool = false,
    completion: @escaping Completion<[AdminOutcome<Void>]>
  ) { completion(.failure(.closed)) }
  public func listOffsets(
    _ queries: [TopicPartition: OffsetQuery],
    completion: @escaping Completion<[TopicPartition: Result<ListedOffset, ClientError>]>
  ) { completion(.failure(.closed)) }
  /// Deletes all records before an offset. Values: the new log start offset.
  public func deleteRecords(
    before offsets: [TopicPartition: Int64],
    completion: @escaping Completion<[TopicPartition: Result<Int64, ClientError>]>
  ) { completion(.failure(.closed)) }
  public func describeCluster(completion: @escaping Completion<ClusterDescription>) {
    completion(.failure(.closed))
  }
  /// Ends the connections; calls under way fail.
  public func close() {}
}
