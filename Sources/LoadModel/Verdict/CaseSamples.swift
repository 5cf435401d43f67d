import Statistics

/// What was measured of one case, repetition by repetition: all that a verdict needs.
public struct CaseSamples: Codable, Sendable, Equatable {
  public var label: String
  public var workload: Workload
  public var repetitions: [Sample]

  /// One repetition.
  public struct Sample: Codable, Sendable, Equatable {
    /// The round that it was measured in, from 1: what was measured in one round makes a pair.
    public var round: Int
    /// By the names of `CheckMetric`; what could not be measured is absent.
    public var values: [String: Double]
    /// The control workload just before and just after it.
    public var control: ControlSample?

    public init(round: Int, values: [String: Double], control: ControlSample? = nil) {
      self.round = round
      self.values = values
      self.control = control
    }

    public init(_ repetition: RepetitionResult, control: ControlSample? = nil) {
      var values: [String: Double] = [:]
      for metric in CheckMetric.all { values[metric.name] = metric.value(repetition) }
      self.init(round: repetition.repetition, values: values, control: control)
    }
  }

  public init(label: String, workload: Workload, repetitions: [Sample] = []) {
    self.label = label
    self.workload = workload
    self.repetitions = repetitions
  }

  /// Whole repetitions only: of a partial one nobody knows what it stands for.
  public init(_ entry: CaseResult) {
    self.init(
      label: entry.label, workload: entry.workload,
      repetitions: entry.repetitions.filter { !$0.isPartial }.map { Sample($0) })
  }

  /// The values of a figure, by round.
  public func values(_ metric: String) -> [Int: Double] {
    Dictionary(
      repetitions.compactMap { sample in sample.values[metric].map { (sample.round, $0) } },
      uniquingKeysWith: { $1 })
  }
}

/// What the control workload showed: the same code on every side, in every version.
public struct ControlSample: Codable, Sendable, Equatable {
  /// Raised when the workload changes: samples of different versions cannot be compared.
  public static let currentVersion = 2

  public var version = ControlSample.currentVersion
  /// Units of work a second, by the clock on the wall.
  public var unitsPerS: Double
  /// CPU time of a million units, in seconds.
  public var cpuSPerMillion: Double

  public init(unitsPerS: Double, cpuSPerMillion: Double) {
    self.unitsPerS = unitsPerS
    self.cpuSPerMillion = cpuSPerMillion
  }

  /// Of several short slices, the median of each figure: what took the core for a moment is in one
  /// of them.
  ///
  /// - Returns: Nil without a slice.
  public init?(slices: [ControlSample]) {
    guard let rate = median(slices.map(\.unitsPerS)),
      let cpu = median(slices.map(\.cpuSPerMillion))
    else { return nil }
    self.init(unitsPerS: rate, cpuSPerMillion: cpu)
  }
}
