import CommitLog
import KafkaFormat

/// What runs on the disk pool.
extension BrokerNode {
  /// Opens the logs of new partitions, and of those that could not be opened before.
  func openLogs(of partitions: [Partition], nowMs: Int64) -> OpenedLogs {
    var opened = OpenedLogs()
    opened.failures = forgetCheckpoints(ofNew: partitions)
    if !opened.failures.isEmpty { return opened }
    for partition in partitions {
      let directory = directories.directories[partition.directory]
      if let problem = partition.open(in: directory, nowMs: nowMs) {
        opened.failures.append(problem.text)
      }
    }
    opened.notices = partitions.flatMap { $0.recovery?.repairs ?? [] }.map { "\($0)" }
    // One that failed costs the whole change: the others need no waiting for the disk.
    if opened.failures.isEmpty { opened.failures = syncNew(partitions) }
    return opened
  }

  /// Makes the directories and files of partitions that were made now outlive a power cut.
  ///
  /// - Returns: What went wrong, in words.
  func syncNew(_ partitions: [Partition]) -> [String] {
    var problems: [String] = []
    let new = partitions.filter { partition in
      !partition.wasThere && partition.state.withLock { $0.log != nil }
    }
    for (index, partitions) in Dictionary(grouping: new, by: \.directory).sorted(by: {
      $0.key < $1.key
    }) {
      let directory = directories.directories[index]
      do {
        try directory.syncNew(partitions.map(\.name))
        for partition in partitions { partition.state.withLock { $0.log?.confirmNames() } }
      } catch {
        problems.append("new partitions in \(directory.path) may not outlive a power cut: \(error)")
      }
    }
    return problems
  }

  /// Renames the directories of deleted partitions, so that their names are free.
  func retireLogs(of partitions: [Partition], nowMs: Int64) -> RetiredLogs {
    var retired = RetiredLogs()
    var delayMs: Int64 = 0
    for partition in partitions {
      delayMs = max(delayMs, partition.state.withLock { $0.config.fileDeleteDelayMs })
      do {
        if let job = try partition.retire(unique: random.uuid()) { retired.jobs.append(job) }
      } catch { retired.errors.append("\(partition.name) cannot be removed: \(error)") }
    }
    // A power cut during the removal must not leave half of a directory under its old name.
    for index in Set(partitions.map(\.directory)).sorted() where !isOffline(index) {
      do { try fileSystem.syncDirectory(directories.directories[index].path) } catch {
        retired.errors.append("\(error)")
      }
    }
    retired.dueMs = nowMs + min(delayMs, 1 << 40)
    return retired
  }

  /// The directory that holds the metadata log.
  var metadataDirectory: Int {
    directories.directories.firstIndex { $0.path == config.metadataLogDir } ?? 0
  }

  /// Writes the checkpoint files of one directory.
  func checkpoint(directory: Int) -> FileError? {
    directories.directories[directory].checkpoint { offsets(toCheckpoint: directory) }
  }

  private func offsets(toCheckpoint directory: Int) -> CheckpointedOffsets {
    let known = directories.directories[directory]
    var offsets = CheckpointedOffsets()
    for topic in currentImage.sortedTopics {
      for partition in topic.partitions where partition.directory == directory {
        let name = partition.name
        partition.state.withLock { state in
          if let log = state.log {
            offsets.recoveryPoints[name] = log.recoveryPoint
            offsets.highWatermarks[name] = state.highWatermark
            offsets.logStartOffsets[name] = log.logStartOffset
          } else if !state.isDeleted, partition.wasThere {
            // Of one that could not be opened, what was known before still holds.
            offsets.recoveryPoints[name] = known.recoveryPoints[name]
            offsets.highWatermarks[name] = known.highWatermarks[name]
            offsets.logStartOffsets[name] = known.logStartOffsets[name]
          }
        }
      }
    }
    if directory == metadataDirectory {
      offsets.recoveryPoints[MetadataLog.partition] = controller.withLock {
        $0.metadataLog.log.recoveryPoint
      }
    }
    return offsets
  }

  /// Takes what the checkpoint files say of deleted partitions out of them, where new ones get
  /// their names: a start after a crash would take it for theirs.
  ///
  /// - Returns: What went wrong, in words.
  func forgetCheckpoints(ofNew partitions: [Partition]) -> [String] {
    var problems: [String] = []
    let new = partitions.filter { !$0.wasThere }
    for (index, partitions) in Dictionary(grouping: new, by: \.directory).sorted(by: {
      $0.key < $1.key
    }) {
      let directory = directories.directories[index]
      guard partitions.contains(where: { directory.isCheckpointed($0.name) }),
        let error = checkpoint(directory: index)
      else { continue }
      problems.append(
        "checkpoints in \(directory.path) still name deleted partitions: \(error)")
    }
    return problems
  }
}
