import FoundationEssentials
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
  /// - Source: proc(5), `stat` fields 14 and 15, in clock ticks (10 ms).
  static func cpu(of pid: Int32) -> CPUSeconds? {
    guard let text = text(of: "/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return nil
    }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    return CPUSeconds(user: user / ticks, system: system / ticks)
  }

  /// Resident memory in bytes.
  static func residentBytes(of pid: Int32) -> Int64? {
    guard let text = text(of: "/proc/\(pid)/status") else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("VmRSS:") {
      let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard fields.count >= 2, let kib = Int64(fields[1]) else { return nil }
      return kib * 1024
    }
    return nil
  }

  /// A small file as text; `/proc` files state no size, so they are read to their end.
  static func text(of path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
}
