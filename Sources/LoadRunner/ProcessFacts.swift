import Foundation
import Glibc

/// Processor time, user and system apart, in seconds.
public struct CPUSeconds: Sendable, Equatable {
  public var user: Double
  public var system: Double

  public init(user: Double = 0, system: Double = 0) {
    self.user = user
    self.system = system
  }

  static func + (a: Self, b: Self) -> Self {
    Self(user: a.user + b.user, system: a.system + b.system)
  }
  static func - (a: Self, b: Self) -> Self {
    Self(user: a.user - b.user, system: a.system - b.system)
  }
}

/// What Linux tells of a process: `/proc/PID`, whole processes only.
enum ProcessFacts {
  /// User and system time so far; nil where the process is gone or is not ours to read.
  ///
  /// The sum is exact to the nanosecond. How it is parted the kernel only samples (a few hundred
  /// times a second) and tells in steps of 10 ms: user time of less than a second is a guess.
  ///
  /// - Source: clock_getcpuclockid(3); proc(5), `stat` fields 14 and 15, in clock ticks.
  static func cpu(of pid: Int32) -> CPUSeconds? {
    guard let text = text(of: "/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return nil
    }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    let split = CPUSeconds(user: user / ticks, system: system / ticks)
    guard let all = cpuSeconds(of: pid) else { return split }
    return CPUSeconds(user: min(split.user, all), system: max(0, all - split.user))
  }

  private static func cpuSeconds(of pid: Int32) -> Double? {
    var clock = clockid_t()
    var time = timespec()
    guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0
    else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Resident memory in bytes.
  static func residentBytes(of pid: Int32) -> Int64? {
    numbers(in: "/proc/\(pid)/status")["VmRSS"].map { $0 * 1024 }
  }

  /// Lets the process's peak be what it has now.
  ///
  /// - Returns: False where the process is not ours to do that with.
  /// - Source: proc(5), `clear_refs`.
  static func forgetResidentPeak(of pid: Int32) -> Bool {
    guard let file = FileHandle(forWritingAtPath: "/proc/\(pid)/clear_refs") else { return false }
    defer { try? file.close() }
    return (try? file.write(contentsOf: Data("5".utf8))) != nil
  }

  /// The most resident memory that the process has had, in bytes.
  static func residentPeakBytes(of pid: Int32) -> Int64? {
    numbers(in: "/proc/\(pid)/status")["VmHWM"].map { $0 * 1024 }
  }

  /// The kernel's numbers of a process's threads.
  static func threads(of pid: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return names.compactMap { Int32($0) }
  }

  /// The lines `name: number …` of a small file; no lines where it cannot be read.
  static func numbers(in path: String) -> [String: Int64] {
    var found: [String: Int64] = [:]
    for line in (text(of: path) ?? "").split(separator: "\n") {
      let fields = line.split(whereSeparator: { ": \t".contains($0) })
      if fields.count >= 2, let number = Int64(fields[1]) { found[String(fields[0])] = number }
    }
    return found
  }

  /// A small file as text; `/proc` files state no size, so they are read to their end.
  static func text(of path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
}
