/// What the suite `failover` does in one turn: a fault, under a load of one level of acks.
public struct FailoverTurn: Sendable, Equatable {
  public var grade: AcksGrade
  public var kind: FailoverKind

  /// `acks=1 kill`
  public var name: String { "\(grade.name) \(kind.name)" }
}

/// The settings of the suite `failover`, read.
public struct FailoverSettings: Sendable {
  public var grades: [AcksGrade]
  public var kinds: [FailoverKind]
  public var replicationFactor: Int16
  public var partitions: Int32
  public var recordSize: Int
  public var rate: LoadRate
  public var isIdempotent: Bool
  /// From a kill to the restart.
  public var awayMs: Int64
  public let isBrief: Bool
  public let repetitions: Int
  public let isCluster: Bool
  let hasControl: Bool
  /// By name, of a cluster that is not ours; a broker of ours has one.
  public let links: [String]

  /// Load that does not count, before each measurement.
  public static let warmupMs: Int64 = 1000
  /// How long a broker is stopped, and a link cut or delayed.
  public static let disturbedMs: Int64 = 5000
  /// By how much a link is delayed, each way.
  public static let delayMs: Int64 = 50

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    hasControl = !isCluster || scenario.run.brokerControl != nil
    links = isCluster ? scenario.run.links.keys.sorted() : [scenario.run.ownLink]
    replicationFactor = scenario.largestReplicationFactor
    grades = scenario.acksGrades
    partitions = scenario.values("partitions", \.partitions)[0]
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    rate = scenario.values("rate", \.rate)[0]
    isIdempotent = scenario.values("idempotence", \.isIdempotent)[0]
    isBrief = scenario.isBrief
    awayMs =
      scenario.suiteValues("away").first
      .flatMap { try? ValueText.duration($0, in: 1...3_600_000) } ?? 14_000
    repetitions = scenario.run.repetitions
    kinds = []
    let given = scenario.suiteValues("fault-kinds").compactMap(FailoverKind.init)
    kinds = given.isEmpty ? FailoverKind.allCases.filter { refusal(of: $0) == nil } : given
  }

  /// Why a fault cannot be planted here, with what would make it possible; nil where it can.
  public func refusal(of kind: FailoverKind) -> String? {
    switch kind {
    case .kill, .pause:
      return hasControl ? nil : "brokers of a cluster need `--broker-control`"
    case .controllerKill:
      guard isCluster else { return "one broker is its own controller: see `kill`" }
      return hasControl ? nil : "brokers of a cluster need `--broker-control`"
    case .moveLeader:
      return replicationFactor > 1 ? nil : "one replica has nobody else to lead"
    case .cutLink, .delayLink:
      return links.isEmpty ? "links of a cluster need `--link`" : nil
    }
  }

  /// What is left out, and why; nil where all is planted.
  public var leftOut: String? {
    let missing = FailoverKind.allCases.compactMap { kind -> (String, FailoverKind)? in
      kinds.contains(kind) ? nil : refusal(of: kind).map { ($0, kind) }
    }
    guard !missing.isEmpty else { return nil }
    let reasons = missing.map(\.0).reduce(into: [String]()) { found, reason in
      if !found.contains(reason) { found.append(reason) }
    }
    let parts = reasons.map { reason in
      "\(missing.filter { $0.0 == reason }.map(\.1.name).joined(separator: ", ")) (\(reason))"
    }
    return "Not planted: \(parts.joined(separator: "; "))."
  }

  public var turns: [FailoverTurn] {
    kinds.flatMap { kind in grades.map { FailoverTurn(grade: $0, kind: kind) } }
  }

  // MARK: One turn

  /// From the beginning of the measured window to the fault.
  public var beforeMs: Int64 { isBrief ? 2000 : 5000 }

  /// From the fault to its undoing; nil where nothing undoes it.
  public func lastsMs(_ kind: FailoverKind) -> Int64? {
    switch kind {
    case .kill, .controllerKill: awayMs
    case .pause, .cutLink, .delayLink: Self.disturbedMs
    case .moveLeader: nil
    }
  }

  /// From the undoing to the end of the window: a broker that was killed starts again and catches
  /// up.
  func afterMs(_ kind: FailoverKind) -> Int64 {
    let isKill = kind == .kill || kind == .controllerKill
    if isKill, isCluster { return 12_000 }
    return isBrief ? 3000 : 6000
  }

  public func windowMs(_ kind: FailoverKind) -> Int64 {
    beforeMs + (lastsMs(kind) ?? 0) + afterMs(kind)
  }

  /// The fault of a turn.
  ///
  /// - Parameters:
  ///   - node: That a kill or a pause hits.
  ///   - repetition: From 1; leaders of another partition and other links each time.
  public func fault(_ kind: FailoverKind, node: Int32, repetition: Int) -> Fault {
    let link = links.isEmpty ? "" : links[max(0, repetition - 1) % links.count]
    let partition = Int32(clamping: max(0, repetition - 1) % Int(max(1, partitions)))
    switch kind {
    case .kill: return Fault(atMs: beforeMs, .kill, .node(node), durationMs: awayMs)
    case .controllerKill: return Fault(atMs: beforeMs, .kill, .controller, durationMs: awayMs)
    case .pause:
      return Fault(atMs: beforeMs, .pause, .node(node), durationMs: Self.disturbedMs)
    case .moveLeader:
      return Fault(atMs: beforeMs, .moveLeader, .leader(partition: partition))
    case .cutLink:
      return Fault(atMs: beforeMs, .cutLink, .link(link), durationMs: Self.disturbedMs)
    case .delayLink:
      return Fault(
        atMs: beforeMs, .delayLink, .link(link), delayMs: Self.delayMs,
        durationMs: Self.disturbedMs)
    }
  }

  public func workload(_ turn: FailoverTurn) -> Workload {
    var load = Workload()
    load.acks = turn.grade.acks
    load.minInsyncReplicas = turn.grade.minInsync
    load.replicationFactor = replicationFactor
    load.partitions = partitions
    load.recordSizeBytes = recordSize
    load.rate = rate
    load.isIdempotent = isIdempotent && turn.grade.acks == .all
    // Each record goes to a partition of its own choice: without keys a producer keeps to one
    // partition for a while, and the others would seem to be silent.
    load.keys = .random
    load.consumers = 0
    load.warmup = .fixed(ms: Self.warmupMs)
    load.durationMs = windowMs(turn.kind)
    return load
  }

  // MARK: The plan

  /// Topics made and deleted, clients connected, what was written read back, brokers waited for.
  private static let aroundSeconds = 4.0

  func plan() -> RunPlan {
    let steps = turns.map { turn -> RunPlan.Step in
      let measured = Double(windowMs(turn.kind) + Self.warmupMs) / 1000
      var step = RunPlan.Step(
        label: turn.name, repetitions: repetitions, seconds: measured + Self.aroundSeconds)
      guard !isCluster, let rate = rate.target else { return step }
      step.leastDiskBytes = Int64(min(1e18, measured * rate * Double(recordSize)))
      step.likelyDiskBytes =
        Int64(min(1e18, measured * rate * Double(recordSize + 96)))
        + Int64(partitions) * RunPlan.allocatedAhead
      return step
    }
    let order = (1...max(1, repetitions)).flatMap { RunPlan.order(of: steps.count, round: $0) }
    let parts = kinds.map { kind in
      let seconds = turns.indices.filter { turns[$0].kind == kind }
        .reduce(0) { $0 + steps[$1].seconds * Double(repetitions) }
      return "\(kind.name) \(RunPlan.duration(seconds))"
    }
    let notes =
      parts.isEmpty
      ? ["No fault can be planted here."] : ["Parts: \(parts.joined(separator: ", "))."]
    return RunPlan(steps: steps, order: order, notes: notes + [leftOut].compactMap { $0 })
  }
}
