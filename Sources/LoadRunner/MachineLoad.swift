import EventLoop
import Foundation
import Glibc

/// How busy the machine's processors were so far, and how much of that was this run's.
///
/// The time that a hypervisor gave to other machines is apart (`StolenTime`).
struct MachineLoad: Sendable {
  /// Busy time of all processors, in seconds.
  private var busyS: Double
  /// Busy, idle and stolen time of all processors, in seconds.
  private var allS: Double
  /// What this process and its children used of it.
  private var oursS: Double
  /// What each broker named by the user used of it, by process; without those that have ended.
  private var brokersS: [Int32: Double]

  init(busyS: Double, allS: Double, oursS: Double, brokersS: [Int32: Double] = [:]) {
    self.busyS = busyS
    self.allS = allS
    self.oursS = oursS
    self.brokersS = brokersS
  }

  /// - Parameter brokerPids: Brokers that this process did not start.
  /// - Returns: Nil where the kernel does not tell.
  /// - Source: proc(5), `stat`: user, nice, system, idle, iowait, irq, softirq, steal.
  init?(brokerPids: [Int32]) {
    guard let text = ProcessFacts.text(of: "/proc/stat"),
      let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
    else { return nil }
    let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    guard ticks.count == 8 else { return nil }
    let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    allS = ticks.reduce(0, +) / perSecond
    busyS = allS - (ticks[3] + ticks[4] + ticks[7]) / perSecond
    var children: Set<Int32> = []
    Self.addDescendants(of: getpid(), to: &children)
    oursS =
      Double(ThreadCPUTime.ofThisProcess().totalNanos) / 1e9 + Self.endedChildrenS()
      + children.reduce(0) { $0 + (CPUSeconds.ofProcess($1)?.all ?? 0) }
    brokersS = [:]
    for pid in brokerPids where !children.contains(pid) {
      brokersS[pid] = CPUSeconds.ofProcess(pid)?.all
    }
  }

  /// What other processes used since an earlier reading: in seconds of one processor, and as a
  /// share of the whole machine, 0 … 1.
  func others(since earlier: MachineLoad) -> (seconds: Double, share: Double)? {
    let all = allS - earlier.allS
    guard all > 0 else { return nil }
    // A broker that ended in between is in neither difference: its last use counts as others'.
    let brokers = brokersS.reduce(0) { sum, broker in
      sum + max(0, broker.value - (earlier.brokersS[broker.key] ?? broker.value))
    }
    let seconds = (busyS - earlier.busyS) - (oursS - earlier.oursS) - brokers
    let bounded = min(all, max(0, seconds))
    return (bounded, bounded / all)
  }

  /// Of children that were waited for.
  private static func endedChildrenS() -> Double {
    var usage = rusage()
    // RUSAGE_CHILDREN; the header has it as a macro that Swift does not see.
    guard unsafe getrusage(-1, &usage) == 0 else { return 0 }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func addDescendants(of pid: Int32, to found: inout Set<Int32>) {
    for thread in ProcessFacts.threads(of: pid) {
      let text = ProcessFacts.text(of: "/proc/\(pid)/task/\(thread)/children") ?? ""
      for child in text.split(whereSeparator: \.isWhitespace).compactMap({ Int32($0) })
      where found.insert(child).inserted {
        addDescendants(of: child, to: &found)
      }
    }
  }
}
