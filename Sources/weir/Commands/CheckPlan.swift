import Foundation
import LoadModel
import LoadRunner
import Reports

/// A check as the command line asks for it: which lanes, and what they are compared with.
struct CheckPlan {
  let scenario: Scenario
  let lanes: [Lane]
  private let settings: CheckSettings
  private let stored: Baseline?
  private let reference: String
  private let candidate: String
  /// Why its rounds are too few.
  let shortfall: String?

  /// - Throws: `UsageError` for what cannot be compared, or a file that is not understood.
  init(_ arguments: Arguments) throws {
    settings = Self.settings(arguments)
    if let path = arguments[CheckCommand.baseline] {
      let baseline = try Self.baseline(path)
      scenario = try Self.scenario(of: baseline, path, arguments)
      stored = baseline
      reference = "the baseline of \(baseline.createdUtc) (weir \(baseline.weirVersion))"
    } else {
      var chosen = try LaneArguments.scenario(
        arguments, name: arguments.positionals.first, fallback: nil, command: "check")
      if arguments[CheckCommand.against] != nil, case .cluster = chosen.run.target {
        throw UsageError(
          message: "--against starts brokers, and --bootstrap names a cluster; compare clusters"
            + " with --against-bootstrap", command: "check")
      }
      // A build can only be told from another in a process of its own.
      if chosen.run.target == .embedded { chosen.run.target = .process }
      scenario = chosen
      stored = nil
      reference = try Self.reference(arguments)
    }
    shortfall = CheckRounds.shortfall(
      scenario.run.repetitions, for: scenario.cases().map(\.workload), against: stored?.rounds
    ).map { "\($0); without them there may be no PASS" }
    var own = scenario.run
    for property in arguments[CheckCommand.candidateProperty] {
      own.brokerProperties[property.key] = property.value
    }
    let properties = arguments[CheckCommand.candidateProperty].map { "\($0.key)=\($0.value)" }
    candidate = Self.describe(own.target) + properties.map { " with \($0)" }.joined()
    let this = LaneArguments.ownBinary
    if stored != nil {
      lanes = ["candidate-1", "candidate-2"].map {
        Lane(name: $0, side: .candidate, executable: this, settings: own)
      }
    } else {
      let (binary, other) = Self.other(arguments, scenario.run)
      // The candidate stands between the two lanes of the reference.
      lanes = [
        Lane(name: "reference-1", side: .reference, executable: binary, settings: other),
        Lane(name: "candidate", side: .candidate, executable: this, settings: own),
        Lane(name: "reference-2", side: .reference, executable: binary, settings: other),
      ]
    }
  }

  /// For `--dry-run`.
  var text: String {
    var lines = ["candidate: \(candidate)", "reference: \(reference)"]
    lines.append("turns:     \(LaneArguments.extent(of: scenario, lanes: lanes))")
    for entry in scenario.cases() { lines.append("case:      \(entry.label)") }
    func percent(_ share: Double) -> String {
      "\(ValueText.plain((share * 1000).rounded() / 10)) %"
    }
    let tolerances = CheckMetric.deciding(
      scenario.cases().map(\.workload), inTurns: stored == nil
    ).filter { settings.tolerance(of: $0) != settings.tolerance }
      .map { ", \($0.name) \(percent(settings.tolerance(of: $0)))" }.joined()
    lines.append("tolerance: \(percent(settings.tolerance))\(tolerances)")
    if let room = LaneArguments.room(scenario) { lines.append("disk:      \(room)") }
    if let shortfall { lines.append("note:      \(shortfall)") }
    return lines.joined(separator: "\n")
  }

  // MARK: The reference

  private static func reference(_ arguments: Arguments) throws -> String {
    if let addresses = arguments[CheckCommand.againstBootstrap] {
      return "the cluster at \(addresses)"
    }
    guard let binary = arguments[CheckCommand.against], binary != "self" else {
      return "this build's broker"
    }
    guard FileManager.default.isExecutableFile(atPath: binary) else {
      throw UsageError(
        message: "--against: \(binary) is no program that can be run", command: "check")
    }
    guard let version = BinaryVersion.of(binary) else {
      throw UsageError(
        message: "--against: \(binary) is not weir: `\(binary) version` does not say so",
        command: "check")
    }
    return "the broker of \(binary) (\(version))"
  }

  private static func other(_ arguments: Arguments, _ own: RunSettings) -> (String, RunSettings) {
    var settings = own
    if let addresses = arguments[CheckCommand.againstBootstrap] {
      settings.target = .cluster(
        bootstrap: addresses.split(separator: ",").map(String.init))
      settings.brokerPids = arguments[CheckCommand.againstPid].map { [$0] } ?? []
    }
    let binary = arguments[CheckCommand.against] ?? LaneArguments.ownBinary
    return (binary == "self" ? LaneArguments.ownBinary : binary, settings)
  }

