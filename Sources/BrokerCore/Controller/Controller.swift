import CommitLog
import KafkaFormat
import KafkaMessages

/// The controller's work on loop 0: one change at a time.
///
/// A change is planned against the newest image. The logs of new partitions are made first: where
/// the disk, or the process's files, do not suffice for all of them, those that were made are
/// removed and the request fails, with nothing changed. Then its records are appended to the
/// metadata log, flushed and applied, the new image is published, the logs of deleted partitions
/// are taken away, and the request is answered.
///
/// After a crash in between, directories of new partitions are there that the metadata do not know;
/// they hold no records, and the next start removes them.
struct Controller {
  var queue: [ForwardedRequest] = []
  var active: ActiveChange?
  /// Renamed directories, to be removed.
  var retired: [RetiredLogs] = []
  /// Partitions with something due before the next regular round, or whose logs could not be
  /// opened yet.
  var due = PartitionList()
  var nextTickNanos: Int64 = 0
  var nextMaintenanceNanos: Int64 = 0
  var nextCheckpointNanos: Int64 = 0
}

/// What a request asks the controller to do.
struct ChangePlan {
  /// Nothing to do: the answer is sent at once.
  var records: [MetadataRecord] = []
  /// Makes the answer, with the image after the change; or with the error that kept it from
  /// being made.
  var respond: (RequestProcessor, Refusal?) -> Response
}

struct ActiveChange {
  enum Stage {
    /// The logs of new partitions are made, in so many jobs that are still to come back.
    case preparing(jobsLeft: Int)
    case flushing(endOffset: Int64)
    /// The flush failed: what was appended is taken out of the metadata log.
    case takingBack(Refusal)
    case retiring
    /// What was prepared is removed again; then the request is answered with the error.
    case undoing(Refusal)
  }

  var loop: Int
  var ticket: UInt64
  var plan: ChangePlan
  var stage: Stage
  /// The metadata and the image after the change.
  var state: MetadataState
  var image: MetadataImage
  /// New partitions.
  var added: [Partition]
  /// Why they could not be made, in words.
  var failures: [String] = []
}

extension RequestProcessor {
  // MARK: From any loop to the controller

  /// Hands a request to the controller, on loop 0. It is read once here, so that one that cannot
  /// be read is refused by the loop that has the connection.
  func forward<R: KafkaRequest>(_ type: R.Type, _ frame: RawSpan, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    _ = try context.decode(type, frame)
    let ticket = park(.forwarded, connection: context.connection)
    let request = ForwardedRequest(
      loop: loop, ticket: ticket, clientAddress: context.clientAddress,
      listener: context.listener, frame: [UInt8](copying: frame))
    if controller == nil {
      actions.append(.wake(loop: 0, Wake(.request(request))))
    } else {
      controller?.queue.append(request)
      runController(nowMs: context.nowMs, nowNanos: context.nowNanos)
    }
    return .pending
  }

  private func answer(_ loop: Int, _ ticket: UInt64, _ response: Response) {
    if loop == self.loop {
      answer(ticket, response)
    } else {
      actions.append(.wake(loop: loop, Wake(.response(ticket: ticket, response))))
    }
  }

  // MARK: One change after the other

  func runController(nowMs: Int64, nowNanos: Int64) {
    while controller?.active == nil, controller?.queue.isEmpty == false {
      guard let request = controller?.queue.removeFirst() else { return }
      refreshImage()
      guard let plan = plan(request, nowMs: nowMs, nowNanos: nowNanos) else { continue }
      if plan.records.isEmpty {
        answer(request.loop, request.ticket, plan.respond(self, nil))
        continue
      }
      begin(plan, for: request, nowMs: nowMs, nowNanos: nowNanos)
    }
  }

  /// nil for a request that cannot be read, which was found before it came here.
  private func plan(_ request: ForwardedRequest, nowMs: Int64, nowNanos: Int64) -> ChangePlan? {
    let frame = request.frame.rawSpan
    do {
      let context = RequestContext(
        head: try RequestHead(frame), connection: 0, clientAddress: request.clientAddress,
        listener: request.listener, nowMs: nowMs, nowNanos: nowNanos)
      switch context.head.apiKey {
      case .metadata: return try planMetadata(frame, context)
      case .createTopics: return try planCreateTopics(frame, context)
      case .deleteTopics: return try planDeleteTopics(frame, context)
      case .createPartitions: return try planCreatePartitions(frame, context)
      case .incrementalAlterConfigs: return try planIncrementalAlterConfigs(frame, context)
      case .alterConfigs: return try planAlterConfigs(frame, context)
      case .findCoordinator: return try planFindCoordinator(frame, context)
      case .initProducerId: return try planInitProducerId(frame, context)
      default: return nil
      }
    } catch { return nil }
  }

