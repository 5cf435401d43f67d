import LoadModel
import Statistics

extension StudyPoint {
  /// Percentiles that are read from a distribution; nil for the greatest value.
  private static let percentiles: [String: Double?] = [
    "p50": 50, "p99": 99, "p99.9": 99.9, "max": nil,
  ]

  /// A figure was measured here; a percentile also has enough samples beyond it in each repetition.
  func isKnown(_ name: String) -> Bool {
    let own = figure(name)?.summary
    guard let (data, last) = distribution(of: name) else { return own != nil }
    let nanos =
      switch last {
      case "p50": data.p50Ns
      case "p99": data.p99Ns
      case "max": data.maxNs
      default: data.p999Ns
      }
    guard nanos != nil else { return false }
    guard let percentile = Self.percentiles[last] ?? nil else { return true }
    var each = data
    each.count /= Int64(max(1, own?.count ?? 1))
    return each.isKnown(percentile: percentile, batches: nil)
  }

  /// The samples that `fetch p99` is a percentile of, and which one.
  private func distribution(of name: String) -> (HistogramData, String)? {
    guard let space = name.lastIndex(of: " ") else { return nil }
    let last = String(name[name.index(after: space)...])
    guard Self.percentiles.keys.contains(last) else { return nil }
    return histograms.first { $0.name == name[..<space] }.map { ($0.histogram, last) }
  }
}
