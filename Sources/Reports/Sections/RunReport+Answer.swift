import LoadModel
import Statistics

extension RunReport {
  /// The first thing to read: what is broken, which case won, and how sure that is.
  var answerSection: ReportSection? {
    var section = ReportSection(title: "The answer")
    section.paragraphs = badNews
    section.points = studySections.map(\.answer).filter { !$0.isEmpty }
    if measured.count == 1 {
      section.points += singleFigures
    } else {
      section.points += contests.map { winner($0.contest, $0.words) }
      section.points += swept.count > 1 ? swept.flatMap(axisAnswers) : []
    }
    if let sound { section.points.append(sound) }
    if measured.count > 1, fewest > 0, fewest < 10 {
      section.paragraphs.append(sureness)
    }
    return section
  }

  private var fewest: Int { run.cases.map(\.repetitions.count).min() ?? 0 }

  /// What no figure below can be read without.
  private var badNews: [String] {
    var lines: [String] = []
    if run.isPartial {
      lines.append("**This result is partial: the run ended before all was measured.**")
    }
    if run.lostAckedRecords > 0 {
      lines.append("**\(Numbers.grouped(run.lostAckedRecords)) acked records are lost.**")
    }
    if measured.isEmpty, !run.cases.isEmpty { lines.append("Nothing was measured.") }
    return lines
  }

  private var sureness: String {
    "How sure: every figure is the median of \(countText(fewest, "repetition")) or more, with the"
      + " range of all of them in brackets. Two cases differ only where their ranges do not touch;"
      + " a claim needs about ten repetitions of each."
  }

  private var sound: String? {
    let checked = run.cases.flatMap(\.repetitions).compactMap(\.verification)
    guard !checked.isEmpty, checked.allSatisfy(\.isSound) else { return nil }
    let received = checked.map(\.received).clampedSum
    let unverified = checked.map(\.unverified).clampedSum
    let rest =
      unverified == 0 ? "" : " (\(Numbers.grouped(unverified)) more were acked and not verified)"
    return "Of \(Numbers.grouped(received)) records that were read back, every one was sound: none "
      + "lost, duplicated, reordered or corrupt\(rest)."
  }

  private struct Question {
    var metric: Metric
    var isHigherBetter: Bool
    /// `Most produced`, `MB/s`
    var words: (what: String, unit: String)
  }

  private var questions: [Question] {
    var all = [
      Question(metric: .producedMb, isHigherBetter: true, words: ("Most produced", "MB/s")),
      Question(
        metric: .produceP99, isHigherBetter: false, words: ("Lowest produce latency, p99", "ms")),
      Question(
        metric: .endToEndP99, isHigherBetter: false,
        words: ("Lowest end-to-end latency, p99", "ms")),
      Question(
        metric: .brokerCpu, isHigherBetter: false, words: ("Least broker CPU", "s per GB")),
    ]
    // Where cases produce and consume alike, what was consumed says the same again.
    if measured.contains(where: { Metric.producedMb.summary($0.entry) == nil }) {
      all.insert(
        Question(metric: .consumedMb, isHigherBetter: true, words: ("Most consumed", "MB/s")),
        at: 1)
    }
    return all
  }

  private var contests: [(contest: Contest, words: (what: String, unit: String))] {
    questions.compactMap { question in
      Contest(question.metric, isHigherBetter: question.isHigherBetter, among: measured)
        .map { ($0, question.words) }
    }
  }

  private func winner(_ contest: Contest, _ words: (what: String, unit: String)) -> String {
    let own = FigureMark.text(marks[contest.best.entry.index] ?? [], for: contest.metric.kind)
    var text = "\(words.what): **\(ReportText.code(contest.best.name))**,"
    text += " \(Contest.figure(contest.best, unit: words.unit))\(own.isEmpty ? "" : " \(own)")"
    if let factor = contest.factor {
      let isAbove = contest.best.summary.median >= contest.next.summary.median
      text +=
        factor < 1.005
        ? ", level with" : ", \(Numbers.fixed(factor, 2)) times\(isAbove ? "" : " below")"
      text += " the next, \(ReportText.code(contest.next.name)) with"
      text += " \(Contest.figure(contest.next, unit: words.unit))"
    }
    text += "; \(contest.certainty)."
    for mark in marks[contest.best.entry.index] ?? []
    where mark.kinds.contains(contest.metric.kind) {
      text += " [\(mark.letter)] \(mark.meaning)."
    }
    return text
  }

  private var singleFigures: [String] {
    guard let only = measured.first?.entry else { return [] }
    return questions.compactMap { question in
      guard let summary = question.metric.summary(only) else { return nil }
      let range = ComparisonTable.range(summary)
      let found = (marks[only.index] ?? []).filter { $0.kinds.contains(question.metric.kind) }
      let mark = FigureMark.text(found, for: question.metric.kind)
      var text = "\(question.metric.title): **\(Numbers.readable(summary.median))**"
      if !range.isEmpty { text += " (\(range))" }
      if question.metric.title == Metric.consumedMb.title,
        let groups = only.workload.consumerGroups, groups > 1
      {
        text += ", by \(groups) groups together, each of which gets every record"
      }
      if !mark.isEmpty { text += " \(mark)" }
      text += "."
      return text + found.map { " [\($0.letter)] \($0.meaning)." }.joined()
    }
  }

  /// For a setting among several that were swept: which value is best wherever the others are held.
  private func axisAnswers(_ axis: EffectiveConfiguration.Entry) -> [String] {
    let groups = self.groups(by: axis)
    let answers = [(Metric.producedMb, true, "most MB/s"), (.produceP99, false, "lowest p99")]
      .compactMap { metric, isHigherBetter, words in
        axisAnswer(groups, metric, isHigherBetter, words)
      }
    guard !answers.isEmpty else { return [] }
    return ["\(ReportText.code(axis.name)): " + answers.joined(separator: "; ") + "."]
  }

  private func axisAnswer(
    _ groups: [Group], _ metric: Metric, _ isHigherBetter: Bool, _ words: String
  ) -> String? {
    let contests = groups.compactMap {
      Contest(metric, isHigherBetter: isHigherBetter, among: $0.rows)
    }
    guard !contests.isEmpty else { return nil }
    var wins: [(name: String, count: Int, apart: Int)] = []
    for contest in contests {
      let index = wins.firstIndex { $0.name == contest.best.name } ?? wins.count
      if index == wins.count { wins.append((contest.best.name, 0, 0)) }
      wins[index].count += 1
      wins[index].apart += contest.isApart && contest.best.samples.count > 1 ? 1 : 0
    }
    guard let top = wins.max(by: { $0.count < $1.count }) else { return nil }
    let spreads = contests.compactMap(\.spread)
    let isDivided = wins.count > 1 && wins.filter { $0.count == top.count }.count > 1
    let value = ReportText.code(String(top.name.split(separator: "=").last ?? ""))
    var text =
      isDivided
      ? "no value has the \(words) most often"
      : "\(words) with \(value) in \(top.count) of the \(contests.count) groups"
    if let low = spreads.min(), let high = spreads.max() {
      let (least, most) = (Numbers.fixed(low, 2), Numbers.fixed(high, 2))
      text += " (best and worst differ \(least == most ? least : "\(least)–\(most)") times)"
    }
    if !isDivided {
      let apart = top.apart == top.count ? "all" : "\(top.apart)"
      text += ", ranges apart from the next in \(apart) of these"
    }
    return text
  }
}
