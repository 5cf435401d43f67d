import LoadModel

/// Figures of one repetition that more than one report shows. Nil: not applicable, or not known.
struct Figures {
  let repetition: RepetitionResult

  init(_ repetition: RepetitionResult) { self.repetition = repetition }

  private var seconds: Double { repetition.durationS }

  var producedRecordsPerS: Double? { repetition.produced?.recordsPerS(over: seconds) }
  var producedMbPerS: Double? { repetition.produced?.mbPerS(over: seconds) }
  var consumedRecordsPerS: Double? { repetition.consumed?.recordsPerS(over: seconds) }
  var consumedMbPerS: Double? { repetition.consumed?.mbPerS(over: seconds) }

  /// 10^9 bytes that were produced, or consumed where nothing was produced: what CPU is told by.
  private var gigabytes: Double? {
    let flow = repetition.produced ?? repetition.consumed
    return flow.flatMap { $0.bytes > 0 ? Double($0.bytes) / 1e9 : nil }
  }

  private var millionRecords: Double? {
    let flow = repetition.produced ?? repetition.consumed
    return flow.flatMap { $0.records > 0 ? Double($0.records) / 1e6 : nil }
  }

  private func each(_ value: Double?, per unit: Double?) -> Double? {
    guard let value, let unit else { return nil }
    return value / unit
  }

  var brokerUserCpuSPerGb: Double? { each(repetition.broker?.userCpuS, per: gigabytes) }
  var brokerSystemCpuSPerGb: Double? { each(repetition.broker?.systemCpuS, per: gigabytes) }
  var clientUserCpuSPerGb: Double? { each(repetition.client?.userCpuS, per: gigabytes) }
  var clientSystemCpuSPerGb: Double? { each(repetition.client?.systemCpuS, per: gigabytes) }

  /// The step in which user and system time are known, in the unit of their figures.
  var brokerCpuStepPerGb: Double? { each(repetition.broker?.stepS, per: gigabytes) }
  var clientCpuStepPerGb: Double? { each(repetition.client?.stepS, per: gigabytes) }

  var brokerCpuSPerGb: Double? {
    each(repetition.broker.map { $0.userCpuS + $0.systemCpuS }, per: gigabytes)
  }

  var clientCpuSPerGb: Double? {
    each(repetition.client.map { $0.userCpuS + $0.systemCpuS }, per: gigabytes)
  }

  var brokerCpuSPerMillion: Double? {
    each(repetition.broker.map { $0.userCpuS + $0.systemCpuS }, per: millionRecords)
  }

  var clientCpuSPerMillion: Double? {
    each(repetition.client.map { $0.userCpuS + $0.systemCpuS }, per: millionRecords)
  }

  var brokerResidentMib: Double? {
    repetition.broker?.residentBytes.map { Double($0) / 1_048_576 }
  }

  var brokerPeakMib: Double? {
    repetition.broker?.residentPeakBytes.map { Double($0) / 1_048_576 }
  }

  /// Nanoseconds as milliseconds.
  static func milliseconds(_ nanoseconds: Int64?) -> Double? {
    nanoseconds.map { Double($0) / 1e6 }
  }
}
