import LoadModel
import Statistics

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
  /// Warnings that concern it stand beside it; those beside it in a table need none again.
  var isMarked: Bool { hasRatio }

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

  /// Over the whole repetitions; over the partial ones where there are no others.
  func samples(_ entry: CaseResult) -> [Double] {
    let whole = entry.repetitions.filter { !$0.isPartial }
    let counted = whole.isEmpty ? entry.repetitions : whole
    return counted.compactMap(value).filter(\.isFinite)
  }

  func summary(_ entry: CaseResult) -> Summary? { Summary(samples(entry)) }

  static let producedMb = Metric("Produced MB/s", .rate, hasRatio: true, hasRange: true) {
    Figures($0).producedMbPerS
  }
  static let producedRecords = Metric("records/s", .rate) { Figures($0).producedRecordsPerS }
  static let consumedMb = Metric("Consumed MB/s", .rate, hasRatio: true, hasRange: true) {
    Figures($0).consumedMbPerS
  }
  static let consumedRecords = Metric("records/s", .rate) { Figures($0).consumedRecordsPerS }
  static let produceP50 = Metric("Produce p50 ms", .latency) {
    Figures.milliseconds($0.produceLatency?.p50Ns)
  }
  static let produceP99 = Metric("Produce p99 ms", .latency, hasRatio: true, hasRange: true) {
    Figures.milliseconds($0.produceLatency?.p99Ns)
  }
  static let endToEndP50 = Metric("End-to-end p50 ms", .latency) {
    Figures.milliseconds($0.endToEndLatency?.p50Ns)
  }
  static let endToEndP99 = Metric("End-to-end p99 ms", .latency, hasRatio: true, hasRange: true) {
    Figures.milliseconds($0.endToEndLatency?.p99Ns)
  }
  static let batchSize = Metric("Batch achieved B") { $0.batchSizeAchievedBytes }
  static let compressionRatio = Metric("Compression ratio") { $0.compressionRatio }
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
  static let cost = [
    brokerCpu, brokerUserCpu, brokerSystemCpu, clientCpu, clientUserCpu, clientSystemCpu,
    clientCpuPerMillion, batchSize, compressionRatio, resident,
  ]
}
