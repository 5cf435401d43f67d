import CommitLog
import KafkaFormat

extension Partition {
  var name: TopicPartition { TopicPartition(topic: topic, partition: index) }

  /// One damaged record must not cost all groups of a partition what they committed behind it.
  private var damagePolicy: DamagePolicy { groups == nil ? .cut : .keep }

  /// What opening its log took; nil where it is not open.
  var recovery: LogRecovery? { state.withLock { $0.log?.recovery } }

  /// Makes the log of a new partition, or opens the one that was there at the last stop: from the
  /// offsets that were known then, also when it is tried again. Waits for the disk.
  ///
  /// - Returns: What went wrong.
  func open(in directory: LogDirectory, nowMs: Int64) -> PartitionProblem? {
    wasThere
      ? recover(in: directory, nowMs: nowMs) : create(in: directory, nowMs: nowMs)
  }

  private func create(in directory: LogDirectory, nowMs: Int64) -> PartitionProblem? {
    state.withLock { state -> PartitionProblem? in
      guard state.log == nil, !state.isDeleted else { return nil }
      do throws(LogError) {
        state.log = try directory.createLog(
          name, topicId: topicId, config: state.config, damage: damagePolicy, nowMs: nowMs)
        return nil
      } catch { return PartitionProblem(name: name, error: error) }
    }
  }

  private func recover(in directory: LogDirectory, nowMs: Int64) -> PartitionProblem? {
    state.withLock { state -> PartitionProblem? in
      guard state.log == nil, !state.isDeleted else { return nil }
      let job = directory.recovery(
        of: name, config: state.config, damage: damagePolicy, nowMs: nowMs)
      do throws(LogError) {
        state.log = try job.run()
        return nil
      } catch { return PartitionProblem(name: name, error: error) }
    }
  }

  /// Takes the log of a deleted topic out of the way. Waits for the disk.
  ///
  /// - Parameter unique: Makes the directory's new name a new one.
  func retire(unique: KafkaUUID) throws(LogError) -> RemoveDirectoryJob? {
    try state.withLock { (state: inout sending PartitionState) throws(LogError) in
      guard let log = state.log else { return nil }
      state.log = nil
      return try log.markDeleted(unique: unique)
    }
  }
}

/// Why the log of a partition is not open.
struct PartitionProblem {
  var name: TopicPartition
  var error: LogError
  var text: String { "\(name) cannot be opened: \(error)" }
}
