/// What the suite `partition-scaling` varies, and what it looks at.
public enum ScalingSeries: String, Sendable, CaseIterable {
  /// More partitions, every setting as it was: batches shrink.
  case equalSettings = "equal-settings"
  /// More partitions, with batches that are small and have time to fill: as large everywhere.
  case equalBatches = "equal-batches"
  /// More partitions at a fixed rate, read meanwhile: what each record waits.
  case latency
  /// More producers on a fixed number of partitions.
  case clients
  /// More partitions, and the broker started again: after a clean stop, and after SIGKILL.
  case starts
}

/// One turn of the suite.
public struct ScalingTurn: Sendable, Equatable {
  public var series: ScalingSeries
  public var partitions: Int32
  public var clients: Int

  /// For progress and plans: `equal-settings 1000 partitions`.
  public var name: String {
    let places = "\(partitions) partition\(partitions == 1 ? "" : "s")"
    guard series == .clients else { return "\(series.rawValue) \(places)" }
    return "\(series.rawValue) \(clients) producer\(clients == 1 ? "" : "s")"
  }
}

/// The settings of the suite `partition-scaling`, read.
public struct PartitionScalingSettings: Sendable {
  public var series: [ScalingSeries]
  public var partitions: [Int32]
  public var clients: [Int]
  public var recordSize: Int
  public var batchSize: Int
  /// Where batches are to be as large everywhere.
  public var equalBatchSize: Int
  public var lingerMs: Int64
  /// Bytes of values in each measurement, over all partitions, at most: what ends a closed loop
  /// before its time where a broker is very fast. The default holds 2 GB/s for its 2.8 s. Reports
  /// compare no two points of which one ended more than a tenth earlier.
  public var volumeBytes: Int64
  /// How long each measurement takes, whatever its number of partitions.
  public var durationMs: Int64
  /// Records a second of the series `latency`.
  public var rate: LoadRate
  let isCluster: Bool

