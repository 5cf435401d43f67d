import EventLoop
import Foundation
import Glibc
import LoadModel

/// The same load on more and more partitions, and from more and more producers.
///
/// Every turn has a broker in a process of its own, on an empty directory, so that memory, open
/// files and starts are those of this many partitions and of nothing before. A cluster is measured
/// as it is, with topics of its own that go again.
struct PartitionScaling: SuiteProgram {
  let bench: SuiteBench
  let settings: PartitionScalingSettings
  private let places: [ScalingTurn]
  let turns: [SuiteTurn]
  /// A broker of ours is new in every turn, and warms up within it; a cluster stays.
  let warmsUp: Bool

  var question: String { settings.question }

  /// Of the machine.
  static var memoryBytes: Int64 { Int64(clamping: ProcessInfo.processInfo.physicalMemory) }

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = PartitionScalingSettings(bench.scenario)
    places = settings.turns
    turns = places.map { SuiteTurn($0.name) }
    warmsUp = settings.warmsUp
    if let refusal = OpenFiles.refusal(bench.scenario) { throw .usage(refusal) }
    if bench.settings.target.kind == .cluster {
      bench.note(
        "A cluster that is not ours is not started again, and its memory and files are told only"
          + " where --broker-pid names its process.")
    }
  }

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    let place = places[turn]
    let name = "turn-\(turn)"
    let directory = try bench.makeDirectory(name)
    defer { bench.removeDirectory(name) }
    if bench.settings.target.kind != .cluster {
      try ScratchFile.warmMemory(
        directory: directory,
        bytes: settings.scratchBytes(place, memoryBytes: Self.memoryBytes))
    }
    if Interrupt.requested { return [] }
    var lane = try ScalingLane(bench, settings, place, directory: directory)
    defer { lane.stop() }
    let point = try lane.measure(repetition: repetition)
    return Interrupt.requested ? [] : [point]
  }

  mutating func finish() {}
}

/// The number of files that this process, and the brokers that it starts, may have open.
public enum OpenFiles {
  /// Raises the soft limit to the hard one.
  ///
  /// - Returns: What is allowed now.
  static func raiseLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return 1024
    }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_max)
  }

  /// Why a scenario cannot be run within the limit; nil where it can. Raises the soft limit.
  ///
  /// - Parameter allowed: How many files a process may have open; nil: as the system says.
  public static func refusal(_ scenario: Scenario, allowed: Int? = nil) -> String? {
    guard let needed = scenario.plan().leastOpenFiles else { return nil }
    let most = allowed ?? raiseLimit()
    guard needed > most else { return nil }
    return "\(needed) open files are needed for so many partitions, and \(most) are allowed here"
      + " (ulimit -Hn)"
  }

  /// How many a process has open; nil where it is not ours to ask.
  static func count(of pid: Int32) -> Int? {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"))?.count
  }
}
