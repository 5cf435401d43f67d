import CommitLog
import KafkaFormat
import KafkaMessages
import Observability

/// Answers the requests of one event loop. A state machine: no sockets, no threads, no clock.
///
/// The caller's contract:
/// 1. `handle` each frame; act on the outcome.
/// 2. After every call, `takeActions()` and carry them out.
/// 3. Run disk jobs on the disk pool and give each completion to `complete` on this loop.
/// 4. Give wakes from other loops to `wake`.
/// 5. Call `tick` at `nextDeadlineNanos`, or sooner.
/// 6. Say `connectionClosed` when one is gone.
///
/// - Isolation: one loop's thread.
public final class RequestProcessor {
  public let node: BrokerNode
  public let loop: Int
  var actions: [Action] = []

  /// The newest image that this loop has seen.
  var image: MetadataImage
  /// Topics by the hash of their names, so that a request needs no String to find one.
  var topicsByHash: [UInt64: TopicImage] = [:]

  /// Requests that wait, by ticket; and the ticket of each connection that has one.
  var parked: [UInt64: ParkedRequest] = [:]
  var tickets: [UInt64: UInt64] = [:]
  var lastTicket: UInt64 = 0
  /// When those that wait are to be answered at the latest, by ticket.
  var deadlines = TimeHeap<UInt64>()

  /// When a shard of groups that this loop ticks wants to be, on the monotonic clock.
  var groupDeadlineNanos = Int64.max

  /// When expired offsets are looked for again, on the monotonic clock.
  var offsetExpiryNanos: Int64 = 0

  /// When logs of groups are looked at again for whether to make them smaller.
  var restateNanos: Int64 = 0

  /// Whether the wall clock can be trusted with what is deleted for its age.
  var clock = ClockWatch()
  /// The monotonic time of the call under way.
  var nanos: Int64 = 0

  /// Loop 0 only.
  var controller: Controller?

  let validator = RecordBatchValidator()
  let compressor = Compressor()
  let decompressor = Decompressor()
  /// Made when this loop first writes records of groups.
  lazy var groupBatches = GroupBatchWriter(
    batchBytesMax: node.config.topicDefaults.rules.maxMessageBytes,
    codec: node.config.offsets.codec)
  /// Used again from request to request.
  var produced: [ProducedPartition] = []
  var producedPlaces: [ProducedPlace: Int] = [:]

  /// Records that requests of this loop appended since it began.
  public internal(set) var appendedRecords: Int64 = 0

  public init(node: BrokerNode, loop: Int) {
    self.node = node
    self.loop = loop
    image = node.currentImage
    if loop == 0 { controller = Controller() }
    loadGroups(onlyOwn: true)
  }

  // MARK: Requests

  /// Handles one request.
  ///
  /// - Parameters:
  ///   - frame: The whole request without the four bytes of its size. Batches are patched in it.
  ///   - connection: Names the connection; unique within the process.
  ///   - clientAddress: Without port.
  ///   - listener: The listener that the connection came by, by its place in the configuration.
  ///   - nowMs: Milliseconds since the Unix epoch.
  ///   - nowNanos: The monotonic clock.
  public func handle(
    frame: inout MutableSpan<UInt8>, connection: UInt64, clientAddress: String, listener: Int,
    nowMs: Int64, nowNanos: Int64
  ) -> Outcome {
    nanos = nowNanos
    refreshImage()
    do {
      let head = try RequestHead(frame.rawSpan)
      let context = RequestContext(
        head: head, connection: connection, clientAddress: clientAddress,
        listener: listener, nowMs: nowMs, nowNanos: nowNanos)
      guard let apiKey = head.apiKey, let served = apiKey.served else {
        return .close("API \(head.apiKeyNumber) is not served")
      }
      guard served.contains(head.version) else {
        if apiKey == .apiVersions { return unsupportedApiVersions(context) }
        return .close("\(apiKey.name) version \(head.version) is not served")
      }
      if apiKey == .produce { return try handleProduce(&frame, context) }
      return try dispatch(apiKey, frame.rawSpan, context)
    } catch {
      return .close("a request that cannot be read: \(error)")
    }
  }

