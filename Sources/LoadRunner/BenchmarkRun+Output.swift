import Glibc

extension BenchmarkRun {
  /// Where the run's report goes.
  var outputDirectory: String { "\(scenario.run.output)/\(result.runId)" }

  /// Makes the run's own directory before anything is measured, so that nobody waits for a report
  /// that cannot be written; a second run in the same second gets a name of its own.
  ///
  /// - Throws: `.usage` where it cannot be made.
  mutating func makeOutput() throws(RunError) {
    result.runId = try RunName.claim(result.runId, in: scenario.run.output)
    traces.keep(in: outputDirectory)
    atSecondSignal()
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
