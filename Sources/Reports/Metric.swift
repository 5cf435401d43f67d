import LoadModel
import Statistics

/// A figure of a case: the median of its repetitions, percentiles included, and what they range
/// over. `weir compare` and `weir check` compare the same medians.
struct MetricSummary: Equatable {
  var value: Double
  var min: Double
  var max: Double
  /// Repetitions.
  var count: Int
  /// No difference smaller than this is known, in the figure's own unit; nil where all digits are.
  var step: Double?
}

/// A figure that cases are compared by.
struct Metric: Sendable {
  /// The heading of its column, unit included.
  let title: String
  let value: @Sendable (RepetitionResult) -> Double?
  /// The range stands beside the median.
  var hasRange = false
  /// Warnings that concern it stand beside it; those beside it in a table need none again.
  var isMarked: Bool
  /// Of which cases it is reported; nil: of all.
  var isReported: (@Sendable (CaseResult) -> Bool)?
  let kind: FigureMark.Kind
  /// Of a percentile: there were samples; where it is not known, too few of them lay beyond it.
  private var isTail: (@Sendable (RepetitionResult) -> Bool)?
  /// No difference smaller than this is known of a repetition's figure.
  private var step: (@Sendable (RepetitionResult) -> Double?)?
  init(
    _ title: String, _ kind: FigureMark.Kind = .cost, isMarked: Bool = false,
    hasRange: Bool = false, _ value: @escaping @Sendable (RepetitionResult) -> Double?
  ) {
    self.title = title
    self.kind = kind
    self.value = value
    self.isMarked = isMarked
    self.hasRange = hasRange
  }

  /// A percentile in milliseconds; not known where too few batches lie beyond it.
  private static func percentileMs(
    _ title: String, isMarked: Bool = false,
    _ histogram: @escaping @Sendable (RepetitionResult) -> HistogramData?,
    _ percentile: HistogramData.Percentile
  ) -> Metric {
    var metric = Metric(title, .latency, isMarked: isMarked, hasRange: isMarked) { repetition in
      Figures.milliseconds(
        histogram(repetition)?.percentileNs(percentile, batches: repetition.batches))
    }
    metric.isTail = { (histogram($0)?.count ?? 0) > 0 }
    return metric
  }

  /// A part of the CPU time, which is known in steps.
  private static func parted(
    _ title: String, _ value: @escaping @Sendable (Figures) -> Double?,
    step: @escaping @Sendable (Figures) -> Double?
  ) -> Metric {
    var metric = Metric(title) { value(Figures($0)) }
    metric.step = { step(Figures($0)) }
    return metric
  }

  func samples(_ entry: CaseResult) -> [Double] {
    entry.counted.compactMap(value).filter(\.isFinite)
  }

  /// Of whole repetitions, by the round; what is not above 0 has no ratio and is left out.
  func rounds(_ entry: CaseResult) -> [Int: Double] {
    let known = entry.repetitions.filter { !$0.isPartial }.compactMap { repetition in
      value(repetition).flatMap { $0 > 0 && $0.isFinite ? (repetition.repetition, $0) : nil }
    }
    return Dictionary(known, uniquingKeysWith: { $1 })
  }

  func hasSamples(_ entry: CaseResult) -> Bool {
    entry.counted.contains { value($0)?.isFinite == true }
  }

  /// A percentile that is not known because too few independent samples lie beyond it.
  func hasShortTail(_ entry: CaseResult) -> Bool {
    guard let isTail, !hasSamples(entry) else { return false }
    return entry.counted.contains(where: isTail)
  }

  func summary(_ entry: CaseResult) -> MetricSummary? {
    guard let found = Summary(samples(entry)) else { return nil }
    return MetricSummary(
      value: found.median, min: found.min, max: found.max, count: found.count,
      step: step.flatMap { step in entry.counted.compactMap(step).max() })
  }

  static let producedMb = Metric("Produced MB/s", .rate, isMarked: true, hasRange: true) {
    Figures($0).producedMbPerS
  }
  static let producedRecords = Metric("records/s", .rate) { Figures($0).producedRecordsPerS }
  static let consumedMb = Metric("Consumed MB/s", .rate, isMarked: true, hasRange: true) {
    Figures($0).consumedMbPerS
  }
  static let consumedRecords = Metric("Consumed records/s", .rate) {
    Figures($0).consumedRecordsPerS
  }
  static let produceP50 = percentileMs("Produce p50 ms", { $0.produceLatency }, .p50)
  static let produceP99 = percentileMs(
    "Produce p99 ms", isMarked: true, { $0.produceLatency }, .p99)
  static let endToEndP50 = percentileMs("End-to-end p50 ms", { $0.endToEndLatency }, .p50)
  static let endToEndP99 = percentileMs(
    "End-to-end p99 ms", isMarked: true, { $0.endToEndLatency }, .p99)
  static let batchSize = Metric("Batch achieved B") { $0.batchSizeAchievedBytes }
  static let compressionRatio = Metric("Compression ratio") { $0.compressionRatio }
  /// Bytes on the wire for a byte of batches.
  static let bytesSent = Metric("Bytes sent per byte") { repetition in
    repetition.compressionRatio.flatMap { $0 > 0 ? 1 / $0 : nil }
  }
  static let brokerCpu = Metric("Broker CPU s/GB", isMarked: true) {
    Figures($0).brokerCpuSPerGb
  }
  static let brokerUserCpu = parted(
    "Broker user s/GB", { $0.brokerUserCpuSPerGb }, step: { $0.brokerCpuStepPerGb })
  static let brokerSystemCpu = parted(
    "system s/GB", { $0.brokerSystemCpuSPerGb }, step: { $0.brokerCpuStepPerGb })
  static let clientCpu = Metric("Client CPU s/GB", isMarked: true) {
    Figures($0).clientCpuSPerGb
  }
  static let clientUserCpu = parted(
    "Client user s/GB", { $0.clientUserCpuSPerGb }, step: { $0.clientCpuStepPerGb })
  static let clientSystemCpu = parted(
    "system s/GB", { $0.clientSystemCpuSPerGb }, step: { $0.clientCpuStepPerGb })
  static let clientCpuPerMillion = Metric("Client s/M records") { Figures($0).clientCpuSPerMillion }
  static let resident = Metric("Broker MiB") { Figures($0).brokerResidentMib }

  static let generatorBusy = Metric("Generator busy %") { $0.generatorBusyShare.map { $0 * 100 } }
  static let requests = Metric("Requests/s") { repetition in
    guard let requests = repetition.produceRequests, repetition.durationS > 0 else { return nil }
    return Double(requests) / repetition.durationS
  }

  /// The parts of the costs that no other table has.
  static let costs = [
    brokerUserCpu, brokerSystemCpu, clientUserCpu, clientSystemCpu, clientCpuPerMillion, resident,
    generatorBusy, requests,
  ]
}

extension CaseResult {
  /// The repetitions that count: whole ones, or partial ones where there are no others.
  var counted: [RepetitionResult] {
    let whole = repetitions.filter { !$0.isPartial }
    return whole.isEmpty ? repetitions : whole
  }
}
