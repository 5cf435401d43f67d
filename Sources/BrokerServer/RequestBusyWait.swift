import EventLoop

/// A slower broker, made on purpose: after each request its loop spins for a share of the CPU time
/// that the loop used since the request before, for reading, handling and answering alike.
///
/// It exists so that tools which are to find a slower broker can be shown one whose loss is known:
/// with 10 percent the broker's loops cost a tenth more CPU, however the load is cut into requests.
/// Without `weir.test.request.busy.percent` there is none, and nothing of it is called.
///
/// - Isolation: its loop's thread.
final class RequestBusyWait {
  private let share: Double
  /// CPU time of the thread when the last wait was over.
  private var doneNanos: Int64
  /// What is still to be spun: below zero where the last wait took longer than it was to.
  private var debtNanos = 0.0
  /// Keeps the work of waiting from being taken away as useless.
  private var sink: UInt64 = 0

  /// - Returns: Nil for 0 percent.
  init?(percent: Int) {
    guard percent > 0 else { return nil }
    share = Double(percent) / 100
    doneNanos = Thread.currentCPUNanos
  }

  /// Called once a request.
  func spin() {
    let now = Thread.currentCPUNanos
    debtNanos += Double(now - doneNanos) * share
    doneNanos = now
    // A clock of CPU time is a call of the kernel: it is asked seldom, so that it is user time
    // which is spent.
    guard debtNanos > 2_000 else { return }
    let start = EventLoop.currentTime.nanoseconds
    while Double(EventLoop.currentTime.nanoseconds - start) < debtNanos {
      for _ in 0..<64 { sink = sink &* 0x9e37_79b9_7f4a_7c15 &+ 1 }
    }
    doneNanos = Thread.currentCPUNanos
    // Where the thread lost its core while it waited, it spun for less.
    debtNanos -= Double(doneNanos - now)
  }
}
