import CommitLog
import EventLoop
import Foundation
import Glibc
import LoadModel
import Transport

/// A whole run: starts the target, lets the cases take turns, gathers what was found.
public struct BenchmarkRun {
  /// What the run is told about the program that makes it.
  public struct Host: Sendable {
    /// The `weir` binary, to start brokers from.
    public var executable: String
    public var version: String
    public var gitRevision: String?

    public init(executable: String, version: String, gitRevision: String? = nil) {
      self.executable = executable
      self.version = version
      self.gitRevision = gitRevision
    }
  }

  /// What came of it: also of a run that failed or was ended, as far as it got.
  public struct Outcome: Sendable {
    public var result: RunResult
    /// Why it did not get to its end; nil also where Ctrl-C ended it.
    public var error: RunError?
    public var wasInterrupted: Bool
  }

  let scenario: Scenario
  let host: Host
  let seed: UInt64
  var progress = Progress()
  var result: RunResult
  let dataDirectory: String
  /// Where the data directory is made.
  let parentDirectory: String
  /// This run made it, and removes it once it is empty.
  var isParentOurs = false
  /// What is measured; it is ended after the report is written.
  var target: BenchTarget?
  /// Who keeps what is known so far, and when it is worth its time again.
  var keep: (RunResult, String) -> Void = { _, _ in }
  var keepPace = KeepPace()
  /// What the second Ctrl-C does, once there is something to be done.
  var secondSignal: Int?
  /// What is made outside of the run's own directory.
  let traces = RunTraces()
  /// Random, so that no other run has it, wherever it was begun.
  let tag = RunName.randomTag()
  var faultBounds = FaultRunner.Bounds()
  /// A suite's turns were not all made.
  var isStudyShort = false

  /// - Parameter scenario: Validated.
  public init(_ scenario: Scenario, host: Host) {
    let scenario = scenario.withSuiteDefaults()
    self.scenario = scenario
    self.host = host
    seed = scenario.run.seed ?? UInt64.random(in: 1...UInt64(Int64.max))
    let started = Date()
    let runId = "\(Self.stamp(started))-\(scenario.name)"
    let isSuite = scenario.run.suite != nil
    parentDirectory = scenario.run.dataDirectory ?? scenario.run.output
    if let named = scenario.run.dataDirectory, !isSuite, scenario.run.topic != nil {
      // The existing topic is in it.
      dataDirectory = named
    } else {
      dataDirectory = RunName.dataDirectory(in: parentDirectory, runId: runId, tag: tag)
    }
    let isOurs = scenario.writesHere
    result = RunResult(
      runId: runId, scenario: scenario.name, startedUtc: Self.utc(started),
      target: TargetDescription(
        kind: scenario.run.target.kind, bootstrap: [], brokerCount: 1,
        fetchPath: scenario.run.target.kind != .cluster ? scenario.run.fetchPath : nil),
      environment: RunEnvironment.capture(
        dataDirectory: isOurs ? Self.absolute(parentDirectory) : nil,
        gitRevision: host.gitRevision),
      configuration: scenario.effectiveConfiguration(seed: seed), weirVersion: host.version)
    result.question = scenario.question
  }

  /// Runs everything; hands out also what failed, with what was measured until then.
  ///
  /// - Parameters:
  ///   - keep: Called after a measurement with what is known until then, as a partial run, and the
  ///     directory that it belongs into. What it costs lies between two measurements.
  ///   - write: Called once, with what came of it, before the broker's data are deleted, which may
  ///     take long.
  /// - Complexity: As long as the scenario says.
  public mutating func run(
    keep: @escaping (RunResult, String) -> Void = { _, _ in }, write: (Outcome) -> Void = { _ in }
  ) -> Outcome {
    self.keep = keep
    var problem: RunError?
    do throws(RunError) { try runAll() } catch { problem = error }
    let outcome = concluded(problem)
    write(outcome)
    cleanUp()
    return outcome
  }

  private mutating func runAll() throws(RunError) {
    let planned = scenario.plan()
    try refuseWithoutRoom(planned)
    if let suite = scenario.run.suite { return try runSuite(suite) }
    let cases = scenario.cases()
    progress.sweep = SweepClock(planned, now: Progress.now)
    try makeOutput()
    result.cases = cases.map {
      CaseResult(index: $0.index, label: $0.label, workload: $0.workload)
    }
    let stolen = StolenTime()
    defer { result.environment.stolenShare = stolen.share() }
    let target = try startTarget()
    self.target = target
    let admin = try target.openAdmin()
    if Interrupt.requested { return }
    try describe(target, admin)
    try describeExistingTopic(admin)
    try checkFaults(target, admin)
    // What cannot be is told before anything is measured.
    for entry in cases { _ = try plan(entry.workload, target: target, turn: 0) }
    if scenario.run.findsRate { return try findRates(of: cases, target: target, admin: admin) }
    for (turn, place) in scenario.turns().enumerated() {
      if Interrupt.requested { return }
      try measure(cases[place.caseIndex], turn: turn, place: place, target: target, admin: admin)
    }
  }

