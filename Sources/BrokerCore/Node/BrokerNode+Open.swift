import CommitLog
import KafkaFormat
import KafkaMessages
import Synchronization

extension BrokerNode {
  /// Opens the data directories, recovers every partition and replays the metadata log.
  ///
  /// Waits for the disk.
  ///
  /// - Parameters:
  ///   - random: What ids are made from.
  ///   - clockNanos: The monotonic clock, by which it is measured what the opening of logs takes.
  ///   - runAll: Calls what it is given with every number below a count, in any order, on
  ///     as many threads as it likes, and returns when all calls have.
  ///   - openFilesMax: How many files the process may have open.
  /// - Throws: `LogError`, with a text for people: a directory that is locked, full, not writable
  ///   or of another cluster; metadata that cannot be read.
  public static func open(
    _ config: BrokerConfig, fileSystem: any FileSystem = PosixFileSystem(),
    random: RandomSource = .system, loopCount: Int, nowMs: Int64,
    clockNanos: @escaping @Sendable () -> Int64 = { 0 },
    runAll: RunAll = { count, body in for number in 0..<count { body(number) } },
    openFilesMax: Int = OpenFiles.limits().soft
  ) throws(LogError) -> BrokerNode {
    let directories = try LogDirectories.open(
      config.logDirs, fileSystem: fileSystem, clusterId: config.clusterId, nodeId: config.nodeId,
      random: random)
    do throws(LogError) {
      return try open(
        config, directories, fileSystem: fileSystem, random: random, loopCount: loopCount,
        nowMs: nowMs, clockNanos: clockNanos, runAll: runAll, openFilesMax: openFilesMax)
    } catch {
      directories.restoreCleanMarks()
      throw error
    }
  }

  private static func open(
    _ config: BrokerConfig, _ directories: LogDirectories, fileSystem: any FileSystem,
    random: RandomSource, loopCount: Int, nowMs: Int64, clockNanos: @escaping @Sendable () -> Int64,
    runAll: RunAll,
    openFilesMax: Int
  ) throws(LogError) -> BrokerNode {
    var notices = directories.failed.map {
      BrokerNotice(level: .warning, text: "\($0.path) is offline: \($0.error)")
    }
    guard
      let home = directories.directories.first(where: { $0.path == config.metadataLogDir })
    else {
      throw .unusableDirectory("\(config.metadataLogDir), which holds the metadata, cannot be used")
    }
    let metadata = try readMetadata(config, home, directories, nowMs: nowMs)
    let state = metadata.state
    notices += metadata.log.log.recovery.repairs.map { BrokerNotice($0) }
    for stray in metadata.found.strays { notices.append(BrokerNode.putAway(stray)) }
    var openings: [Partition] = []
    let image = restoredImage(
      state, config: config, directories: directories, places: metadata.found.places,
      openings: &openings, notices: &notices)
    let work = OpeningWork(
      openings: openings, directories: directories, nowMs: nowMs, clockNanos: clockNanos)
    runAll(openings.count) { work.open($0) }
    if let problem = work.shortage(of: openFilesMax) { throw .unusableDirectory(problem) }
    notices += work.notices
    let controller = ControllerState(
      metadataLog: metadata.log, state: state, nextProducerId: state.nextProducerId,
      producerIdsEnd: state.nextProducerId)
    let node = BrokerNode(
      config: config, fileSystem: fileSystem, random: random, loopCount: loopCount,
      directories: directories,
      image: image, controller: controller, notices: notices)
    node.addNotices(
      (node.forgetCheckpoints(ofNew: openings) + node.syncNew(openings))
        .map { BrokerNotice(level: .warning, text: $0) } + removeDeleted(directories))
    return node
  }

  private struct ReadMetadata {
    var log: MetadataLog
    var state: MetadataState
    var found: FoundDirectories
  }

  /// Reads the metadata log, and compares it with the directories that are there. Changes nothing.
  private static func readMetadata(
    _ config: BrokerConfig, _ home: LogDirectory, _ directories: LogDirectories, nowMs: Int64
  ) throws(LogError) -> ReadMetadata {
    try requireMetadata(home, directories)
    let recovery = home.recovery(
      of: MetadataLog.partition, config: MetadataLog.config, damage: .refuse, nowMs: nowMs)
    var log = MetadataLog(
      log: try recovery.run(), nodeId: config.nodeId, directoryId: home.properties.directoryId)
    var state = MetadataState()
    var removed: Set<KafkaUUID> = []
    try log.replay { record, offset in
      state.apply(record)
      state.endOffset = offset + 1
      if case .removeTopic(let topic) = record { removed.insert(topic.topicId) }
    }
    let found = try sorted(directories, state, removed: removed, log: log.log)
    return ReadMetadata(log: log, state: state, found: found)
  }

