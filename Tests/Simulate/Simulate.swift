import Foundation
import Observability
import Simulation

/// Runs seeds one after another, and exits with 1 where something did not hold. `scripts/simulate`
/// starts one on each core.
@main
enum Simulate {
  static let usage = """
    usage: Simulate FIRST COUNT [--step N] [--minutes M] [--verbose]

      FIRST      the first seed
      COUNT      how many seeds
      --step     every Nth seed (default: 1)
      --minutes  begin no seed after so many minutes
      --verbose  print the faults of each seed, and the broker's log

    Example: Simulate 17 1 --verbose
    """

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let first = number(arguments.first), let count = number(arguments.dropFirst().first),
      let step = number(option("--step", arguments) ?? "1"), count > 0, step > 0,
      let minutes = Double(option("--minutes", arguments) ?? "1e9")
    else {
      FileHandle.standardError.write(Data((usage + "\n").utf8))
      exit(2)
    }
    let isVerbose = arguments.contains("--verbose")
    LogSettings.shared.setLevel(isVerbose ? .info : .off)
    let deadline = Date().addingTimeInterval(minutes * 60)
    var failed: [UInt64] = []
    for place in 0..<count where Date() < deadline {
      if !runs(first + place * step, isVerbose: isVerbose) { failed.append(first + place * step) }
    }
    exit(failed.isEmpty ? 0 : 1)
  }

  /// - Returns: Whether all held.
  private static func runs(_ seed: UInt64, isVerbose: Bool) -> Bool {
    let started = Date()
    let outcome = Simulation.run(seed: seed)
    let took = max(Date().timeIntervalSince(started), 0.001)
    if isVerbose { for fault in outcome.faults { print("  \(fault)") } }
    print(
      "seed \(seed): trace \(String(outcome.trace, radix: 16)),"
        + " \(Int(outcome.seconds)) virtual seconds, \(outcome.faults.count) faults,"
        + " \(outcome.acknowledged) acknowledged, \(outcome.read) read,"
        + " \(Int(outcome.seconds / took)) virtual seconds a second")
    guard let failure = outcome.failure else { return true }
    print("seed \(seed) FAILED: \(failure)")
    print("again: scripts/simulate 1 --from \(seed) --verbose")
    return false
  }

  private static func number(_ text: String?) -> UInt64? { text.flatMap { UInt64($0) } }

  private static func option(_ name: String, _ arguments: [String]) -> String? {
    guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else {
      return nil
    }
    return arguments[place + 1]
  }
}
