import CommitLog

/// Which of the jobs that wait for a disk comes first.
public enum DiskPriority: Int, Sendable, CaseIterable {
  /// An acknowledgement waits for it: a flush, a change of the metadata.
  case acknowledgement
  /// A request waits for what it reads.
  case read
  /// No request waits for it: rolls, deletions, checkpoints.
  case upkeep
}

extension DiskJob {
  public var priority: DiskPriority {
    switch work {
    case .partition(_, let job): job.isFlush ? .acknowledgement : .upkeep
    case .metadata, .open: .acknowledgement
    case .search, .warm, .loadGroups: .read
    case .reopen, .retire, .remove, .checkpoint: .upkeep
    }
  }
}
