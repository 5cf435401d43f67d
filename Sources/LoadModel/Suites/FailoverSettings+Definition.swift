extension SuiteDefinition {
  static let failover = SuiteDefinition(
    keys: [
      "bootstrap", "broker-pid", "broker-control", "link", "data-dir", "broker-loops",
      "broker-property", "producer-property", "acks", "idempotence", "partitions", "record-size",
      "rate", "interval", "fault-kinds", "away", "brief",
    ],
    defaults: [
      ("acks", ["1", "all"]),
      ("partitions", ["6"]),
      ("record-size", ["1KiB"]),
      ("rate", ["1000"]),
      ("idempotence", ["true"]),
    ],
    check: { scenario throws(ScenarioError) in try checkFailover(scenario) },
    plan: { FailoverSettings($0).plan() }, comparesMinInsync: true,
    derivedDefaults: { failoverDefaults($0) })

  private static func failoverDefaults(
    _ scenario: Scenario
  ) -> [(name: String, values: [String])] {
    let isCluster = scenario.run.target.kind == .cluster
    let isBrief = scenario.isBrief
    let replicas = scenario.replicasOfGrades
    return [
      ("replication-factor", ["\(replicas)"]),
      ("min-insync-replicas", [replicas > 1 ? "2" : "1"]),
      ("repetitions", [isBrief ? "1" : "3"]),
      // Kafka notices a dead broker after broker.session.timeout.ms, 9 s.
      ("away", [isCluster ? "14s" : "3s"]),
      ("brief", ["false"]),
    ]
  }

  private static func checkFailover(_ scenario: Scenario) throws(ScenarioError) {
    try scenario.refuseSeveral(of: ["partitions", "record-size", "rate", "idempotence", "away"])
    let settings = FailoverSettings(scenario)
    if settings.rate.target == nil {
      throw scenario.refusal(
        "rate", "a silence is only seen where records come at a rate",
        allowed: "records a second, such as 1000")
    }
    try scenario.refuseWithoutStamp(settings.recordSize)
    for kind in settings.kinds {
      guard let reason = settings.refusal(of: kind) else { continue }
      let possible = FailoverKind.allCases.filter { settings.refusal(of: $0) == nil }
      throw scenario.refusal(
        "fault-kinds", "\(kind.rawValue): \(reason)",
        allowed: possible.isEmpty ? "none here" : possible.map(\.rawValue).joined(separator: ", "))
    }
  }
}

extension ScenarioSchema {
  static let failoverFields: [ScenarioField] = [
    .suite(
      "fault-kinds", of: [.failover], "FAULT,…",
      allowed: FailoverKind.allCases.map(\.rawValue).joined(separator: ", "),
      default: "all that the target allows", "which faults are planted, each in a load of its own"
    ) { text throws(ValueText.Refusal) in
      guard FailoverKind(rawValue: text) != nil else {
        throw ValueText.Refusal(FailoverKind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return text
    },
    .suite(
      "away", of: [.failover], "TIME", allowed: "1s to 1h", default: "14s; 3s on our broker",
      "how long a killed broker stays away"
    ) { text throws(ValueText.Refusal) in
      ValueText.duration(try ValueText.duration(text, in: 1000...3_600_000))
    },
  ]
}
