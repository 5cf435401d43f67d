import Synchronization

/// How many bytes of log are stored and not yet read, so that producers can be held back before
/// retention deletes what nobody has read.
///
/// Shared by the loops of one measurement; counts wire bytes, which are the bytes in the log.
final class Backlog: Sendable {
  private let stored = Atomic<Int64>(0)
  private let read = Atomic<Int64>(0)
  /// nil: nothing is deleted, or nothing is read while the clock runs.
  private let limit: Int64?

  init(limit: Int64?) { self.limit = limit }

  func add(stored bytes: Int) { stored.wrappingAdd(Int64(bytes), ordering: .relaxed) }
  func add(read bytes: Int) { read.wrappingAdd(Int64(bytes), ordering: .relaxed) }

  /// Producers must wait until consumers have caught up.
  var isFull: Bool {
    guard let limit else { return false }
    return stored.load(ordering: .relaxed) - read.load(ordering: .relaxed) > limit
  }
}
