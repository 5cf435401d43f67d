import Foundation
import Glibc
import LoadModel

/// What a run leaves behind, and what it takes away again.
extension BenchmarkRun {
  /// More than this is told of before it is deleted, in bytes: it takes a while.
  private static let longToDelete: Int64 = 1 << 30

  /// Something is there to be written.
  var hasMeasured: Bool {
    result.cases.contains { !$0.repetitions.isEmpty || $0.rateSearch?.trials.isEmpty == false }
      || result.study?.points.isEmpty == false
  }

  /// Hands out what is known so far, for the case that this process does not get to its end.
  mutating func keepSoFar() {
    guard hasMeasured else { return }
    let (result, keep, directory) = (result, keep, outputDirectory)
    keepPace.keep {
      var known = result
      known.finishedUtc = Self.utc(Date())
      known.isPartial = true
      known.warnings = RunWarning.found(in: known, interruption: KeepPace.interruption)
      keep(known, directory)
    }
  }

  /// What came of the run, complete with its warnings.
  mutating func concluded(_ problem: RunError?) -> Outcome {
    progress.clear()
    traces.removeFromCluster()
    let left = traces.left
    if !left.topics.isEmpty || !left.groups.isEmpty {
      result.leftBehind = left
      result.leftBehind?.dataDirectories = []
    }
    result.finishedUtc = Self.utc(Date())
    let wasInterrupted = Interrupt.requested
    let isShort = result.cases.contains { entry in
      scenario.run.findsRate
        ? entry.rateSearch?.isPartial ?? true
        : entry.repetitions.count < scenario.run.repetitions
          || entry.repetitions.contains { $0.isPartial }
    }
    result.isPartial = isShort || isStudyShort || wasInterrupted || problem != nil
    result.warnings = RunWarning.found(
      in: result, interruption: wasInterrupted ? "ended by Ctrl-C" : problem?.description)
    return Outcome(result: result, error: problem, wasInterrupted: wasInterrupted)
  }

  /// Ends the broker and takes away what this run made, but for its report.
  mutating func cleanUp() {
    if let target {
      // Nobody is going to read its log, and whoever pressed Ctrl-C does not want to wait.
      if Interrupt.requested, ownsData { target.discard() } else { target.stop() }
    }
    target = nil
    removeData()
    if !hasMeasured { removeEmptyOutput() }
    if let secondSignal { Interrupt.forget(secondSignal) }
    secondSignal = nil
  }

  /// The log directory is this run's own and is removed with all that is in it; one that the user
  /// named for its existing topic is not.
  var ownsData: Bool {
    scenario.run.suite != nil
      || (scenario.run.target.kind != .cluster && dataDirectory != scenario.run.dataDirectory)
  }

  private mutating func removeData() {
    guard ownsData else { return }
    let size = DiskRoom.usedBytes(in: dataDirectory)
    if size > Self.longToDelete {
      progress.note("weir: deleting \(RunPlan.size(size)) of the broker's data")
    }
    try? FileManager.default.removeItem(atPath: dataDirectory)
    guard !FileManager.default.fileExists(atPath: dataDirectory) else { return }
    if isParentOurs { unsafe rmdir(parentDirectory) }
    traces.removed(dataDirectory: Self.absolute(dataDirectory))
  }

  /// Somebody who does not want to wait for the report still finds no data of ours left behind.
  mutating func atSecondSignal() {
    let (isOurs, data) = (ownsData, dataDirectory)
    let (output, parent, traces) = (outputDirectory, scenario.run.output, traces)
    let madeParent: String? =
      scenario.run.dataDirectory != nil
        && !FileManager.default.fileExists(atPath: parentDirectory) ? parentDirectory : nil
    secondSignal = Interrupt.beforeEnd {
      if isOurs {
        Self.removeWhileWritten(data)
        if let madeParent { unsafe rmdir(madeParent) }
        traces.removed(dataDirectory: Self.absolute(data))
      }
      if unsafe rmdir(output) == 0 { unsafe rmdir(parent) }
    }
  }

  /// Removes a broker's data while it may still run: it makes files while others are deleted.
  static func removeWhileWritten(_ directory: String) {
    for _ in 0..<20 where FileManager.default.fileExists(atPath: directory) {
      try? FileManager.default.removeItem(atPath: directory)
    }
  }
}
