import LoadModel
import Statistics

/// A figure of a case: what all its repetitions say together, and what they range over.
struct MetricSummary: Equatable {
  /// The median of the repetitions; of a percentile, that of all their records together.
  var value: Double
  var min: Double
  var max: Double
  /// Repetitions.
  var count: Int
}

/// A figure that cases are compared by.
struct Metric: Sendable {
  /// The heading of its column, unit included.
  let title: String
  let value: @Sendable (RepetitionResult) -> Double?
  /// A ratio to the baseline stands beside it.
  var hasRatio = false
  /// The range stands beside the median.
  var hasRange = false
  let kind: FigureMark.Kind
  /// For percentiles, which one of which histogram: they are taken of all records together.
  private var merged: Merged?
  /// Warnings that concern it stand beside it; those beside it in a table need none again.
  var isMarked: Bool { hasRatio }

  private struct Merged: Sendable {
    var percentile: Double
    var histogram: @Sendable (RepetitionResult) -> HistogramData?
  }

  init(
    _ title: String, _ kind: FigureMark.Kind = .cost, hasRatio: Bool = false,
    hasRange: Bool = false, _ value: @escaping @Sendable (RepetitionResult) -> Double?
  ) {
    self.title = title
    self.kind = kind
    self.value = value
    self.hasRatio = hasRatio
    self.hasRange = hasRange
  }

  /// A percentile in milliseconds.
  private static func percentileMs(
    _ title: String, _ percentile: Double, hasRatio: Bool = false,
    _ histogram: @escaping @Sendable (RepetitionResult) -> HistogramData?,
    _ known: @escaping @Sendable (HistogramData) -> Int64?
  ) -> Metric {
    var metric = Metric(title, .latency, hasRatio: hasRatio, hasRange: hasRatio) {
      Figures.milliseconds(histogram($0).flatMap(known))
    }
    metric.merged = Merged(percentile: percentile, histogram: histogram)
    return metric
  }

  /// The repetitions that count: whole ones, or partial ones where there are no others.
  private func counted(_ entry: CaseResult) -> [RepetitionResult] {
    let whole = entry.repetitions.filter { !$0.isPartial }
    return whole.isEmpty ? entry.repetitions : whole
  }

  func samples(_ entry: CaseResult) -> [Double] {
    counted(entry).compactMap(value).filter(\.isFinite)
  }

  func hasSamples(_ entry: CaseResult) -> Bool {
    counted(entry).contains { value($0)?.isFinite == true }
  }

  /// - Complexity: Of a percentile, O(buckets of the repetitions' histograms).
  func summary(_ entry: CaseResult) -> MetricSummary? {
    guard let range = Summary(samples(entry)) else { return nil }
    return MetricSummary(
      value: together(entry, range) ?? range.median, min: range.min, max: range.max,
      count: range.count)
  }

  /// The percentile of all repetitions' records, which lies between those of the repetitions.
  private func together(_ entry: CaseResult, _ range: Summary) -> Double? {
    guard let merged, range.count > 1 else { return nil }
    let parts = counted(entry).compactMap(merged.histogram)
    let histograms = parts.compactMap { try? $0.histogram() }
    guard histograms.count == parts.count, var all = histograms.first else { return nil }
    for part in histograms.dropFirst() { all.merge(part) }
    let found = Figures.milliseconds(all.percentiles([merged.percentile]).first ?? nil)
    return found.map { Swift.min(Swift.max($0, range.min), range.max) }
  }

  static let producedMb = Metric("Produced MB/s", .rate, hasRatio: true, hasRange: true) {
    Figures($0).producedMbPerS
  }
  static let producedRecords = Metric("records/s", .rate) { Figures($0).producedRecordsPerS }
  static let consumedMb = Metric("Consumed MB/s", .rate, hasRatio: true, hasRange: true) {
    Figures($0).consumedMbPerS
  }
  static let consumedRecords = Metric("records/s", .rate) { Figures($0).consumedRecordsPerS }
  static let produceP50 = percentileMs("Produce p50 ms", 50, { $0.produceLatency }, \.p50Ns)
  static let produceP99 = percentileMs(
    "Produce p99 ms", 99, hasRatio: true, { $0.produceLatency }, \.p99Ns)
  static let endToEndP50 = percentileMs("End-to-end p50 ms", 50, { $0.endToEndLatency }, \.p50Ns)
  static let endToEndP99 = percentileMs(
    "End-to-end p99 ms", 99, hasRatio: true, { $0.endToEndLatency }, \.p99Ns)
  static let batchSize = Metric("Batch achieved B") { $0.batchSizeAchievedBytes }
  static let compressionRatio = Metric("Compression ratio") { $0.compressionRatio }
  /// Bytes on the wire for a byte of batches.
  static let bytesSent = Metric("Bytes sent per byte") { repetition in
    repetition.compressionRatio.flatMap { $0 > 0 ? 1 / $0 : nil }
  }
  static let brokerCpu = Metric("Broker CPU s/GB", hasRatio: true, hasRange: true) {
    Figures($0).brokerCpuSPerGb
  }
  static let brokerUserCpu = Metric("user") { Figures($0).brokerUserCpuSPerGb }
  static let brokerSystemCpu = Metric("system") { Figures($0).brokerSystemCpuSPerGb }
  static let clientCpu = Metric("Client CPU s/GB", hasRatio: true, hasRange: true) {
    Figures($0).clientCpuSPerGb
  }
  static let clientUserCpu = Metric("user") { Figures($0).clientUserCpuSPerGb }
  static let clientSystemCpu = Metric("system") { Figures($0).clientSystemCpuSPerGb }
  static let clientCpuPerMillion = Metric("s/M records") { Figures($0).clientCpuSPerMillion }
  static let resident = Metric("Broker MiB") { Figures($0).brokerResidentMib }

  static let throughput = [producedMb, producedRecords, consumedMb, consumedRecords]
  static let latency = [produceP50, produceP99, endToEndP50, endToEndP99]
  static let brokerCost = [brokerCpu, brokerUserCpu, brokerSystemCpu, resident]
  static let clientCost = [clientCpu, clientUserCpu, clientSystemCpu, clientCpuPerMillion]
  static let batching = [batchSize, compressionRatio]
}
