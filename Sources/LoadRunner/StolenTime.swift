import Glibc

/// How much of the machine's processor time a hypervisor gave to others while a run was measured.
struct StolenTime {
  private struct Reading {
    var stolen: Int64
    var all: Int64
  }

  private let first = Self.read()

  /// 0 … 1 of the time of all processors since it was made; nil where the kernel does not tell.
  func share() -> Double? {
    guard let first, let last = Self.read(), last.all > first.all else { return nil }
    return min(1, max(0, Double(last.stolen - first.stolen) / Double(last.all - first.all)))
  }

  /// - Source: proc(5), `stat`: user, nice, system, idle, iowait, irq, softirq, steal.
  private static func read() -> Reading? {
    guard let text = ProcessFacts.text(of: "/proc/stat"),
      let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
    else { return nil }
    let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Int64($0) }
    guard ticks.count == 8 else { return nil }
    return Reading(stolen: ticks[7], all: ticks.reduce(0, &+))
  }
}
