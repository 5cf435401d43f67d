import LoadModel
import Statistics

/// Which of some cases is best by one metric, and how sure that is.
///
/// Decided on the medians of repetitions. Where the ranges of the best and the next overlap, no
/// difference is shown; where they do not touch, two cases that are equal would give the same by
/// chance once in (m + n choose n) pairs.
struct Contest {
  struct Entry {
    var name: String
    var entry: CaseResult
    var samples: [Double]
    var summary: Summary
  }

  let metric: Metric
  let best: Entry
  let next: Entry
  let worst: Entry

  /// - Returns: Nil with fewer than two cases that have the figure from a whole repetition.
  init?(_ metric: Metric, isHigherBetter: Bool, among rows: [(name: String, entry: CaseResult)]) {
    var known: [Entry] = []
    // What ended early stands in the tables, marked; it wins and loses nothing.
    for row in rows where row.entry.repetitions.contains(where: { !$0.isPartial }) {
      let samples = metric.samples(row.entry)
      guard let summary = Summary(samples) else { continue }
      known.append(Entry(name: row.name, entry: row.entry, samples: samples, summary: summary))
    }
    // A stable order: equals stay in the order of the cases.
    let order = known.enumerated().sorted { one, other in
      let (a, b) = (one.element.summary.median, other.element.summary.median)
      return a == b ? one.offset < other.offset : (isHigherBetter ? a > b : a < b)
    }.map(\.element)
    guard order.count > 1, let worst = order.last else { return nil }
    self.metric = metric
    best = order[0]
    next = order[1]
    self.worst = worst
  }

  /// Each repetition of the best was better than each of the next.
  var isApart: Bool {
    let (a, b) = (best.summary, next.summary)
    return a.max < b.min || a.min > b.max
  }

  /// How much the best and the next differ, 1 or more.
  var factor: Double? { Self.factor(best.summary.median, next.summary.median) }

  /// How much the best and the worst differ, 1 or more.
  var spread: Double? { Self.factor(best.summary.median, worst.summary.median) }

  private static func factor(_ one: Double, _ other: Double) -> Double? {
    guard one > 0, other > 0 else { return nil }
    return ratio(max(one, other), to: min(one, other))
  }

  /// How sure one can be that the best is better than the next; a half sentence.
  var certainty: String {
    guard best.samples.count > 1, next.samples.count > 1 else {
      return "one repetition each: the noise of the machine cannot be told from the difference"
    }
    guard isApart else {
      return "their ranges overlap, so this run does not tell them apart"
    }
    let chance = Self.pairs(best.samples.count, next.samples.count)
    var text =
      "the ranges do not touch, which two equal cases show by chance in 1 of"
      + " \(Numbers.grouped(chance)) pairs"
    if best.samples.count >= 6, next.samples.count >= 6,
      let interval = Bootstrap.medianRatioInterval(best.samples, to: next.samples)
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

  /// (m + n choose n), as a number for people: exact where it is small.
  private static func pairs(_ m: Int, _ n: Int) -> Double {
    var count = 1.0
    for step in 1...max(1, min(m, n, 60)) {
      count *= Double(m + n - step + 1) / Double(step)
    }
    return count.rounded()
  }

  /// `889 MB/s (818–1,001)`
  static func figure(_ entry: Entry, unit: String) -> String {
    let range = ComparisonTable.range(entry.summary)
    let text = "\(Numbers.readable(entry.summary.median)) \(unit)"
    return text + (range.isEmpty ? "" : " (\(range))")
  }
}
