import LoadModel
import Statistics

extension RunReport {
  /// The first thing to read: what is broken, which case won, and how sure that is.
  var answerSection: ReportSection? {
    var section = ReportSection(title: "The answer")
    section.paragraphs = badNews
    let answered = studySections
    section.answerPoints = answered.flatMap { suite in
      (suite.answer.isEmpty ? [] : [suite.answer]) + suite.answerPoints
    }
    if measured.count == 1 { section.points += singleFigures }
    if let advice {
      if let headline = advice.headline {
        // Bad news stand above it.
        if section.paragraphs.isEmpty {
          section.answer = headline
        } else {
          section.paragraphs.append(headline)
        }
      }
      if let caution = advice.caution { section.paragraphs.append(caution) }
      section.points += advice.points
      if let figure = advice.chosenFigure { section.points.append(figure) }
      if let missing = advice.notMeasured { section.points.append(missing) }
    }
    if let sound { section.points.append(sound) }
    if let foreign { section.points.append(foreign) }
    if let advice, !advice.points.isEmpty { section.points.append(advice.sureness) }
    return section
  }

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

  private var foreign: String? {
    let checked = run.cases.flatMap(\.repetitions).compactMap(\.verification)
    let foreign = checked.map(\.foreign).clampedSum
    guard foreign > 0 else { return nil }
    return "\(Numbers.grouped(foreign)) records that were read are foreign: they carry no stamp of"
      + " this run, count in the rates, and were not verified."
  }

  private var sound: String? {
    let checked = run.cases.flatMap(\.repetitions).compactMap(\.verification)
    guard !checked.isEmpty, checked.allSatisfy(\.isSound) else { return nil }
    let received = checked.map(\.received).clampedSum
    guard received > 0 else { return nil }
    let unverified = checked.map(\.unverified).clampedSum
    let notVisible = checked.compactMap(\.notVisible).clampedSum
    let others = [
      unverified > 0 ? "\(Numbers.grouped(unverified)) more were acked and not verified" : nil,
      notVisible > 0
        ? "\(Numbers.grouped(notVisible)) more were acked and are not visible to consumers" : nil,
    ].compactMap { $0 }
    let rest = others.isEmpty ? "" : " (\(others.joined(separator: "; ")))"
    return "Of \(Numbers.grouped(received)) records that were read back, every one was sound: none "
      + "lost, duplicated, reordered or corrupt\(rest)."
  }

  private struct Question {
    var metric: Metric
    var isHigherBetter: Bool
    /// `Most produced`, `MB/s`
    var words: (what: String, unit: String)
  }

  private var isOpenLoop: Bool { measured.allSatisfy { $0.entry.workload.rate.isOpenLoop } }

  /// What can be asked of these cases: in the closed loop a latency says how full a buffer was, and
  /// where every case keeps its rate none produces most.
  private var questions: [Question] {
    var all: [Question] = []
    let isReached = measured.allSatisfy { !(marks[$0.entry.index] ?? []).contains(.rate) }
    if !isOpenLoop || !isReached {
      all.append(
        Question(metric: .producedMb, isHigherBetter: true, words: ("Most produced", "MB/s")))
    }
    // Where cases produce and consume alike, what was consumed says the same again.
    if measured.contains(where: { !Metric.producedMb.hasSamples($0.entry) }) {
      all.append(
        Question(metric: .consumedMb, isHigherBetter: true, words: ("Most consumed", "MB/s")))
    }
    if isOpenLoop {
      all += [
        Question(
          metric: .produceP99, isHigherBetter: false,
          words: ("Lowest produce latency, p99", "ms")),
        Question(
          metric: .endToEndP99, isHigherBetter: false,
          words: ("Lowest end-to-end latency, p99", "ms")),
      ]
    }
    all.append(
      Question(
        metric: .brokerCpu, isHigherBetter: false, words: ("Least broker CPU", "s per GB")))
    return all
  }

  /// Which case is best by each question, with how sure that is.
  var winners: [String] {
    guard measured.count > 1 else { return [] }
    return questions.compactMap { question in
      let kind = question.metric.kind
      let rows = measured.filter { row in
        kind != .latency || !FigureMark.disturbs(marks[row.entry.index] ?? [], .latency)
      }
      return Contest(question.metric, isHigherBetter: question.isHigherBetter, among: rows)
        .map { winner($0, question.words) }
    }
  }

  private func winner(_ contest: Contest, _ words: (what: String, unit: String)) -> String {
    let own = marks[contest.best.entry.index] ?? []
    let mark = FigureMark.text(own, for: contest.metric.kind)
    var text = "\(words.what): **\(ReportText.code(contest.best.name))**,"
    text += " \(Contest.figure(contest.best, unit: words.unit))\(mark.isEmpty ? "" : " \(mark)")"
    text += "; next \(ReportText.code(contest.next.name)),"
    text += " \(Contest.figure(contest.next, unit: words.unit))"
    if let factor = contest.factor, factor >= 1.005 {
      text += " (\(Numbers.fixed(factor, 2))×)"
    }
    text += ": \(contest.certainty)."
    for mark in own where mark.kinds.contains(contest.metric.kind) {
      text += " [\(mark.letter)] \(mark.meaning)."
    }
    return text
  }

  private var singleFigures: [String] {
    guard let only = measured.first?.entry else { return [] }
    var metrics: [(Metric, String)] = [
      (.producedMb, Metric.producedMb.title), (.consumedMb, Metric.consumedMb.title),
      (.produceP99, Metric.produceP99.title), (.endToEndP99, Metric.endToEndP99.title),
      (.brokerCpu, Metric.brokerCpu.title),
    ]
    if !isOpenLoop {
      metrics[2].1 = "Time in a full buffer until the ack, p99 ms (`--rate N` measures latency)"
      metrics[3].1 = "Time in a full buffer until it was read, p99 ms"
    }
    let isWhole = only.repetitions.contains { !$0.isPartial }
    return metrics.compactMap { metric, title in
      guard let summary = metric.summary(only) else { return nil }
      let range = ComparisonTable.range(summary)
      let found = (marks[only.index] ?? []).filter { $0.kinds.contains(metric.kind) }
      let mark = FigureMark.text(found, for: metric.kind)
      let figure = Numbers.readable(summary.value)
      var text = "\(title): \(isWhole ? "**\(figure)**" : figure)"
      if !range.isEmpty { text += " (\(range))" }
      if metric.title == Metric.consumedMb.title,
        let groups = only.workload.consumerGroups, groups > 1
      {
        text += ", by \(groups) groups together, each of which gets every record"
      }
      if !mark.isEmpty { text += " \(mark)" }
      text += "."
      return text + found.map { " [\($0.letter)] \($0.meaning)." }.joined()
    }
  }
}
