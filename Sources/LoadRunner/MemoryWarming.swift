import EventLoop
import Foundation
import LoadModel

/// Memory that the host of a virtual machine has given it before the clock starts: pages that were
/// never touched since its boot cost a broker about 2 s of CPU a GB, so that large batches looked
/// slower than small ones there, and the other way round some hours later.
///
/// A scratch file of the run's working set is written and deleted, until writing it has stopped
/// becoming cheaper. Its pages are then the ones that the file system hands out first.
struct MemoryWarming {
  /// A pass that is at most so many times as fast as the one before ends it.
  static let settledRatio = 1.2
  static let passesMost = 8
  /// No pass begins after this time, in seconds.
  static let longestS = 15.0
  /// Less than this is not worth it, in bytes.
  static let leastBytes: Int64 = 64 << 20
  /// More than this, or than a quarter of the memory, is not prepared.
  static let mostBytes: Int64 = 4 << 30

  /// How many bytes to prepare for a working set; nil where that is not worth it, or there is no
  /// room.
  ///
  /// - Parameters:
  ///   - freeDiskBytes: Of the file system that the broker's log lies on; half of it may be taken.
  static func bytes(
    workingSet: Int64, freeDiskBytes: Int64?, memoryBytes: Int64?
  ) -> Int64? {
    let bytes = min(
      workingSet, mostBytes, (memoryBytes ?? .max) / 4, (freeDiskBytes ?? .max) / 2)
    return bytes >= leastBytes ? bytes : nil
  }

  /// Makes passes until they have settled.
  ///
  /// - Parameters:
  ///   - bytes: Of each pass.
  ///   - pass: Makes one; nil where it could not be made whole, which ends it.
  ///   - now: Seconds, of a clock that does not jump.
  /// - Returns: Nil where no pass was made.
  static func prepare(
    bytes: Int64, now: () -> Double, pass: () -> MemoryPreparation.Pass?
  ) -> MemoryPreparation? {
    let end = now() + longestS
    guard let first = pass() else { return nil }
    var made = MemoryPreparation(bytes: bytes, passes: 1, first: first, last: first)
    while made.passes < passesMost, now() < end, let next = pass() {
      let before = made.last
      made.passes += 1
      made.last = next
      if before.cpuSPerGB <= next.cpuSPerGB * settledRatio { break }
    }
    return made
  }

  /// Writes and deletes the file as often as it takes.
  ///
  /// - Parameter directory: Of the file system that the broker's log will lie on.
  static func prepare(bytes: Int64, directory: String) -> MemoryPreparation? {
    prepare(
      bytes: bytes, now: { Progress.now },
      pass: { writeOnce(bytes: bytes, directory: directory) })
  }

  private static func writeOnce(bytes: Int64, directory: String) -> MemoryPreparation.Pass? {
    let (cpu, began) = (CPUSeconds.ofThisThread(), Progress.now)
    guard (try? ScratchFile.write(directory: directory, bytes: bytes)) == true else { return nil }
    let gigabytes = Double(bytes) / 1e9
    return MemoryPreparation.Pass(
      cpuSPerGB: (CPUSeconds.ofThisThread() - cpu).all / gigabytes,
      wallSPerGB: (Progress.now - began) / gigabytes)
  }
}

extension MemoryWarming {
  /// Prepares memory for what is planned, where the broker's disk is ours.
  ///
  /// - Returns: What it cost; nil where nothing was prepared.
  static func prepare(
    for plan: RunPlan, of scenario: Scenario, directory: String, memoryBytes: Int64?,
    _ progress: inout Progress
  ) -> MemoryPreparation? {
    guard scenario.writesHere, let set = plan.workingSetBytes,
      let bytes = bytes(
        workingSet: set, freeDiskBytes: DiskRoom.freeBytes(at: directory),
        memoryBytes: memoryBytes)
    else { return nil }
    progress.note("weir: preparing \(RunPlan.size(bytes)) of memory")
    return prepare(bytes: bytes, directory: directory)
  }
}

extension BenchmarkRun {
  mutating func prepareMemory(_ plan: RunPlan) {
    result.memory = MemoryWarming.prepare(
      for: plan, of: scenario, directory: dataDirectory,
      memoryBytes: result.environment.memoryBytes, &progress)
  }
}