  /// Partitions of the topic that producers share.
  public static let clientsPartitions: Int32 = 16
  /// Load that does not count, before each measurement, at least.
  static let leastWarmupMs: Int64 = 1000
  /// Of the series `starts`, whose load only fills the logs.
  static let fillMs: Int64 = 1000
  /// Long enough for any batch here to fill.
  public static let patientLingerMs: Int64 = 60_000
  /// The rate at which open batches are taken to fill where there are many.
  private static let fillRate = 6e7

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    series = scenario.suiteValues("series").compactMap(ScalingSeries.init)
    partitions = scenario.values("partitions", \.partitions)
    clients = scenario.values("producers", \.producers)
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    batchSize = scenario.values("batch-size", \.batchSizeBytes)[0]
    lingerMs = scenario.values("linger-ms", \.lingerMs)[0]
    durationMs = scenario.values("duration", \.durationMs)[0] ?? 2800
    rate = scenario.values("rate", \.rate)[0]
    func size(_ name: String, _ usual: Int64) -> Int64 {
      scenario.suiteValues(name).first.flatMap { try? ValueText.size($0, in: 1...(1 << 44)) }
        ?? usual
    }
    volumeBytes = size("volume", 5376 << 20)
    equalBatchSize = Int(clamping: size("equal-batch-size", 8192))
  }

  /// All turns of a round, in its order.
  public var turns: [ScalingTurn] {
    series.flatMap { series -> [ScalingTurn] in
      switch series {
      case .starts where isCluster: []
      case .clients:
        clients.map {
          ScalingTurn(series: series, partitions: Self.clientsPartitions, clients: $0)
        }
      default: partitions.map { ScalingTurn(series: series, partitions: $0, clients: 1) }
      }
    }
  }

  /// What the suite answers: memory, files and starts are those of brokers of ours.
  public var question: String {
    "How much of one partition's throughput is left with many, "
      + (isCluster
        ? "and do more clients help?"
        : "what does a partition cost in memory, files and time, and do more clients help?")
  }

  /// A cluster is the same in every turn and is warmed by a round of its own.
  public var warmsUp: Bool { isCluster }

  /// Records that count, in a closed loop, at most.
  ///
  /// - Parameter memoryBytes: Of the machine: an eighth of it at most is written, so that no
  ///   measurement waits for the disk.
  public func records(memoryBytes: Int64) -> Int64 {
    max(1, volume(memoryBytes: memoryBytes) / Int64(max(1, recordSize)))
  }

  /// Bytes of values that count, in a closed loop, at most.
  public func volume(memoryBytes: Int64) -> Int64 {
    min(volumeBytes, max(64 << 20, memoryBytes / 8))
  }

  /// How long a measurement takes.
  public func durationMs(_ turn: ScalingTurn) -> Int64 {
    turn.series == .starts ? min(durationMs, Self.fillMs) : durationMs
  }

  /// How long the load runs before, in milliseconds: where batches are to fill, until each
  /// partition has filled some.
  public func warmupMs(_ turn: ScalingTurn) -> Int64 {
    guard turn.series == .equalBatches else { return Self.leastWarmupMs }
    return Self.leastWarmupMs + Int64(Double(openBytes(turn)) * 2 / Self.fillRate * 1000)
  }

  /// What the open batches of a producer hold together, with batches that have time to fill.
  private func openBytes(_ turn: ScalingTurn) -> Int64 {
    Int64(turn.partitions) * Int64(equalBatchSize)
  }

  /// `buffer.memory`: the same with few partitions as with many, so that a series differs in its
  /// partitions alone.
  public func bufferBytes(_ series: ScalingSeries) -> Int64 {
    let usual: Int64 = 64 << 20
    guard series == .equalBatches else { return usual }
    let most = Int64(partitions.max() ?? 1) * Int64(equalBatchSize)
    return max(usual, most + most / 2 + (16 << 20))
  }

  /// Bytes of a segment file where the volume is spread over so many partitions: small ones, so
  /// that space that is allocated ahead stays small too.
  public func segmentBytes(_ partitions: Int32) -> Int64 {
    let share = min(volumeBytes, 2 << 30) / Int64(max(1, partitions))
    return min(128 << 20, max(1 << 20, share))
  }

  /// Starting a broker, making the topic, deleting the data; besides, for each partition.
  private static let aroundSeconds = 1.5
  private static let secondsAPartition = 0.001

  func plan(repetitions: Int) -> RunPlan {
    let turns = turns
    let steps = turns.map { turn -> RunPlan.Step in
      let isStart = turn.series == .starts
      let each = Double(turn.partitions) * Self.secondsAPartition
      var step = RunPlan.Step(
        label: turn.name, repetitions: repetitions,
        seconds: loadSeconds(turn) + Self.aroundSeconds + each * (isStart ? 4 : 1), isGuess: true)
      guard !isCluster else { return step }
      let seconds = Double(durationMs(turn)) / 1000
      let warmup = Double(warmupMs(turn)) / 1000
      let offered = turn.series == .latency ? (rate.target ?? 0) * Double(recordSize) : .infinity
      let least = min(offered, Self.leastRate(turn.partitions))
      step.leastDiskBytes = Int64(min(Double(volumeBytes), least * seconds))
      // What each log allocates ahead: three times itself at most.
      let rate = min(offered * 1.1, Self.likelyRate(turn.partitions))
      let most = Int64(min(Double(volumeBytes), rate * seconds) + rate * warmup)
      let ahead = min(3 * most, Int64(turn.partitions) * RunPlan.allocatedAhead)
      step.likelyDiskBytes = max(scratch(turn), most + ahead + Int64(turn.partitions) << 20)
      return step
    }
    let order = ((warmsUp ? 0 : 1)...max(1, repetitions)).flatMap {
      RunPlan.order(of: turns.count, round: $0)
    }
    var plan = RunPlan(
      steps: steps, order: order,
      notes: [
        "Each measurement takes \(ValueText.duration(durationMs)), with few partitions as with"
          + " many, or ends when \(RunPlan.size(volumeBytes)) (an eighth of the memory at most) are"
          + " written; points whose times differ by more than a tenth are not compared."
          + " Load of \(ValueText.duration(Self.leastWarmupMs)) and more comes before and"
          + " does not count."
      ])
    if warmsUp {
      plan.notes.append("A first round of all does not count, and is among the measurements here.")
    }
    if !isCluster {
      // A segment's file each, and the broker's own.
      plan.leastOpenFiles = turns.map { Int($0.partitions) }.max().map { $0 + 200 }
    }
    return plan
  }

  /// What a closed loop surely writes and can hardly exceed, in bytes a second: small batches of
  /// many partitions cost much.
  private static func leastRate(_ partitions: Int32) -> Double {
    2e7 / (1 + Double(partitions) / 2500)
  }
  private static func likelyRate(_ partitions: Int32) -> Double {
    1e9 / (1 + Double(partitions) / 2500)
  }
  /// What a scratch file, and reading back, are taken to do in a second.
  private static let memoryRate = 1.5e9

  /// Bytes of the scratch file before a turn: the same with few partitions as with many.
  func scratch(_ turn: ScalingTurn) -> Int64 {
    switch turn.series {
    case .equalSettings, .equalBatches, .clients: volumeBytes
    case .latency, .starts: min(volumeBytes, 256 << 20)
    }
  }

  /// - Parameter memoryBytes: Of the machine.
  public func scratchBytes(_ turn: ScalingTurn, memoryBytes: Int64) -> Int64 {
    min(scratch(turn), volume(memoryBytes: memoryBytes))
  }

  private func loadSeconds(_ turn: ScalingTurn) -> Double {
    let load = Double(durationMs(turn) + warmupMs(turn)) / 1000
    return isCluster ? load : load + Double(scratch(turn)) / Self.memoryRate
  }
}

