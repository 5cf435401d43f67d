/// A level of acknowledgement that the suite `acks` measures.
public struct AcksGrade: Sendable, Hashable {
  public var acks: AckLevel
  /// `min.insync.replicas` of the topic; with acks 0 and 1 it changes nothing and is 1.
  public var minInsync: Int

  public init(_ acks: AckLevel, minInsync: Int = 1) {
    self.acks = acks
    self.minInsync = minInsync
  }

  /// As labels have it: `acks=1`, `acks=all, min ISR 2`.
  public var name: String {
    acks == .all ? "acks=all, min ISR \(minInsync)" : "acks=\(acks.text)"
  }
}

/// What the suites share that compare levels of acks.
extension Scenario {
  /// acks=all once for each `min.insync.replicas`.
  var acksGrades: [AcksGrade] {
    let least = values("min-insync-replicas", \.minInsyncReplicas).map { $0 ?? 1 }
    return values("acks", \.acks).flatMap { acks in
      acks == .all ? least.map { AcksGrade(.all, minInsync: $0) } : [AcksGrade(acks)]
    }
  }

  /// `--brief`
  var isBrief: Bool { suiteValues("brief").first == "true" }

  /// What was asked for; else three on a cluster.
  var replicasOfGrades: Int16 {
    guard given["replication-factor"] == nil else { return largestReplicationFactor }
    return run.target.kind == .cluster ? 3 : 1
  }
}

/// What the suite `acks` does in one turn.
public struct AcksTurn: Sendable, Equatable {
  public enum Part: Sendable, Equatable {
    /// The highest rate without a growing backlog.
    case capacity
    /// The open loop at this share of the slowest level's capacity, in percent.
    case load(percent: Int)
    /// A broker is killed under load.
    case kill
  }

  public var grade: AcksGrade
  public var part: Part

  /// For progress and plans: `acks=1 at 70 %`.
  public var name: String {
    switch part {
    case .capacity: "\(grade.name) capacity"
    case .load(let percent): "\(grade.name) at \(percent) %"
    case .kill: "\(grade.name) kill"
    }
  }
}

/// The settings of the suite `acks`, read.
public struct AcksSettings: Sendable {
  public var grades: [AcksGrade]
  public var replicationFactor: Int16
  public var partitions: Int32
  public var recordSize: Int
  public var batchSize: Int
  public var lingerMs: Int64
  /// Of each measurement of the open loop.
  public var durationMs: Int64
  /// How often a broker is killed with each level.
  public var kills: Int
  /// How long a load with a kill is measured.
  public var faultWindowMs: Int64
  public let isBrief: Bool
  public let repetitions: Int
  public let isCluster: Bool
  /// Brokers can be killed here: they are ours, or a command does it.
  public let canKill: Bool

