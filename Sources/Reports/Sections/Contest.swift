import LoadModel
import Statistics

/// Which of some cases is best by one metric, and how sure that is.
///
/// Where the ranges of the best and the next overlap, no difference is shown. Where they do not
/// touch, chance alone may have parted them: in either direction, and among any two of the cases,
/// since best and next are chosen after looking. Of k equal cases the two foremost are therefore
/// apart in at most k (k − 1) of (m + n choose n) runs.
struct Contest {
  /// With fewer repetitions of each nothing is more than suggested.
  static let fewestRepetitions = 6

  struct Entry {
    var name: String
    var entry: CaseResult
    var samples: [Double]
    var summary: MetricSummary
  }

  let metric: Metric
  let best: Entry
  let next: Entry
  /// How many cases had the figure.
  let count: Int

  /// - Parameter rows: Names and cases; those that were measured in part only do not take part.
  /// - Returns: Nil with fewer than two cases that have the figure.
  init?(_ metric: Metric, isHigherBetter: Bool, among rows: [(name: String, entry: CaseResult)]) {
    var known: [Entry] = []
    // What ended early stands in the tables, marked; it wins and loses nothing.
    for row in rows where row.entry.repetitions.contains(where: { !$0.isPartial }) {
      guard let summary = metric.summary(row.entry) else { continue }
      known.append(
        Entry(
          name: row.name, entry: row.entry, samples: metric.samples(row.entry), summary: summary))
    }
    // A stable order: equals stay in the order of the cases.
    let order = known.enumerated().sorted { one, other in
      let (a, b) = (one.element.summary.value, other.element.summary.value)
      return a == b ? one.offset < other.offset : (isHigherBetter ? a > b : a < b)
    }.map(\.element)
    guard order.count > 1 else { return nil }
    self.metric = metric
    best = order[0]
    next = order[1]
    count = order.count
  }

  /// Each repetition of the best was better than each of the next.
  var isApart: Bool {
    let (a, b) = (best.summary, next.summary)
    return a.max < b.min || a.min > b.max
  }

  /// How many times the better one is the other, 1 or more.
  var factor: Double? {
    let (one, other) = (best.summary.value, next.summary.value)
    guard one > 0, other > 0 else { return nil }
    return ratio(max(one, other), to: min(one, other))
  }

  /// How probable it is that of as many equal cases the two foremost lie apart; at most this.
  var chance: Double {
    min(1, Double(count * (count - 1)) / Self.choices(best.samples.count, next.samples.count))
  }

  /// How sure one can be that the best is better than the next; a half sentence.
  var certainty: String {
    guard best.samples.count > 1, next.samples.count > 1 else {
      return "one repetition each: the noise of the machine cannot be told from the difference"
    }
    guard isApart else {
      return "their ranges overlap, so this run does not tell them apart"
    }
    let odds = 1 / chance
    let share = odds < 1.5 ? "most runs" : "up to 1 of \(Numbers.grouped(odds.rounded(.down))) runs"
    let least = min(best.samples.count, next.samples.count)
    guard least >= Self.fewestRepetitions else {
      return "this suggests a difference and no more: \(count) equal cases show ranges apart in"
        + " \(share)"
    }
    var text = "the ranges do not touch, which \(count) equal cases show in \(share)"
    let confidence = 1 - 0.05 / Double(max(1, count - 1))
    if let interval = Bootstrap.medianRatioInterval(
      best.samples, to: next.samples, confidence: confidence)
    {
      let (low, high) = Self.upward(interval)
      text += "; 95 % interval of the factor \(low)–\(high)"
    }
    return text
  }

  /// The interval of the factor, whichever way round the ratio was.
  private static func upward(_ interval: ConfidenceInterval) -> (String, String) {
    let isBelow = interval.high < 1 && interval.low > 0
    let low = isBelow ? 1 / interval.high : interval.low
    let high = isBelow ? 1 / interval.low : interval.high
    return (Numbers.fixed(low, 2), Numbers.fixed(high, 2))
  }

  /// (m + n choose n).
  private static func choices(_ m: Int, _ n: Int) -> Double {
    var count = 1.0
    for step in 1...max(1, min(m, n, 60)) {
      count *= Double(m + n - step + 1) / Double(step)
    }
    return count.rounded()
  }

  /// `889 MB/s (818–1,001)`
  static func figure(_ entry: Entry, unit: String) -> String {
    let range = ComparisonTable.range(entry.summary)
    let text = "\(Numbers.readable(entry.summary.value)) \(unit)"
    return text + (range.isEmpty ? "" : " (\(range))")
  }
}
