import KafkaFormat
import Transport

/// What is known of a member's commits, those under way among them.
struct GroupCommits {
  /// Waits until no commit is under way.
  struct Waiter {
    let id: UInt64
    let action: () -> Void
    var timer: TimerID?
  }

  /// A commit whose answer is due.
  struct Pending {
    let completion: (Result<Void, ClientError>) -> Void
    /// Ends it when its time is over.
    var timer: TimerID?
  }

  /// Raised by each commit.
  private var sequence: UInt64 = 0
  /// The last commit that names a partition: an older one must not be sent again after it.
  private var latest: [TopicPartition: UInt64] = [:]
  /// What the coordinator holds, as far as it is known.
  private(set) var stored: [TopicPartition: Int64] = [:]
  private var waiters: [Waiter] = []
  var isAutomaticUnderWay = false
  private var pending: [UInt64: Pending] = [:]

  var underWay: Int { pending.count }

  mutating func begin(
    _ partitions: some Sequence<TopicPartition>,
    completion: @escaping (Result<Void, ClientError>) -> Void
  ) -> UInt64 {
    sequence += 1
    for name in partitions { latest[name] = sequence }
    pending[sequence] = Pending(completion: completion)
    return sequence
  }

  func isLatest(_ commit: UInt64, for partition: TopicPartition) -> Bool {
    latest[partition] == commit
  }

  /// Given away with its partition: nobody has said of it what was to be committed.
  func isForgotten(_ partition: TopicPartition) -> Bool { latest[partition] == nil }

  mutating func note(_ offset: Int64, of partition: TopicPartition) {
    stored[partition] = offset
  }

  func isUnderWay(_ commit: UInt64) -> Bool { pending[commit] != nil }

  mutating func setTimer(_ timer: TimerID, of commit: UInt64) {
    pending[commit]?.timer = timer
  }

  /// - Returns: Whom to tell; nil where that has happened.
  mutating func end(_ commit: UInt64) -> Pending? { pending.removeValue(forKey: commit) }

  mutating func forget(_ partition: TopicPartition) {
    stored[partition] = nil
    latest[partition] = nil
  }

  // MARK: Waiting

  mutating func wait(_ action: @escaping () -> Void) -> UInt64 {
    sequence += 1
    waiters.append(Waiter(id: sequence, action: action))
    return sequence
  }

  mutating func note(_ timer: TimerID, of waiter: UInt64) {
    guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return }
    waiters[index].timer = timer
  }

  /// Takes out one waiter, or all that need wait no longer.
  mutating func takeWaiters(_ waiter: UInt64? = nil) -> [Waiter] {
    guard waiter != nil || underWay == 0 else { return [] }
    let taken = waiters.filter { waiter == nil || $0.id == waiter }
    waiters.removeAll { waiter == nil || $0.id == waiter }
    return taken
  }

  mutating func takeAll() -> [Pending] {
    let all = pending.sorted { $0.key < $1.key }.map(\.value)
    pending = [:]
    return all
  }
}
