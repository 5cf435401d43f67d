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
  /// Bytes of values in each measurement, over all partitions.
  public var volumeBytes: Int64
  /// How long a measurement may take.
  public var durationMs: Int64
  /// Records a second of the series `latency`.
  public var rate: LoadRate
  let isCluster: Bool

  /// Partitions of the topic that producers share.
  public static let clientsPartitions: Int32 = 16
  /// Load that does not count, before each measurement.
  public static let warmupMs: Int64 = 500
  /// What each partition is to get where batches are as large everywhere: so many that what is not
  /// full at the end weighs little.
  public static let batchesEach: Int64 = 8
  /// Long enough for any batch here to fill.
  public static let patientLingerMs: Int64 = 60_000

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    series = scenario.suiteValues("series").compactMap(ScalingSeries.init)
    partitions = scenario.values("partitions", \.partitions)
    clients = scenario.values("producers", \.producers)
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    batchSize = scenario.values("batch-size", \.batchSizeBytes)[0]
    lingerMs = scenario.values("linger-ms", \.lingerMs)[0]
    durationMs = scenario.values("duration", \.durationMs)[0] ?? 5000
    rate = scenario.values("rate", \.rate)[0]
    func size(_ name: String, _ usual: Int64) -> Int64 {
      scenario.suiteValues(name).first.flatMap { try? ValueText.size($0, in: 1...(1 << 44)) }
        ?? usual
    }
    volumeBytes = size("volume", 256 << 20)
    equalBatchSize = Int(clamping: size("equal-batch-size", 16_384))
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

  /// Bytes of values that count, in a closed loop.
  public func bytes(_ turn: ScalingTurn) -> Int64 {
    guard turn.series == .equalBatches else { return volumeBytes }
    return max(volumeBytes, Int64(turn.partitions) * Int64(equalBatchSize) * Self.batchesEach)
  }

  /// Records that count, in a closed loop.
  public func records(_ turn: ScalingTurn) -> Int64 {
    max(1, bytes(turn) / Int64(max(1, recordSize)))
  }

  /// How long a measurement may take: longer where more is written.
  public func durationMs(_ turn: ScalingTurn) -> Int64 {
    turn.series == .equalBatches ? durationMs * 4 : durationMs
  }

  /// Bytes of a segment file where the volume is spread over so many partitions: small ones, so
  /// that space that is allocated ahead stays small too.
  public func segmentBytes(_ partitions: Int32) -> Int64 {
    let share = volumeBytes / Int64(max(1, partitions))
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
      let bytes = bytes(turn) + bytes(turn) / 20
      step.leastDiskBytes = bytes
      // What the warm-up writes, and what each log allocates ahead: three times itself at most.
      let most = bytes + Int64(Self.likelyRate) * Self.warmupMs / 1000
      let ahead = min(3 * most, Int64(turn.partitions) * RunPlan.allocatedAhead)
      step.likelyDiskBytes = most + ahead + Int64(turn.partitions) << 20
      return step
    }
    let order = ((warmsUp ? 0 : 1)...max(1, repetitions)).flatMap { round in
      round % 2 == 1 ? Array(turns.indices) : turns.indices.reversed()
    }
    var plan = RunPlan(
      steps: steps, order: order,
      notes: [
        "A closed loop writes \(RunPlan.size(volumeBytes)) (at equal batches"
          + " \(Self.batchesEach) batches a partition at least) as fast as it can, for at most"
          + " \(ValueText.duration(durationMs)) (at equal batches four times that); reckoned with"
          + " \(RunPlan.size(Int64(Self.guessedRate)))/s. Load of"
          + " \(ValueText.duration(Self.warmupMs)) comes before and does not count."
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

  /// What a closed loop is taken to write, in bytes a second, to reckon time with; and at most.
  private static let guessedRate = 1.5e8
  private static let likelyRate = 1e9

  private func loadSeconds(_ turn: ScalingTurn) -> Double {
    let longest = Double(durationMs(turn)) / 1000
    let warmup = Double(Self.warmupMs) / 1000
    guard turn.series != .latency else { return longest + warmup }
    return warmup + min(longest, Double(bytes(turn)) / Self.guessedRate)
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
      ("partitions", ["1", "10", "100", "1000", "5000", "10000"]),
      ("producers", ["1", "2", "4", "8", "16"]),
      ("record-size", ["1KiB"]),
      ("batch-size", ["64KiB"]),
      ("equal-batch-size", ["16KiB"]),
      ("linger-ms", ["5"]),
      ("volume", ["256MiB"]),
      ("duration", ["2s"]),
      ("rate", ["5000"]),
    ],
    check: { scenario throws(ScenarioError) in try checkPartitionScaling(scenario) },
    plan: { PartitionScalingSettings($0).plan(repetitions: $0.run.repetitions) })

  private static func checkPartitionScaling(_ scenario: Scenario) throws(ScenarioError) {
    func refusal(_ key: String, _ message: String, allowed: String) -> ScenarioError {
      ScenarioError(file: scenario.file, key: key, message, allowed: allowed)
    }
    for name in [
      "record-size", "batch-size", "equal-batch-size", "linger-ms", "volume", "duration", "rate",
    ] where scenario.valueCount(name) > 1 {
      throw refusal(name, "the suite measures with one value of it", allowed: "one value")
    }
    let settings = PartitionScalingSettings(scenario)
    if let number = settings.clients.first(where: { !(1...256).contains($0) }) {
      throw refusal("producers", "\(number) producers cannot be measured", allowed: "1 to 256")
    }
    if settings.recordSize < 32 {
      throw refusal(
        "record-size", "a value this short does not hold all that latency is told by",
        allowed: "32 to 256MiB")
    }
    if settings.turns.isEmpty {
      throw refusal(
        "series",
        "a cluster that is not ours is not started again, so that nothing is left to"
          + " measure", allowed: "another series than starts, with --bootstrap")
    }
    if settings.equalBatchSize < settings.recordSize * 2 {
      throw refusal(
        "equal-batch-size", "two records do not fit into such a batch",
        allowed: "at least \(ValueText.size(Int64(settings.recordSize * 2)))")
    }
    if settings.series.contains(.latency), settings.rate.target == nil {
      throw refusal(
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
