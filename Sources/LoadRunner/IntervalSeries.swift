import Statistics

/// Counts second by second; a second that has passed is kept in its compact form, so that an hour
/// costs no more than its figures.
struct IntervalSeries: Sendable {
  struct Part: Sendable {
    var records: Int64 = 0
    var bytes: Int64 = 0
    var errors: Int64 = 0
    /// Set once the second has passed.
    var latency: HistogramData?
  }

  /// The second under way.
  var current = Part()
  var latency = Histogram()
  private var second: MeasureWindow.Place?
  private(set) var finished: [MeasureWindow.Place: Part] = [:]

  /// Goes on to a second; times never go backwards.
  mutating func enter(_ next: MeasureWindow.Place) {
    guard next != second else { return }
    close()
    second = next
  }

  /// Ends the second under way.
  mutating func close() {
    guard let second else { return }
    if !latency.isEmpty { current.latency = HistogramData(latency) }
    add(current, at: second)
    current = Part()
    latency.reset()
    self.second = nil
  }

  /// Forgets what was measured, and keeps the warm-up: the window was moved.
  mutating func forgetMeasured() {
    close()
    finished = finished.filter { !$0.key.isMeasured }
  }

  /// Adds a closed series of another loop.
  mutating func merge(_ other: IntervalSeries) {
    for (second, theirs) in other.finished { add(theirs, at: second) }
  }

  /// A second may be entered again: a window that is decided late closes the one under way.
  private mutating func add(_ part: Part, at second: MeasureWindow.Place) {
    var sum = finished[second] ?? Part()
    sum.records += part.records
    sum.bytes += part.bytes
    sum.errors += part.errors
    sum.latency = Self.merged(sum.latency, part.latency)
    finished[second] = sum
  }

  private static func merged(_ a: HistogramData?, _ b: HistogramData?) -> HistogramData? {
    guard let a, let b else { return a ?? b }
    // Both were encoded here, a moment ago: they decode.
    guard var sum = try? a.histogram(), let other = try? b.histogram() else { return a }
    sum.merge(other)
    return HistogramData(sum)
  }
}
