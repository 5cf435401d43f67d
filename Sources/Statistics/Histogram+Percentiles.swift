extension Histogram {
  /// The smallest value of zero and over, exact; nil where there is none.
  public var min: Int64? { totalCount == 0 ? nil : minSeen }
  /// The largest value, exact; nil where there is none.
  public var max: Int64? { totalCount == 0 ? nil : maxSeen }

  /// The mean of the values of zero and over, within the digits that are kept.
  public var mean: Double? {
    guard totalCount > 0 else { return nil }
    var sum = 0.0
    for index in usedCells where counts[index] != 0 {
      let count = counts[index]
      let lowest = value(at: index)
      let middle = Double(lowest) + Double(highestEquivalent(lowest) - lowest) / 2
      sum += Swift.min(Swift.max(middle, Double(minSeen)), Double(maxSeen)) * Double(count)
    }
    return sum / Double(totalCount)
  }

  /// The value that `percentile` percent of the values do not exceed: the top of its cell, so it
  /// is never under the truth, and never over `max`.
  ///
  /// - Parameter percentile: 0 … 100; others are taken as the nearer end.
  /// - Returns: Nanoseconds; nil where nothing was recorded.
  /// - Complexity: O(cells).
  public func percentile(_ percentile: Double) -> Int64? {
    percentiles([percentile])[0]
  }

  /// Several percentiles in one walk, given in ascending order.
  public func percentiles(_ ascending: [Double]) -> [Int64?] {
    guard totalCount > 0 else { return ascending.map { _ in nil } }
    var found: [Int64?] = []
    var counted: Int64 = 0
    var index = usedCells.lowerBound
    for percentile in ascending {
      let rank = rank(of: percentile)
      while index < counts.count, counted &+ counts[index] < rank {
        counted &+= counts[index]
        index += 1
      }
      let top = index < counts.count ? highestEquivalent(value(at: index)) : maxSeen
      let isLast = rank == totalCount
      found.append(isLast ? maxSeen : Swift.max(Swift.min(top, maxSeen), minSeen))
    }
    return found
  }

  /// How many values lie in `range` (nanoseconds, whole cells).
  public func count(in range: ClosedRange<Int64>) -> Int64 {
    let lower = index(of: Swift.max(0, Swift.min(range.lowerBound, highestTrackable)))
    let upper = index(of: Swift.max(0, Swift.min(range.upperBound, highestTrackable)))
    return counts[lower...upper].reduce(0, &+)
  }

  private func rank(of percentile: Double) -> Int64 {
    let share = Swift.min(Swift.max(percentile, 0), 100) / 100
    let exact = share * Double(totalCount)
    // 99.9 % of 1,000 is 999, though the product in binary is a hair above.
    let rounded = exact.rounded()
    let rank = abs(exact - rounded) < 1e-9 * Double(totalCount) ? rounded : exact.rounded(.up)
    return Swift.min(Swift.max(Int64(exactly: rank) ?? totalCount, 1), totalCount)
  }

  /// The cells from the smallest value's to the largest one's: mostly a small part of all.
  var usedCells: Range<Int> {
    guard totalCount > 0 else { return 0..<0 }
    let first = index(of: Swift.min(minSeen, highestTrackable))
    return first..<index(of: Swift.min(maxSeen, highestTrackable)) + 1
  }

  /// The lowest value that the cell counts.
  func value(at index: Int) -> Int64 {
    let half = 1 << subBucketHalfCountMagnitude
    var bucket = (index >> subBucketHalfCountMagnitude) - 1
    var subBucket = (index & (half - 1)) + half
    if bucket < 0 {
      subBucket -= half
      bucket = 0
    }
    return Int64(subBucket) << Int64(bucket + unitMagnitude)
  }

  /// The highest value that shares a cell with `value`.
  func highestEquivalent(_ value: Int64) -> Int64 {
    let bucket = leadingZeroBase - (value | subBucketMask).leadingZeroBitCount
    let shift = Int64(bucket + unitMagnitude)
    let lowest = (value >> shift) << shift
    let next = lowest.addingReportingOverflow(Int64(1) << shift)
    return next.overflow ? .max : next.partialValue - 1
  }
}
