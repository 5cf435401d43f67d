/// The settings of the suite `groups`, read.
public struct GroupChangesSettings: Sendable {
  public var assignors: [GroupAssignor]
  /// Members of the group before the first event.
  public var members: Int
  public var partitions: Int32
  public var recordSize: Int
  public var rate: LoadRate
  /// From one event to the next, and from the last to the end.
  public var stretchMs: Int64
  let isCluster: Bool
  /// Until a crash is noticed, those that stay have heard of it and have shared out its partitions.
  let takeOverMs: Int64

  /// How long the load runs before the first event: what others see without any.
  public static let quietMs: Int64 = 5000
  /// `session.timeout.ms` of the members, the least that Kafka's brokers allow.
  public static let sessionTimeoutMs: Int64 = 6000
  /// `heartbeat.interval.ms` of the members, Kafka's default.
  public static let heartbeatMs: Int64 = 3000
  /// What a rebalance may take besides.
  private static let marginMs: Int64 = 1000

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    takeOverMs =
      Self.sessionMs(scenario.run.consumerProperties)
      + Self.heartbeatMs(scenario.run.consumerProperties) + Self.marginMs
    assignors = scenario.values("assignor", \.assignor).map { $0 ?? .range }
    members = scenario.values("consumers", \.consumers)[0]
    partitions = scenario.values("partitions", \.partitions)[0]
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    rate = scenario.values("rate", \.rate)[0]
    stretchMs = scenario.values("duration", \.durationMs)[0] ?? 12_000
  }

  /// `session.timeout.ms` with these properties of the command line.
  public static func sessionMs(_ properties: [String: String]) -> Int64 {
    properties["session.timeout.ms"].flatMap { Int64($0) } ?? sessionTimeoutMs
  }

  /// `heartbeat.interval.ms`
  public static func heartbeatMs(_ properties: [String: String]) -> Int64 {
    properties["heartbeat.interval.ms"].flatMap { Int64($0) } ?? heartbeatMs
  }

  /// One more member comes, one leaves, one crashes.
  public var events: [GroupEvent] {
    GroupEventKind.allCases.enumerated().map { index, kind in
      GroupEvent(kind, atMs: Self.quietMs + Int64(index) * stretchMs)
    }
  }

  /// The load that all of it happens under.
  public func workload(_ assignor: GroupAssignor) -> Workload {
    var workload = Workload()
    workload.acks = .leader
    workload.lingerMs = 0
    workload.rate = rate
    // Each record goes to a partition of its own choice: without keys a producer keeps to one
    // partition for a while, and the others' readers would seem to pause.
    workload.keys = .random
    workload.recordSizeBytes = recordSize
    workload.partitions = partitions
    workload.consumers = members
    workload.consumerGroups = 1
    workload.assignor = assignor
    workload.warmup = .fixed(ms: 1000)
    workload.durationMs = Self.quietMs + Int64(GroupEventKind.allCases.count) * stretchMs
    return workload
  }

  func plan(repetitions: Int) -> RunPlan {
    let steps = assignors.map { assignor -> RunPlan.Step in
      let load = workload(assignor)
      let measuredMs = load.durationMs ?? 0
      let warmupMs = load.warmup.longestMs(measuredMs: measuredMs)
      let seconds = Double(warmupMs + measuredMs) / 1000
      var step = RunPlan.Step(
        label: assignor.rawValue, repetitions: repetitions, seconds: seconds + 6)
      if !isCluster, let rate = rate.target {
        step.leastDiskBytes = Int64(seconds * rate * Double(recordSize + 16))
        // Records alone in their batches, and what each partition's log allocates ahead.
        let most = seconds * rate * Double(recordSize + 96)
        step.likelyDiskBytes = Int64(most * 3) + Int64(partitions + 16) << 20
      }
      return step
    }
    let order = (1...max(1, repetitions)).flatMap { round in
      round % 2 == 1 ? Array(steps.indices) : steps.indices.reversed()
    }
    return RunPlan(steps: steps, order: order)
  }
}

extension SuiteDefinition {
  static let groups = SuiteDefinition(
    keys: [
      "broker", "bootstrap", "broker-pid", "data-dir", "broker-loops", "broker-property",
      "assignor", "consumers", "partitions", "record-size", "rate", "duration",
      "producer-property", "consumer-property", "interval",
    ],
    defaults: [
      ("assignor", ["range", "cooperative-sticky"]),
      ("consumers", ["3"]),
      ("partitions", ["12"]),
      ("record-size", ["1KiB"]),
      ("rate", ["2000"]),
      ("duration", ["12s"]),
    ],
    check: { scenario throws(ScenarioError) in try checkGroups(scenario) },
    plan: { GroupChangesSettings($0).plan(repetitions: $0.run.repetitions) })

  private static func checkGroups(_ scenario: Scenario) throws(ScenarioError) {
    func refusal(_ key: String, _ message: String, allowed: String) -> ScenarioError {
      ScenarioError(file: scenario.file, key: key, message, allowed: allowed)
    }
    for name in ["consumers", "partitions", "record-size", "rate", "duration"]
    where scenario.valueCount(name) > 1 {
      throw refusal(name, "the suite measures with one value of it", allowed: "one value")
    }
    let settings = GroupChangesSettings(scenario)
    guard (2...256).contains(settings.members) else {
      throw refusal(
        "consumers", "of \(settings.members) members none can go and others stay",
        allowed: "2 to 256")
    }
    if settings.members >= Int(settings.partitions) {
      throw refusal(
        "partitions", "one more member would have none",
        allowed: "more than consumers (\(settings.members))")
    }
    if settings.rate.target == nil {
      throw refusal(
        "rate", "a pause is only seen where records come at a rate",
        allowed: "records a second, such as 2000")
    }
    if settings.stretchMs < settings.takeOverMs {
      throw refusal(
        "duration",
        "a crash is noticed after the session timeout, and its partitions are taken over after"
          + " the next heartbeat",
        allowed: "\(ValueText.duration(settings.takeOverMs)) or more from one event to the next")
    }
  }
}