  /// The image of what was there at the last stop, and the logs that are to be opened for it.
  private static func restoredImage(
    _ state: MetadataState, config: BrokerConfig, directories: LogDirectories,
    places: [TopicPartition: Int], openings: inout [Partition], notices: inout [BrokerNotice]
  ) -> MetadataImage {
    var topics: [String: TopicImage] = [:]
    for topic in state.topics.values.sorted(by: { $0.name < $1.name }) {
      let overrides = state.topicConfigs[topic.name] ?? [:]
      let topicConfig = TopicConfig(overrides: overrides, broker: config)
      var partitions: [Partition] = []
      for record in topic.partitions {
        let name = TopicPartition(topic: topic.name, partition: record.partitionId)
        let place =
          places[name] ?? assignedDirectory(record, directories)
          ?? (directories.failed.isEmpty ? 0 : BrokerNode.absentDirectory)
        let partition = Partition(
          topic: topic.name, topicId: topic.id, index: record.partitionId,
          leaderEpoch: record.leaderEpoch, directory: place, config: topicConfig.log,
          groups: config.groups, wasThere: places[name] != nil)
        partitions.append(partition)
        if place == BrokerNode.absentDirectory {
          // An empty log in another directory would pass for the one that cannot be read now.
          notices.append(
            BrokerNotice(level: .warning, text: "\(name) is offline with its directory"))
          continue
        }
        openings.append(partition)
      }
      topics[topic.name] = TopicImage(
        name: topic.name, id: topic.id, partitions: partitions, overrides: overrides,
        config: topicConfig)
    }
    return MetadataImage(
      version: 1, topics: topics, brokers: [], brokerConfigs: state.brokerConfigs,
      features: state.features, endOffset: state.endOffset)
  }

  private static func assignedDirectory(
    _ record: PartitionRecord, _ directories: LogDirectories
  ) -> Int? {
    guard let id = record.directories.first else { return nil }
    return directories.directories.firstIndex { $0.properties.directoryId == id }
  }

  // MARK: Registration

  /// Registers this broker in the metadata log, under the addresses that clients are to use.
  ///
  /// - Parameters:
  ///   - listeners: Those of the configuration, with the ports that were taken.
  ///   - hostName: What an address without a host stands for.
  public func register(listeners: [BrokerListener], hostName: String, nowMs: Int64)
    throws(LogError)
  {
    let endpoints = advertised(listeners, hostName: hostName)
    let image = currentImage
    let new = try controller.withLock {
      (controller: inout sending ControllerState) throws(LogError) -> MetadataImage in
      let log = controller.metadataLog
      // What a process left that ended before its flush did.
      try log.flush(nowMs: nowMs)
      try log.appendLeaderChange(nowMs: nowMs)
      try log.flush(nowMs: nowMs)
      let records = registration(controller, endpoints)
      let end = try log.append(records, nowMs: nowMs)
      try log.flush(nowMs: nowMs)
      for record in records { controller.state.apply(record) }
      controller.state.endOffset = end
      controller.brokerEpoch = controller.state.brokers[config.nodeId]?.brokerEpoch ?? -1
      return MetadataImage(
        version: image.version + 1, topics: image.topicsByName,
        brokers: Self.brokers(controller.state), brokerConfigs: controller.state.brokerConfigs,
        features: controller.state.features, endOffset: end)
    }
    publish(new)
  }

  private func registration(
    _ controller: borrowing ControllerState, _ endpoints: [BrokerListener]
  ) -> [MetadataRecord] {
    var records: [MetadataRecord] = []
    if controller.state.features[MetadataFeature.name] == nil {
      records.append(
        .featureLevel(
          FeatureLevelRecord(name: MetadataFeature.name, featureLevel: MetadataFeature.level)))
    }
    let epoch = controller.metadataLog.log.logEndOffset + Int64(records.count)
    records.append(
      .registerBroker(
        RegisterBrokerRecord(
          brokerId: config.nodeId, incarnationId: random.uuid(), brokerEpoch: epoch,
          endPoints: endpoints.map {
            RegisterBrokerRecord.BrokerEndpoint(
              name: $0.name, host: $0.host, port: $0.port, securityProtocol: 0)
          },
          features: [
            RegisterBrokerRecord.BrokerFeature(
              name: MetadataFeature.name, minSupportedVersion: MetadataFeature.lowestLevel,
              maxSupportedVersion: MetadataFeature.level)
          ],
          rack: config.rack, fenced: true,
          logDirs: directories.directories.map(\.properties.directoryId))))
    records.append(
      .brokerRegistrationChange(
        BrokerRegistrationChangeRecord(brokerId: config.nodeId, brokerEpoch: epoch, fenced: -1)))
    return records
  }

