import Statistics

/// A figure by which two sides of a check are compared.
public struct CheckMetric: Sendable {
  /// How far a figure can be trusted when machines differ or others use them.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// By the clock on the wall: what others do on the machine is in it.
    case wall
    /// CPU time: a slower core or fuller caches are in it.
    case cpu
    /// Counted: the same on every machine, or nearly.
    case count

    public var isTimed: Bool { self != .count }

    var words: String {
      switch self {
      case .wall: "the clock on the wall"
      case .cpu: "CPU time"
      case .count: "what was counted"
      }
    }

    /// How probable any false REGRESSION among all figures of this kind may be, by rank tests
    /// alone. Each kind is a family of its own, so that many counts do not make CPU time blind; the
    /// bar for times is higher, since a machine's moods are less independent than ranks assume.
    var falseAlarmShare: Double { isTimed ? 0.005 : 0.01 }
  }

  /// In files and in `--tolerance NAME=…`.
  public let name: String
  /// For tables, with its unit.
  public let title: String
  public let kind: Kind
  public let isHigherBetter: Bool
  /// Figures that decide nothing are shown beside those that do: they explain, or swing too much.
  public let decides: Decides
  /// How many times the general tolerance it may be worse, unless it has a tolerance of its own:
  /// more than once where the figure of a turn swings more than a PASS at that tolerance allows.
  public let toleranceFactor: Double
  let read: @Sendable (RepetitionResult) -> Double?

  public enum Decides: Sendable {
    case always
    /// In the closed loop a latency says how full the producer's buffer was.
    case inOpenLoop
    /// Where both sides share the generator it is not under test.
    case whereGeneratorsDiffer
    /// How many calls the same records take depends on how requests happen to fall together, which
    /// is alike only where the sides take turns.
    case whereSidesTakeTurns
    case never
  }

  /// Whether it takes part in the verdict over a load.
  ///
  /// - Parameter inTurns: Both sides are measured in one run.
  func decides(_ load: Workload, inTurns: Bool) -> Bool {
    switch decides {
    case .always: true
    case .never: false
    case .whereGeneratorsDiffer: !inTurns
    case .whereSidesTakeTurns: inTurns
    case .inOpenLoop: load.rate.isOpenLoop
    }
  }

  /// Figures that take part in a verdict over any of these loads.
  public static func deciding(_ loads: [Workload], inTurns: Bool) -> [CheckMetric] {
    all.filter { metric in loads.contains { metric.decides($0, inTurns: inTurns) } }
  }

  /// Only a broker that weir started tells it, and no older one.
  var isCountedByBroker: Bool { name == "broker_socket_bytes" || name == "broker_calls" }

  /// How many loops a broker runs, and so what it needs, follows from the number of CPUs.
  var isMemory: Bool { name == "broker_peak_mib" }

  /// The figure of one repetition; nil where the target could not tell, or it is no number.
  public func value(_ repetition: RepetitionResult) -> Double? {
    read(repetition).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
  }

  public static func named(_ name: String) -> CheckMetric? { all.first { $0.name == name } }

  /// In the order of tables.
  public static let all: [CheckMetric] = wallMetrics + cpuMetrics + countMetrics

  // MARK: Wall time

  private static let wallMetrics: [CheckMetric] = [
    .init(
      "records_per_s", "Throughput, records/s", .wall, isHigherBetter: true, .always, tolerances: 3
    ) {
      ($0.produced ?? $0.consumed)?.recordsPerS(over: $0.durationS)
    },
    .init("consumed_per_s", "Consumed, records/s", .wall, isHigherBetter: true, .never) {
      $0.produced == nil ? nil : $0.consumed?.recordsPerS(over: $0.durationS)
    },
    .init("produce_p50_ms", "Produce p50, ms", .wall, .never) { milliseconds($0, .p50) },
    .init("produce_p99_ms", "Produce p99, ms", .wall, .inOpenLoop, tolerances: 10) {
      milliseconds($0, .p99)
    },
    .init("end_to_end_p99_ms", "End-to-end p99, ms", .wall, .inOpenLoop, tolerances: 10) {
      $0.endToEndLatency?.percentileNs(.p99, batches: $0.batches).map { Double($0) / 1e6 }
    },
  ]

  private static func milliseconds(
    _ repetition: RepetitionResult, _ percentile: HistogramData.Percentile
  ) -> Double? {
    repetition.produceLatency?.percentileNs(percentile, batches: repetition.batches)
      .map { Double($0) / 1e6 }
  }

  // MARK: CPU time

  static let clientCpu = "client_cpu"

  /// The kernel measures how much CPU time was used, to the nanosecond, and samples once a tick how
  /// it is parted: of a turn of a second the sum swings by 2 to 5 %, user time by 10 to 20 %. So
  /// the sums decide.
  private static let cpuMetrics: [CheckMetric] = [
    .init("broker_cpu", "Broker CPU in all, s/M records", .cpu, .always) {
      perMillion($0.broker.map { $0.userCpuS + $0.systemCpuS }, $0)
    },
    .init("broker_user_cpu", "Broker user CPU, s/M records", .cpu, .never) {
      perMillion($0.broker?.userCpuS, $0)
    },
    .init("broker_system_cpu", "Broker system CPU, s/M records", .cpu, .never) {
      perMillion($0.broker?.systemCpuS, $0)
    },
    .init("broker_user_cpu_gb", "Broker user CPU, s/GB", .cpu, .never) { repetition in
      guard let user = repetition.broker?.userCpuS,
        let bytes = (repetition.produced ?? repetition.consumed)?.bytes, bytes > 0
      else { return nil }
      return user / (Double(bytes) / 1e9)
    },
    .init(clientCpu, "Client CPU in all, s/M records", .cpu, .whereGeneratorsDiffer) {
      perMillion($0.client.map { $0.userCpuS + $0.systemCpuS }, $0)
    },
    .init("client_user_cpu", "Client user CPU, s/M records", .cpu, .never) {
      perMillion($0.client?.userCpuS, $0)
    },
    .init("client_system_cpu", "Client system CPU, s/M records", .cpu, .never) {
      perMillion($0.client?.systemCpuS, $0)
    },
  ]

  // MARK: Counts

  private static let countMetrics: [CheckMetric] = [
    .init("broker_socket_bytes", "Broker socket bytes/record", .count, .always) {
      guard let counts = $0.broker?.counts, let read = counts.socketReadBytes,
        let written = counts.socketWrittenBytes
      else { return nil }
      return perRecord(read + written, $0)
    },
    .init(
      "broker_calls", "Broker system calls/M records", .count, .whereSidesTakeTurns, tolerances: 4
    ) {
      perMillion(($0.broker?.counts?.systemCalls).map(Double.init), $0)
    },
    .init("broker_bytes_written", "Broker file and sendfile bytes written/record", .count, .always)
    {
      perRecord($0.broker?.counts?.writtenBytes, $0)
    },
    .init("broker_bytes_read", "Broker file and sendfile bytes read/record", .count, .always) {
      perRecord($0.broker?.counts?.readBytes, $0)
    },
    .init(
      "broker_write_calls", "Broker file and sendfile write calls/M records", .count,
      .whereSidesTakeTurns, tolerances: 4
    ) {
      perMillion(($0.broker?.counts?.writeCalls).map(Double.init), $0)
    },
    .init("broker_read_calls", "Broker file and sendfile read calls/M records", .count, .never) {
      perMillion(($0.broker?.counts?.readCalls).map(Double.init), $0)
    },
    .init("broker_switches", "Broker context switches/M records", .count, .never) {
      guard let counts = $0.broker?.counts, let own = counts.voluntarySwitches,
        let forced = counts.involuntarySwitches
      else { return nil }
      return perMillion(Double(own) + Double(forced), $0)
    },
    .init("broker_peak_mib", "Broker peak memory, MiB", .count, .always) {
      $0.broker?.residentPeakBytes.map { Double($0) / 1_048_576 }
    },
    .init("batch_bytes", "Batch achieved, B", .count, isHigherBetter: true, .never) {
      $0.batchSizeAchievedBytes
    },
  ]

  private static func records(_ repetition: RepetitionResult) -> Double? {
    let flow = repetition.produced ?? repetition.consumed
    return flow.flatMap { $0.records > 0 ? Double($0.records) : nil }
  }

  private static func perMillion(_ value: Double?, _ repetition: RepetitionResult) -> Double? {
    guard let value, let records = records(repetition) else { return nil }
    return value / (records / 1e6)
  }

  private static func perRecord(_ value: Int64?, _ repetition: RepetitionResult) -> Double? {
    guard let value, let records = records(repetition) else { return nil }
    return Double(value) / records
  }

  private init(
    _ name: String, _ title: String, _ kind: Kind, isHigherBetter: Bool = false,
    _ decides: Decides, tolerances: Double = 1,
    _ read: @escaping @Sendable (RepetitionResult) -> Double?
  ) {
    self.name = name
    self.title = title
    self.kind = kind
    self.isHigherBetter = isHigherBetter
    self.decides = decides
    toleranceFactor = tolerances
    self.read = read
  }
}
