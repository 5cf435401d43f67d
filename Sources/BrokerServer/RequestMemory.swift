import Synchronization

/// `queued.max.request.bytes`: the bytes of all requests that are being read.
///
/// A request may begin while anything is left, as in Kafka's memory pool, so that one larger than
/// the whole pool is not shut out for ever. What is counted is the announced size; the memory
/// itself grows with the bytes that arrive.
///
/// - Isolation: thread-safe.
final class RequestMemory: Sendable {
  private struct State {
    var available: Int
    /// By loop: what tells it that there is memory again.
    var waiting: [Int: @Sendable () -> Void] = [:]
  }
  private let isLimited: Bool
  /// Never an optional: unwrapping one would use the lock at another address than its own.
  private let state: Mutex<State>

  init(limit: Int?) {
    isLimited = limit != nil
    state = Mutex(State(available: limit ?? 0))
  }

  /// Takes `count` bytes. If nothing is left, `wakeUp` is called once there is, by any thread.
  func reserve(_ count: Int, loop: Int, wakeUp: @escaping @Sendable () -> Void) -> Bool {
    guard isLimited else { return true }
    return state.withLock { state in
      guard state.available > 0 else {
        state.waiting[loop] = wakeUp
        return false
      }
      state.available -= count
      return true
    }
  }

  func release(_ count: Int) {
    guard isLimited, count > 0 else { return }
    let waiting = state.withLock { state -> [@Sendable () -> Void] in
      state.available += count
      guard state.available > 0 else { return [] }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for wakeUp in waiting { wakeUp() }
  }
}
