import KafkaFormat
import KafkaMessages
import Transport

/// One member of a consumer group: joins it, reads the partitions that it is given, commits how
/// far it has read, and gives partitions up when the group changes.
///
/// ```
/// unjoined ─► preparing ─► joining ─► (leader: assigning) ─► syncing ─► stable
///                 ▲  revocation, commits   │ error: backoff            │ rebalance, lost
///                 └────────────────────────┴───────────────────────────┘
/// ```
/// The classic protocol, eager (everything is given up before the group is joined again) or, where
/// all configured assignors can, cooperative (only what moves is given up, KIP-429).
///
/// Loop-confined: every call on the transport's thread. The group hears nothing while the delegate
/// keeps the thread: a call longer than `session.timeout.ms` loses the partitions.
public final class GroupConsumer<T: Transport>: MetadataListener {
  enum State {
    case unjoined
    /// Giving up partitions before the group is joined again; heartbeats go on.
    case preparing
    case joining
    /// As the leader: until the metadata of all topics of the group are there.
    case assigning
    case syncing
    case stable
    /// Leaving, or left; the last state if it was closed.
    case leaving
  }

  public let config: GroupConsumerConfig
  public weak var delegate: (any GroupConsumerDelegate)?

  let transport: T
  let consumer: Consumer<T>
  let coordinator: GroupCoordinator<T>
  var relay: GroupConsumerRelay<T>?

  // Membership.
  var state = State.unjoined
  public internal(set) var memberId = ""
  /// −1: none.
  public internal(set) var generation: Int32 = -1
  /// Names what is under way; answers to what came before are not looked at.
  var attempt: UInt64 = 0
  var joinFailures = 0
  var joinReason = ""
  /// Why the group has to be joined again as soon as it is stable.
  var rejoinReason: String?
  var retryTimer: TimerID?
  var isLeader = false
  var leading: Leading?
  /// The assignor that the members agreed on.
  var protocolName: String?

  // Subscription.
  var subscription: GroupSubscription?
  /// A pattern whose topics are not known yet.
  var isWaitingForTopics = false
  /// The topics that the member last joined with.
  var joinedTopics: Set<String> = []
  /// As the leader: the partition counts that the last assignment was made of.
  var assignedCounts: [String: Int32] = [:]

  // Partitions.
  /// What the member holds.
  var owned: [TopicPartition: PartitionHandle] = [:]
  /// All that it ever held, so that their handles stay.
  var handles: [TopicPartition: PartitionHandle] = [:]
  /// Held, but being given up.
  var revoking: Set<TopicPartition> = []
  /// Those that the user paused; a seek does not resume them.
  var paused: Set<PartitionHandle> = []
  /// What the last assignment gave; nil before the first.
  var lastAssignment: [TopicPartition]?
  var lastAssignmentGeneration: Int32 = -1

  // Heartbeats.
  var heartbeatTimer: TimerID?
  var isHeartbeatUnderWay = false
  var lastHeard: MonotonicTime

  // Commits.
  var commits = GroupCommits()
  var commitTimer: TimerID?

  var failure: ClientError?
  var isClosing = false
  var isClosed = false

  public init(transport: T, config: GroupConsumerConfig) {
    self.transport = transport
    self.config = config
    consumer = Consumer(transport: transport, config: config.consumer)
    coordinator = GroupCoordinator(client: consumer.client, groupId: config.groupId)
    lastHeard = transport.now
    let relay = GroupConsumerRelay(owner: self)
    self.relay = relay
    consumer.delegate = relay
    consumer.metadataListener = self
  }

  // MARK: Partitions

  /// What the member holds, ordered by topic and partition.
  public var assignment: [PartitionHandle] { sorted(owned.keys).compactMap { owned[$0] } }

  /// The member has a place in its group, and nothing is changing.
  public var isStable: Bool { state == .stable && revoking.isEmpty && rejoinReason == nil }

  public func topicPartition(_ partition: PartitionHandle) -> TopicPartition {
    consumer.topicPartition(partition)
  }

  /// nil where the member does not hold it.
  public func handle(of partition: TopicPartition) -> PartitionHandle? { owned[partition] }

  /// The offset of the next record to be handed out; nil until it is known.
  public func position(_ partition: PartitionHandle) -> Int64? { consumer.position(partition) }

  /// As of the last fetch; nil until there was one.
  public func highWatermark(_ partition: PartitionHandle) -> Int64? {
    consumer.highWatermark(partition)
  }

  /// Goes on elsewhere; what was fetched already is dropped. Partitions that the member does not
  /// hold are left alone, here and below.
  public func seek(_ partition: PartitionHandle, to position: StartPosition) {
    guard isHeld(partition) else { return }
    consumer.seek(partition, to: position)
    if paused.contains(partition) { consumer.pause(partition) }
  }

  /// Stops after the batch that is being handed out; what else was fetched is dropped.
  public func pause(_ partition: PartitionHandle) {
    guard isHeld(partition) else { return }
    paused.insert(partition)
    consumer.pause(partition)
  }

  public func resume(_ partition: PartitionHandle) {
    guard isHeld(partition) else { return }
    paused.remove(partition)
    consumer.resume(partition)
  }

  private func isHeld(_ partition: PartitionHandle) -> Bool {
    let name = consumer.topicPartition(partition)
    return owned[name] == partition && !revoking.contains(name)
  }

  func sorted(_ names: some Sequence<TopicPartition>) -> [TopicPartition] {
    names.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
  }

  // MARK: Time

  func after(_ milliseconds: Int64, _ action: @escaping () -> Void) -> TimerID {
    transport.schedule(at: transport.now.adding(milliseconds: milliseconds), action)
  }

  func cancel(_ timer: inout TimerID?) {
    if let id = timer { transport.cancel(id) }
    timer = nil
  }
}

/// Hands on what the fetching side tells, and notes how long the delegate took.
final class GroupConsumerRelay<T: Transport>: ConsumerDelegate {
  private unowned let owner: GroupConsumer<T>

  init(owner: GroupConsumer<T>) { self.owner = owner }

  func received(_ batch: borrowing FetchedBatch) {
    // Kept through the call, whatever the delegate lets go of.
    let owner = owner
    let start = owner.transport.now
    owner.delegate?.received(batch)
    owner.delegateReturned(since: start)
  }

  func fetchCompleted(_ fetch: CompletedFetch) { owner.delegate?.fetchCompleted(fetch) }

  func fetchRetried(_ error: ClientError) { owner.delegate?.fetchRetried(error) }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    owner.delegate?.partitionFailed(partition, error)
  }

  func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64) {
    owner.delegate?.positionReset(partition, from: from, to: to)
  }

  func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {
    owner.delegate?.logTruncated(partition, from: from, to: to)
  }

  func consumerFailed(_ error: ClientError) { owner.fail(error) }
}
