import EventLoop
import Synchronization
import Transport

/// Hands accepted connections to the loops in turn. Those that come before the broker is
/// registered wait.
///
/// - Isolation: `give` and `pauseIfFull` are called on the thread of loop 0, which has the
///   listeners.
final class Turn: Sendable {
  private typealias Accepted = (socket: AcceptedSocket, listener: Int, slot: ConnectionSlot)

  private let threads: [EventLoopThread]
  private let loops: [ServerLoop<EventLoop>]
  private let host: BrokerHost
  private struct State {
    var next = 0
    var isOpen = false
    var early: [Accepted] = []
    /// When the line that says why none is accepted was written last.
    var notedAtNanos = Int64.min / 2
  }
  private let state = Mutex(State())

  init(threads: [EventLoopThread], loops: [ServerLoop<EventLoop>], host: BrokerHost) {
    self.threads = threads
    self.loops = loops
    self.host = host
  }

  func open() {
    let early = state.withLock { state in
      state.isOpen = true
      defer { state.early = [] }
      return state.early
    }
    for accepted in early { hand(accepted) }
  }

  /// - Parameter listener: The listener that it came by, by its place in the configuration.
  func give(_ socket: AcceptedSocket, listener: Int) {
    switch host.quota.admit(socket.peer.host) {
    case .admitted(let slot): hand((socket, listener, slot))
    case .refused:
      loops[0].noteClosing {
        "\(socket.peer) to \(loops[0].listenerName(listener)): its address has"
          + " max.connections.per.ip=\(host.quota.mostPerAddress) connections"
      }
    }
  }

  private func hand(_ accepted: Accepted) {
    let count = threads.count
    let index = state.withLock { state -> Int? in
      guard state.isOpen else {
        state.early.append(accepted)
        return nil
      }
      state.next = (state.next + 1) % count
      return state.next
    }
    guard let index else { return }
    let loop = loops[index]
    let (socket, listener, slot) = accepted
    threads[index].post {
      $0.adopt(socket) { loop.accept($0, listener: listener, slot: slot) }
    }
  }

  // MARK: max.connections

  /// How long after a line about `max.connections` the next one is written at the earliest.
  static let noteIntervalNanos: Int64 = 10_000_000_000

  /// Stops accepting while `max.connections` are open.
  func pauseIfFull(_ loop: EventLoop) {
    guard host.quota.pauseIfFull() else { return }
    loop.pauseAccepting()
    let now = loop.now.nanoseconds
    let isNoted = state.withLock { state in
      guard now - state.notedAtNanos >= Self.noteIntervalNanos else { return false }
      state.notedAtNanos = now
      return true
    }
    guard isNoted else { return }
    host.logger.warning(
      "max.connections=\(host.quota.most) connections are open: no other is accepted until one"
        + " closes")
  }
}
