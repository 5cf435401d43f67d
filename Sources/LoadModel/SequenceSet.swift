/// A set of sequence numbers, as ascending ranges that neither touch nor overlap.
///
/// Numbers mostly come in order: then adding one is a comparison and an addition.
public struct SequenceSet: Sendable, Equatable {
  public private(set) var ranges: [Range<UInt64>] = []

  public init() {}

  public var count: UInt64 { ranges.reduce(0) { $0 &+ ($1.upperBound &- $1.lowerBound) } }
  public var isEmpty: Bool { ranges.isEmpty }
  public var first: UInt64? { ranges.first?.lowerBound }
  public var last: UInt64? { ranges.last.map { $0.upperBound - 1 } }

  public func contains(_ number: UInt64) -> Bool {
    let index = firstIndex(endingAfter: number)
    return index < ranges.count && ranges[index].lowerBound <= number
  }

  /// Adds a range; what is there already stays.
  ///
  /// - Complexity: O(1) at the end, O(ranges) elsewhere.
  public mutating func insert(_ range: Range<UInt64>) {
    guard !range.isEmpty else { return }
    guard let last = ranges.last else {
      ranges.append(range)
      return
    }
    if range.lowerBound > last.upperBound {
      ranges.append(range)
      return
    }
    if range.lowerBound >= last.lowerBound {
      ranges[ranges.count - 1] =
        last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      return
    }
    // The first range that touches the new one, and the first that lies behind it.
    var from = firstIndex(endingAfter: range.lowerBound)
    if from > 0, ranges[from - 1].upperBound == range.lowerBound { from -= 1 }
    var end = from
    var merged = range
    while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
      merged =
        Swift.min(
          merged.lowerBound, ranges[end].lowerBound)..<Swift.max(
          merged.upperBound, ranges[end].upperBound)
      end += 1
    }
    ranges.replaceSubrange(from..<end, with: [merged])
  }

  /// Adds one number.
  ///
  /// - Returns: False where it was there already.
  public mutating func insert(_ number: UInt64) -> Bool {
    if contains(number) { return false }
    insert(number..<number + 1)
    return true
  }

  public mutating func formUnion(_ other: SequenceSet) {
    for range in other.ranges { insert(range) }
  }

  /// The numbers of this set within `window`.
  ///
  /// - Complexity: O(log ranges), and the ranges found.
  public func intersection(_ window: Range<UInt64>) -> SequenceSet {
    var found = SequenceSet()
    for range in ranges[firstIndex(endingAfter: window.lowerBound)...] {
      if range.lowerBound >= window.upperBound { break }
      let clamped = range.clamped(to: window)
      if !clamped.isEmpty { found.ranges.append(clamped) }
    }
    return found
  }

  /// The lowest `count` numbers of this set.
  public func prefix(_ count: UInt64) -> SequenceSet {
    var found = SequenceSet()
    var left = count
    for range in ranges where left > 0 {
      let taken = Swift.min(left, range.upperBound - range.lowerBound)
      found.ranges.append(range.lowerBound..<range.lowerBound + taken)
      left -= taken
    }
    return found
  }

  /// The numbers of this set that are not in `other`.
  ///
  /// - Complexity: O(ranges of both).
  public func subtracting(_ other: SequenceSet) -> SequenceSet {
    var found = SequenceSet()
    var index = 0
    for range in ranges {
      var lower = range.lowerBound
      while index < other.ranges.count, other.ranges[index].upperBound <= lower { index += 1 }
      var place = index
      while place < other.ranges.count, other.ranges[place].lowerBound < range.upperBound {
        let hole = other.ranges[place]
        if hole.lowerBound > lower { found.ranges.append(lower..<hole.lowerBound) }
        lower = Swift.max(lower, hole.upperBound)
        place += 1
      }
      if lower < range.upperBound { found.ranges.append(lower..<range.upperBound) }
    }
    return found
  }

  /// The first range whose end is above `number`.
  private func firstIndex(endingAfter number: UInt64) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound > number { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
