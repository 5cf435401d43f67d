import Foundation
import LoadModel
import Reports

/// Brings a run's results to the disk, wherever there is room: what was measured is not lost.
struct BenchOutput {
  /// Why the report could not be written where it belongs.
  private var failure: Reports.Failure?

  /// Keeps what is known so far; where that cannot be, the end will tell.
  static func keep(_ run: RunResult, in directory: String) {
    try? Reports.keep(run, in: directory)
  }

  /// There is something to write a report of: a load that nothing was acknowledged of has errors
  /// to name.
  static func hasFound(_ run: RunResult) -> Bool {
    run.study?.points.isEmpty == false
      || run.cases.contains { $0.rateSearch?.trials.isEmpty == false }
      || run.cases.flatMap(\.repetitions).contains {
        $0.durationS > 0 || $0.retries != nil || $0.errorCount > 0
      }
  }

  /// Writes the report, before the broker's data are deleted.
  mutating func write(_ run: RunResult, in output: String) {
    guard Self.hasFound(run) else { return }
    do throws(Reports.Failure) { try Reports.write(run, to: output + "/" + run.runId) } catch {
      failure = error
    }
  }

  /// Once the data are gone: tells where the report is. Where it could not be written, it is tried
  /// again, for the disk may have room now; then elsewhere; then the figures are printed.
  ///
  /// - Returns: The report is where it belongs.
  func finish(_ run: RunResult, in output: String) -> Bool {
    let directory = output + "/" + run.runId
    if failure != nil {
      do throws(Reports.Failure) { try Reports.write(run, to: directory) } catch {
        Console.complain("weir: \(error)")
        rescue(run)
        return false
      }
    }
    Console.print(directory + "/report.md")
    Console.print(directory + "/report.html")
    return true
  }

  private func rescue(_ run: RunResult) {
    let place = FileManager.default.temporaryDirectory.appending(path: run.runId).path
    do throws(Reports.Failure) {
      try Reports.keep(run, in: place)
      Console.complain(
        "weir: the results are in \(place)/run.json; `weir report \(place)` makes the report")
    } catch {
      Console.complain("weir: \(error); here are the results as CSV:")
      let table = Reports.derived(from: run).first { $0.name == "results.csv" }
      Console.print(table?.text ?? "", terminator: "")
    }
  }
}
