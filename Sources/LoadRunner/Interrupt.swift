import Glibc
import Synchronization

/// Ctrl-C (and SIGTERM) as a question that the runner asks: "was the user's patience at an end?"
///
/// The handler only counts, which is all that a signal handler may do. The second signal ends the
/// process at once, for a user who does not want to wait for the report.
public enum Interrupt {
  private static let signals = Atomic<Int>(0)

  /// True once SIGINT or SIGTERM has arrived.
  public static var requested: Bool { signals.load(ordering: .relaxed) > 0 }

  /// Takes over SIGINT and SIGTERM for the rest of the process.
  public static func install() {
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { _ in
        if Interrupt.signals.wrappingAdd(1, ordering: .relaxed).newValue > 1 { _exit(130) }
      }
    }
  }
}
