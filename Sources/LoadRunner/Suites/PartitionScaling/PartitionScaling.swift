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
  let warmsUp = false

  let question = """
    How much of one partition's throughput is left with many, what does a partition cost in \
    memory, files and time, and do more clients help?
    """

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = PartitionScalingSettings(bench.scenario)
    places = settings.turns
    turns = places.map { SuiteTurn($0.name, repetitions: $0.series == .starts ? 1 : nil) }
    let most = OpenFiles.raiseLimit()
    let needed = Int(places.map(\.partitions).max() ?? 1) + 200
    if bench.settings.target.kind != .cluster, needed > most {
      throw .usage(
        "\(needed) open files are needed for so many partitions, and \(most) are allowed here"
          + " (ulimit -Hn)")
    }
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
    try ScratchFile.warmMemory(directory: directory, bytes: settings.volumeBytes)
    if Interrupt.requested { return [] }
    var lane = try ScalingLane(bench, settings, place, directory: directory)
    defer { lane.stop() }
    let point = try lane.measure(repetition: repetition)
    return Interrupt.requested ? [] : [point]
  }

  mutating func finish() {}
}

/// The number of files that this process, and the brokers that it starts, may have open.
enum OpenFiles {
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

  /// How many a process has open; nil where it is not ours to ask.
  static func count(of pid: Int32) -> Int? {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"))?.count
  }
}
