import EventLoop
import LoadModel

/// What each thread of a process (or each process) counted so far, by its number.
typealias CountsByThread = [Int32: KernelCounts]

extension KernelCounts {
  /// Of a whole process: its bytes and calls in one, its switches by thread.
  ///
  /// - Source: proc(5), `/proc/PID/io`, `/proc/PID/task/TID/status`.
  static func ofProcess(_ pid: Int32) -> CountsByThread {
    var found: CountsByThread = [:]
    for thread in ProcessFacts.threads(of: pid) {
      var counts = KernelCounts()
      counts.readSwitches("/proc/\(pid)/task/\(thread)/status")
      found[thread] = counts
    }
    // A process that ended threads keeps what they did in its own file alone.
    found[pid, default: KernelCounts()].readIo("/proc/\(pid)/io")
    return found
  }

  /// Of some threads of this process.
  static func ofThreads(_ threads: [Int32]) -> CountsByThread {
    var found: CountsByThread = [:]
    for thread in threads where thread > 0 {
      var counts = KernelCounts()
      counts.readIo("/proc/self/task/\(thread)/io")
      counts.readSwitches("/proc/self/task/\(thread)/status")
      found[thread] = counts
    }
    return found
  }

  /// With what a broker's loops counted themselves, beside what the kernel did.
  ///
  /// A `sendfile` counts twice in the kernel's calls, as one that reads and one that writes.
  static func adding(_ traffic: TrafficCounts?, to counts: CountsByThread) -> CountsByThread {
    guard let traffic, let first = counts.keys.min() else { return counts }
    var result = counts
    for (thread, own) in counts {
      guard let reads = own.readCalls, let writes = own.writeCalls else { continue }
      result[thread]?.systemCalls = reads + writes
    }
    let loops =
      traffic.receiveCalls + traffic.sendCalls + traffic.waitCalls - traffic.sendfileCalls
    if result.values.contains(where: { $0.systemCalls != nil }) {
      let own = result[first]?.systemCalls ?? 0
      result[first]?.systemCalls = own + loops
    }
    result[first]?.socketReadBytes = traffic.receivedBytes
    result[first]?.socketWrittenBytes = traffic.sentBytes + traffic.sendfileBytes
    return result
  }

  private mutating func readIo(_ path: String) {
    let table = ProcessFacts.numbers(in: path)
    readBytes = table["rchar"]
    writtenBytes = table["wchar"]
    diskReadBytes = table["read_bytes"]
    readCalls = table["syscr"]
    writeCalls = table["syscw"]
  }

  private mutating func readSwitches(_ path: String) {
    let table = ProcessFacts.numbers(in: path)
    voluntarySwitches = table["voluntary_ctxt_switches"]
    involuntarySwitches = table["nonvoluntary_ctxt_switches"]
  }

  /// What was counted between two readings; a thread that began meanwhile began at 0, and what one
  /// that ended did in its last moments is not known.
  ///
  /// - Returns: Nil where nothing was told.
  static func between(_ before: CountsByThread, _ after: CountsByThread) -> KernelCounts? {
    var sum = KernelCounts()
    for path in paths {
      let differences = after.compactMap { thread, counts in
        counts[keyPath: path].map { $0 - (before[thread]?[keyPath: path] ?? 0) }
      }
      if !differences.isEmpty { sum[keyPath: path] = differences.reduce(0, +) }
    }
    return sum == KernelCounts() ? nil : sum
  }

  private static var paths: [WritableKeyPath<KernelCounts, Int64?>] {
    [
      \.readBytes, \.diskReadBytes, \.writtenBytes, \.readCalls, \.writeCalls, \.voluntarySwitches,
      \.involuntarySwitches, \.socketReadBytes, \.socketWrittenBytes, \.systemCalls,
    ]
  }
}
