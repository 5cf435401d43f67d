import Glibc
import Statistics

/// A measurement to compare later ones with: a small file, meant to be committed.
public struct Baseline: Codable, Sendable, Equatable {
  /// Raised when a reader of the older form would misread this one.
  public static let currentSchemaVersion = 1
  /// Tells the file from other JSON.
  public static let format = "weir-baseline"

  public var format = Baseline.format
  public var schemaVersion = Baseline.currentSchemaVersion
  public var weirVersion: String
  public var runId: String
  public var createdUtc: String
  public var scenario: String
  public var environment: RunEnvironment
  public var target: TargetDescription
  /// Every setting, so that the same workload can be run again.
  public var configuration: EffectiveConfiguration
  /// Two lanes of the same thing, by case.
  public var lanes: [[CaseSamples]]
  /// What the two lanes differed by without a cause, as a share: by case, by figure.
  public var noiseFloors: [String: [String: Double]]

  /// Of lanes that were measured in turns.
  ///
  /// - Parameter runs: What the lanes' own results say of themselves; the first speaks for all.
  public init?(_ runs: [RunResult], lanes: [[CaseSamples]]) {
    guard let run = runs.first else { return nil }
    weirVersion = run.weirVersion
    runId = run.runId.split(separator: "/").first.map(String.init) ?? run.runId
    createdUtc = run.startedUtc
    scenario = run.scenario
    environment = run.environment
    target = run.target
    configuration = run.configuration
    self.lanes = lanes
    noiseFloors = [:]
    let side = CheckInput.Side(lanes: lanes)
    for entry in lanes.first ?? [] {
      for metric in CheckMetric.all {
        let pairs = side.identicalPairs(entry.label, metric.name)
        guard let size = Worsening.noise(ofIdentical: pairs) else { continue }
        noiseFloors[entry.label, default: [:]][metric.name] = exp(size) - 1
      }
    }
  }

  /// Of a run as `weir bench` makes it: every other repetition counts as a lane of its own, so that
  /// neighbours show what differs without a cause. It has no control lane.
  ///
  /// - Returns: Nil where a case has no whole repetition.
  public init?(_ run: RunResult) {
    let cases = run.cases.map { CaseSamples($0) }
    guard !cases.isEmpty, cases.allSatisfy({ !$0.repetitions.isEmpty }) else { return nil }
    let lanes = (0..<2).map { parity in
      cases.map { entry in
        let own = entry.repetitions.enumerated().filter { $0.offset % 2 == parity }
        return CaseSamples(
          label: entry.label, workload: entry.workload,
          repetitions: own.map { index, sample in
            CaseSamples.Sample(round: index / 2 + 1, values: sample.values)
          })
      }
    }
    self.init([run], lanes: lanes)
  }

  /// Fewer pairs of its lanes than these tell nothing of what is noise.
  private static let noisePairsMin = 3

  /// How many rounds a baseline of such cases needs at least: fewer tell nothing of what is noise,
  /// or no check against them could find anything.
  public static func roundsNeeded(_ loads: [Workload]) -> Int {
    var rounds = noisePairsMin
    while rounds < 1000, CheckRounds.least(for: loads, against: rounds) == nil { rounds += 1 }
    return rounds
  }

  /// Why a run cannot become a baseline, with how many repetitions it would need; nil where it can.
  public static func shortcoming(of run: RunResult) -> String? {
    let needed = 2 * roundsNeeded(run.cases.map(\.workload))
    for entry in run.cases {
      let count = entry.repetitions.count { !$0.isPartial }
      guard count < needed else { continue }
      return "case \(entry.label) has \(count) whole repetitions; a baseline takes at least"
        + " \(needed), since it makes two lanes of them (--repetitions \(needed))"
    }
    return nil
  }

  /// What it lacks for a check; nil where it lacks nothing.
  public var shortcoming: String? {
    guard lanes.count >= 2, let first = lanes.first, !first.isEmpty else {
      return "it has no two lanes of the same thing"
    }
    let needed = Self.roundsNeeded(first.map(\.workload))
    for entry in first {
      let least = rounds(of: entry.label)
      guard least < needed else { continue }
      return "a lane has \(least) repetitions of case \(entry.label); a check needs at least"
        + " \(needed) in each of two"
    }
    return nil
  }

  /// The fewest rounds of a case.
  public var rounds: Int { (lanes.first ?? []).map { rounds(of: $0.label) }.min() ?? 0 }

  private func rounds(of label: String) -> Int {
    lanes.map { lane in lane.first { $0.label == label }?.repetitions.count ?? 0 }.min() ?? 0
  }

