import CommitLog

/// Work that the disk can make wait, for the disk pool.
public struct DiskJob: Sendable {
  enum Work: Sendable {
    /// A job of a partition's log.
    case partition(Partition, LogJob)
    /// A job of the metadata log.
    case metadata(LogJob)
    /// Makes the directories and logs of new partitions.
    case open([Partition], BrokerNode, nowMs: Int64)
    /// As `open`, tried again; nobody waits for it.
    case reopen([Partition], BrokerNode, nowMs: Int64)
    /// Takes the directories of deleted partitions out of the way.
    case retire([Partition], BrokerNode, nowMs: Int64)
    /// Removes directories with all that is in them.
    case remove([RemoveDirectoryJob])
    /// Writes the checkpoint files of a data directory.
    case checkpoint(directory: Int, BrokerNode)
    /// Looks for offsets by time, for a parked request.
    case search(ticket: UInt64, [TimestampSearch?])
    /// Brings ranges of segments into memory, for a parked fetch.
    case warm(ticket: UInt64, [LogSlice])
    /// Reads the groups of a partition of `__consumer_offsets`.
    case loadGroups(Partition, chunkSize: Int)
  }

  let work: Work

  /// Does the work. Never throws: an error is part of the completion.
  public func run() -> DiskCompletion {
    switch work {
    case .partition(let partition, let job):
      DiskCompletion(content: .partition(partition, job.run()))
    case .metadata(let job): DiskCompletion(content: .metadata(job.run()))
    case .open(let partitions, let node, let nowMs):
      DiskCompletion(content: .opened(node.openLogs(of: partitions, nowMs: nowMs)))
    case .reopen(let partitions, let node, let nowMs): Self.reopen(partitions, node, nowMs)
    case .retire(let partitions, let node, let nowMs):
      DiskCompletion(content: .retired(node.retireLogs(of: partitions, nowMs: nowMs)))
    case .remove(let jobs):
      Self.remove(jobs)
    case .checkpoint(let directory, let node):
      DiskCompletion(
        content: .done(node.checkpoint(directory: directory).map { ["\($0)"] } ?? []))
    case .search(let ticket, let searches):
      DiskCompletion(content: .searched(ticket: ticket, searches.map(SearchResult.init)))
    case .warm(let ticket, let slices): Self.warm(slices, ticket)
    case .loadGroups(let partition, let chunkSize):
      DiskCompletion(
        content: .groups(partition, GroupLoader.load(partition, chunkSize: chunkSize)))
    }
  }
}

extension DiskJob {
  private static func reopen(_ partitions: [Partition], _ node: BrokerNode, _ nowMs: Int64)
    -> DiskCompletion
  {
    let opened = node.openLogs(of: partitions, nowMs: nowMs)
    return DiskCompletion(content: .done(opened.failures + opened.notices))
  }

  private static func remove(_ jobs: [RemoveDirectoryJob]) -> DiskCompletion {
    var left: [RemoveDirectoryJob] = []
    var errors: [String] = []
    for job in jobs {
      guard let error = job.run() else { continue }
      left.append(job)
      errors.append("\(job.directory) cannot be removed yet: \(error)")
    }
    return DiskCompletion(content: .removed(left, errors))
  }

  private static func warm(_ slices: [LogSlice], _ ticket: UInt64) -> DiskCompletion {
    for slice in slices { slice.warm() }
    return DiskCompletion(content: .warmed(ticket: ticket))
  }
}

/// What a disk job did; to be given to the processor whose action it was.
public struct DiskCompletion: Sendable {
  enum Content: Sendable {
    case partition(Partition, LogJobResult)
    case metadata(LogJobResult)
    case opened(OpenedLogs)
    case retired(RetiredLogs)
    /// The directories that are still there, and why.
    case removed([RemoveDirectoryJob], [String])
    /// Done, with what went wrong in words; nobody waits for it.
    case done([String])
    case searched(ticket: UInt64, [SearchResult])
    case warmed(ticket: UInt64)
    case groups(Partition, LoadedGroups)
  }

  let content: Content
}

/// What became of logs that were to be opened, in words.
struct OpenedLogs: Sendable {
  /// Those that are not open, or would not outlive a power cut.
  var failures: [String] = []
  /// What was repaired in those that are.
  var notices: [String] = []
}

/// Directories that were renamed, to be removed at `dueMs`, and what went wrong.
struct RetiredLogs: Sendable {
  var jobs: [RemoveDirectoryJob] = []
  var dueMs: Int64 = 0
  var errors: [String] = []
}

/// What a search by time found.
enum SearchResult: Sendable {
  case found(TimestampedOffset)
  case nothing
  case failed(LogError)

  /// Searches. Waits for the disk.
  init(_ search: TimestampSearch?) {
    do throws(LogError) {
      if let found = try search?.run() { self = .found(found) } else { self = .nothing }
    } catch { self = .failed(error) }
  }
}
