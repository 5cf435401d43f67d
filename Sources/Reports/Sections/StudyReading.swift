import LoadModel
import Statistics

/// What a report shows of a figure at a point: its value over all repetitions, and their range.
///
/// A figure is the median of the repetitions, percentiles included, as in every table and in
/// `weir compare`; a percentile is not told where a repetition has too few samples for it. A
/// maximum is the greatest of all.
struct StudyReading: Equatable {
  var value: Double
  var low: Double
  var high: Double
  /// How many repetitions have it, where each tells its own.
  var count: Int?

  /// Percentiles that are read from a distribution; nil for the greatest value.
  private static let percentiles: [String: Double?] = [
    "p50": 50, "p99": 99, "p99.9": 99.9, "max": nil,
  ]

  /// - Returns: Nil where it was not measured, or cannot be told.
  init?(_ point: StudyPoint, _ name: String) {
    let own = point.figure(name)?.summary
    guard let (data, last) = Self.distribution(point, name) else {
      guard let own else { return nil }
      self.init(value: own.median, low: own.min, high: own.max, count: own.count)
      return
    }
    let nanos =
      switch last {
      case "p50": data.p50Ns
      case "p99": data.p99Ns
      case "max": data.maxNs
      default: data.p999Ns
      }
    guard let nanos else { return nil }
    if let percentile = Self.percentiles[last] ?? nil {
      var each = data
      each.count /= Int64(max(1, own?.count ?? 1))
      guard each.isKnown(percentile: percentile, batches: nil) else { return nil }
    }
    let whole = Double(nanos) / 1e6
    let value = last == "max" ? whole : own?.median ?? whole
    self.init(
      value: value, low: min(value, own?.min ?? value), high: max(value, own?.max ?? value),
      count: own?.count)
  }

  private init(value: Double, low: Double, high: Double, count: Int?) {
    self.value = value
    self.low = low
    self.high = high
    self.count = count
  }

  /// The samples that `fetch p99` is a percentile of, and which one.
  private static func distribution(_ point: StudyPoint, _ name: String) -> (HistogramData, String)?
  {
    guard let space = name.lastIndex(of: " ") else { return nil }
    let last = String(name[name.index(after: space)...])
    guard percentiles.keys.contains(last) else { return nil }
    return point.histograms.first { $0.name == name[..<space] }.map { ($0.histogram, last) }
  }
}
