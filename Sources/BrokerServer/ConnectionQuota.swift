import Synchronization

/// `max.connections` and `max.connections.per.ip`: connections over a limit are closed at once.
///
/// - Isolation: thread-safe.
final class ConnectionQuota: Sendable {
  private struct State {
    var count = 0
    var countByAddress: [String: Int] = [:]
  }
  private let most: Int
  private let mostPerAddress: Int
  private let state = Mutex(State())

  init(most: Int, mostPerAddress: Int) {
    self.most = most
    self.mostPerAddress = mostPerAddress
  }

  var count: Int { state.withLock { $0.count } }

  /// Counts a connection; false, and not counted, where it is one too many.
  func admit(_ address: String) -> Bool {
    state.withLock { state in
      let fromThere = state.countByAddress[address] ?? 0
      guard state.count < most, fromThere < mostPerAddress else { return false }
      state.count += 1
      state.countByAddress[address] = fromThere + 1
      return true
    }
  }

  /// An admitted connection has gone.
  func release(_ address: String) {
    state.withLock { state in
      state.count -= 1
      let left = (state.countByAddress[address] ?? 1) - 1
      state.countByAddress[address] = left > 0 ? left : nil
    }
  }
}