  /// A job of the metadata log is done.
  func applyMetadata(_ result: LogJobResult, nowMs: Int64, nowNanos: Int64) {
    let (recoveryPoint, failure, jobs) = node.controller.withLock {
      state -> (Int64, FileError?, [LogJob]) in
      let log = state.metadataLog.log
      log.apply(result)
      return (log.recoveryPoint, log.offlineError, log.takeJobs())
    }
    for job in jobs { actions.append(.disk(DiskJob(work: .metadata(job)))) }
    guard let active = controller?.active else { return }
    switch active.stage {
    case .flushing(let end):
      if let failure {
        takeBack(active, failure, nowMs: nowMs, nowNanos: nowNanos)
      } else if recoveryPoint >= end {
        commit(active, nowMs: nowMs, nowNanos: nowNanos)
      }
    case .takingBack(let reason) where result.isTakeBack:
      undo(active, reason, nowMs: nowMs, nowNanos: nowNanos)
    default: break
    }
  }

  /// The records of a change are not durable: they are taken out of the log, then it is undone.
  private func takeBack(
    _ change: ActiveChange, _ failure: FileError, nowMs: Int64, nowNanos: Int64
  ) {
    log(.error, "the metadata log cannot be flushed: \(failure)")
    let reason = Self.notMade("the metadata log cannot be flushed: \(failure)")
    let jobs = node.controller.withLock { state -> [LogJob] in
      let log = state.metadataLog.log
      return log.queueTakeBack(from: state.state.endOffset) ? log.takeJobs() : []
    }
    if jobs.isEmpty { return undo(change, reason, nowMs: nowMs, nowNanos: nowNanos) }
    controller?.active?.stage = .takingBack(reason)
    for job in jobs { actions.append(.disk(DiskJob(work: .metadata(job)))) }
  }

  /// The change is durable: it is applied and published.
  private func commit(_ change: ActiveChange, nowMs: Int64, nowNanos: Int64) {
    node.controller.withLock { $0.state = change.state }
    let before = image
    let after = change.image
    var deleted: [Partition] = []
    for (name, topic) in before.topicsByName {
      guard let new = after.topicsByName[name], new.id == topic.id else {
        deleted += topic.partitions
        continue
      }
      if new !== topic { reconfigure(new) }
    }
    for (name, topic) in after.topicsByName where topic !== before.topicsByName[name] {
      noteCompaction(of: topic, before: before.topicsByName[name])
    }
    activateGroups(
      of: after.offsetsTopic, now: GroupInstant(wallMs: nowMs, nanos: nowNanos))
    node.publish(after)
    refreshImage()
    removeOffsets(
      ofDeleted: Dictionary(deleted.map { ($0.topic, $0.topicId) }) { first, _ in first },
      now: GroupInstant(wallMs: nowMs, nanos: nowNanos))
    if deleted.isEmpty { return finishChange(nowMs: nowMs, nowNanos: nowNanos) }
    controller?.active?.stage = .retiring
    retire(deleted, nowMs: nowMs)
  }

  private func retire(_ deleted: [Partition], nowMs: Int64) {
    var wakes: [(loop: Int, ticket: UInt64)] = []
    var watchers: [FetchWatcher] = []
    for partition in deleted {
      partition.state.withLock { state in
        state.isDeleted = true
        wakes += state.flushes.map { ($0.loop, $0.ticket) }
        watchers += state.watchers
        state.watchers = []
        state.flushes = []
      }
    }
    actions.append(.disk(DiskJob(work: .retire(deleted, node, nowMs: nowMs))))
    wakeParked(wakes)
    tell(watchers, bytes: .max)
  }

  /// The topic's settings take effect on its logs.
  private func reconfigure(_ topic: TopicImage) {
    for partition in topic.partitions {
      partition.state.withLock { state in
        state.config = topic.config.log
        state.log?.config = topic.config.log
      }
    }
  }

