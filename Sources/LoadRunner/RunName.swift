import Foundation
import Glibc
import LoadModel

/// Names that a run gives to what it makes: no other run has them, also where it began in the same
/// second, on another machine, or in another container with the same process id.
enum RunName {
  /// Eight hexadecimal digits.
  static func randomTag() -> String {
    let digits = String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Kafka's limit on a topic's name, less room for a turn's number and a group's name behind it.
  private static let longestPrefix = 200

  /// What names of the run's topics begin with: `weir-20260104T030405Z-quick-1f0c22ab`.
  static func topicPrefix(runId: String, tag: String) -> String {
    let allowed = runId.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    return "weir-\(allowed.prefix(longestPrefix))-\(tag)"
  }

  static func dataDirectory(in parent: String, runId: String, tag: String) -> String {
    "\(parent)/.data-\(runId)-\(tag)"
  }

  /// Makes a run's directory; a second run of the same second gets a name of its own.
  ///
  /// - Returns: The name in `parent`: `runId`, or with a number behind it.
  /// - Throws: `.usage` where it cannot be made.
  static func claim(_ runId: String, in parent: String) throws(RunError) -> String {
    try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    var name = runId
    for attempt in 2...100 {
      if unsafe mkdir("\(parent)/\(name)", 0o777) == 0 { return name }
      let code = errno
      guard code == EEXIST else {
        throw .usage(
          "--output \(parent): the report cannot be written there: \(BenchmarkRun.words(code))")
      }
      name = "\(runId)-\(attempt)"
    }
    throw .usage("--output \(parent): it is full of runs of this second")
  }
}

extension Scenario {
  /// The run writes to this machine's disk: a broker of ours, or what a suite measures beside a
  /// cluster.
  var writesHere: Bool { plan().leastDiskBytes != nil }
}
