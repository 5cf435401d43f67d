/// When what is written must be on the disk.
public enum FlushPolicy: Sendable, Equatable {
  /// The system writes it when it likes.
  case none
  /// `flush.messages`
  case everyMessages(Int64)
  /// `flush.ms`
  case everyMs(Int64)
  case eachBatch

  static let allowed = "none, batch, N-messages such as 10000-messages, or a time such as 100ms"

  /// As written in flags and labels.
  public var text: String {
    switch self {
    case .none: "none"
    case .everyMessages(let count): "\(count)-messages"
    case .everyMs(let ms): ValueText.duration(ms)
    case .eachBatch: "batch"
    }
  }

  init(parsing text: String) throws(ValueText.Refusal) {
    switch text {
    case "none": self = .none
    case "batch": self = .eachBatch
    default:
      if text.hasSuffix("-messages"),
        let count = try? ValueText.count(String(text.dropLast(9)), in: 1...1_000_000_000)
      {
        self = .everyMessages(count)
      } else if let ms = try? ValueText.duration(text, in: 1...3_600_000), text.last == "s" {
        self = .everyMs(ms)
      } else {
        throw ValueText.Refusal(Self.allowed)
      }
    }
  }
}

/// A way to bring the same batches to the disk; each of those after the raw writes has all that
/// the one before it has, and something more.
public enum WriteStep: String, Sendable, CaseIterable {
  /// One `pwrite` a batch to a file that grows.
  case rawGrowing = "raw-growing"
  /// To segments that are made and deleted as the log does it.
  case rawBounded = "raw-bounded"
  /// As `rawBounded`, disk space taken before, as the log does it, too: the reference of the steps
  /// that follow.
  case rawPreallocated = "raw-preallocated"
  /// Over a file that is there, from its beginning to its end.
  case rawRewrite = "raw-rewrite"
  /// The same places in random order.
  case rawRandom = "raw-random"
  /// Our log: checksum compared, batch appended, indexes, segments.
  case log
  /// Produce requests handed to the broker's core on the same thread.
  case core
  /// Produce requests over a socket to a broker in the same process.
  case loopback
  /// The same to a broker in a process of its own.
  case process
  /// The same to the brokers of `bootstrap`.
  case cluster

  public var isRaw: Bool { rawValue.hasPrefix("raw-") }

  /// Those that are measured unless others are named.
  public static let usual: [WriteStep] = [
    .rawPreallocated, .rawRewrite, .rawRandom, .log, .core, .loopback, .process,
  ]

  /// What the others are compared with, where it was measured.
  public static let reference = WriteStep.rawPreallocated
}

/// The settings of the suite `sequential-write`, read.
public struct SequentialWriteSettings: Sendable {
  public var batchSizes: [Int]
  public var recordSizes: [Int]
  public var flushes: [FlushPolicy]
  /// Nil grows without end.
  public var retentions: [Int64?]
  public var segmentBytes: Int64
  public var steps: [WriteStep]
  /// Steps on this machine are left out: the cluster is on others.
  public var leavesOutLocal: Bool
  /// Bytes of each measurement; nil: what the fastest step of the case writes in `durationMs`, or
  /// the slowest in four times that if it is less.
  public var volumeBytes: Int64?
  public var durationMs: Int64
  /// How long a growing log is written before all of it is synced; 0: not tried.
  public var writeBackMs: Int64

  /// What the suite answers.
  public var question: String {
    if steps == [.cluster] {
      return "How fast does the cluster store batches, by their size, records and flush policy?"
    }
    return "What does each layer above the disk cost, and what does writing in sequence buy?"
  }

  /// The most that a step writes at once.
  public static let mostVolumeBytes: Int64 = 8 << 30
  /// The file that the steps with places write into is no larger.
  public static let mostPlacesFileBytes: Int64 = 512 << 20

  /// How many times as large as what one pass writes that file is: so many that places at random
  /// share no page with another.
  public static func placesSpread(batchBytes: Int) -> Int64 {
    max(8, (32_768 + Int64(batchBytes) - 1) / Int64(max(1, batchBytes)))
  }

  /// What one pass over the places writes, of what other steps of the case write.
  public static func placesBytes(volume: Int64, batchBytes: Int) -> Int64 {
    min(volume, mostPlacesFileBytes / placesSpread(batchBytes: batchBytes))
  }

  /// The slowest step of a case is measured for at most so many times the duration.
  public static let longestDurations = 4

  /// How often the long run is made: an interval needs three values.
  public static func longRounds(_ repetitions: Int) -> Int { min(repetitions, 4) }

