import BrokerCore
import EventLoop
import Synchronization

/// The threads on which the disk may make work wait. They are started as work comes.
///
/// - Isolation: every method can be called from any thread.
final class DiskPool: DiskExecutor {
  private struct State {
    var queue = DiskQueue()
    var idle = 0
    var isEnding = false
    var threads: [Thread] = []
    var times: [ThreadCPUTime] = []
  }

  private let threadsMax: Int
  private let state = Monitor(State())

  init(threadsMax: Int) { self.threadsMax = max(1, threadsMax) }

  @discardableResult
  func submit(_ priority: DiskPriority, _ job: @escaping @Sendable () -> Void) -> Bool {
    let (isTaken, runsHere) = state.signal { state -> (Bool, Bool) in
      guard !state.isEnding else { return (false, false) }
      state.queue.add(priority, job)
      if state.idle < state.queue.count, state.threads.count < threadsMax {
        start(&state)
      }
      // Without any thread the work still has to be done.
      return (true, state.threads.isEmpty)
    }
    if runsHere, let own = state.signal({ $0.queue.next() }) { own() }
    return isTaken
  }

  private func start(_ state: inout State) {
    let index = state.threads.count
    let thread = try? Thread(name: "weir-disk-\(index)") { [self] in serve(index) }
    guard let thread else { return }
    state.threads.append(thread)
    state.times.append(ThreadCPUTime())
  }

  private func serve(_ index: Int) {
    while true {
      let job = state.wait { state -> (@Sendable () -> Void)?? in
        if let job = state.queue.next() { return .some(job) }
        if state.isEnding { return .some(nil) }
        return nil
      } asleep: {
        $0.idle += $1
      }
      guard let job else { return }
      job()
      let time = ThreadCPUTime.ofCurrentThread()
      state.signal { $0.times[index] = time }
    }
  }

  /// What the threads have used, each as of its last job.
  var cpuTimes: [ThreadCPUTime] { state.signal { $0.times } }
  var threadIDs: [Int32] { state.signal { $0.threads.map(\.id) } }

  /// Does all that was submitted, then ends the threads.
  func finish() {
    let threads = state.signal(all: true) { state in
      state.isEnding = true
      return state.threads
    }
    for thread in threads { thread.join() }
    while let job = state.signal({ $0.queue.next() }) { job() }
  }
}
