import Statistics

/// What happened in one interval of a measurement.
public struct IntervalSample: Codable, Sendable, Equatable {
  /// When it began, in seconds after the measuring began; the warm-up is before 0.
  public var startS: Double
  public var durationS: Double
  public var recordsProduced: Int64?
  public var bytesProduced: Int64?
  public var recordsConsumed: Int64?
  public var bytesConsumed: Int64?
  public var produceLatency: HistogramData?
  public var endToEndLatency: HistogramData?
  public var brokerUserCpuS: Double?
  public var brokerSystemCpuS: Double?
  public var clientUserCpuS: Double?
  public var clientSystemCpuS: Double?
  public var brokerResidentBytes: Int64?
  /// Records appended that the consumers have not seen: the most in this interval, looked at every
  /// 20 ms; of groups, that of the group with the most.
  public var consumerLagRecords: Int64?
  /// The same of each group, where there are groups.
  public var groupLagRecords: [Int64]?
  public var errors: Int64 = 0
  /// What processes used that are neither brokers nor this program, in seconds of one processor.
  public var otherCpuS: Double?

  public init(startS: Double, durationS: Double) {
    self.startS = startS
    self.durationS = durationS
  }
}