extension SuiteDefinition {
  static let partitionScaling = SuiteDefinition(
    keys: [
      "bootstrap", "broker-pid", "data-dir", "broker-loops", "broker-property", "series",
      "partitions", "producers", "record-size", "batch-size", "equal-batch-size", "linger-ms",
      "volume", "duration", "rate",
    ],
    defaults: [
      ("series", ScalingSeries.allCases.map(\.rawValue)),
      ("partitions", ["1", "10", "100", "1000", "10000"]),
      ("producers", ["1", "2", "4", "8", "16"]),
      ("record-size", ["1KiB"]),
      ("batch-size", ["64KiB"]),
      ("equal-batch-size", ["8KiB"]),
      ("linger-ms", ["5"]),
      ("volume", ["5376MiB"]),
      ("duration", ["2800ms"]),
      ("rate", ["5000"]),
      ("repetitions", ["4"]),
    ],
    check: { scenario throws(ScenarioError) in try checkPartitionScaling(scenario) },
    plan: { PartitionScalingSettings($0).plan(repetitions: $0.run.repetitions) })

  private static func checkPartitionScaling(_ scenario: Scenario) throws(ScenarioError) {
    try scenario.refuseSeveral(of: [
      "record-size", "batch-size", "equal-batch-size", "linger-ms", "volume", "duration", "rate",
    ])
    let settings = PartitionScalingSettings(scenario)
    if let number = settings.clients.first(where: { !(1...256).contains($0) }) {
      throw scenario.refusal(
        "producers", "\(number) producers cannot be measured", allowed: "1 to 256")
    }
    try scenario.refuseWithoutStamp(settings.recordSize)
    if settings.turns.isEmpty {
      throw scenario.refusal(
        "series",
        "a cluster that is not ours is not started again, so that nothing is left to"
          + " measure", allowed: "another series than starts, with --bootstrap")
    }
    if settings.equalBatchSize < settings.recordSize * 2 {
      throw scenario.refusal(
        "equal-batch-size", "two records do not fit into such a batch",
        allowed: "at least \(ValueText.size(Int64(settings.recordSize * 2)))")
    }
    if settings.series.contains(.latency), settings.rate.target == nil {
      throw scenario.refusal(
        "rate", "latency is measured at a fixed rate",
        allowed: "records a second, such as 5000")
    }
  }
}

extension ScenarioSchema {
  static let partitionScalingFields: [ScenarioField] = [
    .suite(
      "series", of: [.partitionScaling], "NAME",
      allowed: ScalingSeries.allCases.map(\.rawValue).joined(separator: ", "), default: "",
      "what is varied and looked at"
    ) { text throws(ValueText.Refusal) in
      guard let series = ScalingSeries(rawValue: text) else {
        throw ValueText.Refusal(ScalingSeries.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return series.rawValue
    },
    .suite(
      "equal-batch-size", of: [.partitionScaling], "SIZE", allowed: "1 to 1GiB", default: "",
      "batch.size where batches are to be as large with many partitions as with few"
    ) { text throws(ValueText.Refusal) in
      ValueText.size(try ValueText.size(text, in: 1...(1 << 30)))
    },
  ]
}
