import Glibc
import Synchronization

/// Ctrl-C (and SIGTERM) as a question that the runner asks: "was the user's patience at an end?"
///
/// The handler only counts, and writes a byte to a pipe, which is all that a signal handler may do.
/// The second signal ends the process without a report, for a user who does not want to wait for
/// it: what was left to `beforeEnd` is done first, by a thread of its own. The third ends it at
/// once.
public enum Interrupt {
  private static let signals = Atomic<Int>(0)
  private static let wakeDescriptor = Atomic<Int32>(-1)
  private static let lastActs = Mutex<[Int: @Sendable () -> Void]>([:])
  private static let lastNumber = Atomic<Int>(0)

  /// True once SIGINT or SIGTERM has arrived.
  public static var requested: Bool { signals.load(ordering: .relaxed) > 0 }

  /// Takes over SIGINT and SIGTERM for the rest of the process.
  public static func install() {
    let pipe = SignalPipe.open {
      let acts = lastActs.withLock { $0.sorted { $0.key > $1.key }.map(\.value) }
      for act in acts { act() }
      _exit(130)
    }
    wakeDescriptor.store(pipe, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { _ in Interrupt.arrived() }
    }
  }

  private static func arrived() {
    let count = signals.wrappingAdd(1, ordering: .relaxed).newValue
    if count > 2 { _exit(130) }
    guard count == 2 else { return }
    if !SignalPipe.ring(wakeDescriptor.load(ordering: .relaxed)) { _exit(130) }
  }

  /// Has `act` done before the second signal ends the process.
  ///
  /// - Returns: What `forget` takes.
  static func beforeEnd(_ act: @escaping @Sendable () -> Void) -> Int {
    let number = lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
    lastActs.withLock { $0[number] = act }
    return number
  }

  static func forget(_ number: Int) {
    lastActs.withLock { $0[number] = nil }
  }
}
