import EventLoop
import KafkaClient
import LoadModel
import Transport

/// The loops that producers and consumers run on, a few of each on a thread where there are more
/// of them than cores.
final class LoadThreads {
  private let threads: [EventLoopThread]

  /// - Parameters:
  ///   - role: `p` or `c`, for the threads' names.
  ///   - count: How many clients there are.
  ///   - cores: How many threads are worth having.
  init(role: String, count: Int, cores: Int) throws(RunError) {
    var made: [EventLoopThread] = []
    for index in 0..<min(count, max(1, cores)) {
      do throws(TransportError) {
        made.append(try EventLoopThread(name: "weir-\(role)\(index)"))
      } catch {
        for thread in made { thread.stop() }
        throw .load("cannot start a load thread: \(error)")
      }
    }
    threads = made
  }

  /// The loop of client `index`.
  subscript(index: Int) -> EventLoopThread { threads[index % threads.count] }

  /// User and system time of each thread so far.
  func cpu() -> [CPUSeconds] {
    threads.map { CPUSeconds($0.cpuTime()) }
  }

  /// What the kernel counted of each thread so far.
  func counts() -> CountsByThread { KernelCounts.ofThreads(threads.map(\.threadID)) }

  func stop() {
    for thread in threads { thread.stop() }
    for thread in threads { thread.join() }
  }
}