  /// The addresses for clients: an advertised port 0 is the one that was taken, an empty host is
  /// this machine's name.
  private func advertised(_ bound: [BrokerListener], hostName: String) -> [BrokerListener] {
    let given = config.advertisedListeners.isEmpty ? config.listeners : config.advertisedListeners
    return given.map { listener in
      var result = listener
      let taken = bound.first { $0.name == listener.name }
      if result.port == 0 { result.port = taken?.port ?? 0 }
      if result.host.isEmpty { result.host = hostName }
      return result
    }
  }

  static func brokers(_ state: MetadataState) -> [BrokerImage] {
    state.brokers.values.sorted { $0.brokerId < $1.brokerId }.compactMap { broker in
      if broker.fenced { return nil }
      return BrokerImage(
        id: broker.brokerId, epoch: broker.brokerEpoch,
        endpoints: broker.endPoints.map {
          BrokerListener(name: $0.name, host: $0.host, port: $0.port)
        },
        rack: broker.rack)
    }
  }
}

/// The logs that are to be opened at the start, by number, on any thread.
private final class OpeningWork: Sendable {
  private let openings: [Partition]
  private let directories: LogDirectories
  private let nowMs: Int64
  private let clockNanos: @Sendable () -> Int64
  private let startNanos: Int64
  private let found = Mutex<[Int: PartitionProblem]>([:])
  /// What each log took to open.
  private let tookNanos: Mutex<[Int64]>

  init(
    openings: [Partition], directories: LogDirectories, nowMs: Int64,
    clockNanos: @escaping @Sendable () -> Int64
  ) {
    self.clockNanos = clockNanos
    startNanos = clockNanos()
    tookNanos = Mutex(Array(repeating: 0, count: openings.count))
    self.openings = openings
    self.directories = directories
    self.nowMs = nowMs
  }

  func open(_ number: Int) {
    let partition = openings[number]
    let directory = directories.directories[partition.directory]
    let start = clockNanos()
    if let problem = partition.open(in: directory, nowMs: nowMs) {
      found.withLock { $0[number] = problem }
    }
    let took = clockNanos() - start
    tookNanos.withLock { $0[number] = took }
  }

  /// Logs that found no descriptor, where there are more of them than the process may have.
  func shortage(of limit: Int) -> String? {
    let count = found.withLock { $0.values.filter { $0.error.isOutOfFiles }.count }
    return count > 0 ? OpenFiles.shortage(for: count, limit: limit) : nil
  }

  /// What went wrong, what was repaired, and what was read after an unclean stop.
  var notices: [BrokerNotice] {
    var notices = found.withLock { $0.sorted { $0.key < $1.key } }
      .map { BrokerNotice(level: .error, text: $0.value.text) }
    var count = 0
    var bytesRead: Int64 = 0
    let took = tookNanos.withLock { $0 }
    for (number, partition) in openings.enumerated() where partition.wasThere {
      guard let recovery = partition.recovery else { continue }
      let isRead = recovery.bytesRead > 0
      notices.append(
        BrokerNotice(
          level: isRead ? .info : .debug,
          text: "\(partition.name) \(isRead ? "recovered" : "opened") in"
            + " \(took[number] / 1_000_000) ms: \(recovery.bytesRead) bytes read"))
      notices += recovery.repairs.map { BrokerNotice($0) }
      if directories.directories[partition.directory].wasClean { continue }
      count += 1
      bytesRead += recovery.bytesRead
    }
    if !openings.isEmpty {
      let milliseconds = (clockNanos() - startNanos) / 1_000_000
      notices.append(
        BrokerNotice(
          level: .info, text: "\(openings.count) logs opened in \(milliseconds) ms"))
    }
    if count > 0 {
      notices.append(
        BrokerNotice(
          level: .info,
          text: "not stopped cleanly: \(count) partitions recovered, \(bytesRead) bytes read"))
    }
    return notices
  }
}