  /// The directories of deleted partitions are out of the way.
  func partitionsRetired(_ logs: RetiredLogs, nowMs: Int64, nowNanos: Int64) {
    var logs = logs
    if case .undoing? = controller?.active?.stage { logs.dueMs = nowMs }
    if !logs.jobs.isEmpty { controller?.retired.append(logs) }
    finishChange(nowMs: nowMs, nowNanos: nowNanos)
  }

  private func finishChange(nowMs: Int64, nowNanos: Int64) {
    guard let active = controller?.active else { return }
    var failure: Refusal?
    if case .undoing(let reason) = active.stage { failure = reason }
    controller?.active = nil
    answer(active.loop, active.ticket, active.plan.respond(self, failure))
    runController(nowMs: nowMs, nowNanos: nowNanos)
  }

  /// Takes away the logs that were made for a change which cannot be made, and answers.
  func undo(_ change: ActiveChange, _ reason: Refusal, nowMs: Int64, nowNanos: Int64) {
    controller?.active?.stage = .undoing(reason)
    if change.added.isEmpty {
      finishChange(nowMs: nowMs, nowNanos: nowNanos)
    } else {
      retire(change.added, nowMs: nowMs)
    }
  }

  // MARK: The image after a change

  /// The image of `state`; topics that no record names are taken from the one before.
  func newImage(_ state: MetadataState, changedBy records: [MetadataRecord])
    -> MetadataImage
  {
    var changed: Set<String> = []
    for record in records {
      switch record {
      case .topic(let topic): changed.insert(topic.name)
      case .partition(let partition):
        if let name = state.namesById[partition.topicId] { changed.insert(name) }
      case .config(let config) where config.resourceType == MetadataState.ResourceType.topic:
        changed.insert(config.resourceName)
      default: break
      }
    }
    var topics = image.topicsByName
    for name in topics.keys where state.topics[name] == nil { topics[name] = nil }
    var places = directoryCounts(topics)
    // In an order: each new partition goes where the fewest are.
    for name in changed.sorted() {
      guard let topic = state.topics[name] else { continue }
      topics[name] = topicImage(topic, state, before: topics[name], places: &places)
    }
    return MetadataImage(
      version: image.version + 1, topics: topics, brokers: BrokerNode.brokers(state),
      brokerConfigs: state.brokerConfigs, features: state.features, endOffset: state.endOffset)
  }

  /// Says what a `cleanup.policy` with `compact` does not do, when a topic gets it.
  private func noteCompaction(of topic: TopicImage, before: TopicImage?) {
    let isNew = topic.config.isCompacted && before?.config.isCompacted != true
    if !isNew || topic.isInternal { return }
    let kept =
      topic.config.log.deletesOldSegments
      ? "records stay until the topic's retention deletes them" : "all records stay"
    log(
      .warning,
      "topic \(topic.name) has cleanup.policy=compact, and this broker compacts no topic yet: "
        + kept)
  }

  private func topicImage(
    _ topic: MetadataState.Topic, _ state: MetadataState, before: TopicImage?, places: inout [Int]
  ) -> TopicImage {
    let overrides = state.topicConfigs[topic.name] ?? [:]
    let config = TopicConfig(overrides: overrides, broker: node.config)
    var partitions = before?.id == topic.id ? before?.partitions ?? [] : []
    for record in topic.partitions[min(partitions.count, topic.partitions.count)...] {
      let assigned = record.directories.first.flatMap { id in
        node.directories.directories.firstIndex { $0.properties.directoryId == id }
      }
      partitions.append(
        Partition(
          topic: topic.name, topicId: topic.id, index: record.partitionId,
          leaderEpoch: record.leaderEpoch, directory: assigned ?? 0, config: config.log,
          groups: node.config.groups))
    }
    return TopicImage(
      name: topic.name, id: topic.id, partitions: partitions, overrides: overrides, config: config)
  }

  /// How many partitions each directory has.
  func directoryCounts(_ topics: [String: TopicImage]) -> [Int] {
    var counts = [Int](repeating: 0, count: node.directories.directories.count)
    if counts.count == 1 { return counts }
    for topic in topics.values {
      for partition in topic.partitions where partition.directory != BrokerNode.absentDirectory {
        counts[partition.directory] += 1
      }
    }
    return counts
  }
}
