import CommitLog
import KafkaFormat

/// What runs on the disk pool.
extension BrokerNode {
  /// Opens the logs of new partitions, and of those that could not be opened before.
  func openLogs(of partitions: [Partition], nowMs: Int64) -> OpenedLogs {
    var opened = OpenedLogs()
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
        if let job = try partition.retire() { retired.jobs.append(job) }
      } catch { retired.errors.append("\(partition.name) cannot be removed: \(error)") }
    }
    retired.dueMs = nowMs + min(delayMs, 1 << 40)
    return retired
  }

  /// The directory that holds the metadata log.
  var metadataDirectory: Int {
    directories.directories.firstIndex { $0.path == config.metadataLogDir } ?? 0
  }

  /// The job that writes the checkpoints of one directory.
  func checkpointJob(directory: Int, of image: MetadataImage) -> CheckpointJob {
    var recoveryPoints: [TopicPartition: Int64] = [:]
    var highWatermarks: [TopicPartition: Int64] = [:]
    var logStartOffsets: [TopicPartition: Int64] = [:]
    for topic in image.topicsByName.values {
      for partition in topic.partitions where partition.directory == directory {
        let known = directories.directories[directory]
        let name = partition.name
        partition.state.withLock { state in
          guard let log = state.log else {
            // Of one that could not be opened, what was known before still holds.
            recoveryPoints[name] = known.recoveryPoints[name]
            highWatermarks[name] = known.highWatermarks[name]
            logStartOffsets[name] = known.logStartOffsets[name]
            return
          }
          recoveryPoints[name] = log.recoveryPoint
          highWatermarks[name] = state.highWatermark
          logStartOffsets[name] = log.logStartOffset
        }
      }
    }
    if directory == metadataDirectory {
      recoveryPoints[MetadataLog.partition] = controller.withLock {
        $0.metadataLog.log.recoveryPoint
      }
    }
    return directories.directories[directory].checkpoint(
      recoveryPoints: recoveryPoints, highWatermarks: highWatermarks,
      logStartOffsets: logStartOffsets)
  }
}
