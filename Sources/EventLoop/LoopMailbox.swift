import Synchronization
import Transport

/// Work for a loop from any thread; rings its bell when the first letter comes.
final class LoopMailbox: Mailbox {
  enum Letter {
    case action(@Sendable () -> Void)
    case loopAction(@Sendable (EventLoop) -> Void)
  }

  private struct State {
    var letters: [Letter] = []
    var hasEnded = false
  }
  private let state = Mutex(State())
  /// An eventfd; open as long as anyone can post.
  let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }
  deinit { SystemCalls.closeDescriptor(descriptor) }

  func post(_ action: @escaping @Sendable () -> Void) { _ = deliver(.action(action)) }

  /// Whether the loop still takes letters.
  func deliver(_ letter: Letter) -> Bool {
    let (isFirst, hasEnded) = state.withLock { state in
      guard !state.hasEnded else { return (false, true) }
      state.letters.append(letter)
      return (state.letters.count == 1, false)
    }
    if isFirst { SystemCalls.wake(descriptor) }
    return !hasEnded
  }

  /// All letters, in order; `spare` (empty) takes their place, so that no memory is made anew.
  func collect(into spare: inout [Letter]) {
    SystemCalls.clearWakeup(descriptor)
    state.withLock { swap(&$0.letters, &spare) }
  }

  /// No letter is taken from here on; those not read yet are dropped.
  func end() {
    let dropped = state.withLock { state in
      state.hasEnded = true
      defer { state.letters = [] }
      return state.letters
    }
    _ = dropped
  }
}
