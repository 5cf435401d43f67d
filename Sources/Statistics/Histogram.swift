/// Counts of values (nanoseconds) in HdrHistogram's layout: every value is kept with the given
/// number of significant decimal digits, over the whole range, in a fixed array.
///
/// Layout of `counts`, for three digits (2,048 sub-buckets):
/// ```
/// index 0 … 2047        values 0 … 2047 units, one a cell
/// index 2048 … 3071     values 2048 … 4095 units, two a cell
/// index 3072 … 4095     values 4096 … 8191 units, four a cell        and so on, doubling
/// ```
/// A negative value (a clock that ran backwards) is counted apart and never dropped; a value over
/// the highest is counted in the last cell and told by `aboveHighestCount`. `min` and `max` are
/// exact.
///
/// - Source: HdrHistogram's published layout (Gil Tene).
public struct Histogram: Sendable, Equatable {
  /// The smallest value that is told from 0, in nanoseconds.
  public let lowestDiscernible: Int64
  /// The largest value that keeps its digits, in nanoseconds.
  public let highestTrackable: Int64
  /// How many decimal digits are kept: 1 to 5.
  public let significantDigits: Int

  @usableFromInline let unitMagnitude: Int
  @usableFromInline let subBucketHalfCountMagnitude: Int
  @usableFromInline let subBucketMask: Int64
  @usableFromInline let leadingZeroBase: Int
  @usableFromInline var counts: [Int64]

  @usableFromInline var recordedCount: Int64 = 0
  /// Values of zero and over.
  public var totalCount: Int64 { recordedCount }
  /// Values under zero; they are in no percentile.
  public internal(set) var negativeCount: Int64 = 0
  /// The most negative value, 0 where there is none.
  public internal(set) var negativeMin: Int64 = 0
  /// Values over `highestTrackable`, counted in the last cell too.
  public internal(set) var aboveHighestCount: Int64 = 0
  @usableFromInline var minSeen = Int64.max
  @usableFromInline var maxSeen: Int64 = 0

  /// One hour, in nanoseconds.
  public static let hour: Int64 = 3_600_000_000_000

  /// - Parameters:
  ///   - lowestDiscernible: At least 1.
  ///   - highestTrackable: At least twice the lowest.
  ///   - significantDigits: 1 to 5.
  public init(
    lowestDiscernible: Int64 = 1, highestTrackable: Int64 = Histogram.hour,
    significantDigits: Int = 3
  ) {
    precondition(lowestDiscernible >= 1, "the lowest value must be at least 1")
    precondition(highestTrackable / 2 >= lowestDiscernible, "the range is too small")
    precondition((1...5).contains(significantDigits), "1 to 5 significant digits")
    self.lowestDiscernible = lowestDiscernible
    self.highestTrackable = highestTrackable
    self.significantDigits = significantDigits
    var largestOfSingleUnit = 2
    for _ in 0..<significantDigits { largestOfSingleUnit *= 10 }
    let subBucketCountMagnitude = Self.magnitudeCeiling(largestOfSingleUnit)
    let unitMagnitude = 63 - lowestDiscernible.leadingZeroBitCount
    precondition(unitMagnitude + subBucketCountMagnitude <= 61, "the lowest value is too large")
    self.unitMagnitude = unitMagnitude
    subBucketHalfCountMagnitude = subBucketCountMagnitude - 1
    subBucketMask = ((Int64(1) << subBucketCountMagnitude) - 1) << unitMagnitude
    leadingZeroBase = 64 - unitMagnitude - subBucketCountMagnitude
    let buckets = Self.bucketCount(
      highestTrackable, unitMagnitude: unitMagnitude,
      subBucketCountMagnitude: subBucketCountMagnitude)
    counts = [Int64](repeating: 0, count: (buckets + 1) << (subBucketCountMagnitude - 1))
  }

  private static func magnitudeCeiling(_ value: Int) -> Int {
    64 - (value - 1).leadingZeroBitCount
  }

  private static func bucketCount(
    _ highest: Int64, unitMagnitude: Int, subBucketCountMagnitude: Int
  ) -> Int {
    var smallestUntrackable = Int64(1) << (subBucketCountMagnitude + unitMagnitude)
    var count = 1
    while smallestUntrackable <= highest {
      count += 1
      if smallestUntrackable > Int64.max / 2 { break }
      smallestUntrackable <<= 1
    }
    return count
  }

  /// Counts `value` (nanoseconds) `count` times.
  ///
  /// - Complexity: O(1), a few nanoseconds; no heap allocation.
  @inlinable
  public mutating func record(_ value: Int64, count: Int64 = 1) {
    if value < 0 || value > highestTrackable {
      recordOutside(value, count: count)
      return
    }
    counts[index(of: value)] &+= count
    recordedCount &+= count
    if value < minSeen { minSeen = value }
    if value > maxSeen { maxSeen = value }
  }

  @usableFromInline
  mutating func recordOutside(_ value: Int64, count: Int64) {
    if value < 0 {
      negativeCount &+= count
      negativeMin = Swift.min(negativeMin, value)
      return
    }
    aboveHighestCount &+= count
    counts[index(of: highestTrackable)] &+= count
    recordedCount &+= count
    minSeen = Swift.min(minSeen, value)
    maxSeen = Swift.max(maxSeen, value)
  }

  /// Which cell counts `value`, which is 0 … `highestTrackable`.
  @inlinable
  func index(of value: Int64) -> Int {
    let bucket = leadingZeroBase &- (value | subBucketMask).leadingZeroBitCount
    let subBucket = Int(value &>> Int64(bucket &+ unitMagnitude))
    return (bucket &<< subBucketHalfCountMagnitude) &+ subBucket
  }

  /// Forgets every value, keeps the memory.
  public mutating func reset() {
    for index in usedCells { counts[index] = 0 }
    recordedCount = 0
    negativeCount = 0
    negativeMin = 0
    aboveHighestCount = 0
    minSeen = .max
    maxSeen = 0
  }

  /// Adds all that `other` counted.
  ///
  /// A histogram of another shape is added value by value, each with its own digits.
  public mutating func merge(_ other: Histogram) {
    guard !other.isEmpty else { return }
    if other.lowestDiscernible == lowestDiscernible, other.counts.count == counts.count,
      other.significantDigits == significantDigits, other.highestTrackable == highestTrackable
    {
      for index in other.usedCells { counts[index] &+= other.counts[index] }
      recordedCount &+= other.totalCount
      aboveHighestCount &+= other.aboveHighestCount
    } else {
      for index in other.usedCells where other.counts[index] != 0 {
        record(
          Swift.min(other.highestEquivalent(other.value(at: index)), other.maxSeen),
          count: other.counts[index])
      }
    }
    negativeCount &+= other.negativeCount
    negativeMin = Swift.min(negativeMin, other.negativeMin)
    minSeen = Swift.min(minSeen, other.minSeen)
    maxSeen = Swift.max(maxSeen, other.maxSeen)
  }

  /// Whether nothing was recorded, negative values included.
  public var isEmpty: Bool { totalCount == 0 && negativeCount == 0 }
}