  /// Its cases, with one sample a round: the geometric mean of the lanes, which share what the
  /// machine did in that round. A figure that is 0 in a lane has their plain mean.
  public var pooledCases: [CaseSamples] {
    (lanes.first ?? []).map { entry in
      let all = lanes.compactMap { lane in lane.first { $0.label == entry.label } }
        .flatMap(\.repetitions)
      let rounds = Dictionary(grouping: all, by: \.round).sorted { $0.key < $1.key }
      var pooled = entry
      pooled.repetitions = rounds.map { round, samples in
        let values = samples.flatMap(\.values).reduce(into: [String: [Double]]()) {
          $0[$1.key, default: []].append($1.value)
        }
        return CaseSamples.Sample(round: round, values: values.mapValues(Self.pooled))
      }
      return pooled
    }
  }

  private static func pooled(_ values: [Double]) -> Double {
    values.allSatisfy { $0 > 0 }
      ? geometricMean(values) : values.reduce(0, +) / Double(values.count)
  }
}

// MARK: The same workload

extension Baseline {
  /// Settings that say where and how often, not what.
  static let placeNames: Set<String> = [
    "bootstrap", "broker-pid", "data-dir", "output", "seed", "repetitions", "interval", "latency",
  ]

  /// Whether a setting says where and how often, not what.
  public static func isPlace(_ name: String) -> Bool { placeNames.contains(name) }

  /// The scenario that measures the same again.
  ///
  /// - Throws: `ScenarioError` for a setting that this Weir does not understand.
  public func scenarioAgain() throws(ScenarioError) -> Scenario {
    var again = Scenario()
    again.name = scenario
    for entry in configuration.entries where !entry.values.isEmpty {
      guard let field = ScenarioSchema.field(named: entry.name) else {
        throw ScenarioSchema.unknown(entry.name)
      }
      let isParameter = field.kind == .list
      let isPlace = Self.placeNames.contains(entry.name) && entry.name != "bootstrap"
      if isPlace && entry.name != "repetitions" || entry.isDefault && !isParameter { continue }
      try ScenarioSchema.set(flag: entry.name, to: entry.values, in: &again)
    }
    return again
  }

  /// What another scenario would measure differently; nil where it is the same workload.
  public func difference(from other: Scenario) -> String? {
    let seed = configuration.seed
    let now = Dictionary(
      uniqueKeysWithValues: other.effectiveConfiguration(seed: seed).entries.map {
        ($0.name, $0.values)
      })
    let then = Dictionary(
      configuration.entries.map { ($0.name, $0.values) }, uniquingKeysWith: { $1 })
    for field in ScenarioSchema.fields where !Self.placeNames.contains(field.name) {
      let (old, new) = (then[field.name] ?? [], now[field.name] ?? [])
      if old != new, !(old.isEmpty && field.kind != .list && new.isEmpty) {
        func text(_ values: [String]) -> String {
          values.isEmpty ? "nothing" : values.joined(separator: ", ")
        }
        return "\(field.name) is \(text(new)), and was \(text(old))"
      }
    }
    let cases = other.cases()
    let known = lanes.first ?? []
    guard cases.map(\.label).count == known.count,
      zip(cases, known).allSatisfy({ $0.workload == $1.workload })
    else { return "the cases are not the same" }
    return nil
  }

  /// The samples of its lanes under the labels of the cases that measure the same now.
  ///
  /// An older baseline has the parts of the client's CPU time and not their sum.
  public func relabelled(as labels: [String]) -> [[CaseSamples]] {
    lanes.map { lane in
      zip(lane, labels).map { entry, label in
        let repetitions = entry.repetitions.map { sample in
          var sample = sample
          if sample.values[CheckMetric.clientCpu] == nil,
            let user = sample.values["client_user_cpu"],
            let system = sample.values["client_system_cpu"]
          {
            sample.values[CheckMetric.clientCpu] = user + system
          }
          return sample
        }
        return CaseSamples(label: label, workload: entry.workload, repetitions: repetitions)
      }
    }
  }
}

extension RunEnvironment {
  /// What makes this another machine than `other`, for figures of time; nil where it is the same.
  public func machineDifference(from other: RunEnvironment) -> String? {
    func differ(_ name: String, _ here: String?, _ there: String?) -> String? {
      here == there ? nil : "\(name) \(here ?? "unknown") here, \(there ?? "unknown") there"
    }
    func gib(_ bytes: Int64?) -> String? {
      bytes.map { ValueText.plain((Double($0) / 1_073_741_824 * 10).rounded() / 10) + " GiB" }
    }
    // Every container has a name of its own, and shares the kernel's identity with its machine.
    let isSameHost = hostName == other.hostName || (bootId != nil && bootId == other.bootId)
    return (isSameHost ? nil : differ("host", hostName, other.hostName))
      ?? differ("CPU", cpuModel, other.cpuModel)
      ?? differ("CPUs", cpuCount.map { "\($0)" }, other.cpuCount.map { "\($0)" })
      ?? differ("memory", gib(memoryBytes), gib(other.memoryBytes))
      ?? differ("kernel", kernel, other.kernel)
      ?? differ("file system", fileSystem, other.fileSystem)
      ?? differ("CPU governor", cpuGovernor, other.cpuGovernor)
      ?? differ("build", buildConfiguration, other.buildConfiguration)
  }
}
