import LoadModel
import Statistics

/// Which samples of two points were measured together.
enum StudyPairs {
  /// - Parameters:
  ///   - one: A point and its samples of a figure.
  ///   - tolerance: How far the numbers of `StudyPoint.pairing` may be apart.
  /// - Returns: The pairs; by place, where both have as many samples and no pairing (older files);
  ///   none where it is not known which belong together.
  static func values(
    _ one: (point: StudyPoint?, samples: [Double]),
    _ other: (point: StudyPoint?, samples: [Double]),
    tolerance: Double = 0
  ) -> [(Double, Double)] {
    guard let keys = one.point?.pairing, let otherKeys = other.point?.pairing else {
      let isOld = one.point?.pairing == nil && other.point?.pairing == nil
      guard isOld, one.samples.count == other.samples.count else { return [] }
      return Array(zip(one.samples, other.samples))
    }
    guard keys.count == one.samples.count, otherKeys.count == other.samples.count else { return [] }
    var free = Set(otherKeys.indices)
    return zip(keys, one.samples).compactMap { key, value in
      let place = otherKeys.indices.first {
        free.contains($0) && abs(otherKeys[$0] - key) <= tolerance
      }
      guard let place else { return nil }
      free.remove(place)
      return (value, other.samples[place])
    }
  }
}

/// A figure's value over its samples: the 20 % trimmed mean with its 95 % interval.
enum IntervalText {
  /// `846 [742, 1,208]`; samples alone where there are too few for an interval; empty without any.
  static func cell(_ samples: [Double]) -> String {
    let known = samples.filter(\.isFinite)
    guard let mean = TrimmedMean(known) else {
      return known.map(Numbers.readable).joined(separator: "; ")
    }
    let interval = mean.interval()
    return "\(Numbers.readable(mean.mean)) [\(Numbers.readable(max(0, interval.low))),"
      + " \(Numbers.readable(interval.high))]"
  }
}
