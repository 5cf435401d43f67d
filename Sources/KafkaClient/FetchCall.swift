import KafkaFormat
import KafkaMessages
import Transport

/// Hears what becomes of a fetch.
protocol FetchCallOwner: AnyObject {
  /// - Parameters:
  ///   - frame: The whole answer without its size; only lent for the call.
  ///   - position: Where its body starts.
  func fetchAnswered(
    _ call: FetchCall, frame: RawSpan, from position: Int, version: Int16, sentNanos: Int64
  ) throws(FormatError)
  func fetchFailed(_ call: FetchCall, _ error: ClientError)
}

/// One Fetch request to one broker, without a session.
///
/// - Source: KIP-516 (v13: topics by id).
final class FetchCall: ClientCall {
  /// A partition as it was when the request was made.
  struct Item {
    let partition: ConsumerPartition
    let generation: UInt64
  }

  let node: Int32
  /// Those of one topic stand together.
  let items: [Item]
  let timeoutMs: Int64
  private let config: ConsumerConfig
  private weak var owner: (any FetchCallOwner)?
  private var isOver = false

  let apiKey = ApiKey.fetch.rawValue

  init(
    node: Int32, partitions: [ConsumerPartition], config: ConsumerConfig,
    owner: any FetchCallOwner
  ) {
    self.node = node
    items = partitions.map { Item(partition: $0, generation: $0.generation) }
    self.config = config
    self.owner = owner
    timeoutMs = max(config.client.requestTimeoutMs, Int64(config.fetchMaxWaitMs) + 5_000)
  }

  /// Ids only where all topics have one.
  var versions: ClosedRange<Int16> {
    items.allSatisfy { $0.partition.topicId != .zero } ? 4...18 : 4...12
  }

  func encode(version: Int16, correlationId: Int32, clientId: String) -> [OutboundPart] {
    var request = FetchRequest()
    request.maxWaitMs = config.fetchMaxWaitMs
    request.minBytes = config.fetchMinBytes
    request.maxBytes = config.fetchMaxBytes
    var last: String?
    for item in items {
      let partition = item.partition
      if last != partition.name.topic {
        last = partition.name.topic
        request.topics.append(
          .init(topic: partition.name.topic, topicId: partition.topicId, partitions: []))
      }
      var entry = FetchRequest.FetchPartition()
      entry.partition = partition.name.partition
      entry.fetchOffset = partition.fetchOffset ?? 0
      entry.partitionMaxBytes = partition.maxBytes
      request.topics[request.topics.count - 1].partitions.append(entry)
    }
    let frame = request.frame(version: version, correlationId: correlationId, clientId: clientId)
    return [.bytes(frame)]
  }

  @_lifetime(reader: copy reader)
  func answered(
    _ reader: inout ByteReader, version: Int16, sentNanos: Int64, frameBytes: Int
  ) throws(FormatError) {
    try owner?.fetchAnswered(
      self, frame: reader.bytes, from: reader.position, version: version, sentNanos: sentNanos)
    isOver = true
  }

  func failed(_ error: ClientError) {
    guard !isOver else { return }
    isOver = true
    owner?.fetchFailed(self, error)
  }

  /// The item that a partition of the answer is about; `hint` is where it most likely stands.
  func item(
    for found: FetchedPartition, in frame: RawSpan, hint: Int
  ) -> Int? {
    if hint < items.count, matches(items[hint].partition, found, frame) { return hint }
    return items.indices.first { matches(items[$0].partition, found, frame) }
  }

  private func matches(
    _ partition: ConsumerPartition, _ found: FetchedPartition, _ frame: RawSpan
  ) -> Bool {
    guard partition.name.partition == found.index else { return false }
    if found.topic.id != .zero { return partition.topicId == found.topic.id }
    guard partition.topicBytes.count == found.topic.name.count else { return false }
    let start = found.topic.name.lowerBound
    for (index, byte) in partition.topicBytes.enumerated()
    where unsafe frame.unsafeLoad(fromByteOffset: start + index, as: UInt8.self) != byte {
      return false
    }
    return true
  }
}

/// One partition of a consumer.
final class ConsumerPartition {
  let handle: PartitionHandle
  let name: TopicPartition
  let topicBytes: [UInt8]
  var topicId: KafkaUUID = .zero
  var leader: Int32 = -1

  /// The offset of the next record to be handed out.
  var position: Int64?
  /// The offset to fetch next; ahead of `position` while an answer is processed.
  var fetchOffset: Int64?
  /// Where to start, until the offset is known.
  var start: StartPosition?
  /// The position before it was out of range.
  var lostPosition: Int64?
  /// Raised by whatever makes a fetch under way worthless.
  var generation: UInt64 = 0
  var highWatermark: Int64?
  var maxBytes: Int32
  var isPaused = false
  var isLookingUp = false
  /// In a fetch that is under way.
  var isFetching = false
  /// Not to be fetched before; nanoseconds.
  var retryNanos: Int64 = 0
  var failures = 0

  init(handle: PartitionHandle, name: TopicPartition, maxBytes: Int32) {
    self.handle = handle
    self.name = name
    self.maxBytes = maxBytes
    topicBytes = Array(name.topic.utf8)
  }

  /// Goes on at `offset`; what is under way is dropped.
  func restart(at offset: Int64?, start: StartPosition? = nil) {
    generation += 1
    position = offset
    fetchOffset = offset
    self.start = start
    failures = 0
    retryNanos = 0
  }
}
