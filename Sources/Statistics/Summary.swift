/// The median of some repetitions and their range: how figures are told.
public struct Summary: Codable, Sendable, Equatable {
  public var median: Double
  public var min: Double
  public var max: Double
  public var count: Int

  /// - Returns: Nil where there is no value; values that are no numbers are left out.
  public init?(_ values: [Double]) {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    median = medianOfSorted(sorted)
    min = first
    max = last
    count = sorted.count
  }

  /// Range by median; nil where the median is 0.
  public var relativeRange: Double? { ratio(max - min, to: abs(median)) }
}

/// The value in the middle, or the mean of the two in the middle; nil where there is none.
public func median(_ values: [Double]) -> Double? { Summary(values)?.median }

func medianOfSorted(_ sorted: [Double]) -> Double {
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// `value` by `baseline`; nil where the baseline is 0 or the quotient no number.
public func ratio(_ value: Double, to baseline: Double) -> Double? {
  guard baseline != 0 else { return nil }
  let quotient = value / baseline
  return quotient.isFinite ? quotient : nil
}
