/// A histogram as it is written to a result file: its summary, for readers, and all its counts.
///
/// `counts` is HdrHistogram's V2 encoding (not compressed) in base64, which HdrHistogram's other
/// implementations read; `min`, `max`, `negativeCount` are exact.
public struct HistogramData: Codable, Sendable, Equatable {
  public var count: Int64
  public var minNs: Int64?
  public var meanNs: Double?
  public var p50Ns: Int64?
  public var p90Ns: Int64?
  public var p99Ns: Int64?
  public var p999Ns: Int64?
  public var p9999Ns: Int64?
  public var maxNs: Int64?
  /// Samples under zero: a clock's fault, in no percentile.
  public var negativeCount: Int64
  public var negativeMinNs: Int64
  public var aboveHighestCount: Int64
  /// HdrHistogram V2, base64.
  public var counts: String

  public init(_ histogram: Histogram) {
    let found = histogram.percentiles([50, 90, 99, 99.9, 99.99])
    count = histogram.totalCount
    minNs = histogram.min
    meanNs = histogram.mean
    p50Ns = found[0]
    p90Ns = found[1]
    p99Ns = found[2]
    p999Ns = found[3]
    p9999Ns = found[4]
    maxNs = histogram.max
    negativeCount = histogram.negativeCount
    negativeMinNs = histogram.negativeMin
    aboveHighestCount = histogram.aboveHighestCount
    counts = Base64.text(histogram.encodedV2())
  }

  /// The histogram again.
  ///
  /// - Throws: `HistogramError` where `counts` is not what this wrote.
  public func histogram() throws(HistogramError) -> Histogram {
    guard let bytes = Base64.bytes(counts) else { throw .notBase64 }
    var histogram = try Histogram(encodedV2: bytes)
    guard histogram.totalCount == count else {
      throw .countMismatch(stated: count, actual: histogram.totalCount)
    }
    try histogram.restore(
      min: minNs, max: maxNs, negativeCount: negativeCount, negativeMin: negativeMinNs,
      aboveHighestCount: aboveHighestCount)
    return histogram
  }
}

extension HistogramData {
  /// A percentile is printed where at least so many independent samples lie beyond it.
  public static let fewestTailSamples: Int64 = 10

  /// How many independent samples lie beyond a percentile.
  ///
  /// Records of one batch share its fate (one write, one request, one acknowledgement): all of a
  /// batch are one sample.
  ///
  /// - Parameters:
  ///   - percentile: 0 … 100.
  ///   - batches: In which the counted records travelled; nil where every value is a sample of its
  ///     own (the time of a request), or where the number is not known.
  /// - Returns: Whole samples: of 25,000 records in 1,700 batches 17 lie beyond p99.
  public func tailSamples(beyond percentile: Double, batches: Int64?) -> Int64 {
    let samples = min(count, max(0, batches ?? count))
    let share = 1 - min(max(percentile, 0), 100) / 100
    // 0.1 % of 10,000 are 10, though the product in binary is a hair below.
    return Int64(exactly: (Double(samples) * share + 1e-6).rounded(.down)) ?? 0
  }

  /// The percentiles that a result file states, by their per cent.
  public enum Percentile: Double, Sendable, CaseIterable {
    case p50 = 50
    case p90 = 90
    case p99 = 99
    case p999 = 99.9
    case p9999 = 99.99
  }

  /// A percentile in nanoseconds; nil where fewer than 10 independent samples lie beyond it.
  ///
  /// - Parameter batches: As for `tailSamples`.
  public func percentileNs(_ percentile: Percentile, batches: Int64?) -> Int64? {
    guard isKnown(percentile: percentile.rawValue, batches: batches) else { return nil }
    return switch percentile {
    case .p50: p50Ns
    case .p90: p90Ns
    case .p99: p99Ns
    case .p999: p999Ns
    case .p9999: p9999Ns
    }
  }

  /// Whether enough independent samples lie beyond a percentile for it to be printed.
  public func isKnown(percentile: Double, batches: Int64?) -> Bool {
    tailSamples(beyond: percentile, batches: batches) >= Self.fewestTailSamples
  }
}

/// Why bytes are no histogram.
public enum HistogramError: Error, Equatable, Sendable {
  case notBase64
  /// The first four bytes are another format's.
  case unknownCookie(UInt32)
  case truncated
  /// A parameter of the header, or a count, that no histogram has.
  case impossible(String)
  case countMismatch(stated: Int64, actual: Int64)
}
