import LoadModel
import Statistics

/// Values of intervals, each at its own place on the time axis, whichever intervals a repetition
/// has a value for.
struct IntervalPlaces {
  private var values: [Int: [Double]] = [:]
  private var middles: [Int: Double] = [:]

  /// A series is not longer than this: a file with other times is not a run's.
  private static let mostPlaces = 1_000_000

  /// Places with a value.
  var count: Int { values.count }

  /// - Parameters:
  ///   - value: Nil where the interval has none: its place stays empty.
  ///   - lengthS: How long the repetition's intervals are.
  mutating func add(_ value: Double?, at sample: IntervalSample, lengthS: Double) {
    guard lengthS > 0 else { return }
    let start = (sample.startS / lengthS + 0.01).rounded(.down)
    guard abs(start) < Double(Self.mostPlaces) else { return }
    let place = Int(start)
    middles[place] = middles[place] ?? (sample.startS + sample.durationS / 2)
    if let value, value.isFinite { values[place, default: []].append(value) }
  }

  /// The median at each place with the range as a band, and a gap at each place between them that
  /// has no value.
  var points: [PlotPoint] {
    guard let first = values.keys.min(), let last = values.keys.max() else { return [] }
    var found: [PlotPoint] = []
    for place in first...last {
      if let all = values[place], let summary = Summary(all), let middle = middles[place] {
        found.append(
          PlotPoint(x: middle, y: summary.median, low: summary.min, high: summary.max))
      } else if found.last?.isGap == false {
        found.append(.gap)
      }
    }
    return found
  }
}