  /// The volume of each step of a case.
  ///
  /// - Parameter rates: Bytes a second of its steps.
  /// - Returns: Nil without a rate.
  public func volume(of rates: [Double]) -> Double? {
    guard let fastest = rates.max(), let slowest = rates.min() else { return nil }
    return min(fastest, slowest * Double(Self.longestDurations)) * Double(durationMs) / 1000
  }

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    batchSizes = scenario.values("batch-size", \.batchSizeBytes)
    recordSizes = scenario.values("record-size", \.recordSizeBytes)
    flushes = scenario.suiteValues("flush").compactMap { try? FlushPolicy(parsing: $0) }
    retentions = scenario.values("retention-bytes", \.retentionBytes)
    segmentBytes = scenario.values("segment-bytes", \.segmentBytes)[0]
    let asked = scenario.suiteValues("steps").compactMap(WriteStep.init)
    leavesOutLocal = false
    if case .cluster(let addresses) = scenario.run.target {
      // Beside a cluster elsewhere, what this machine's disk can do says nothing.
      let isHere = addresses.allSatisfy(Self.isThisMachine)
      leavesOutLocal = !isHere && scenario.given["steps"] == nil
      steps = (leavesOutLocal ? [] : asked.filter { $0 != .cluster }) + [.cluster]
    } else {
      steps = asked
    }
    volumeBytes = scenario.suiteValues("volume").first.flatMap {
      try? ValueText.size($0, in: 1...(1 << 44))
    }
    durationMs = scenario.values("duration", \.durationMs)[0] ?? 1000
    writeBackMs =
      scenario.suiteValues("write-back").first
      .flatMap { try? ValueText.duration($0, in: 0...3_600_000) } ?? 0
  }

  private static func isThisMachine(_ address: String) -> Bool {
    let host = address.prefix(upTo: address.lastIndex(of: ":") ?? address.endIndex)
    return host == "localhost" || host.hasPrefix("127.") || host == "[::1]"
  }
}

/// One thing that the suite measures: a step in a case.
public struct WriteTurn: Sendable, Equatable {
  public var entry: WriteCase
  public var step: WriteStep
  /// The long run into write-back.
  public var isLong: Bool

  public var name: String { "\(entry.name) \(step.rawValue)" }
}

extension SequentialWriteSettings {
  /// All that is measured, the steps of a case one after another.
  public var turns: [WriteTurn] {
    let short = WriteCase.all(self).flatMap { entry in
      steps.filter { entry.has($0, of: steps) }
        .map { WriteTurn(entry: entry, step: $0, isLong: false) }
    }
    guard writeBackMs > 0 else { return short }
    let entry = WriteCase.writeBack(self)
    let long = [WriteStep.reference, .process].filter(steps.contains)
    return short + long.map { WriteTurn(entry: entry, step: $0, isLong: true) }
  }

  /// Files made, memory filled, a broker started and ended.
  private static let aroundSeconds = 0.7
  /// What is taken to be written in a second of growth.
  private static let likelyRate = 1e9

  func plan(repetitions: Int) -> RunPlan {
    let turns = turns
    let seconds = Double(durationMs) / 1000
    let steps = turns.map { turn in
      let written = Double(volumeBytes ?? 0)
      var step = RunPlan.Step(
        label: turn.name, repetitions: turn.isLong ? Self.longRounds(repetitions) : repetitions,
        // What waits in memory at the end of the long run is synced.
        seconds: turn.isLong
          ? Double(writeBackMs) / 1000 * 2 + 1 : seconds * 1.5 + Self.aroundSeconds,
        isGuess: true)
      guard turn.step != .cluster else { return step }
      if turn.step == .rawRewrite || turn.step == .rawRandom {
        let size = turn.entry.batchSize
        let pass = Self.placesBytes(volume: volumeBytes ?? .max, batchBytes: size)
        step.leastDiskBytes = pass * Self.placesSpread(batchBytes: size)
        step.likelyDiskBytes = step.leastDiskBytes
        return step
      }
      let grown =
        turn.isLong
        ? Self.likelyRate * Double(writeBackMs) / 1000
        : volumeBytes == nil ? Self.likelyRate * seconds : written
      // Raw writes to a file that grows delete nothing.
      let isGrowing = turn.isLong || turn.step == .rawGrowing
      let kept = isGrowing ? nil : turn.entry.retention.map { Double($0 + segmentBytes * 2) }
      step.leastDiskBytes = Int64(kept ?? written)
      // What is written until old segments are deleted, and what is allocated ahead.
      let late = Self.likelyRate * BrokerDeletion.usualSeconds
      step.likelyDiskBytes =
        Int64(kept.map { min($0 + late, max($0, grown)) } ?? grown) + RunPlan.allocatedAhead
      return step
    }
    let order = (0...max(1, repetitions)).flatMap { round in
      RunPlan.order(of: turns.count, round: round).filter { turn in
        turns[turn].isLong ? (1...Self.longRounds(max(1, repetitions))).contains(round) : true
      }
    }
    return RunPlan(
      steps: steps, order: order,
      notes: [
        "Each step of a case writes the same volume: what the fastest writes in"
          + " \(ValueText.duration(durationMs)), unless the slowest would take more than"
          + " \(Self.longestDurations) times as long. All steps are measured in the first case, in"
          + " the others the raw writes and the last step. A first round of all does not count, and"
          + " is among the measurements here."
      ])
  }
}