  private func dispatch(_ apiKey: ApiKey, _ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    switch apiKey {
    case .fetch: try handleFetch(frame, context)
    case .listOffsets: try handleListOffsets(frame, context)
    case .metadata: try handleMetadata(frame, context)
    case .apiVersions: try handleApiVersions(frame, context)
    case .findCoordinator: try handleFindCoordinator(frame, context)
    case .deleteRecords: try handleDeleteRecords(frame, context)
    case .offsetForLeaderEpoch: try handleOffsetForLeaderEpoch(frame, context)
    case .describeConfigs: try handleDescribeConfigs(frame, context)
    case .describeLogDirs: try handleDescribeLogDirs(frame, context)
    case .describeCluster: try handleDescribeCluster(frame, context)
    case .offsetCommit: try handleOffsetCommit(frame, context)
    case .offsetFetch: try handleOffsetFetch(frame, context)
    case .offsetDelete: try handleOffsetDelete(frame, context)
    case .describeTopicPartitions: try handleDescribeTopicPartitions(frame, context)
    case .listConfigResources: try handleListConfigResources(frame, context)
    case .describeAcls: try handleDescribeAcls(frame, context)
    case .createAcls: try handleCreateAcls(frame, context)
    case .deleteAcls: try handleDeleteAcls(frame, context)
    case .electLeaders: try handleElectLeaders(frame, context)
    case .listPartitionReassignments: try handleListPartitionReassignments(frame, context)
    case .describeClientQuotas: try handleDescribeClientQuotas(frame, context)
    case .describeUserScramCredentials: try handleDescribeUserScramCredentials(frame, context)
    case .describeProducers: try handleDescribeProducers(frame, context)
    case .joinGroup: try handleJoinGroup(frame, context)
    case .syncGroup: try handleSyncGroup(frame, context)
    case .heartbeat: try handleHeartbeat(frame, context)
    case .leaveGroup: try handleLeaveGroup(frame, context)
    case .listGroups: try handleListGroups(frame, context)
    case .describeGroups: try handleDescribeGroups(frame, context)
    case .deleteGroups: try handleDeleteGroups(frame, context)
    case .saslHandshake: try handleSaslHandshake(frame, context)
    case .saslAuthenticate: try handleSaslAuthenticate(frame, context)
    case .createTopics: try forward(CreateTopicsRequest.self, frame, context)
    case .deleteTopics: try forward(DeleteTopicsRequest.self, frame, context)
    case .createPartitions: try forward(CreatePartitionsRequest.self, frame, context)
    case .incrementalAlterConfigs:
      try forward(IncrementalAlterConfigsRequest.self, frame, context)
    case .alterConfigs: try forward(AlterConfigsRequest.self, frame, context)
    case .initProducerId: try forward(InitProducerIdRequest.self, frame, context)
    default: .close("\(apiKey.name) is not served")
    }
  }

  // MARK: Actions

  public var hasActions: Bool { !actions.isEmpty }

  /// Hands out what is to be done, in order.
  public func takeActions() -> [Action] {
    if actions.isEmpty { return [] }
    let taken = actions
    actions = []
    return taken
  }

  func log(_ level: LogLevel, _ text: String) { actions.append(.log(level, text)) }

  // MARK: The image

  func refreshImage() {
    if node.currentImageVersion == image.version { return }
    image = node.currentImage
    topicsByHash.removeAll(keepingCapacity: true)
  }

  /// The topic whose name these bytes are.
  func topic(named name: RawSpan) -> TopicImage? {
    let hash = Self.hash(name)
    if let topic = topicsByHash[hash], topic.hasName(name) { return topic }
    var reader = ByteReader(name)
    guard let text = try? reader.text(name.byteCount), let topic = image.topicsByName[text] else {
      return nil
    }
    topicsByHash[hash] = topic
    return topic
  }

  /// FNV-1a.
  private static func hash(_ bytes: RawSpan) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<bytes.byteCount {
      hash =
        (hash ^ UInt64(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)))
        &* 0x100_0000_01b3
    }
    return hash
  }
}
