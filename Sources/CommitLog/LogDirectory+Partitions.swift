import KafkaFormat

/// A partition that was found in a log directory.
public struct FoundPartition: Sendable, Equatable {
  public var partition: TopicPartition
  /// nil if `partition.metadata` is absent or damaged.
  public var topicId: KafkaUUID?
  public var directory: String
}

/// Opens one partition's log: a value for the disk pool, so that many run in parallel.
public struct RecoveryJob: Sendable {
  public let partition: TopicPartition
  let directory: String
  let fileSystem: any FileSystem
  let config: LogConfig
  let options: LogOpenOptions

  /// - Throws: as `PartitionLog.open`.
  public func run() throws(LogError) -> sending PartitionLog {
    try PartitionLog.open(
      topic: partition.topic, partition: partition.partition, directory: directory,
      fileSystem: fileSystem, config: config, options: options)
  }
}

/// What stands in a directory's checkpoint files.
public struct CheckpointedOffsets: Sendable {
  public var recoveryPoints: [TopicPartition: Int64] = [:]
  public var highWatermarks: [TopicPartition: Int64] = [:]
  public var logStartOffsets: [TopicPartition: Int64] = [:]

  public init() {}

  /// Those that any of the files has a line of.
  var partitions: Set<TopicPartition> {
    Set(recoveryPoints.keys).union(highWatermarks.keys).union(logStartOffsets.keys)
  }

  subscript(kind: OffsetCheckpoint) -> [TopicPartition: Int64] {
    switch kind {
    case .recoveryPoint: recoveryPoints
    case .highWatermark: highWatermarks
    // As Kafka does: a log that starts at 0 needs no line.
    case .logStartOffset: logStartOffsets.filter { $0.value > 0 }
    }
  }
}

extension LogDirectory {
  /// What is left of deleted partitions, as jobs that remove it.
  public func deletedPartitions() throws(LogError) -> [RemoveDirectoryJob] {
    do {
      return try fileSystem.list(path).filter { $0.hasSuffix(LogFileNames.deletedDirectorySuffix) }
        .map { path + "/" + $0 }
        .filter { fileSystem.isDirectory($0) }
        .map { RemoveDirectoryJob(fileSystem: fileSystem, directory: $0) }
    } catch { throw LogError(error) }
  }

  /// The partitions in the directory, sorted by name.
  public func partitions() throws(LogError) -> [FoundPartition] {
    var found: [FoundPartition] = []
    do {
      for name in try fileSystem.list(path) {
        let directory = path + "/" + name
        guard fileSystem.isDirectory(directory) else { continue }
        guard let (topic, partition) = LogFileNames.topicPartition(ofDirectory: name) else {
          continue
        }
        let metadata = try fileSystem.contents(of: directory + "/" + PartitionMetadataFile.name)
        found.append(
          FoundPartition(
            partition: TopicPartition(topic: topic, partition: partition),
            topicId: metadata.flatMap { PartitionMetadataFile.topicId(in: $0) },
            directory: directory))
      }
    } catch { throw LogError(error) }
    return found
  }

  /// The job that opens a partition's log, after a clean stop or an unclean one.
  ///
  public func recovery(
    of partition: TopicPartition, config: LogConfig, damage: DamagePolicy = .cut, nowMs: Int64
  ) -> RecoveryJob {
    var options = LogOpenOptions(
      isClean: wasClean, recoveryPoint: recoveryPoints[partition] ?? 0,
      logStartOffset: logStartOffsets[partition] ?? 0, nowMs: nowMs)
    options.damage = damage
    return RecoveryJob(
      partition: partition, directory: directory(of: partition), fileSystem: fileSystem,
      config: config, options: options)
  }

  /// Makes the log of a new partition, with its `partition.metadata`. A directory of its name that
  /// belongs to another topic is what is left of that topic: one with records is kept under another
  /// name, as at a start.
  ///
  /// Where it fails, what was made is removed again.
  /// - Throws: `.outOfSpace`, `.io`.
  public func createLog(
    _ partition: TopicPartition, topicId: KafkaUUID, config: LogConfig,
    damage: DamagePolicy = .cut, nowMs: Int64
  ) throws(LogError) -> sending PartitionLog {
    if let offlineError { throw .offline(offlineError) }
    let directory = directory(of: partition)
    let wasThere = fileSystem.isDirectory(directory)
    do {
      try makeDirectory(directory, topicId: topicId)
      var options = LogOpenOptions(isClean: false, nowMs: nowMs)
      options.damage = damage
      return try PartitionLog.open(
        topic: partition.topic, partition: partition.partition, directory: directory,
        fileSystem: fileSystem, config: config, options: options)
    } catch {
      if !wasThere { try? fileSystem.removeTree(directory) }
      throw error
    }
  }

