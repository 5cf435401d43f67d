import KafkaFormat
import Transport

/// Until the sending lands, the producer's shape.
public final class Producer<T: Transport> {
  public let config: ProducerConfig
  public weak var delegate: (any ProducerDelegate)?
  public private(set) var statistics = ProducerStatistics()

  public init(transport: T, config: ProducerConfig) throws(ConfigurationError) {
    self.config = config
  }

  /// Reaches the cluster and learns the topic's partitions.
  public func openTopic(
    _ name: String, completion: @escaping (Result<TopicHandle, ClientError>) -> Void
  ) { completion(.failure(.closed)) }

  public func partitionCount(_ topic: TopicHandle) -> Int32 { 0 }

  /// How many records were appended to a partition so far: the index of the next.
  public func nextRecordIndex(_ topic: TopicHandle, partition: Int32) -> Int64 { 0 }

  /// The partition the next record would go to; `append` with it then keeps to it.
  public func choosePartition(_ topic: TopicHandle, key: RawSpan?) -> Int32 { 0 }

  /// Takes a copy of key and value into the partition's open batch.
  public func append(
    _ topic: TopicHandle, partition: Int32? = nil, key: RawSpan?, value: RawSpan?,
    timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult { .full }

  /// The same with headers.
  public func append(
    _ topic: TopicHandle, partition: Int32? = nil, key: RawSpan?, value: RawSpan?,
    headers: borrowing RecordHeaders, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult { .full }

  /// Sends everything now, without lingering; completes when all of it has its result.
  public func flush(_ completion: @escaping () -> Void) { completion() }

  /// Flushes for at most `timeoutMs`, gives up the rest, and ends the connections.
  public func close(timeoutMs: Int64, completion: @escaping () -> Void) { completion() }

  /// Gives up all that is not acknowledged, and ends the connections.
  public func abort() {}
}

/// Headers of one record, encoded once and used for many.
public struct RecordHeaders {
  public private(set) var count = 0
  public init() {}
  public mutating func removeAll() {}
  public mutating func append(key: String, value: RawSpan?) {}
}

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
