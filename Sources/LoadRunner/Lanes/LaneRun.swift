import EventLoop
import Foundation
import Glibc
import LoadModel

/// Measures lanes in turns, each turn with a broker of its own in a new process and an empty
/// directory, so that no turn inherits memory, caches or luck from one before.
///
/// ```
/// round 1:  c R  c C  c R' c      c: the control workload
/// round 2:  c R' c C  c R  c      R, R': two lanes of the same thing; C: the other
/// round 3:  c C  c R  c R' c
/// round 4:  c R' c R  c C  c
/// ```
/// Every odd round draws an order from the seed, the next one runs it backwards: no lane has a
/// place of its own, and a drift within two rounds weighs on all alike.
///
/// A machine that grows slower weighs on all lanes alike; two lanes of the same thing show what
/// differs without a cause.
public struct LaneRun {
  public struct Outcome: Sendable {
    public var lanes: [LaneResult]
    /// Why it did not get to its end; nil also where a signal ended it.
    public var error: RunError?
    public var wasInterrupted: Bool
  }

  private let scenario: Scenario
  private let host: BenchmarkRun.Host
  private let controlUnits: Int
  private let seed: UInt64
  private var lanes: [LaneResult]
  private var progress = Progress()
  private var turn = 0
  public private(set) var runId: String
  private let tag = RunName.randomTag()
  private let traces = RunTraces()
  /// A fresh one for this run alone: whatever else lies beside it is not ours to remove.
  private let dataDirectory: String
  /// Where it is made; removed with it only where this run made it, and it is empty.
  private let parentDirectory: String

  /// How often the control workload is measured between two turns.
  private static let controlSlices = 5
  /// About a hundredth of a second each.
  public static let usualControlUnits = 600

  /// - Parameters:
  ///   - scenario: Validated; its repetitions are the rounds.
  ///   - kind: Becomes part of the result's name: `check`.
  public init(
    _ scenario: Scenario, lanes: [Lane], kind: String, host: BenchmarkRun.Host,
    controlUnits: Int = LaneRun.usualControlUnits
  ) {
    self.scenario = scenario
    self.host = host
    self.controlUnits = controlUnits
    let seed = scenario.run.seed ?? UInt64.random(in: 1...UInt64(Int64.max))
    self.seed = seed
    let started = Date()
    let runId = "\(BenchmarkRun.stamp(started))-\(kind)-\(scenario.name)"
    self.runId = runId
    parentDirectory = Self.place(scenario)
    dataDirectory = RunName.dataDirectory(in: parentDirectory, runId: runId, tag: tag)
    let place = BenchmarkRun.absolute(parentDirectory)
    self.lanes = lanes.map { lane in
      let isOurs = lane.settings.target.kind != .cluster
      var run = RunResult(
        runId: "\(runId)/\(lane.name)", scenario: scenario.name,
        startedUtc: BenchmarkRun.utc(started),
        target: TargetDescription(
          kind: lane.settings.target.kind, bootstrap: [], brokerCount: 1,
          fetchPath: isOurs ? lane.settings.fetchPath : nil),
        environment: RunEnvironment.capture(
          dataDirectory: isOurs ? place : nil, gitRevision: host.gitRevision),
        configuration: scenario.effectiveConfiguration(seed: seed), weirVersion: host.version)
      run.question = scenario.question
      run.cases = scenario.cases().map {
        CaseResult(index: $0.index, label: $0.label, workload: $0.workload)
      }
      return LaneResult(
        lane: lane, run: run,
        samples: run.cases.map { CaseSamples(label: $0.label, workload: $0.workload) })
    }
  }

  /// Where what comes of it is kept; each lane has a directory in it.
  public var outputDirectory: String { "\(scenario.run.output)/\(runId)" }

  /// Where its lanes' brokers keep their logs.
  public static func place(_ scenario: Scenario) -> String {
    scenario.run.dataDirectory ?? scenario.run.output
  }

  /// Why it cannot fit the disk, of which one lane's broker at a time takes its part; nil where it
  /// can, or the disk is not ours.
  public static func refusal(_ scenario: Scenario) -> String? {
    let place = place(scenario)
    guard scenario.run.target.kind != .cluster else { return nil }
    return scenario.plan().refusal(onDiskOf: place, named: place).map { $0 + RunPlan.roomAdvice }
  }

