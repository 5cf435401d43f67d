import Foundation
import Glibc

extension BenchmarkRun {
  /// Where the run's report goes.
  var outputDirectory: String { "\(scenario.run.output)/\(result.runId)" }

  /// Makes the run's own directory before anything is measured, so that nobody waits for a report
  /// that cannot be written; a second run in the same second gets a name of its own.
  ///
  /// - Throws: `.usage` where it cannot be made.
  mutating func makeOutput() throws(RunError) {
    let parent = scenario.run.output
    try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    let first = result.runId
    for attempt in 2...100 {
      if unsafe mkdir(outputDirectory, 0o777) == 0 { return atSecondSignal() }
      let code = errno
      guard code == EEXIST else {
        throw .usage(
          "--output \(parent): the report cannot be written there: \(Self.words(code))")
      }
      result.runId = "\(first)-\(attempt)"
    }
    throw .usage("--output \(parent): it is full of runs of this second")
  }

  /// Takes away what `makeOutput` made, where nothing came of the run.
  func removeEmptyOutput() {
    if unsafe rmdir(outputDirectory) == 0 { unsafe rmdir(scenario.run.output) }
  }

  /// What the system says of an error, in its own words.
  static func words(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
