import EventLoop
import Synchronization

/// An event loop of a thread of its own, for the clients of one command.
final class ClientLoop: Sendable {
  typealias Loop = EventLoop
  typealias Finish<Value> = (Result<Value, any Error>) -> Void

  private let thread: EventLoopThread

  init() throws { thread = try EventLoopThread(name: "client") }

  func stop() { thread.stop() }

  /// Runs `body` on the loop's thread and waits until it finishes, which it may do once.
  ///
  /// - Throws: What it finishes with; a `CommandFailure` where it lets go of that without a word,
  ///   as it does where the loop has ended.
  func call<Value: Sendable>(
    _ body: @escaping @Sendable (Loop, @escaping Finish<Value>) -> Void
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      post(Asker(continuation), body)
    }
  }

  /// When this returns, the loop alone holds the asker: dropping it is an answer as well.
  private func post<Value: Sendable>(
    _ asker: Asker<Value>, _ body: @escaping @Sendable (Loop, @escaping Finish<Value>) -> Void
  ) {
    thread.post { loop in body(loop) { asker.resume($0) } }
  }

  /// One call on a loop that exists for it alone.
  static func run<Value: Sendable>(
    _ body: @escaping @Sendable (Loop, @escaping Finish<Value>) -> Void
  ) async throws -> Value {
    let client = try ClientLoop()
    defer { client.stop() }
    return try await client.call(body)
  }
}

/// Who waits for a call; hears of it also where nobody can answer any more.
private final class Asker<Value: Sendable>: Sendable {
  private let waiting: Mutex<CheckedContinuation<Value, any Error>?>

  init(_ continuation: CheckedContinuation<Value, any Error>) { waiting = Mutex(continuation) }

  deinit { resume(.failure(CommandFailure("ended before there was an answer"))) }

  func resume(_ result: Result<Value, any Error>) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(with: result)
  }
}

/// Names an object that lives on a loop's thread.
///
/// Sendable because only the name crosses threads: `value` is touched inside `ClientLoop.call`
/// alone.
struct LoopConfined<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
