/// The settings of the suite `groups`, read.
public struct GroupChangesSettings: Sendable {
  public var assignors: [GroupAssignor]
  /// Members of the group before the first event.
  public var members: Int
  public var partitions: Int32
  public var recordSize: Int
  public var rate: LoadRate
  /// From a crash to the next event, or to the end, at least.
  public var stretchMs: Int64
  /// `heartbeat.interval.ms`, `session.timeout.ms` and `auto.commit.interval.ms` of the members.
  public let heartbeatMs: Int64
  public let sessionMs: Int64
  public let commitMs: Int64
  let isCluster: Bool

  /// How long the load runs before the first event, at least: what it does without any.
  static let quietMs: Int64 = 5000
  /// `session.timeout.ms` of the members, the least that Kafka's brokers allow.
  static let usualSessionMs: Int64 = 6000
  /// `heartbeat.interval.ms` of the members: a third of the session, as Kafka advises.
  static let usualHeartbeatMs: Int64 = 2000
  /// `auto.commit.interval.ms`, Kafka's default.
  static let usualCommitMs: Int64 = 5000
  /// What a rebalance may take besides.
  private static let marginMs: Int64 = 1000
  /// What happens in a measurement, in this order and as often; the number of members is the same
  /// before each leave and each crash.
  static let kinds: [GroupEventKind] = [.join, .leave, .join, .crash]
  static let cycles = 2

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    let properties = scenario.run.consumerProperties
    func property(_ name: String, _ usual: Int64) -> Int64 {
      properties[name].flatMap { Int64($0) }.map { min(max(0, $0), 1 << 40) } ?? usual
    }
    heartbeatMs = property("heartbeat.interval.ms", Self.usualHeartbeatMs)
    sessionMs = property("session.timeout.ms", Self.usualSessionMs)
    commitMs = property("auto.commit.interval.ms", Self.usualCommitMs)
    assignors = scenario.values("assignor", \.assignor).map { $0 ?? .range }
    members = scenario.values("consumers", \.consumers)[0]
    partitions = scenario.values("partitions", \.partitions)[0]
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    rate = scenario.values("rate", \.rate)[0]
    stretchMs = scenario.values("duration", \.durationMs)[0] ?? 9000
  }

  /// The members' settings, as the consumer takes them.
  public var consumerProperties: [String: String] {
    [
      "heartbeat.interval.ms": String(heartbeatMs), "session.timeout.ms": String(sessionMs),
      "auto.commit.interval.ms": String(commitMs),
    ]
  }

  /// Until a crash is noticed, those that stay have heard of it and have shared out its partitions.
  var takeOverMs: Int64 { sessionMs + heartbeatMs + Self.marginMs }

  /// How long an event is watched at least. A cooperative group rebalances twice, and the members
  /// that stay notice each rebalance by a heartbeat.
  func settleMs(after kind: GroupEventKind) -> Int64 {
    kind == .crash ? stretchMs : min(stretchMs, 2 * heartbeatMs + Self.marginMs)
  }

  // MARK: Events

  /// The events of a repetition, the same for each assignor.
  ///
  /// Times are random: each lies between 1 ms and a heartbeat interval after the time that the
  /// event before it was given, so that it meets every phase of the members' heartbeats alike. A
  /// crash is delayed by a random part of the commit interval, too: what is delivered again depends
  /// on the phase of the commits. Neither a time nor the distance of two is a multiple of the
  /// heartbeat interval.
  ///
  /// - Parameter repetition: From 1; each has other times.
  public func events(repetition: Int, seed: UInt64) -> [GroupEvent] {
    var random = SeededRandom(seed: seed ^ 0x6772_6f75_7073 &+ UInt64(max(0, repetition)) << 48)
    // Seeds that are near each other begin alike.
    _ = random.next()
    var events: [GroupEvent] = []
    var last: Int64 = 0
    var settle = Self.quietMs
    for _ in 0..<Self.cycles {
      for kind in Self.kinds {
        let at = time(after: last, settle, kind, &random)
        events.append(GroupEvent(kind, atMs: at, choice: random.nextShare()))
        last = at
        settle = settleMs(after: kind)
      }
    }
    return events
  }

  private func time(
    after last: Int64, _ settle: Int64, _ kind: GroupEventKind, _ random: inout SeededRandom
  ) -> Int64 {
    let late = kind == .crash ? Int64(random.nextShare() * Double(commitMs)) : 0
    // Of an interval of one or two milliseconds every time is nearly a multiple.
    guard heartbeatMs > 2 else { return last + settle + late + 1 }
    while true {
      let at = last + settle + late + Int64.random(in: 1...heartbeatMs, using: &random)
      if at % heartbeatMs != 0, (at - last) % heartbeatMs != 0 { return at }
    }
  }

  /// The load that these events happen under.
  public func workload(_ assignor: GroupAssignor, events: [GroupEvent]) -> Workload {
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
    workload.durationMs = events.last.map { $0.atMs + settleMs(after: $0.kind) } ?? Self.quietMs
    return workload
  }

  // MARK: The plan

  /// How long the load of one measurement runs at least, as expected, and at most, in seconds.
  private var loadSeconds: (least: Double, expected: Double, longest: Double) {
    let all = (0..<Self.cycles).flatMap { _ in Self.kinds }
    let fixed = all.reduce(Self.quietMs + 1000) { $0 + settleMs(after: $1) }
    let crashes = Int64(all.count { $0 == .crash })
    let drawn = Int64(all.count) * heartbeatMs + crashes * commitMs
    return (Double(fixed) / 1000, Double(fixed + drawn / 2) / 1000, Double(fixed + drawn) / 1000)
  }

  func plan(repetitions: Int) -> RunPlan {
    let seconds = loadSeconds
    let steps = assignors.map { assignor -> RunPlan.Step in
      var step = RunPlan.Step(
        label: assignor.rawValue, repetitions: repetitions, seconds: seconds.expected + 6)
      if !isCluster, let rate = rate.target {
        step.leastDiskBytes = Int64(min(1e18, seconds.least * rate * Double(recordSize + 16)))
        // Records alone in their batches, and what each partition's log allocates ahead.
        let most = seconds.longest * rate * Double(recordSize + 96)
        step.likelyDiskBytes = Int64(min(1e18, most * 3)) + Int64(partitions + 16) << 20
      }
      return step
    }
    let order = (1...max(1, repetitions)).flatMap { RunPlan.order(of: steps.count, round: $0) }
    let counts = GroupEventKind.allCases.map { kind in
      "\(Self.kinds.count { $0 == kind } * Self.cycles) × \(kind.rawValue)"
    }
    return RunPlan(
      steps: steps, order: order,
      notes: [
        "Events of each measurement, at random times drawn from the seed:"
          + " \(counts.joined(separator: ", "))."
      ])
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
      ("duration", ["9s"]),
    ],
    check: { scenario throws(ScenarioError) in try checkGroups(scenario) },
    plan: { GroupChangesSettings($0).plan(repetitions: $0.run.repetitions) })

  private static func checkGroups(_ scenario: Scenario) throws(ScenarioError) {
    try scenario.refuseSeveral(of: ["consumers", "partitions", "record-size", "rate", "duration"])
    let settings = GroupChangesSettings(scenario)
    guard (2...256).contains(settings.members) else {
      throw scenario.refusal(
        "consumers", "of \(settings.members) members none can go and others stay",
        allowed: "2 to 256")
    }
    if settings.members >= Int(settings.partitions) {
      throw scenario.refusal(
        "partitions", "one more member would have none",
        allowed: "more than consumers (\(settings.members))")
    }
    if settings.rate.target == nil {
      throw scenario.refusal(
        "rate", "a pause is only seen where records come at a rate",
        allowed: "records a second, such as 2000")
    }
    if settings.stretchMs < settings.takeOverMs {
      throw scenario.refusal(
        "duration",
        "a crash is noticed after the session timeout, and its partitions are taken over after"
          + " the next heartbeat",
        allowed: "\(ValueText.duration(settings.takeOverMs)) or more from a crash to the next event"
      )
    }
  }
}