  private static func describe(_ target: BrokerTarget) -> String {
    switch target {
    case .embedded, .process: "this build's broker (weir \(weirVersion))"
    case .cluster(let addresses): "the cluster at \(addresses.joined(separator: ","))"
    }
  }

  private static func baseline(_ path: String) throws -> Baseline {
    let baseline: Baseline
    do throws(Reports.Failure) { baseline = try Reports.readBaseline(path) } catch {
      throw UsageError(message: "--baseline: \(error)", command: "check")
    }
    if let shortcoming = baseline.shortcoming {
      throw UsageError(
        message: "--baseline: \(path) is too little: \(shortcoming)", command: "check")
    }
    return baseline
  }

  /// The baseline's workload again; what the command line says may change where it runs.
  private static func scenario(
    of baseline: Baseline, _ path: String, _ arguments: Arguments
  ) throws -> Scenario {
    let again: Scenario
    do throws(ScenarioError) { again = try baseline.scenarioAgain() } catch {
      throw UsageError(
        message: "--baseline: \(path) has settings that this weir does not know: \(error)",
        command: "check")
    }
    let asked = try LaneArguments.scenario(
      arguments, name: arguments.positionals.first, fallback: again, against: baseline.rounds,
      command: "check")
    if let difference = baseline.difference(from: asked) {
      throw UsageError(
        message: "--baseline: \(path) is of another workload: \(difference)", command: "check")
    }
    return asked
  }

  private static func settings(_ arguments: Arguments) -> CheckSettings {
    var settings = CheckSettings()
    for tolerance in arguments[CheckCommand.tolerance] {
      if let metric = tolerance.metric {
        settings.tolerances[metric] = tolerance.share
      } else {
        settings.tolerance = tolerance.share
      }
    }
    return settings
  }

  // MARK: The verdict

  /// Cases whose log had not yet reached its retention when most repetitions began.
  static func growing(_ outcome: LaneRun.Outcome) -> [String] {
    (outcome.lanes.first?.run.cases ?? []).map(\.index).compactMap { index in
      let entries = outcome.lanes.flatMap(\.run.cases).filter { $0.index == index }
      let known = entries.flatMap(\.repetitions).compactMap(\.isLogFull)
      return known.count { !$0 } * 2 > known.count ? entries.first?.label : nil
    }
  }

  /// Cases of which a lane reached no steady state, with what did not settle.
  static func unsteady(_ outcome: LaneRun.Outcome) -> [String: String] {
    var found: [String: String] = [:]
    for entry in outcome.lanes.flatMap(\.run.cases) where entry.isSteady == false {
      found[entry.label] = entry.movedQuantities.map(\.rawValue).joined(separator: ", ")
    }
    return found
  }

  func verdict(_ outcome: LaneRun.Outcome, run: LaneRun) -> Verdict {
    func side(_ side: Lane.Side) -> CheckInput.Side {
      CheckInput.Side(lanes: outcome.lanes.filter { $0.lane.side == side }.map(\.samples))
    }
    var before = side(.reference)
    var design = CheckInput.Design.turns
    let now = outcome.lanes[0].run
    if let stored {
      before = CheckInput.Side(lanes: stored.relabelled(as: now.cases.map(\.label)))
      design = .stored(
        otherMachine: now.environment.machineDifference(from: stored.environment),
        noiseFloors: stored.noiseFloors)
    }
    var input = CheckInput(
      reference: before, candidate: side(.candidate), design: design, settings: settings)
    input.unsteady = Self.unsteady(outcome)
    input.isMemoryComparable =
      stored.map { $0.environment.cpuCount == now.environment.cpuCount } ?? true
    let decision = input.decide()
    var verdict = Verdict(
      decision, of: now, runId: run.runId, reference: reference, candidate: candidate,
      rounds: scenario.run.repetitions, sidesTookTurns: stored == nil)
    for side in [Lane.Side.reference, .candidate] {
      verdict.notes += RecordFault.notes(
        LaneArguments.runs(outcome, side), side: side.rawValue)
    }
    verdict.notes += Self.growing(outcome).map { label in
      "Case \(label) measured a growing log: before most of its windows retention had deleted"
        + " nothing. A smaller --retention-bytes or a longer --warmup reaches it."
    }
    verdict.notes += Reports.machineNotes(of: now)
    return verdict
  }
}

/// What another binary says it is.
enum BinaryVersion {
  /// - Returns: `weir 0.1.0`; nil where it is another program, or says nothing within ten seconds.
  static func of(_ binary: String) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: binary)
    process.arguments = ["version"]
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let deadline = Date(timeIntervalSinceNow: 10)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return nil
    }
    guard process.terminationStatus == 0 else { return nil }
    let bytes = (try? output.fileHandleForReading.read(upToCount: 256)) ?? Data()
    let line = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
    return line.hasPrefix("weir ") ? String(line) : nil
  }
}
