import Foundation
import LoadModel
import LoadRunner
import Reports

/// `weir baseline`: measures, or takes a run, and stores what later checks compare with.
enum BaselineCommand {
  static let save = Option<String>(
    "save", "FILE", "where the baseline is written", default: "weir-baseline.json",
    parse: Values.filledText)

  static let command = Command(
    path: ["baseline"],
    summary: "stores a measurement as a file to be committed, for weir check --baseline",
    discussion: """
      Measures SCENARIO in two lanes of the same thing, in turns beside a control workload, so \
      that the file also says what differs on this machine without a cause. SCENARIO may be a run \
      instead: a run.json, or the directory that holds one, of six repetitions or more, which make \
      the two lanes; its figures of time can then give no regression, because nobody knows what \
      the machine did beside it.

      The file holds every repetition's figures, all settings and the machine. A check with it is \
      sharpest on the same machine; weir check --against BINARY needs no baseline at all.
      """,
    positionals: [
      Positional(
        name: "SCENARIO",
        doc: "a YAML file, a built-in scenario, or a run; \"check\" where none is given",
        isRequired: false)
    ],
    options: [save.declaration] + LaneArguments.options,
    examples: [
      "weir baseline", "weir baseline --save Benchmarks/baseline.json --record-size 1KiB",
      "weir baseline reports/20260102T030405Z-compression --save baseline.json",
    ],
    run: { arguments in try run(arguments) })

  private static func run(_ arguments: Arguments) throws -> ExitCode {
    LogLevelOption.apply(arguments)
    let path = arguments[save]
    try LaneArguments.requireParent(of: path, option: "save", command: "baseline")
    if let name = arguments.positionals.first, isRun(name) {
      return try convert(name, to: path)
    }
    let scenario = try LaneArguments.scenario(
      arguments, name: arguments.positionals.first, fallback: nil, command: "baseline")
    let needed = Baseline.roundsNeeded(scenario.cases().map(\.workload))
    guard scenario.run.repetitions >= needed else {
      throw UsageError(
        message: "--repetitions: a check needs a baseline of at least \(needed)",
        command: "baseline")
    }
    let lanes = ["baseline-1", "baseline-2"].map {
      Lane(
        name: $0, side: .reference, executable: LaneArguments.ownBinary, settings: scenario.run)
    }
    try LaneArguments.makeOutput(scenario, command: "baseline")
    LaneArguments.announce(scenario, lanes: lanes)
    Interrupt.install()
    var run = LaneRun(scenario, lanes: lanes, kind: "baseline", host: LaneArguments.host)
    let outcome = run.run(keep: LaneArguments.keepSoFar)
    if let error = LaneArguments.failure(outcome) {
      Console.complain("weir: \(error); no baseline is written")
      _ = try LaneArguments.keep(outcome, of: run)
      return ExitCode(rawValue: error.exitCode)
    }
    if outcome.wasInterrupted {
      Console.complain("weir: ended before all was measured; no baseline is written")
      _ = try LaneArguments.keep(outcome, of: run)
      return .interrupted
    }
    guard let baseline = Baseline(outcome.lanes.map(\.run), lanes: outcome.lanes.map(\.samples))
    else { throw CommandFailure("nothing was measured") }
    // What all of it was for comes first: the disk may have no room for the rest.
    do { try Reports.write(baseline, to: path) } catch {
      _ = try? LaneArguments.keep(outcome, of: run)
      throw error
    }
    Console.print(path)
    if let directory = try LaneArguments.keep(outcome, of: run) {
      Console.complain("its runs: \(directory)")
    }
    return .success
  }

  private static func isRun(_ name: String) -> Bool {
    var isDirectory: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory)
    return exists && isDirectory.boolValue || name.hasSuffix(".json")
  }

  private static func convert(_ name: String, to path: String) throws -> ExitCode {
    do throws(Reports.Failure) {
      let run = try Reports.readRun(name)
      guard !run.isPartial else {
        throw .notARun(path: name, reason: "it is partial; a baseline needs all of it")
      }
      if let shortcoming = Baseline.shortcoming(of: run) {
        throw .tooLittle(path: name, reason: shortcoming)
      }
      guard let baseline = Baseline(run) else {
        throw .notARun(path: name, reason: "a case has no whole repetition")
      }
      try Reports.write(baseline, to: path)
    } catch {
      if case .unwritable = error { throw error }
      throw UsageError(message: "\(error)", command: "baseline")
    }
    Console.print(path)
    return .success
  }
}
