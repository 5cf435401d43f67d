import KafkaFormat
import KafkaMessages
import Transport

/// Sends records: collects them into batches, a partition each, and sends those to the leaders.
///
/// ```swift
/// let producer = try Producer(transport: loop, config: config)
/// producer.delegate = self
/// producer.openTopic("orders") { result in … producer.append(topic, key: nil, value: bytes, …) }
/// ```
/// Loop-confined: every call on the transport's thread; no locks.
///
/// What a batch goes through is told once, by `ProducerDelegate.batchCompleted`. With idempotence
/// nothing is lost, doubled or reordered short of an error that is told; without it a retry may
/// double or reorder, and the completed batch says that it may have.
///
/// - Source: Apache Kafka's producer; KIP-98 and KIP-360 (idempotence), KIP-794 (sticky).
public final class Producer<T: Transport>: ClusterObserver, ProduceCallOwner {
  struct Opening {
    let name: String
    let completion: (Result<TopicHandle, ClientError>) -> Void
    let deadline: MonotonicTime
  }

  /// What is to be sent to one broker.
  final class SenderNode {
    let id: Int32
    var ready = BatchQueue<AccumulatorPartition>()
    var inFlight = 0
    /// Of the last request, before compression.
    var averageBatchBytes = Int.max
    init(id: Int32) { self.id = id }
  }

  public let config: ProducerConfig
  public weak var delegate: (any ProducerDelegate)?
  public internal(set) var statistics = ProducerStatistics()

  let transport: T
  let client: ClusterClient<T>
  let accumulator: RecordAccumulator
  var nodes: [Int32: SenderNode] = [:]
  var openings: [Opening] = []
  var backingOff: [AccumulatorPartition] = []
  var flushWaiters: [() -> Void] = []
  var wakeTimer: (id: TimerID, time: MonotonicTime)?
  var nextSweep = MonotonicTime(nanoseconds: 0)
  var producerId: (id: Int64, epoch: Int16)?
  var isAskingForProducerId = false
  var producerIdBackoff: ExponentialBackoff
  var isClosed = false
  var failure: ClientError?

  /// - Throws: where the values do not go together.
  public init(transport: T, config: ProducerConfig) throws(ConfigurationError) {
    self.transport = transport
    self.config = config
    if config.enableIdempotence, config.acks != .all || config.maxInFlightRequestsPerConnection > 5
    {
      throw .conflict(
        "enable.idempotence=true needs acks=all and at most 5 requests in flight")
    }
    client = ClusterClient(transport: transport, config: config.client)
    accumulator = RecordAccumulator(config: config) { [unowned transport] in
      transport.now.nanoseconds
    }
    producerIdBackoff = ExponentialBackoff(
      initialMs: config.client.retryBackoffMs, maximumMs: config.client.retryBackoffMaxMs)
    client.observer = self
  }

  // MARK: Topics

  /// How many partitions the topic has, as far as is known.
  public func partitionCount(_ topic: TopicHandle) -> Int32 {
    Int32(accumulator.topics[topic.index].partitions.count)
  }

  public func topicName(_ topic: TopicHandle) -> String { accumulator.topics[topic.index].name }

  /// How many records were appended to a partition so far: the index of the next, to be found
  /// again by `CompletedBatch.firstRecordIndex`.
  public func nextRecordIndex(_ topic: TopicHandle, partition: Int32) -> Int64 {
    let state = accumulator.topics[topic.index].partitions[Int(partition)]
    return state.sealedRecords + Int64(state.open?.contents?.recordCount ?? 0)
  }

  /// The partition that a record of this key and size goes to, to be given to `append`; counted
  /// for the sticky way and round robin, so call it once a record.
  ///
  /// - Parameter count: How many records of this size go there together.
  public func choosePartition(
    _ topic: TopicHandle, key: RawSpan?, valueSize: Int, count: Int = 1
  ) -> Int32 {
    accumulator.choosePartition(
      accumulator.topics[topic.index], key: key, valueSize: valueSize, count: count)
  }

  /// Bytes of `buffer.memory` in use.
  public var bufferedBytes: Int { accumulator.memoryUsed }

  // MARK: Appending

  /// Copies a record into the open batch of its partition.
  ///
  /// - Parameters:
  ///   - partition: nil leaves the choice to the partitioner.
  ///   - timestampMs: The record's, in milliseconds since the Unix epoch.
  ///   - scheduledNanos: When it was due; told again with its batch.
  /// - Complexity: O(bytes of the record), no allocation save where a batch begins.
  public func append(
    _ topic: TopicHandle, partition: Int32? = nil, key: RawSpan?, value: RawSpan?,
    timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    append(
      topic, partition: partition, key: key, value: value, headerCount: 0, headers: nil,
      timestampMs: timestampMs, scheduledNanos: scheduledNanos)
  }

  /// The same with headers.
  public func append(
    _ topic: TopicHandle, partition: Int32? = nil, key: RawSpan?, value: RawSpan?,
    headers: borrowing RecordHeaders, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    append(
      topic, partition: partition, key: key, value: value, headerCount: headers.count,
      headers: headers.encoded.rawSpan, timestampMs: timestampMs, scheduledNanos: scheduledNanos)
  }

  /// The same with headers that are encoded already, without their count.
  public func append(
    _ topic: TopicHandle, partition: Int32?, key: RawSpan?, value: RawSpan?, headerCount: Int,
    headers: RawSpan?, timestampMs: Int64, scheduledNanos: Int64
  ) -> AppendResult {
    if isClosed { return .rejected(failure ?? .closed) }
    let result = accumulator.append(
      topic, partition: partition, key: key, value: value, headerCount: headerCount,
      headers: headers, timestampMs: timestampMs, scheduledNanos: scheduledNanos)
    if accumulator.needsAttention { attend() }
    return result
  }

  /// After a batch began or was sealed, or an append found no room.
  @inline(never)
  func attend() {
    accumulator.needsAttention = false
    // Without room nothing is gained by lingering.
    if accumulator.someoneWaits { accumulator.letAllGo() }
    dispatch()
    if let due = accumulator.nextLingerNanos() { wake(at: MonotonicTime(nanoseconds: due)) }
    wake(at: nextSweep)
  }

  // MARK: Flushing

  /// Sends all that was appended, without lingering; completes once nothing is unacknowledged.
  public func flush(_ completion: @escaping () -> Void) {
    if isClosed { return completion() }
    accumulator.letAllGo()
    flushWaiters.append(completion)
    dispatch()
    wake(at: transport.now)
  }

  /// Flushes for at most `timeoutMs`, gives up what is left then, and ends the connections.
  public func close(timeoutMs: Int64, completion: @escaping () -> Void) {
    guard !isClosed else { return completion() }
    var isOver = false
    var timer: TimerID?
    let finish = { [self] in
      guard !isOver else { return }
      isOver = true
      if let timer { transport.cancel(timer) }
      abort()
      completion()
    }
    timer = transport.schedule(at: transport.now.adding(milliseconds: timeoutMs), finish)
    flush(finish)
  }

  /// Gives up all that is not acknowledged, with `.closed`, and ends the connections. The delegate
  /// hears of every batch before this returns.
  public func abort() { stop(.closed) }
}
