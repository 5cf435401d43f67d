import KafkaFormat

/// Work that the disk can make wait, as a value: `run()` on the disk pool with no lock held, then
/// `PartitionLog.apply(_:)` with the result, under the partition's lock.
///
/// No job races an append: it touches files that are finished or on their way out, or makes calls
/// (fsync, allocation) that do not change what is written.
public struct LogJob: Sendable {
  let fileSystem: any FileSystem
  let work: Work

  enum Work: Sendable {
    /// Takes disk space ahead of the active segment's end.
    case allocate(LogFile, from: Int64, count: Int64)
    /// Makes the next segment's file, to be renamed at roll.
    case prepare(path: String, allocate: Int64)
    /// Writes a finished segment's indexes and the producers' snapshot behind it, and releases
    /// what was allocated beyond its end.
    case finish(FinishedSegment)
    /// Makes files durable, so that the recovery point may go to `upTo`.
    case flush([FlushedFile], NewNames?, FlushedEnd.Advance?, upTo: Int64, generation: Int)
    /// Undoes a flush that failed: withdraws its flushed end, then cuts the active segment.
    case takeBack(
      LogFile, position: Int64, from: Int64, withdrawal: FlushedEnd.Withdrawal?)
    /// Writes `leader-epoch-checkpoint`.
    case checkpointEpochs(path: String, contents: [UInt8])
    /// Renames files to `.deleted`, in order.
    case markDeleted(DeletedFiles, dueMs: Int64)
    /// Removes files in order, and closes them. Where that fails for a passing reason, it is done
    /// again at `retryMs`.
    case remove(DeletedFiles, retryMs: Int64)
  }

  /// Whether acknowledgements may wait for it.
  public var isFlush: Bool {
    if case .flush = work { return true }
    return false
  }

  /// What is written when a segment is finished.
  struct FinishedSegment: Sendable {
    var baseOffset: Int64
    var generation: Int
    var file: LogFile
    var size: Int64
    var releasesSurplus: Bool
    var indexPath: String
    var index: [UInt8]
    var timeIndexPath: String
    var timeIndex: [UInt8]
    var snapshotPath: String
    /// nil where the state at that offset is not known any more.
    var snapshot: [UInt8]?
  }

  /// A directory with names that may not be durable, and how many it ever had.
  struct NewNames: Sendable {
    var directory: String
    var count: Int
  }

  /// The files of segments that are deleted, the oldest first.
  struct DeletedFiles: Sendable {
    /// Of each segment.
    var paths: [[String]]
    /// Those that are open.
    var files: [LogFile]
    /// The directory, if each segment's deletion is to be durable before the next one's: a power
    /// cut then leaves no older segment without the newer ones that were deleted too. Costs a sync
    /// for each segment.
    var orderedIn: String?
  }

  struct FlushedFile: Sendable {
    var path: String
    /// nil: opened for the flush. One that is gone by then was deleted and needs none.
    var file: LogFile?
  }

  /// Does the work. Never throws: an error is part of the result.
  public func run() -> LogJobResult {
    do {
      return LogJobResult(work: work, file: try perform(), error: nil)
    } catch {
      return LogJobResult(work: work, file: nil, error: error)
    }
  }

  private func perform() throws(FileError) -> LogFile? {
    switch work {
    case .allocate(let file, let from, let count):
      try file.allocate(from: from, count: count)
    case .prepare(let path, let count):
      let file = try fileSystem.open(path, .createEmpty)
      // A disk without room for it, or a file system that cannot, is no reason to fail.
      if count > 0 { try? file.allocate(from: 0, count: count) }
      return file
    case .finish(let segment):
      try segment.write(fileSystem)
    case .flush(let files, let names, let flushedEnd, _, _):
      for flushed in files { try flush(flushed) }
      if let names { try fileSystem.syncDirectory(names.directory) }
      try flushedEnd?.write()
    case .takeBack(let file, let position, _, let withdrawal):
      try withdrawal?.write()
      // Where this fails, the next start cuts what stands behind the flushed end.
      try? file.truncate(to: position)
    case .checkpointEpochs(let path, let contents):
      try fileSystem.replace(path, with: contents)
    case .markDeleted(let deleted, _):
      try delete(deleted) { (path: String) throws(FileError) in
        do throws(FileError) {
          try fileSystem.rename(path, to: path + LogFileNames.deleted)
        } catch {
          if !error.isNotFound { throw error }
        }
      }
    case .remove(let deleted, _):
      try delete(deleted) { (path: String) throws(FileError) in
        try fileSystem.remove(path + LogFileNames.deleted)
        try fileSystem.remove(path)
      }
    }
    return nil
  }

  private func delete(_ deleted: DeletedFiles, _ body: (String) throws(FileError) -> Void)
    throws(FileError)
  {
    for paths in deleted.paths {
      // What was deleted before, by this job and others.
      if let directory = deleted.orderedIn { try fileSystem.syncDirectory(directory) }
      for path in paths { try body(path) }
    }
  }

  private func flush(_ flushed: FlushedFile) throws(FileError) {
    if let file = flushed.file { return try file.sync() }
    let file: LogFile
    do {
      file = try fileSystem.open(flushed.path, .read)
    } catch {
      if error.isNotFound { return }
      throw error
    }
    try file.sync()
  }
}

extension LogJob.FinishedSegment {
  func write(_ fileSystem: any FileSystem) throws(FileError) {
    // Taken up again, or deleted, since the job was made.
    guard file.isSealed else { return }
    if releasesSurplus { try file.releaseSurplus(size: size) }
    try fileSystem.replace(indexPath, with: index, sync: false)
    try fileSystem.replace(timeIndexPath, with: timeIndex, sync: false)
    if let snapshot { try fileSystem.replace(snapshotPath, with: snapshot, sync: false) }
  }
}

/// What a job did, for `PartitionLog.apply(_:)`.
public struct LogJobResult: Sendable {
  let work: LogJob.Work
  /// The file that was made.
  let file: LogFile?
  public let error: FileError?

  /// Whether it was a flush, and what it was to make durable is not.
  public var isFailedFlush: Bool {
    if case .flush = work { error != nil } else { false }
  }

  /// Whether it was to undo a flush that failed.
  public var isTakeBack: Bool {
    if case .takeBack = work { true } else { false }
  }
}