  /// Runs everything; returns also where something failed, with what was measured until then.
  ///
  /// - Parameter keep: Called between rounds, as often as a small share of the time allows, with
  ///   the lanes as they are known until then, as partial runs, and the directory that they belong
  ///   into.
  public mutating func run(keep: ([LaneResult], String) -> Void = { _, _ in }) -> Outcome {
    var problem: RunError?
    let stolen = StolenTime()
    do throws(RunError) {
      try claimOutput()
      let directory = outputDirectory
      try runAll { lanes in
        keep(Self.concluded(lanes, stolen, because: KeepPace.interruption), directory)
      }
    } catch { problem = error }
    progress.clear()
    traces.removeFromCluster()
    let left = traces.left
    if !left.isEmpty { for index in lanes.indices { lanes[index].run.leftBehind = left } }
    // Where nothing came of it, nothing stays.
    unsafe rmdir(outputDirectory)
    let wasInterrupted = Interrupt.requested
    let interruption = wasInterrupted ? "ended by Ctrl-C or SIGTERM" : problem?.description
    lanes = Self.concluded(lanes, stolen, because: interruption)
    return Outcome(lanes: lanes, error: problem, wasInterrupted: wasInterrupted)
  }

  /// A second run of the same second gets a name of its own.
  private mutating func claimOutput() throws(RunError) {
    let name = try RunName.claim(runId, in: scenario.run.output)
    for index in lanes.indices { lanes[index].run.runId = "\(name)/\(lanes[index].lane.name)" }
    runId = name
    traces.keep(in: outputDirectory)
  }

  /// The lanes as they are to be written.
  ///
  /// - Parameter reason: Why they are partial; nil where they are not.
  private static func concluded(
    _ lanes: [LaneResult], _ stolen: StolenTime, because reason: String?
  ) -> [LaneResult] {
    let now = BenchmarkRun.utc(Date())
    let share = stolen.share()
    return lanes.map { lane in
      var lane = lane
      lane.run.finishedUtc = now
      lane.run.isPartial = reason != nil
      lane.run.environment.stolenShare = share
      lane.run.warnings = RunWarning.found(in: lane.run, interruption: reason)
      return lane
    }
  }

  private mutating func runAll(keepSoFar: ([LaneResult]) -> Void) throws(RunError) {
    guard scenario.run.topic == nil else {
      throw .usage("--topic: each lane makes topics of its own")
    }
    if let refusal = Self.refusal(scenario) { throw .usage(refusal) }
    let isParentOurs =
      scenario.run.dataDirectory != nil
      && !FileManager.default.fileExists(atPath: parentDirectory)
    traces.willMake(dataDirectory: BenchmarkRun.absolute(dataDirectory))
    do {
      try FileManager.default.createDirectory(
        atPath: dataDirectory, withIntermediateDirectories: true)
    } catch {
      throw .usage("\(dataDirectory): \(error.localizedDescription)")
    }
    let secondSignal = atSecondSignal(isParentOurs)
    defer {
      removeData(isParentOurs)
      Interrupt.forget(secondSignal)
    }
    let memory = MemoryWarming.prepare(
      for: scenario.plan(), of: scenario, directory: dataDirectory,
      memoryBytes: lanes.first?.run.environment.memoryBytes, &progress)
    for index in lanes.indices { lanes[index].run.memory = memory }
    let control = try ControlWorkload(directory: dataDirectory)
    let cases = scenario.cases()
    // What runs first pays for what the system did not have in memory.
    _ = control.measure(units: controlUnits * Self.controlSlices)
    if let first = cases.first { _ = try measure(first, lane: 0, round: 0) }
    var random = SeededRandom(seed: seed)
    var order = Array(lanes.indices)
    var before = control.slices(Self.controlSlices, units: controlUnits)
    let rounds = max(1, scenario.run.repetitions)
    var pace = KeepPace()
    for round in 1...rounds {
      order = round % 2 == 1 ? order.shuffled(using: &random) : order.reversed()
      for entry in cases {
        for lane in order {
          if Interrupt.requested { return }
          let measured = try measure(entry, lane: lane, round: round)
          let after = control.slices(Self.controlSlices, units: controlUnits)
          try add(measured, ControlSample(slices: before + after), lane, entry)
          before = after
        }
      }
      let known = lanes
      if round < rounds, pace.keep({ keepSoFar(known) }) {
        before = control.slices(Self.controlSlices, units: controlUnits)
      }
    }
  }

  private func removeData(_ isParentOurs: Bool) {
    try? FileManager.default.removeItem(atPath: dataDirectory)
    guard !FileManager.default.fileExists(atPath: dataDirectory) else { return }
    if isParentOurs { unsafe rmdir(parentDirectory) }
    traces.removed(dataDirectory: BenchmarkRun.absolute(dataDirectory))
  }

