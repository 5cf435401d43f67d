import Glibc
import Synchronization
import Testing
import Transport

@testable import EventLoop

@Suite("timers, threads, mailboxes", .serialized)
struct TimeTests {
  @Test("timers fire in order of time, then of scheduling; cancelled ones do not")
  func order() throws {
    let loop = try EventLoop()
    var fired: [Int] = []
    let start = loop.now
    let times: [Int64] = [30, 10, 20, 10, 0, 30]
    for (index, milliseconds) in times.enumerated() {
      loop.schedule(at: start.adding(milliseconds: milliseconds)) { fired.append(index) }
    }
    let cancelled = loop.schedule(at: start.adding(milliseconds: 15)) { fired.append(99) }
    loop.schedule(at: start.adding(milliseconds: 12)) { loop.cancel(cancelled) }
    loop.schedule(at: start.adding(milliseconds: 40)) { loop.stop() }
    loop.run()
    #expect(fired == [4, 1, 3, 2, 0, 5])
    #expect(loop.now.nanoseconds(since: start) >= 40_000_000)
  }

  @Test("many timers, most of them cancelled, keep their order")
  func manyTimers() {
    var heap = TimerHeap()
    var random = SystemRandomNumberGenerator()
    var fired: [Int64] = []
    var kept = 0
    for _ in 0..<5_000 {
      let time = Int64.random(in: 0..<1_000, using: &random)
      let id = heap.schedule(at: MonotonicTime(nanoseconds: time)) { fired.append(time) }
      if Int.random(in: 0..<10, using: &random) > 0 { heap.cancel(id) } else { kept += 1 }
    }
    let end = MonotonicTime(nanoseconds: 1_000)
    while let action = heap.popDue(at: end, limit: heap.newest) { action() }
    #expect(fired.count == kept)
    #expect(fired == fired.sorted())
    let next = heap.nextTime()
    #expect(next == nil)
  }

  @Test("letters of one thread arrive in order, none is lost")
  func posts() throws {
    let loop = try EventLoopThread(name: "posts")
    let seen = Monitor<[[Int]]>([[Int]](repeating: [], count: 4))
    let threads = try (0..<4).map { sender in
      try Thread(name: "sender") {
        for number in 0..<2_000 { loop.post { _ in seen.signal { $0[sender].append(number) } } }
      }
    }
    for thread in threads { thread.join() }
    _ = loop.call { _ in }
    let result = seen.signal { $0 }
    for list in result { #expect(list == Array(0..<2_000)) }
    loop.stop()
    loop.join()
  }

  @Test("whoever waits for a thread's end waits for it, also beside others")
  func joins() throws {
    let isOpen = Monitor(false)
    let isOver = Atomic(false)
    let thread = try Thread(name: "joined") {
      isOpen.wait { $0 ? () : nil }
      isOver.store(true, ordering: .releasing)
    }
    let seen = Mutex<[Bool]>([])
    let waiting = try (0..<3).map { _ in
      try Thread(name: "joins") {
        thread.join()
        let over = isOver.load(ordering: .acquiring)
        seen.withLock { $0.append(over) }
      }
    }
    usleep(20_000)
    isOpen.signal(all: true) { $0 = true }
    for one in waiting { one.join() }
    #expect(seen.withLock { $0 } == [true, true, true])
  }

  @Test("a thread tells its CPU time, while it runs and afterwards")
  func cpuTime() throws {
    let loop = try EventLoopThread(name: "cpu")
    #expect(loop.threadID > 0)
    let before = loop.cpuTime()
    loop.call { _ in
      let start = ThreadCPUTime.ofCurrentThread()
      while (ThreadCPUTime.ofCurrentThread() - start).totalNanos < 50_000_000 {}
    }
    let used = loop.cpuTime() - before
    #expect(used.totalNanos > 20_000_000)
    loop.stop()
    loop.join()
    #expect(loop.cpuTime().totalNanos >= used.totalNanos)
    #expect(loop.call { _ in 1 } == nil)
  }
}
