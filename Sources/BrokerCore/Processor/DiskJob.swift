import CommitLog

/// Work that the disk can make wait, for the disk pool.
public struct DiskJob: Sendable {
  enum Work: Sendable {
    /// A job of a partition's log.
    case partition(Partition, LogJob)
  }

  let work: Work

  /// Does the work. Never throws: an error is part of the completion.
  public func run() -> DiskCompletion {
    switch work {
    case .partition(let partition, let job):
      DiskCompletion(content: .partition(partition, job.run()))
    }
  }
}

/// What a disk job did; to be given to the processor whose action it was.
public struct DiskCompletion: Sendable {
  enum Content: Sendable {
    case partition(Partition, LogJobResult)
  }

  let content: Content
}
