import Foundation
import LoadModel
import LoadRunner
import Reports

/// What `weir baseline` and `weir check` have in common.
enum LaneArguments {
  /// Fewer rounds than these show nothing clearly: a scenario's own number is raised to it.
  static let roundsMin = 10

  static let scenario = Positional(
    name: "SCENARIO",
    doc: "a YAML file, or a built-in scenario; \"check\" where none is given", isRequired: false)

  /// The flags of `weir bench`, save those that lanes have no use for.
  static let options = ScenarioSchema.fields.filter { $0.name != "topic" }.map(benchOption)

  static var host: BenchmarkRun.Host {
    BenchmarkRun.Host(
      executable: ownBinary, version: weirVersion, gitRevision: gitRevision())
  }

  static let ownBinary = "/proc/self/exe"

  /// The named scenario, or `fallback`, with the command line's flags over it.
  static func scenario(
    _ arguments: Arguments, name: String?, fallback: Scenario?, command: String
  ) throws -> Scenario {
    do throws(ScenarioError) {
      var scenario: Scenario
      if let name {
        scenario = try namedScenario(name)
      } else if let fallback {
        scenario = fallback
      } else {
        scenario = try namedScenario("check")
      }
      let flags = grouped(arguments.written.filter { ScenarioSchema.field(named: $0.name) != nil })
      for (name, texts) in flags { try ScenarioSchema.set(flag: name, to: texts, in: &scenario) }
      if !flags.contains(where: { $0.0 == "repetitions" }) {
        scenario.run.repetitions = max(scenario.run.repetitions, roundsMin)
      }
      try scenario.validate()
      if let suite = scenario.run.suite {
        throw ScenarioError(
          key: "suite", "\(suite.rawValue) is a study of its own, which lanes cannot take turns in",
          allowed: "a scenario without a suite")
      }
      return scenario
    } catch { throw UsageError(message: "\(error)", command: command) }
  }

  /// Says what comes, and how long it takes.
  static func announce(_ scenario: Scenario, lanes: [Lane]) {
    Console.complain(extent(of: scenario, lanes: lanes))
  }

  /// Rounds, cases, lanes and time, in words.
  static func extent(of scenario: Scenario, lanes: [Lane]) -> String {
    let each = scenario.cases().map { entry -> Double in
      // Where a number of records ends it, how long that takes is not known: a guess.
      let ms =
        entry.workload.records.map { min(60_000, 200 + $0 / 2_000) } ?? entry.workload.durationMs
        ?? 2_000
      return Double(entry.workload.warmupMs + ms) / 1000 + 0.2
    }
    let seconds =
      each.reduce(0, +) * Double(lanes.count) * Double(scenario.run.repetitions)
      + (each.first ?? 0)
    let cases = scenario.caseCount == 1 ? "" : " of \(scenario.caseCount) cases"
    let time = Int(seconds.rounded())
    return "\(scenario.run.repetitions) rounds\(cases) in \(lanes.count) lanes, about"
      + " \(time / 60) min \(time % 60) s"
  }

  /// Keeps every lane's `run.json` and reports, also of a run that ended early.
  ///
  /// - Returns: The directory of all.
  static func keep(_ outcome: LaneRun.Outcome, of run: LaneRun, in scenario: Scenario) throws
    -> String?
  {
    let directory = "\(scenario.run.output)/\(run.runId)"
    var isAnythingKept = false
    for lane in outcome.lanes where lane.run.cases.contains(where: { !$0.repetitions.isEmpty }) {
      try Reports.write(lane.run, to: "\(directory)/\(lane.lane.name)")
      isAnythingKept = true
    }
    return isAnythingKept ? directory : nil
  }

  /// The lane that lost what it had acknowledged; nil where none did.
  static func loss(_ outcome: LaneRun.Outcome) -> String? {
    for lane in outcome.lanes where lane.run.lostAckedRecords > 0 {
      return "\(lane.lane.name): \(lane.run.lostAckedRecords) acknowledged records are lost"
    }
    return nil
  }

  /// Why these results cannot be compared with anything; nil where they can.
  static func failure(_ outcome: LaneRun.Outcome) -> RunError? {
    if let error = outcome.error { return error }
    if let loss = loss(outcome) { return .load(loss) }
    for lane in outcome.lanes {
      let isBlank = lane.samples.contains { $0.repetitions.isEmpty }
      if isBlank, !outcome.wasInterrupted {
        return .load("\(lane.lane.name): nothing was measured")
      }
    }
    return nil
  }

  /// A directory must be there before a minute is spent on what goes into it.
  static func requireParent(of path: String, option: String, command: String) throws {
    let parent = (path as NSString).deletingLastPathComponent
    let directory = parent.isEmpty ? "." : parent
    var isDirectory: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(
      atPath: directory, isDirectory: &isDirectory)
    guard exists, isDirectory.boolValue, FileManager.default.isWritableFile(atPath: directory)
    else {
      throw UsageError(
        message: "--\(option): \(path) cannot be written: no such directory, or not ours",
        command: command)
    }
  }
}
