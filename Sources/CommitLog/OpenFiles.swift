import Glibc
import Synchronization

/// How many files the logs of this process have open, against how many there may be: with very
/// many partitions none is kept open that is not needed now.
public enum OpenFiles {
  private static let count = Atomic<Int>(0)
  private static let limit = limits().soft

  static func opened() { count.add(1, ordering: .relaxed) }
  static func closed() { count.subtract(1, ordering: .relaxed) }

  /// Whether files may be kept open for what may come: up to three quarters of the limit.
  static var arePlentiful: Bool { count.load(ordering: .relaxed) < limit / 4 * 3 }

  // MARK: The limit

  /// How many files a process may have open: at present, and at most without more rights.
  public static func limits() -> (soft: Int, hard: Int) {
    var found = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &found) == 0 else {
      return (1024, 1024)
    }
    return (Int(clamping: found.rlim_cur), Int(clamping: found.rlim_max))
  }

  /// Raises the limit as far as the process may. For a program's start, before any log is opened:
  /// child processes inherit it.
  public static func raiseLimit() {
    var found = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &found) == 0, found.rlim_cur < found.rlim_max else { return }
    found.rlim_cur = found.rlim_max
    _ = unsafe setrlimit(resource, &found)
  }

  // MARK: Room

  /// What is kept for connections, indexes and checkpoints: an eighth, and at most 256.
  static func reserve(of limit: Int) -> Int { min(256, limit / 8) }

  /// Whether so many more logs, each with a file that stays open, leave room for what else the
  /// broker has to open.
  ///
  /// - Returns: nil where they do; else what is missing, in words.
  public static func shortage(for logs: Int, limit: Int = limits().soft) -> String? {
    let open = count.load(ordering: .relaxed)
    let needed = open + logs + reserve(of: limit)
    guard needed > limit else { return nil }
    return "\(logs) partitions more need \(needed) open files; at most \(limit) are allowed, of"
      + " which logs have \(open): raise the limit (ulimit -n, LimitNOFILE of systemd)"
  }
}
