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

  /// Asks each client something on its loop.
  ///
  /// - Parameters:
  ///   - drivers: Of the clients from 0 on.
  ///   - gone: The answer of one that is no longer there.
  /// - Returns: A reply for each.
  func ask<Driver: AnyObject, Value: Sendable>(
    _ drivers: [LoopBound<Driver>], whereGone gone: Value,
    _ body: @escaping @Sendable (Driver) -> Value
  ) -> [Reply<Value>] {
    drivers.enumerated().map { index, driver in
      let reply = Reply<Value>()
      self[index].post { _ in reply.set(driver.value.map(body) ?? gone) }
      return reply
    }
  }

  /// User and system time of each thread so far.
  func cpu() -> [CPUSeconds] {
    threads.map { CPUSeconds($0.cpuTime()) }
  }

  /// What the kernel counted of each thread so far, and what its loop moved over sockets.
  func counts() -> CountsByThread {
    var counts = KernelCounts.ofThreads(threads.map(\.threadID))
    for thread in threads {
      guard let traffic = thread.call({ $0.traffic }) else { continue }
      counts[thread.threadID]?.socketReadBytes = traffic.receivedBytes
      counts[thread.threadID]?.socketWrittenBytes = traffic.sentBytes + traffic.sendfileBytes
    }
    return counts
  }

  func stop() {
    for thread in threads { thread.stop() }
    for thread in threads { thread.join() }
  }
}
