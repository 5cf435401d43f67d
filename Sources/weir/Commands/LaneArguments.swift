import Foundation
import LoadModel
import LoadRunner
import Reports

/// What `weir baseline` and `weir check` have in common.
enum LaneArguments {
  static let scenario = Positional(
    name: "SCENARIO",
    doc: "a YAML file, or a built-in scenario; \"check\" where none is given", isRequired: false)

  /// The flags of `weir bench`, save those that lanes have no use for.
  static let options =
    [LogLevelOption.option.declaration]
    + ScenarioSchema.fields.filter { $0.name != "topic" && $0.group != .rateSearch }
    .map(benchOption)

  static var host: BenchmarkRun.Host {
    BenchmarkRun.Host(
      executable: ownBinary, version: weirVersion, gitRevision: gitRevision())
  }

  static let ownBinary = "/proc/self/exe"

  /// The named scenario, or `fallback`, with the command line's flags over it. Its own number of
  /// rounds is raised to what so many cases need; one that the command line gives is not.
  ///
  /// - Parameter stored: The rounds of the baseline that it is to be compared with.
  static func scenario(
    _ arguments: Arguments, name: String?, fallback: Scenario?, against stored: Int? = nil,
    command: String
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
      try scenario.validate()
      if !flags.contains(where: { $0.0 == "repetitions" }) {
        let needed = CheckRounds.least(for: scenario.cases().map(\.workload), against: stored)
        scenario.run.repetitions = max(scenario.run.repetitions, needed ?? 0)
      }
      if scenario.run.findsRate {
        throw ScenarioError(
          key: "find-rate", "lanes measure a load that is given",
          allowed: "a scenario without find-rate")
      }
      if let suite = scenario.run.suite {
        throw ScenarioError(
          key: "suite", "\(suite.rawValue) is a study of its own, which lanes cannot take turns in",
          allowed: "a scenario without a suite")
      }
      return scenario
    } catch { throw UsageError(message: "\(error)", command: command) }
  }

  /// Says what comes, how long it takes and the disk it needs.
  static func announce(_ scenario: Scenario, lanes: [Lane]) {
    Console.complain(extent(of: scenario, lanes: lanes))
    if let room = room(scenario) { Console.complain("disk: \(room)") }
  }

  /// The disk that its lanes need; nil where it is not ours.
  static func room(_ scenario: Scenario) -> String? {
    guard scenario.run.target.kind != .cluster else { return nil }
    let place = LaneRun.place(scenario)
    return diskText(scenario.plan(), place: place, freeBytes: DiskRoom.freeBytes(at: place))
  }

  /// A directory for the results must be there before a minute is spent on them.
  static func makeOutput(_ scenario: Scenario, command: String) throws {
    do throws(Reports.Failure) { try Reports.makeDirectory(scenario.run.output) } catch {
      throw UsageError(message: "--output: \(error)", command: command)
    }
  }

  /// Rounds, cases, lanes and time, in words.
  static func extent(of scenario: Scenario, lanes: [Lane]) -> String {
    let each = scenario.cases().map { entry -> Double in
      // Where a number of records ends it, how long that takes is not known: a guess.
      let ms =
        entry.workload.records.map { min(60_000, 200 + $0 / 2_000) } ?? entry.workload.durationMs
        ?? 2_000
      let warmupMs = entry.workload.warmup.likelyMs(measuredMs: ms)
      return Double(warmupMs + ms) / 1000 + 0.3
    }
    let seconds =
      each.reduce(0, +) * Double(lanes.count) * Double(scenario.run.repetitions)
      + (each.first ?? 0)
    let cases = scenario.caseCount == 1 ? "" : " of \(scenario.caseCount) cases"
    let time = Int(seconds.rounded())
    return "\(scenario.run.repetitions) rounds\(cases) in \(lanes.count) lanes, about"
      + " \(time / 60) min \(time % 60) s"
  }

  /// Keeps what is known of the lanes while they go on; where that cannot be, the end will tell.
  static func keepSoFar(_ lanes: [LaneResult], in directory: String) {
    for lane in lanes { try? Reports.keep(lane.run, in: "\(directory)/\(lane.lane.name)") }
  }

  /// Keeps every lane's `run.json` and reports, also of a run that ended early.
  ///
  /// - Returns: The directory of all.
  static func keep(_ outcome: LaneRun.Outcome, of run: LaneRun) throws -> String? {
    let directory = run.outputDirectory
    var isAnythingKept = false
    for lane in outcome.lanes where lane.run.cases.contains(where: { !$0.repetitions.isEmpty }) {
      try Reports.write(lane.run, to: "\(directory)/\(lane.lane.name)")
      isAnythingKept = true
    }
    return isAnythingKept ? directory : nil
  }

  /// What records came to; nil where there is nothing to hold against the candidate. Where no lane
  /// is a candidate, all are taken for one.
  static func fault(_ outcome: LaneRun.Outcome) -> RecordFault? {
    for lane in outcome.lanes where lane.run.lostAckedRecords > 0 {
      let count = lane.run.lostAckedRecords
      return RecordFault(.lost, "\(lane.lane.name): \(count) acknowledged records are lost")
    }
    let candidate = runs(outcome, .candidate)
    let reference = runs(outcome, .reference)
    return candidate.isEmpty
      ? RecordFault.unsound(candidate: reference, reference: [])
      : RecordFault.unsound(candidate: candidate, reference: reference)
  }

  static func runs(_ outcome: LaneRun.Outcome, _ side: Lane.Side) -> [RunResult] {
    outcome.lanes.filter { $0.lane.side == side }.map(\.run)
  }

  /// Why these results cannot be compared with anything; nil where they can.
  static func failure(_ outcome: LaneRun.Outcome) -> RunError? {
    if let error = outcome.error { return error }
    if let fault = fault(outcome) { return .load(fault.text) }
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
