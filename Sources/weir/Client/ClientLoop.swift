import EventLoop

/// An event loop of a thread of its own, for the clients of one command.
final class ClientLoop: Sendable {
  typealias Loop = EventLoop
  typealias Finish<Value> = (Result<Value, any Error>) -> Void

  private let thread: EventLoopThread

  init() throws { thread = try EventLoopThread(name: "client") }

  func stop() { thread.stop() }

  /// Runs `body` on the loop's thread and waits until it finishes, which it must do once.
  func call<Value: Sendable>(
    _ body: @escaping @Sendable (Loop, @escaping Finish<Value>) -> Void
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      thread.post { loop in body(loop) { continuation.resume(with: $0) } }
    }
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

/// Names an object that lives on a loop's thread.
///
/// Sendable because only the name crosses threads: `value` is touched inside `ClientLoop.call`
/// alone.
struct LoopConfined<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