  /// A run that cannot fit is not begun; one that may not is told of.
  private mutating func refuseWithoutRoom(_ plan: RunPlan) throws(RunError) {
    guard scenario.run.suite != nil || scenario.run.target.kind != .cluster,
      let free = DiskRoom.freeBytes(at: dataDirectory)
    else { return }
    let place = scenario.run.dataDirectory ?? scenario.run.output
    if let refusal = plan.refusal(onDiskOf: dataDirectory, named: place) {
      throw .usage(refusal + RunPlan.roomAdvice)
    }
    if let doubt = plan.doubt(freeBytes: free) { progress.note("weir: \(doubt)") }
  }

  // MARK: The target

  private mutating func startTarget() throws(RunError) -> BenchTarget {
    if scenario.run.target.kind != .cluster {
      try prepareDataDirectory()
      prepareMemory(scenario.plan())
    }
    return try BenchTarget.start(
      scenario.run, executable: host.executable, dataDirectory: dataDirectory, traces: traces)
  }

  mutating func prepareDataDirectory() throws(RunError) {
    guard !ownsData || !LogDirectory.isHeld(parentDirectory) else {
      throw .usage(
        "--data-dir \(parentDirectory): another broker keeps its log there; allowed: a directory"
          + " that no broker uses")
    }
    if ownsData {
      isParentOurs =
        scenario.run.dataDirectory != nil
        && !FileManager.default.fileExists(atPath: parentDirectory)
      traces.willMake(dataDirectory: Self.absolute(dataDirectory))
    }
    try? FileManager.default.createDirectory(
      atPath: dataDirectory, withIntermediateDirectories: true)
    guard unsafe access(dataDirectory, W_OK | X_OK) == 0 else {
      throw .usage(
        "\(dataDirectory): the broker's log cannot be kept there: \(Self.words(errno))")
    }
  }

  private mutating func describe(_ target: BenchTarget, _ admin: AdminSession) throws(RunError) {
    let cluster = try admin.describeCluster()
    if let refusal = scenario.replicationRefusal(brokers: cluster.nodes.count) {
      throw .usage(refusal)
    }
    result.target.bootstrap = target.bootstrap.map(\.description)
    result.target.brokerCount = cluster.nodes.count
    result.target.clusterId = cluster.clusterId
    result.target.version =
      result.target.kind == .cluster ? admin.clusterVersion() : "Weir \(host.version)"
    result.target.minInsyncReplicas = admin.minInsyncReplicas(
      topic: scenario.run.topic, topicConfig: scenario.run.topicConfig,
      node: cluster.nodes.first?.id)
  }

  // MARK: One turn

  /// What names of this run's topics begin with.
  var topicPrefix: String { RunName.topicPrefix(runId: result.runId, tag: tag) }

  func plan(_ workload: Workload, target: BenchTarget, turn: Int) throws(RunError)
    -> MeasurementPlan
  {
    try MeasurementPlan(
      workload, settings: scenario.run, bootstrap: target.bootstrap,
      topic: scenario.run.topic ?? "\(topicPrefix)-\(turn)",
      seed: seed, runTag: UInt32(truncatingIfNeeded: seed &+ UInt64(turn) &* 0x9E37_79B9),
      nowNanos: EventLoop.currentTime.nanoseconds)
  }

  private mutating func measure(
    _ entry: Scenario.Case, turn: Int, place: Scenario.Turn, target: BenchTarget,
    admin: AdminSession
  ) throws(RunError) {
    let total = scenario.caseCount * scenario.run.repetitions
    let title = "[\(turn + 1)/\(total)] \(entry.label) #\(place.repetition)"
    var repetition = RepetitionResult(
      repetition: place.repetition, turn: turn, startedUtc: Self.utc(Date()), durationS: 0)
    var measurement = Measurement(
      plan: try plan(entry.workload, target: target, turn: turn), target: target, admin: admin,
      isFollowed: turn + 1 < total)
    measurement.faultBounds = faultBounds
    do throws(RunError) {
      try measurement.run(into: &repetition, progress: &progress, title: title)
    } catch {
      repetition.isPartial = true
      repetition.failure = error.description
      // What failed before anything was counted is no result, unless others came before it.
      if hasMeasured || repetition.produced != nil || repetition.consumed != nil {
        result.cases[place.caseIndex].repetitions.append(repetition)
      }
      throw error
    }
    if repetition.isPartial, repetition.produced == nil, repetition.consumed == nil {
      if let failure = repetition.failure { throw .load(failure) }
      return
    }
    result.cases[place.caseIndex].repetitions.append(repetition)
    progress.finishStep("\(title)  \(ProgressText.summary(repetition))")
    keepSoFar()
    if let failure = repetition.failure { throw .load(failure) }
  }

  // MARK: Time

  static func utc(_ date: Date) -> String {
    date.formatted(.iso8601)
  }

  /// `20260102T030405Z`, which sorts and is a file name everywhere.
  static func stamp(_ date: Date) -> String {
    date.formatted(
      .iso8601.year().month().day().dateSeparator(.omitted)
        .time(includingFractionalSeconds: false).timeSeparator(.omitted)) + "Z"
  }

  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
