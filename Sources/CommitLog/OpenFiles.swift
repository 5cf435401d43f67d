import Glibc
import Synchronization

/// How many files the logs of this process have open, against how many there may be: with very
/// many partitions none is kept open that is not needed now.
enum OpenFiles {
  private static let count = Atomic<Int>(0)
  private static let limit = descriptorLimit()

  static func opened() { count.add(1, ordering: .relaxed) }
  static func closed() { count.subtract(1, ordering: .relaxed) }

  /// Whether files may be kept open for what may come: up to three quarters of the limit.
  static var arePlentiful: Bool { count.load(ordering: .relaxed) < limit / 4 * 3 }

  private static func descriptorLimit() -> Int {
    var found = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &found) == 0 else {
      return 1024
    }
    return Int(clamping: found.rlim_cur)
  }
}
