import KafkaFormat

/// One partition of a consumer.
///
/// Whatever changes what is to be done for it puts it on the consumer's agenda, so that nobody has
/// to look at all partitions to find the few that changed.
final class ConsumerPartition {
  let handle: PartitionHandle
  let name: TopicPartition
  let topicBytes: [UInt8]
  var topicId: KafkaUUID = .zero { didSet { if topicId != oldValue { touch() } } }
  var leader: Int32 = -1 { didSet { if leader != oldValue { touch() } } }
  /// Of the leader, as metadata have it; −1: not known.
  var leaderEpoch: Int32 = -1 { didSet { if leaderEpoch != oldValue { touch() } } }
  /// The replica that the leader names for this consumer's rack; −1: records come from the leader.
  var readReplica: Int32 = -1 { didSet { if readReplica != oldValue { touch() } } }
  /// When the leader is asked again which replica to read from; nanoseconds.
  var readReplicaEndNanos: Int64 = 0

  /// The offset of the next record to be handed out.
  var position: Int64?
  /// The leader epoch of the batch before `position`; −1: not known.
  var positionEpoch: Int32 = -1
  /// The offset to fetch next; ahead of `position` while an answer is processed.
  var fetchOffset: Int64? { didSet { if fetchOffset != oldValue { touch() } } }
  /// Where to start, until the offset is known.
  var start: StartPosition? { didSet { if start != oldValue { touch() } } }
  /// Nothing is fetched until the leader has said that its log has what was read so far (KIP-320).
  var needsValidation = false { didSet { if needsValidation != oldValue { touch() } } }
  var isValidating = false { didSet { if isValidating != oldValue { touch() } } }
  /// The position before it was out of range.
  var lostPosition: Int64?
  /// Raised by whatever makes a fetch under way worthless.
  var generation: UInt64 = 0 { didSet { touch() } }
  var highWatermark: Int64?
  var maxBytes: Int32 { didSet { if maxBytes != oldValue { touch() } } }
  var isPaused = false { didSet { if isPaused != oldValue { touch() } } }
  var isLookingUp = false { didSet { if isLookingUp != oldValue { touch() } } }
  /// Not to be fetched before; nanoseconds.
  var retryNanos: Int64 = 0 { didSet { if retryNanos != oldValue { touch() } } }
  var failures = 0
  /// What the last attempt met; nil once one succeeded.
  var lastError: ClientError?
  /// Raised by whatever moves the position: within the delegate's call it stands, whereas a pause
  /// alone lets the batch count as read.
  private(set) var moves: UInt64 = 0

  /// The broker that it is to be fetched from now; −1: none.
  var wantedNode: Int32 = -1
  /// What that broker was told of it, where it was.
  var told: ToldPartition?
  /// The broker in whose list of what is to be told next it is; −1: none.
  var changedNode: Int32 = -1

  private let agenda: ConsumerAgenda
  fileprivate var isOnAgenda = false

  init(handle: PartitionHandle, name: TopicPartition, maxBytes: Int32, agenda: ConsumerAgenda) {
    self.handle = handle
    self.name = name
    self.maxBytes = maxBytes
    self.agenda = agenda
    topicBytes = Array(name.topic.utf8)
    touch()
  }

  /// Puts it on the agenda.
  func touch() {
    if isOnAgenda { return }
    isOnAgenda = true
    agenda.add(self)
  }

  /// Goes on at `offset`; what is under way is dropped.
  func restart(at offset: Int64?, start: StartPosition? = nil) {
    generation += 1
    moves += 1
    position = offset
    positionEpoch = -1
    needsValidation = false
    fetchOffset = offset
    self.start = start
    failures = 0
    retryNanos = 0
  }
}

/// The partitions of a consumer for which there may be something to do.
final class ConsumerAgenda {
  private var partitions: [ConsumerPartition] = []

  fileprivate func add(_ partition: ConsumerPartition) { partitions.append(partition) }

  /// Hands them out, in the order in which they came.
  func take() -> [ConsumerPartition] {
    guard !partitions.isEmpty else { return [] }
    let taken = partitions
    partitions = []
    for partition in taken { partition.isOnAgenda = false }
    return taken
  }
}
