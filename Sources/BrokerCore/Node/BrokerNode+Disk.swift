import CommitLog
import KafkaFormat

/// What runs on the disk pool, and the stop.
extension BrokerNode {
  /// Opens the logs of new partitions.
  ///
  /// - Returns: What went wrong, in words.
  func openLogs(of partitions: [Partition], nowMs: Int64) -> [String] {
    partitions.compactMap { partition in
      partition.create(in: directories.directories[partition.directory], nowMs: nowMs)
    }
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

  /// The job that writes the checkpoints of one directory.
  func checkpointJob(directory: Int, of image: MetadataImage) -> CheckpointJob {
    var recoveryPoints: [TopicPartition: Int64] = [:]
    var highWatermarks: [TopicPartition: Int64] = [:]
    var logStartOffsets: [TopicPartition: Int64] = [:]
    for topic in image.topicsByName.values {
      for partition in topic.partitions where partition.directory == directory {
        partition.state.withLock { state in
          guard let log = state.log else { return }
          recoveryPoints[partition.name] = log.recoveryPoint
          highWatermarks[partition.name] = state.highWatermark
          logStartOffsets[partition.name] = log.logStartOffset
        }
      }
    }
    return directories.directories[directory].checkpoint(
      recoveryPoints: recoveryPoints, highWatermarks: highWatermarks,
      logStartOffsets: logStartOffsets)
  }

  /// Flushes and closes all logs and marks the directories clean. No processor may be used
  /// afterwards; no disk job may be under way.
  ///
  /// - Throws: The first error; the directories that could not be closed are scanned at the next
  ///   start.
  public func close(nowMs: Int64) throws(LogError) {
    defer { for directory in directories.directories { directory.release() } }
    let image = currentImage
    var failures: [Int: LogError] = [:]
    for topic in image.topicsByName.values {
      for partition in topic.partitions {
        do {
          try partition.state.withLock { (state: inout sending PartitionState) throws(LogError) in
            guard let log = state.log else {
              // It was not recovered, and is not to be taken for whole at the next start.
              if state.isDeleted || isOffline(partition.directory) { return }
              throw .corrupt("\(partition.name) could not be opened")
            }
            try log.close(nowMs: nowMs)
          }
        } catch { failures[partition.directory] = error }
      }
    }
    let home = directories.directories.firstIndex { $0.path == config.metadataLogDir } ?? 0
    let epoch: Int64
    do {
      epoch = try controller.withLock {
        (controller: inout sending ControllerState) throws(LogError) -> Int64 in
        try controller.metadataLog.log.close(nowMs: nowMs)
        return controller.brokerEpoch
      }
    } catch {
      failures[home] = error
      epoch = -1
    }
    for (index, directory) in directories.directories.enumerated() where failures[index] == nil {
      do {
        if let error = checkpointJob(directory: index, of: image).run() { throw LogError.io(error) }
        try directory.markClean(brokerEpoch: epoch)
      } catch let error as LogError {
        failures[index] = error
      } catch { failures[index] = .corrupt("\(error)") }
    }
    if let failure = failures.min(by: { $0.key < $1.key })?.value { throw failure }
  }
}