extension SuiteDefinition {
  static let sequentialWrite = SuiteDefinition(
    keys: [
      "bootstrap", "broker-pid", "data-dir", "broker-loops", "broker-property", "batch-size",
      "record-size", "flush", "retention-bytes", "segment-bytes", "steps", "volume", "duration",
      "write-back",
    ],
    defaults: [
      ("batch-size", ["64KiB", "16KiB", "256KiB", "1MiB"]),
      ("record-size", ["1KiB", "100"]),
      ("flush", ["none", "10000-messages", "100ms", "batch"]),
      ("retention-bytes", ["256MiB", "unlimited"]),
      ("segment-bytes", ["32MiB"]),
      ("steps", WriteStep.usual.map(\.rawValue)),
      ("volume", ["auto"]),
      ("duration", ["600ms"]),
      ("write-back", ["4s"]),
    ],
    check: { scenario throws(ScenarioError) in try checkSequentialWrite(scenario) },
    plan: { SequentialWriteSettings($0).plan(repetitions: $0.run.repetitions) })

  private static func checkSequentialWrite(_ scenario: Scenario) throws(ScenarioError) {
    try scenario.refuseSeveral(of: ["segment-bytes", "volume", "duration", "write-back"])
    let settings = SequentialWriteSettings(scenario)
    for size in settings.batchSizes where size < 128 || size > 16 << 20 {
      throw scenario.refusal(
        "batch-size", "\(ValueText.size(Int64(size))) is no batch that all steps can write",
        allowed: "128 to 16MiB")
    }
    for size in settings.recordSizes where size < 1 || size > 1 << 20 {
      throw scenario.refusal(
        "record-size", "\(ValueText.size(Int64(size))) is no record that all steps can write",
        allowed: "1 to 1MiB")
    }
    if let largest = settings.batchSizes.max(), settings.segmentBytes < Int64(largest) * 2 {
      throw scenario.refusal(
        "segment-bytes", "two batches do not fit into a segment",
        allowed: "at least \(ValueText.size(Int64(largest) * 2))")
    }
    for case let kept? in settings.retentions where kept < settings.segmentBytes * 2 {
      throw scenario.refusal(
        "segment-bytes", "two segments do not fit into what is retained",
        allowed: "up to half of retention-bytes (\(ValueText.size(kept / 2)))")
    }
    if let volume = settings.volumeBytes, volume > SequentialWriteSettings.mostVolumeBytes {
      throw scenario.refusal(
        "volume", "a step writes \(ValueText.size(volume)) in no time that somebody waits for",
        allowed: "auto, or 64KiB to \(ValueText.size(SequentialWriteSettings.mostVolumeBytes))")
    }
    let hasCluster = scenario.run.target.kind == .cluster
    if settings.steps.contains(.cluster), !hasCluster {
      throw scenario.refusal(
        "steps", "there is no cluster to measure", allowed: "cluster with --bootstrap")
    }
  }
}

extension ScenarioSchema {
  /// The settings that only suites have, and the one that chooses the suite.
  static let suiteFields: [ScenarioField] = [
    .setting(
      "suite", group: .suite, "NAME",
      allowed: Suite.allCases.map(\.rawValue).joined(separator: ", "), default: "",
      "measure a suite of its own instead of the load"
    ) { text, scenario throws(ValueText.Refusal) in
      guard let suite = Suite(rawValue: text) else {
        throw ValueText.Refusal(Suite.allCases.map(\.rawValue).joined(separator: ", "))
      }
      scenario.run.suite = suite
    },
    .suite(
      "flush", of: [.sequentialWrite], "POLICY", allowed: FlushPolicy.allowed, default: "",
      "when what is written must be on the disk"
    ) { text throws(ValueText.Refusal) in try FlushPolicy(parsing: text).text },
    .suite(
      "steps", of: [.sequentialWrite], "STEP",
      allowed: WriteStep.allCases.map(\.rawValue).joined(separator: ", "), default: "",
      "the steps from raw writes to a broker that are measured in the first case; the others have"
        + " raw-preallocated and the last step"
    ) { text throws(ValueText.Refusal) in
      guard let step = WriteStep(rawValue: text) else {
        throw ValueText.Refusal(WriteStep.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return step.rawValue
    },
    .suite(
      "volume", of: [.sequentialWrite, .zeroCopyFetch, .partitionScaling], "SIZE",
      allowed: "auto, or 64KiB to 16TiB",
      default: "",
      "bytes of each measurement; auto is what the fastest step of a case writes in the duration,"
        + " at most what the slowest writes in four times the duration"
    ) { text throws(ValueText.Refusal) in
      text == "auto" ? text : ValueText.size(try ValueText.size(text, in: (1 << 16)...(1 << 44)))
    },
    .suite(
      "write-back", of: [.sequentialWrite], "TIME", allowed: "0s to 1h", default: "",
      "how long a growing log is written until all of it is synced; 0s leaves it out"
    ) { text throws(ValueText.Refusal) in
      ValueText.duration(try ValueText.duration(text, in: 0...3_600_000))
    },
  ]
}
