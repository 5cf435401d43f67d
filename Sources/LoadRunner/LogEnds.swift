import Synchronization

/// Where the log of each partition ends, as far as this load has heard: from acknowledgements, and
/// from the high watermarks of fetches. Called once a batch.
final class LogEnds: Sendable {
  private let ends = Mutex<[Int64]>([])
  /// A broker's answer names no partition beyond these.
  private static let most = 1 << 20

  func note(partition: Int32, end: Int64) {
    let index = Int(partition)
    guard index >= 0, index < Self.most else { return }
    ends.withLock { ends in
      while ends.count <= index { ends.append(0) }
      ends[index] = max(ends[index], end)
    }
  }

  /// By partition; shorter where nothing was heard of the last ones.
  var known: [Int64] { ends.withLock { $0 } }
}
