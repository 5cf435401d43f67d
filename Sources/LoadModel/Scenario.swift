/// What a run does: settings of the run, and one or several values of each parameter of its cases.
public struct Scenario: Sendable {
  public var name = "custom"
  /// The question that it answers, in a sentence.
  public var question: String?
  public var run = RunSettings()
  /// The parameters that were given, in the schema's order; the others keep their defaults.
  public internal(set) var axes: [Axis] = []
  /// Settings that only suites have, as texts, by their names.
  var suiteTexts: [String: [String]] = [:]
  /// The settings that were given, by name.
  var given: [String: Place] = [:]
  /// Where each of `run.faults` stands in the file.
  var faultPlaces: [Place] = []
  /// The file it was read from.
  public var file: String?

  public init() {}

  /// One parameter of the cases and the values it takes.
  public struct Axis: Sendable {
    /// The flag's name, which is the file's key.
    public var name: String
    /// The values in the form in which they are read back.
    public var values: [String]
    /// What each value does to a workload; as many as `values`.
    var apply: [@Sendable (inout Workload) -> Void]
  }

  /// One case of the cross product.
  public struct Case: Sendable, Equatable {
    public var index: Int
    /// The values that tell it from the others: `acks=all compression=zstd`; the scenario's name
    /// where there is but one case.
    public var label: String
    public var workload: Workload
  }

  /// One measurement of one case.
  public struct Turn: Sendable, Equatable {
    public var caseIndex: Int
    /// From 1.
    public var repetition: Int
  }

  /// The cross product of all axes: the first axis varies slowest. The first case is the baseline.
  public func cases() -> [Case] {
    var found: [(labels: [String], workload: Workload)] = [([], baseWorkload)]
    for axis in axes {
      found = found.flatMap { entry in
        zip(axis.values, axis.apply).map { value, apply in
          var workload = entry.workload
          apply(&workload)
          let label = axis.values.count > 1 ? ["\(axis.name)=\(value)"] : []
          return (entry.labels + label, workload)
        }
      }
    }
    return found.enumerated().map { index, entry in
      let label = entry.labels.isEmpty ? name : entry.labels.joined(separator: " ")
      return Case(index: index, label: label, workload: entry.workload)
    }
  }

  /// What the axes are applied to: records alone set no duration.
  var baseWorkload: Workload {
    var workload = Workload()
    let names = axes.map(\.name)
    if names.contains("records"), !names.contains("duration") { workload.durationMs = nil }
    return workload
  }

  /// How many cases the cross product has, without making it; `Int.max` where it overflows.
  public var caseCount: Int {
    axes.reduce(1) { count, axis in
      let product = count.multipliedReportingOverflow(by: axis.values.count)
      return product.overflow ? .max : product.partialValue
    }
  }

  /// In which order the cases are measured: they take turns, and every other round goes backwards
  /// (A B C, C B A, …), so that a machine that grows slower weighs on all alike.
  ///
  /// Of several swept settings none keeps one value for half a round: a minute in which the machine
  /// is slow would be taken for what that value does. A round therefore goes in leaps.
  public func turns() -> [Turn] {
    let count = caseCount
    let leap = axes.count { $0.values.count > 1 } > 1 ? Self.leap(over: count) : 1
    let forwards = (0..<count).map { $0 * leap % count }
    return (1...max(1, measuredRepetitions)).flatMap { repetition in
      (repetition % 2 == 1 ? forwards : forwards.reversed())
        .map { Turn(caseIndex: $0, repetition: repetition) }
    }
  }

  /// The number nearest to the golden section of `count` that has no divisor in common with it:
  /// leaps of it meet every case once, and neighbours lie far apart.
  private static func leap(over count: Int) -> Int {
    func divisor(_ one: Int, _ other: Int) -> Int {
      other == 0 ? one : divisor(other, one % other)
    }
    let golden = Double(count) * 0.618_034
    return (1...max(1, count)).filter { divisor($0, count) == 1 }
      .min { abs(Double($0) - golden) < abs(Double($1) - golden) } ?? 1
  }
}

/// Settings that hold for all cases of a run.
public struct RunSettings: Sendable, Equatable {
  public var target: BrokerTarget = .embedded
  /// Nil: the load itself is measured.
  public var suite: Suite?
  public var repetitions = 3
  /// The highest rate of each case is searched; the cases' own rates are closed loops.
  public var findsRate = false
  public var rateSearch = RateSearchSettings()
  /// How the broker sends a fetch's records.
  public var fetchPath = "sendfile"
  /// The directory in which the run's own directory is made.
  public var output = "reports"
  /// Nil: chosen by the runner and written to the result.
  public var seed: UInt64?
  /// Where an embedded or child broker keeps its log; nil is a directory of the runner's choice.
  public var dataDirectory: String?
  /// An existing topic to use; nil makes a topic of its own and deletes it afterwards.
  public var topic: String?
  /// `server.properties` keys of an embedded or child broker.
  public var brokerProperties: [String: String] = [:]
  /// `--topic-config`: Kafka's names, given to the topic as they are.
  public var topicConfig: [String: String] = [:]
  /// `--producer-property`: Kafka's names; they win over the workload's own fields.
  public var producerProperties: [String: String] = [:]
  /// `--consumer-property`.
  public var consumerProperties: [String: String] = [:]
  /// The process ids of a cluster's brokers on this machine, whose CPU and memory are then told.
  public var brokerPids: [Int32] = []
  /// `--link`: of a cluster that is not ours, by name.
  public var links: [String: RelayedLink] = [:]
  /// Event loops of an embedded or child broker; nil lets the runner choose.
  public var brokerLoops: Int?
  /// How long one sample of the series lasts; nil: a twentieth of the load, 100 ms to 1 s.
  public var intervalMs: Int64?
  /// Planted into every measurement, in the order of their time; only a file has them.
  public var faults: [Fault] = []
  /// The command by which a cluster's brokers are killed, paused, continued and restarted, with
  /// `{action}` and `{node}`; nil where they are not.
  public var brokerControl: String?
  /// Of which loads the report has latencies.
  public var latency: LatencyReport = .auto

  public init() {}
}

/// Of which loads a report has latencies; `run.json` and the tables have those of all.
public enum LatencyReport: String, Sendable, Equatable {
  /// Of open loops: a closed loop's latency is the depth of the producer's buffer.
  case auto
  case always
}
