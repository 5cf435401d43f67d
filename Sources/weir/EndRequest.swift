import CSystem
import Foundation
import Glibc
import LoadRunner
import Synchronization

/// Waits for the wish that this process should end: SIGINT, SIGTERM, SIGHUP (the terminal
/// closed), or its parent's end.
///
/// The handler is in its place when `init` returns, so that no signal that comes later is lost.
final class EndRequest {
  private let stream: AsyncStream<Void>
  private let ask: AsyncStream<Void>.Continuation
  private static let wakeDescriptor = Atomic<Int32>(-1)

  /// Takes the signals from here on, for the rest of the process; their own effect, to end it at
  /// once, is gone. One for each process.
  ///
  /// - Parameter ignoringInterrupt: A terminal sends SIGINT and SIGHUP to parent and child alike; a
  ///   child leaves both to its parent.
  init(ignoringInterrupt: Bool = false) {
    let (stream, ask) = AsyncStream.makeStream(of: Void.self)
    self.stream = stream
    self.ask = ask
    Self.wakeDescriptor.store(SignalPipe.open { ask.yield() }, ordering: .relaxed)
    // `nohup` starts a program with SIGHUP ignored, and means it.
    let leavesHangup = ignoringInterrupt || Self.isIgnored(SIGHUP)
    if ignoringInterrupt { for number in [SIGINT, SIGHUP] { _ = signal(number, SIG_IGN) } }
    let wanted =
      [SIGTERM] + (ignoringInterrupt ? [] : [SIGINT]) + (leavesHangup ? [] : [SIGHUP])
    for number in wanted { _ = signal(number) { _ in EndRequest.arrived() } }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    let before = signal(number, SIG_IGN)
    _ = signal(number, before)
    return unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func arrived() {
    _ = SignalPipe.ring(wakeDescriptor.load(ordering: .relaxed))
  }

  /// Asks for the end when the process `parent` has ended.
  func watch(parent: Int32) {
    let ask = ask
    let thread = Thread {
      weir_await_process_end(parent)
      ask.yield()
    }
    thread.stackSize = 128 << 10
    thread.start()
  }

  /// Returns at the first wish, also one that came before.
  func wait() async {
    for await _ in stream { return }
  }
}
