extension SuiteDefinition {
  static let acks = SuiteDefinition(
    keys: [
      "bootstrap", "broker-pid", "broker-control", "data-dir", "broker-loops", "broker-property",
      "producer-property", "acks", "partitions", "record-size", "batch-size", "linger-ms",
      "duration", "kills", "fault-window", "brief",
    ],
    defaults: [
      ("acks", ["0", "1", "all"]),
      ("partitions", ["6"]),
      ("record-size", ["1KiB"]),
      ("batch-size", ["16KiB"]),
      ("linger-ms", ["5"]),
    ],
    check: { scenario throws(ScenarioError) in try checkAcks(scenario) },
    plan: { AcksSettings($0).plan() }, comparesMinInsync: true,
    derivedDefaults: { acksDefaults($0) })

  private static func acksDefaults(_ scenario: Scenario) -> [(name: String, values: [String])] {
    let isCluster = scenario.run.target.kind == .cluster
    let isBrief = scenario.isBrief
    let replicas = scenario.replicasOfGrades
    return [
      ("replication-factor", ["\(replicas)"]),
      ("min-insync-replicas", replicas > 1 ? ["1", "2"] : ["1"]),
      ("kills", [isBrief ? "2" : "20"]),
      ("repetitions", [isBrief ? "1" : "3"]),
      ("duration", [isBrief ? "2s" : "5s"]),
      ("fault-window", [isCluster ? (isBrief ? "14s" : "18s") : "8s"]),
      ("brief", ["false"]),
    ]
  }

  private static func checkAcks(_ scenario: Scenario) throws(ScenarioError) {
    try scenario.refuseSeveral(of: [
      "partitions", "record-size", "batch-size", "linger-ms", "duration", "kills", "fault-window",
    ])
    let settings = AcksSettings(scenario)
    try scenario.refuseWithoutStamp(settings.recordSize)
    if settings.faultWindowMs < AcksSettings.killAtMs * 2 {
      throw scenario.refusal(
        "fault-window", "the broker is killed after \(ValueText.duration(AcksSettings.killAtMs))",
        allowed: "\(ValueText.duration(AcksSettings.killAtMs * 2)) or more")
    }
  }
}

extension ScenarioSchema {
  static let acksFields: [ScenarioField] = [
    .suite(
      "kills", of: [.acks], "N", allowed: "0 to 1000", default: "20; 2 with --brief",
      "how often a broker is killed with each level of acks"
    ) { text throws(ValueText.Refusal) in "\(try ValueText.count(text, in: 0...1000))" },
    .suite(
      "fault-window", of: [.acks], "TIME", allowed: "4s to 1h",
      default: "18s, 14s with --brief; 8s on our broker",
      "how long the load around a kill is measured"
    ) { text throws(ValueText.Refusal) in
      ValueText.duration(try ValueText.duration(text, in: 4000...3_600_000))
    },
    briefField,
  ]

  private static var briefField: ScenarioField {
    var field = ScenarioField.suite(
      "brief", of: [.acks, .failover], "BOOL", allowed: "true, false", default: "false",
      "a shorter run: fewer faults, shorter windows, one repetition; the report says so"
    ) { text throws(ValueText.Refusal) in "\(try ValueText.bool(text))" }
    field.isFlag = true
    return field
  }
}
