import CSystem
import Dispatch
import Foundation
import Glibc

/// Waits for the wish that this process should end: SIGINT, SIGTERM, or its parent's end.
final class EndRequest {
  private let stream: AsyncStream<Void>
  private let ask: AsyncStream<Void>.Continuation
  private let sources: [any DispatchSourceSignal]

  /// Takes the signals from here on; their own effect, to end the process at once, is gone.
  ///
  /// - Parameter ignoringInterrupt: A terminal sends SIGINT to parent and child alike; a child
  ///   leaves it to its parent.
  init(ignoringInterrupt: Bool = false) {
    let (stream, ask) = AsyncStream.makeStream(of: Void.self)
    self.stream = stream
    self.ask = ask
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
    let queue = DispatchQueue(label: "signals")
    sources = (ignoringInterrupt ? [SIGTERM] : [SIGINT, SIGTERM]).map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { ask.yield() }
      source.resume()
      return source
    }
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