  /// Somebody who does not want to wait for the end still finds no data of ours left behind.
  ///
  /// - Returns: What `Interrupt.forget` takes.
  private func atSecondSignal(_ isParentOurs: Bool) -> Int {
    let (data, parent, output, traces) = (
      dataDirectory, parentDirectory, outputDirectory, traces
    )
    return Interrupt.beforeEnd {
      BenchmarkRun.removeWhileWritten(data)
      if isParentOurs { unsafe rmdir(parent) }
      traces.removed(dataDirectory: BenchmarkRun.absolute(data))
      unsafe rmdir(output)
    }
  }

  // MARK: One turn

  private struct Measured {
    var repetition: RepetitionResult
    var failure: RunError?
  }

  private mutating func add(
    _ measured: Measured, _ control: ControlSample?, _ lane: Int, _ entry: Scenario.Case
  ) throws(RunError) {
    let repetition = measured.repetition
    if repetition.produced != nil || repetition.consumed != nil {
      lanes[lane].run.cases[entry.index].repetitions.append(repetition)
    }
    if !repetition.isPartial {
      lanes[lane].samples[entry.index].repetitions.append(
        CaseSamples.Sample(repetition, control: control))
    }
    if let failure = measured.failure { throw failure }
  }

  /// - Throws: What keeps a turn from being begun; what ends it early is in the result.
  private mutating func measure(
    _ entry: Scenario.Case, lane index: Int, round: Int
  ) throws(RunError) -> Measured {
    let lane = lanes[index].lane
    let total = scenario.run.repetitions * scenario.caseCount * lanes.count
    let title =
      round == 0
      ? "warming up" : "[\(turn)/\(total)] \(entry.label) \(lane.name) #\(round)"
    defer { turn += 1 }
    let directory = "\(dataDirectory)/\(lane.name)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let target: BenchTarget
    do throws(RunError) {
      target = try BenchTarget.start(
        lane.settings, executable: lane.executable, dataDirectory: directory, traces: traces)
    } catch { throw Self.named(error, lane) }
    defer { target.discard() }
    var repetition = RepetitionResult(
      repetition: round, turn: turn, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    do throws(RunError) {
      let admin = try target.openAdmin()
      try describe(target, admin, index)
      var measurement = Measurement(
        plan: try plan(entry.workload, lane.settings, target), target: target, admin: admin,
        isFollowed: lane.settings.target.kind == .cluster)
      try measurement.run(into: &repetition, progress: &progress, title: title)
    } catch {
      repetition.isPartial = true
      repetition.failure = error.description
      return Measured(repetition: repetition, failure: Self.named(error, lane))
    }
    if round > 0, !repetition.isPartial {
      progress.note("\(title)  \(ProgressText.summary(repetition))")
    }
    return Measured(
      repetition: repetition,
      failure: repetition.failure.map { Self.named(.load($0), lane) })
  }

  private func plan(
    _ workload: Workload, _ settings: RunSettings, _ target: BenchTarget
  ) throws(RunError) -> MeasurementPlan {
    try MeasurementPlan(
      workload, settings: settings, bootstrap: target.bootstrap,
      topic: "\(RunName.topicPrefix(runId: runId, tag: tag))-\(turn)", seed: seed,
      runTag: UInt32(truncatingIfNeeded: seed &+ UInt64(turn) &* 0x9E37_79B9),
      nowNanos: EventLoop.currentTime.nanoseconds)
  }

  private mutating func describe(
    _ target: BenchTarget, _ admin: AdminSession, _ index: Int
  ) throws(RunError) {
    guard lanes[index].run.target.bootstrap.isEmpty else { return }
    let cluster = try admin.describeCluster()
    if let refusal = scenario.replicationRefusal(brokers: cluster.nodes.count) {
      throw .usage(refusal)
    }
    lanes[index].run.target.bootstrap = target.bootstrap.map(\.description)
    lanes[index].run.target.brokerCount = cluster.nodes.count
    lanes[index].run.target.clusterId = cluster.clusterId
  }

  /// The same error, with the lane that it happened to.
  private static func named(_ error: RunError, _ lane: Lane) -> RunError {
    switch error {
    case .brokerFailed(let text): .brokerFailed("\(lane.name): \(text)")
    case .target(let text): .target("\(lane.name): \(text)")
    case .usage(let text): .usage("\(lane.name): \(text)")
    case .load(let text): .load("\(lane.name): \(text)")
    }
  }
}
