import KafkaFormat

/// One topic of a producer.
final class AccumulatorTopic {
  let name: String
  let handle: TopicHandle
  var id: KafkaUUID = .zero
  var partitions: [AccumulatorPartition] = []
  var nextRoundRobin: Int32 = 0
  var stickyPartition: Int32 = 0
  /// Bytes that went to the sticky partition since it was chosen.
  var stickyBytes = 0

  init(name: String, handle: TopicHandle) {
    self.name = name
    self.handle = handle
  }
}

/// One partition of a producer: its open batch, its queue, its sequence numbers.
final class AccumulatorPartition {
  let topic: AccumulatorTopic
  let index: Int32

  // The accumulator's.
  var open: OpenBatch?
  var opening: UInt64 = 0
  /// The open batch has lingered long enough, or nobody wants it to: it goes when the sender can
  /// take it.
  var isDue = false
  /// Of the batch sealed last, before compression: the next one is likely to be as large.
  var lastBatchBytes = 0
  /// Records in batches that are sealed.
  var sealedRecords: Int64 = 0
  var isFresh = false

  // The sender's.
  /// Sealed batches to be sent, in the order of their records.
  var queue = BatchQueue<ProducerBatch>()
  var inFlight: [ProducerBatch] = []
  private(set) var leader: Int32 = -1
  private(set) var leaderEpoch: Int32 = -1
  /// It stands in the list of a node, or waits for the end of a backoff.
  var isListed = false
  /// A batch failed and will be sent again: nothing is sent before all others are back, and then
  /// one at a time, so that the order is kept.
  var isRetrying = false
  /// The record after the last that was acknowledged.
  var acknowledgedRecords: Int64 = 0
  var producerId: Int64 = -1
  var producerEpoch: Int16 = -1
  var nextSequence: Int32 = 0
  /// The sequence numbers have a gap: once nothing is in flight, the epoch is raised and the
  /// sequence starts at 0.
  var needsNewEpoch = false

  init(topic: AccumulatorTopic, index: Int32) {
    self.topic = topic
    self.index = index
  }

  /// There is a batch to be sent, sealed already or due.
  var hasWork: Bool { isDue || !queue.isEmpty }

  /// Nothing of it may be sent before what is in flight has come back.
  var isBlocked: Bool { (isRetrying || needsNewEpoch) && !inFlight.isEmpty }

  /// Takes its leader over from the metadata. Behind a new leader, or a new term of the old one,
  /// what waits for the end of a backoff is sent at once (KIP-951).
  func follow(_ leader: Int32, epoch: Int32) {
    let isNew = leader != self.leader || epoch > leaderEpoch
    self.leader = leader
    leaderEpoch = epoch
    guard isNew, leader >= 0 else { return }
    for batch in queue.all { batch.retryNanos = 0 }
  }

  /// Whether the leader is another now, or in another term, than when `batch` was sent.
  func hasMoved(since batch: ProducerBatch) -> Bool {
    leader >= 0 && (leader != batch.sentLeader || leaderEpoch > batch.sentLeaderEpoch)
  }

  /// Takes the sequence numbers of a batch; −1 without idempotence.
  func takeSequences(_ count: Int) -> Int32 {
    guard producerId >= 0 else { return -1 }
    let first = nextSequence
    nextSequence = RecordBatch.sequence(first, plus: Int32(truncatingIfNeeded: count))
    return first
  }

  /// Starts over under `epoch`: the waiting batches get new sequence numbers.
  func restart(producerId: Int64, epoch: Int16) {
    self.producerId = producerId
    producerEpoch = epoch
    nextSequence = 0
    acknowledgedRecords = max(acknowledgedRecords, queue.first?.firstRecordIndex ?? 0)
    needsNewEpoch = false
    for batch in queue.all {
      if batch.isOutcomeUnknown { batch.mayBeDuplicated = true }
      batch.baseSequence = takeSequences(batch.recordCount)
      guard batch.failure == nil else { continue }
      var wire: [UInt8] = []
      swap(&wire, &batch.wire)
      let size = wire.count
      var span = wire.mutableSpan
      RecordBatch.patchProducer(
        id: producerId, epoch: epoch, baseSequence: batch.baseSequence, in: &span, size: size)
      batch.wire = wire
    }
  }

  /// Puts a batch back among those to be sent, in the order of its records.
  func requeue(_ batch: ProducerBatch) {
    queue.insert(batch) { $0.firstRecordIndex > batch.firstRecordIndex }
  }
}
