import Synchronization
import Transport

/// A thread that runs an `EventLoop`.
///
/// - Isolation: every method can be called from any thread; `call`, `cpuTime` and `join` not from
///   the loop's own, which they wait for.
public final class EventLoopThread: Sendable {
  private let thread: Thread
  private let loopMailbox: LoopMailbox
  private let finalTime: FinalTime

  /// Starts the thread and its loop; when this returns, the loop takes letters.
  ///
  /// - Parameter name: Shown by `ps -L` and `perf`; at most 15 bytes.
  /// - Throws: `.system` where descriptors or threads ran out.
  public init(
    name: String, configuration: EventLoopConfiguration = .init()
  ) throws(TransportError) {
    let born = Monitor<Result<LoopMailbox, TransportError>?>(nil)
    let finalTime = FinalTime()
    self.finalTime = finalTime
    do {
      thread = try Thread(name: name) {
        let loop: EventLoop
        do throws(TransportError) {
          loop = try EventLoop(configuration: configuration)
        } catch {
          return born.signal { $0 = .failure(error) }
        }
        let mailbox = loop.ownMailbox
        born.signal { $0 = .success(mailbox) }
        loop.run()
        finalTime.value.withLock { $0 = ThreadCPUTime.ofCurrentThread() }
      }
    } catch {
      throw .system(call: "pthread_create", errno: error.errno)
    }
    switch born.wait({ $0 }) {
    case .success(let made): loopMailbox = made
    case .failure(let error): throw error
    }
  }

  public var mailbox: any Mailbox { loopMailbox }
  /// The kernel's number of the thread.
  public var threadID: Int32 { thread.id }

  /// Runs `action` on the loop, in the order posted; dropped once the loop has ended.
  public func post(_ action: @escaping @Sendable (EventLoop) -> Void) {
    _ = loopMailbox.deliver(.loopAction(action))
  }

  /// Runs `body` on the loop and waits for its result; nil where the loop has ended.
  public func call<R: Sendable>(_ body: @escaping @Sendable (EventLoop) -> R) -> R? {
    let answer = Answer<R>()
    ask(answer, body)
    return answer.wait()
  }

  /// When this returns, the letter alone holds the question: dropping it is an answer as well.
  private func ask<R: Sendable>(
    _ answer: Answer<R>, _ body: @escaping @Sendable (EventLoop) -> R
  ) {
    let question = Question(answer)
    _ = loopMailbox.deliver(.loopAction { loop in question.settle(body(loop)) })
  }

  /// CPU time that the thread has used so far, or in all once it has ended.
  public func cpuTime() -> ThreadCPUTime {
    if let final = finalTime.value.withLock({ $0 }) { return final }
    if let current = call({ _ in ThreadCPUTime.ofCurrentThread() }) { return current }
    thread.join()
    return finalTime.value.withLock { $0 } ?? ThreadCPUTime()
  }

  /// Asks the loop to end: its connections are closed.
  public func stop() { post { $0.stop() } }

  /// Waits for the thread's end.
  public func join() { thread.join() }
}

private final class FinalTime: Sendable {
  let value = Mutex<ThreadCPUTime?>(nil)
}

private enum Settled<R: Sendable>: Sendable {
  case value(R)
  case dropped
}

/// Where the asker waits.
private final class Answer<R: Sendable>: Sendable {
  private let settled = Monitor<Settled<R>?>(nil)

  func settle(_ outcome: Settled<R>) {
    settled.signal { if $0 == nil { $0 = outcome } }
  }

  func wait() -> R? {
    guard case .value(let value) = settled.wait({ $0 }) else { return nil }
    return value
  }
}

/// What the loop holds; letting it go unanswered answers that the loop has ended.
private final class Question<R: Sendable>: Sendable {
  private let answer: Answer<R>

  init(_ answer: Answer<R>) { self.answer = answer }
  func settle(_ value: R) { answer.settle(.value(value)) }
  deinit { answer.settle(.dropped) }
}