  private func makeDirectory(_ directory: String, topicId: KafkaUUID) throws(LogError) {
    let metadata = directory + "/" + PartitionMetadataFile.name
    do {
      try fileSystem.createDirectory(directory)
      let bytes = try fileSystem.contents(of: metadata)
      let found = bytes.flatMap { PartitionMetadataFile.topicId(in: $0) }
      if found == topicId { return }
      if found != nil, try holdsRecords(directory) {
        _ = try setAside(directory)
        try fileSystem.createDirectory(directory)
      }
      // Its data are made durable with the names of all files, once for many partitions.
      try fileSystem.replace(metadata, with: PartitionMetadataFile.encoded(topicId), sync: false)
    } catch { throw LogError(error) }
  }

  /// Whether a partition's directory holds anything but empty logs; one that is absent does not.
  public func holdsRecords(_ directory: String) throws(FileError) -> Bool {
    guard fileSystem.isDirectory(directory) else { return false }
    for name in try fileSystem.list(directory) where name.contains(LogFileNames.log) {
      if try fileSystem.size(of: directory + "/" + name) ?? 0 > 0 { return true }
    }
    return false
  }

  /// Keeps a partition's directory under another name, as Kafka does with one that no topic claims.
  ///
  /// - Returns: The new path.
  public func setAside(_ directory: String) throws(FileError) -> String {
    let target = "\(directory).\(random.uuid().high)-stray"
    try fileSystem.rename(directory, to: target)
    return target
  }

  /// Makes new partitions outlive a power cut: the names of their directories and files, and what
  /// stands in `partition.metadata`.
  ///
  /// With many of them the file system is synced as a whole: one wait for the disk.
  public func syncNew(_ partitions: [TopicPartition]) throws(LogError) {
    guard !partitions.isEmpty else { return }
    do {
      if partitions.count > Self.singleSyncsMax { return try fileSystem.syncAll(path) }
      for partition in partitions {
        let directory = directory(of: partition)
        try fileSystem.open(directory + "/" + PartitionMetadataFile.name, .read).sync()
        try fileSystem.syncDirectory(directory)
      }
      try fileSystem.syncDirectory(path)
    } catch { throw LogError(error) }
  }

  /// With more than so many partitions to make durable, the file system is synced as a whole.
  public static let singleSyncsMax = 64

  public func directory(of partition: TopicPartition) -> String {
    path + "/" + LogFileNames.directory(topic: partition.topic, partition: partition.partition)
  }

  /// Writes the checkpoints, one call at a time. Waits for the disk.
  ///
  /// Starts of logs come first: were a recovery point written without the start that it follows
  /// from, a power cut could leave deleted segments that were never flushed and pass for flushed.
  ///
  /// - Parameter offsets: Reads them when it is this call's turn.
  /// - Returns: The error, if there was one; what was not written keeps its old contents.
  public func checkpoint(_ offsets: () -> CheckpointedOffsets) -> FileError? {
    checkpointing.withLock { (_: inout Void) -> FileError? in
      // A partition that is made from here on is not in `offsets`, and finds its name in here if an
      // older one of that name is.
      let offsets = checkpointed.withLock { names in
        let offsets = offsets()
        names.formUnion(offsets.partitions)
        return offsets
      }
      for kind in [OffsetCheckpoint.logStartOffset, .recoveryPoint, .highWatermark] {
        do throws(FileError) {
          try fileSystem.replace(
            path + "/" + kind.rawValue, with: OffsetCheckpoint.encoded(offsets[kind]))
        } catch { return error }
      }
      checkpointed.withLock { $0 = offsets.partitions }
      return nil
    }
  }

  /// Whether a checkpoint file has a line for a partition of this name, as one that was deleted
  /// leaves it until the next checkpoint. It must be gone before another one gets the name.
  ///
  /// Does not wait for the disk, whether a checkpoint is being written or not.
  public func isCheckpointed(_ partition: TopicPartition) -> Bool {
    checkpointed.withLock { $0.contains(partition) }
  }
}

/// Removes a deleted partition's directory: a value for the disk pool, to be run once
/// `file.delete.delay.ms` has passed.
public struct RemoveDirectoryJob: Sendable {
  let fileSystem: any FileSystem
  public let directory: String

  /// - Returns: The error, if there was one.
  public func run() -> FileError? {
    do {
      try fileSystem.removeTree(directory)
      return nil
    } catch { return error }
  }
}

extension PartitionLog {
  /// Renames the directory of a deleted topic to `<topic>-<partition>.<unique>-delete`, so that
  /// a topic of the same name can be made at once. The log must not be used afterwards; slices of
  /// it that are on their way to consumers stay readable.
  public func markDeleted(unique: KafkaUUID) throws(LogError) -> RemoveDirectoryJob {
    // A job still under way must not write into a new directory of this name.
    for segment in segments { segment.file?.markSealed(false) }
    jobs = []
    let parent = fileSystem.parent(of: directory)
    let target =
      parent + "/"
      + LogFileNames.deletedDirectory(topic: topic, partition: partition, unique: unique)
    do {
      try fileSystem.rename(directory, to: target)
    } catch {
      if !error.isNotFound { throw LogError(error) }
    }
    directory = target
    for segment in segments { segment.file = nil }
    warm = []
    preparedFile = nil
    if offlineError == nil { offlineError = FileError(.open, target, code: 2) }
    return RemoveDirectoryJob(fileSystem: fileSystem, directory: target)
  }
}
