import EventLoop
import Foundation
import Glibc

/// Processor time in seconds: how much, and how the kernel parts it into user and system time.
///
/// How much is the scheduler's own sum, in nanoseconds. How it is parted the kernel samples
/// once a tick, and some of its files round it to 10 ms. So only the parts' ratio is taken
/// from there, over the time between two readings; it is never negative and adds up to the sum.
public struct CPUSeconds: Sendable, Equatable {
  public var all: Double
  /// As the kernel parts it; they need not add up to `all`.
  private var partedUser: Double
  private var partedSystem: Double
  /// The smallest step in which the parts are known.
  public var stepS: Double

  /// - Parameter all: Nil: what the parts add up to.
  public init(user: Double = 0, system: Double = 0, all: Double? = nil, stepS: Double = 0) {
    self.all = all ?? (user + system)
    partedUser = user
    partedSystem = system
    self.stepS = stepS
  }

  public var user: Double {
    let sum = partedUser + partedSystem
    return sum > 0 ? all * (partedUser / sum) : all
  }
  public var system: Double { all - user }

  static func + (a: Self, b: Self) -> Self {
    Self(
      user: a.partedUser + b.partedUser, system: a.partedSystem + b.partedSystem,
      all: a.all + b.all, stepS: max(a.stepS, b.stepS))
  }

  /// What was used between two readings of the same process or threads.
  static func - (later: Self, earlier: Self) -> Self {
    Self(
      user: max(0, later.partedUser - earlier.partedUser),
      system: max(0, later.partedSystem - earlier.partedSystem),
      all: max(0, later.all - earlier.all), stepS: max(later.stepS, earlier.stepS))
  }
}

extension CPUSeconds {
  /// How often the kernel samples whose time it is, in seconds: 0.004 with CONFIG_HZ=250.
  ///
  /// - Source: clock_getres(2): coarse clocks advance once a tick.
  static let kernelTickS: Double = {
    var resolution = timespec()
    guard unsafe clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0 else { return 0.01 }
    return Double(resolution.tv_sec) + Double(resolution.tv_nsec) / 1e9
  }()

  init(_ time: ThreadCPUTime) {
    self.init(
      user: Double(time.userNanos) / 1e9, system: Double(time.systemNanos) / 1e9,
      all: Double(time.totalNanos) / 1e9, stepS: Self.kernelTickS)
  }

  /// Of the calling thread.
  static func ofThisThread() -> CPUSeconds { CPUSeconds(ThreadCPUTime.ofCurrentThread()) }

  /// Of another process; nil where it is gone or is not ours to read.
  ///
  /// - Source: clock_getcpuclockid(3); proc(5), `stat` fields 14 and 15, in clock ticks.
  static func ofProcess(_ pid: Int32) -> CPUSeconds? {
    guard let text = ProcessFacts.text(of: "/proc/\(pid)/stat"),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return nil
    }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    return CPUSeconds(
      user: user / ticks, system: system / ticks, all: allSeconds(of: pid),
      stepS: max(1 / ticks, kernelTickS))
  }

  /// User and system time of another process together; nil where it is gone.
  static func allSeconds(of pid: Int32) -> Double? {
    var clock = clockid_t()
    var time = timespec()
    guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0
    else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
