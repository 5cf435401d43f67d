import BrokerCore

/// Does the work that a disk can make wait, beside the loops of one broker: `DiskPool` on threads,
/// a simulation at a time of its own.
public protocol DiskExecutor: AnyObject, Sendable {
  /// Runs `job` later; of the jobs that wait, those of the first priority, and among them the
  /// oldest, start first.
  ///
  /// - Returns: False where the executor has ended: the job will not run.
  func submit(_ priority: DiskPriority, _ job: @escaping @Sendable () -> Void) -> Bool
}
