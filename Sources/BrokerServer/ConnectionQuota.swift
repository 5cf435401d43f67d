import Synchronization

/// `max.connections` and `max.connections.per.ip`.
///
/// As in Kafka, a connection from an address that has `max.connections.per.ip` of them is closed at
/// once; while `max.connections` are open none is accepted: those that come wait in the listeners'
/// backlogs until one closes.
///
/// - Isolation: thread-safe.
final class ConnectionQuota: Sendable {
  enum Admission {
    case admitted(ConnectionSlot)
    /// Its address has as many connections as one address may have.
    case refused
  }

  private struct State {
    var count = 0
    var countByAddress: [String: Int] = [:]
    /// Accepting is to be resumed once there is room.
    var isPaused = false
  }
  let most: Int
  let mostPerAddress: Int
  /// Called when there is room again after `pauseIfFull` returned true, on the thread that closed a
  /// connection.
  private let resume: @Sendable () -> Void
  private let state = Mutex(State())

  init(most: Int, mostPerAddress: Int, resume: @escaping @Sendable () -> Void) {
    self.most = most
    self.mostPerAddress = mostPerAddress
    self.resume = resume
  }

  var count: Int { state.withLock { $0.count } }

  /// Counts a connection that was accepted, for as long as its slot lives.
  func admit(_ address: String) -> Admission {
    let isAdmitted = state.withLock { state in
      let fromThere = state.countByAddress[address] ?? 0
      guard fromThere < mostPerAddress else { return false }
      state.count += 1
      state.countByAddress[address] = fromThere + 1
      return true
    }
    return isAdmitted ? .admitted(ConnectionSlot(self, address)) : .refused
  }

  /// Whether no connection may be accepted before `resume` is called.
  func pauseIfFull() -> Bool {
    state.withLock { state in
      if state.count >= most { state.isPaused = true }
      return state.isPaused
    }
  }

  fileprivate func release(_ address: String) {
    let mayResume = state.withLock { state in
      state.count -= 1
      let left = (state.countByAddress[address] ?? 1) - 1
      state.countByAddress[address] = left > 0 ? left : nil
      guard state.isPaused, state.count < most else { return false }
      state.isPaused = false
      return true
    }
    if mayResume { resume() }
  }
}

/// One counted connection. It is released with its last reference, also where the connection never
/// came to be served.
final class ConnectionSlot: Sendable {
  private let quota: ConnectionQuota
  private let address: String

  fileprivate init(_ quota: ConnectionQuota, _ address: String) {
    self.quota = quota
    self.address = address
  }

  deinit { quota.release(address) }
}
