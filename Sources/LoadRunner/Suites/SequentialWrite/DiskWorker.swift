import EventLoop
import Transport

/// A thread for what the disk can make wait, as the broker's disk pool is one; results are fetched
/// by the thread that gave the work.
final class DiskWorker<Result: Sendable>: Sendable {
  private let thread: EventLoopThread
  private let results = Monitor<[Result]>([])

  init() throws(RunError) {
    do throws(TransportError) { thread = try EventLoopThread(name: "weir-disk") } catch {
      throw .load("cannot start a thread: \(error)")
    }
  }

  func submit(_ work: @escaping @Sendable () -> Result) {
    let results = results
    thread.post { _ in
      let result = work()
      results.signal { $0.append(result) }
    }
  }

  /// What is done so far.
  func take() -> [Result] {
    results.signal { results in
      guard !results.isEmpty else { return [] }
      defer { results = [] }
      return results
    }
  }

  /// Waits until something is done.
  func waitForSome() -> [Result] {
    results.wait { results in
      guard !results.isEmpty else { return nil }
      defer { results = [] }
      return results
    }
  }

  /// User and system time so far.
  var cpu: CPUSeconds { CPUSeconds(thread.cpuTime()) }

  /// Does all that was given, then ends.
  func finish() {
    _ = thread.call { _ in }
    thread.stop()
    thread.join()
  }
}
