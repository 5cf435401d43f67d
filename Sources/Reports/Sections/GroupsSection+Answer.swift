import LoadModel
import Statistics

extension GroupsSection {
  /// A line an event, one with what tells the assignors apart, one with what happened to the
  /// cluster.
  var answer: [String] {
    var lines = [
      line(.join, "When a member joins, a partition's pause is"),
      line(.leave, "When a member leaves, a partition's pause is"),
      crash, comparison,
    ].compactMap { $0 }
    if let few { lines.append(few) }
    if let text = StudyDisturbanceText.line(study) { lines.append(text + left) }
    return lines
  }

  /// Why a kind of event has no line of its own.
  private var few: String? {
    let kinds = GroupEventKind.allCases.filter { event in
      let counts = assignors.map { name in
        Self.samples(point(name, event.rawValue), "partition pause").count
      }
      return counts.contains { $0 > 0 } && counts.allSatisfy { $0 < TrimmedMean.fewestValues }
    }
    guard !kinds.isEmpty else { return nil }
    return "Too few events for an interval (\(kinds.map(\.rawValue).joined(separator: ", "))): at"
      + " least \(TrimmedMean.fewestValues) of a kind are needed (`--repetitions`)."
  }

  /// Events that a change of the cluster spoiled.
  private var left: String {
    let count = study.points.compactMap { $0.figure("disturbed")?.samples.count }.reduce(0, +)
    guard count > 0 else { return "" }
    return " \(count) stretch\(count == 1 ? "" : "es") of that time count\(count == 1 ? "s" : "")"
      + " nowhere."
  }

  private func line(_ event: GroupEventKind, _ words: String) -> String? {
    let pause = each(event, "partition pause").map { "\(words) \($0)\(counts(event))." }
    let parts = [pause, open(event)].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  /// `In 1 of 6 crash events with `range` a partition was not taken over within the window; no
  /// interval.`; nil where every pause ended within its window.
  private func open(_ event: GroupEventKind) -> String? {
    let sentences = assignors.compactMap { name -> String? in
      guard let point = point(name, event.rawValue),
        let cut = point.figure(Self.open)?.samples.count, cut > 0
      else { return nil }
      let all = cut + (point.figure("partition pause")?.samples.count ?? 0)
      return "In \(cut) of \(all) \(event.rawValue) events with \(ReportText.code(name)) a"
        + " partition was not taken over within the window; no interval."
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private var crash: String? {
    guard let pause = line(.crash, "When a member crashes, a partition's pause is") else {
      return nil
    }
    let again = each(.crash, "redelivered")
    return pause + (again.map { " Records delivered again: \($0)." } ?? "")
  }

  /// `1.31 s (0.90–1.72) with `range`, …`; nil where no assignor has a value.
  private func each(_ event: GroupEventKind, _ figure: String) -> String? {
    let parts = assignors.compactMap { name in
      claim(point(name, event.rawValue), figure).map { "\($0) with \(ReportText.code(name))" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// ` (12 events each)`
  private func counts(_ event: GroupEventKind) -> String {
    let all = assignors.map { Self.samples(point($0, event.rawValue), "partition pause").count }
      .filter { $0 >= TrimmedMean.fewestValues }
    guard let first = all.first else { return "" }
    let isSame = all.allSatisfy { $0 == first }
    let numbers = isSame ? "\(first)" : all.map { "\($0)" }.joined(separator: " and ")
    return " (\(numbers) events\(isSame && all.count > 1 ? " each" : ""))"
  }

  /// A value with its interval; nil where there are too few events for one.
  private func claim(_ point: StudyPoint?, _ figure: String) -> String? {
    let samples = Self.samples(point, figure)
    guard let mean = TrimmedMean(samples) else { return nil }
    if let below = below(samples, figure) { return below }
    let isCount = figure == "redelivered"
    let isSeconds = !isCount && mean.mean >= 999.5
    func text(_ value: Double) -> String {
      if isCount { return Numbers.grouped(max(0, value).rounded()) }
      return isSeconds ? Numbers.fixed(max(0, value) / 1000, 2) : Numbers.readable(max(0, value))
    }
    let interval = mean.interval()
    return "\(text(mean.mean))\(isCount ? "" : isSeconds ? " s" : " ms")"
      + " (\(text(interval.low))–\(text(interval.high)))"
  }

  /// `below detection`, where that is so in most events.
  func below(_ samples: [Double], _ figure: String) -> String? {
    let seen = samples.count { !detection.isBelow($0, figure) }
    guard figure != "redelivered", let middle = Summary(samples)?.median,
      detection.isBelow(middle, figure)
    else { return nil }
    let all = "below detection"
    return seen == 0 ? all : "\(all) in \(samples.count - seen) of \(samples.count) events"
  }

  // MARK: Comparison

  /// `at least ` where the smaller of both is below detection, so that only its limit is known.
  private func bound(_ other: String, _ event: GroupEventKind, _ figure: String, _ found: Contest)
    -> String
  {
    let smaller = found.factor > 1 ? assignors.first ?? "" : other
    let samples = Self.samples(point(smaller, event.rawValue), figure)
    guard below(samples, figure) != nil else { return "" }
    return found.factor > 1 ? "at least " : "at most "
  }

  private static let words = [
    "partition pause": "a partition's pause", "member pause": "the slowest member's pause",
    "redelivered": "records delivered again",
  ]

  /// What tells the assignors apart by the tests of this report, and what does not.
  private var comparison: String? {
    guard let base = assignors.first, assignors.count > 1 else { return nil }
    var shown: [String] = []
    var open: [String] = []
    for other in assignors.dropFirst() {
      for event in GroupEventKind.allCases {
        for figure in Self.pauses + ["redelivered"] {
          guard let found = contests[Self.name(other, event, figure)], found.estimate != nil else {
            continue
          }
          let what = "\(event.rawValue), \(Self.words[figure] ?? figure)"
          let text = assignors.count > 2 ? "\(what), \(ReportText.code(other))" : what
          if found.isShown {
            shown.append("\(text) \(bound(other, event, figure, found))\(found.text)")
          } else {
            open.append(text)
          }
        }
      }
    }
    let tested = contests.values.count { $0.estimate != nil }
    // Where there are too few events another line says so.
    guard tested > 0 else { return nil }
    let others = assignors.dropFirst().map(ReportText.code).joined(separator: ", ")
    let head = "\(others) beside \(ReportText.code(base))"
    let tests = "Holm over \(tested) comparison\(tested == 1 ? "" : "s")"
    guard !shown.isEmpty else { return "\(head): no difference is shown (\(tests))." }
    let rest = open.isEmpty ? "" : " No difference is shown for: \(open.joined(separator: "; "))."
    return "\(head), shown (\(tests)): \(shown.joined(separator: "; ")).\(rest)"
  }
}