  /// Shares of the slowest level's capacity, in percent, at which latency is measured.
  public static let loads = [50, 70, 90]
  /// The share under which brokers are killed.
  public static let killLoad = 70
  /// Load that does not count, before each measurement of the open loop.
  public var warmupMs: Int64 { isBrief ? 1000 : 2000 }
  /// From the beginning of the measured window to the kill.
  public static let killAtMs: Int64 = 2000
  /// Of each three kills one hits the active controller.
  public static let controllerEvery = 3

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    canKill = !isCluster || scenario.run.brokerControl != nil
    replicationFactor = scenario.largestReplicationFactor
    grades = scenario.acksGrades
    partitions = scenario.values("partitions", \.partitions)[0]
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    batchSize = scenario.values("batch-size", \.batchSizeBytes)[0]
    lingerMs = scenario.values("linger-ms", \.lingerMs)[0]
    durationMs = scenario.values("duration", \.durationMs)[0] ?? 5000
    isBrief = scenario.isBrief
    kills = scenario.suiteValues("kills").first.flatMap { Int($0) } ?? 20
    faultWindowMs =
      scenario.suiteValues("fault-window").first
      .flatMap { try? ValueText.duration($0, in: 1...3_600_000) } ?? 18_000
    repetitions = scenario.run.repetitions
  }

  /// How the capacity of a level is searched.
  public var search: RateSearchSettings {
    var search = RateSearchSettings()
    search.sustainMs = isBrief ? 1000 : 4000
    search.limitS = isBrief ? 18 : 75
    return search
  }

  /// From the kill to the restart.
  public var downMs: Int64 { min(4000, max(1, (faultWindowMs - Self.killAtMs) / 3)) }

  /// All turns of the first round, in its order: later rounds have those that are repeated.
  public var turns: [AcksTurn] {
    let capacity = grades.map { AcksTurn(grade: $0, part: .capacity) }
    let loads = Self.loads.flatMap { percent in
      grades.map { AcksTurn(grade: $0, part: .load(percent: percent)) }
    }
    let kills = canKill && kills > 0 ? grades.map { AcksTurn(grade: $0, part: .kill) } : []
    return capacity + loads + kills
  }

  public func repetitions(of turn: AcksTurn) -> Int {
    switch turn.part {
    case .capacity: 1
    case .load: repetitions
    case .kill: kills
    }
  }

  /// Whether a kill hits the active controller: the second of every three.
  ///
  /// - Parameter repetition: From 1.
  public static func hitsController(repetition: Int) -> Bool {
    repetition % controllerEvery == 2
  }

  /// Whether the producer of a kill is idempotent: every other one, where the level allows it.
  ///
  /// - Parameter repetition: From 1.
  public static func isIdempotent(_ grade: AcksGrade, repetition: Int) -> Bool {
    grade.acks == .all && repetition % 2 == 0
  }

  /// What all turns of a level have in common.
  public func workload(_ grade: AcksGrade) -> Workload {
    var load = Workload()
    load.acks = grade.acks
    load.minInsyncReplicas = grade.minInsync
    load.replicationFactor = replicationFactor
    load.partitions = partitions
    load.recordSizeBytes = recordSize
    load.batchSizeBytes = batchSize
    load.lingerMs = lingerMs
    // Each record goes to a partition of its own choice: without keys a producer keeps to one
    // partition for a while, and the others would seem to be silent.
    load.keys = .random
    load.consumers = 1
    load.warmup = .fixed(ms: warmupMs)
    return load
  }

  // MARK: The plan

  /// Topics made and deleted, clients connected, what was written read back.
  private static let aroundSeconds = 2.5
  /// Until a killed broker of a cluster serves again, beyond the window.
  private static let recoverySeconds = 4.0

  private func seconds(of turn: AcksTurn) -> Double {
    let warmup = Double(warmupMs) / 1000
    switch turn.part {
    case .capacity: return search.limitS
    case .load: return Double(durationMs) / 1000 + warmup + Self.aroundSeconds
    case .kill:
      return Double(faultWindowMs) / 1000 + warmup + Self.aroundSeconds
        + (isCluster ? Self.recoverySeconds : 0)
    }
  }

  func plan() -> RunPlan {
    let turns = turns
    let steps = turns.map { turn -> RunPlan.Step in
      var step = RunPlan.Step(
        label: turn.name, repetitions: repetitions(of: turn), seconds: seconds(of: turn),
        isGuess: turn.part == .capacity)
      guard !isCluster else { return step }
      step.leastDiskBytes = Int64(recordSize)
      step.likelyDiskBytes =
        Int64(Self.likelyRate * seconds(of: turn)) + Int64(partitions) * RunPlan.allocatedAhead
      return step
    }
    let order = (1...max(1, steps.map(\.repetitions).max() ?? 1)).flatMap { round in
      RunPlan.order(of: steps.count, round: round).filter { round <= steps[$0].repetitions }
    }
    return RunPlan(steps: steps, order: order, notes: notes)
  }

  /// What a broker of ours is taken to be given in a second, in bytes.
  private static let likelyRate = 0.5e9

  private var notes: [String] {
    func minutes(_ part: (AcksTurn.Part) -> Bool) -> String {
      RunPlan.duration(
        turns.filter { part($0.part) }.reduce(0) {
          $0 + seconds(of: $1) * Double(repetitions(of: $1))
        })
    }
    let isLoad = { (part: AcksTurn.Part) in if case .load = part { true } else { false } }
    var notes = [
      "Parts: capacity \(minutes { $0 == .capacity }), latency \(minutes(isLoad)), kills"
        + " \(minutes { $0 == .kill })."
    ]
    if let text = withoutKills { notes.append(text) }
    if let text = singleReplica { notes.append(text) }
    return notes
  }

  /// Why no broker is killed; nil where some are.
  public var withoutKills: String? {
    if kills == 0 { return "No broker is killed: `--kills 0`." }
    guard !canKill else { return nil }
    return "No broker is killed: a cluster's brokers are killed by `--broker-control` alone. What"
      + " the levels lose was not measured."
  }

  /// What one replica means for the levels; nil with more.
  public var singleReplica: String? {
    replicationFactor > 1
      ? nil
      : "With one replica the leader is all replicas: acks=all waits for the same as acks=1, and"
        + " min ISR 2 is not applicable. Three brokers (`--bootstrap`) compare the levels."
  }
}
