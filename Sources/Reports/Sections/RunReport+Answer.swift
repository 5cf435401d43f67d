import LoadModel
import Statistics

extension RunReport {
  /// An answer that is longer is not read; the rest stands below.
  private static let mostLines = 5

  /// The first thing to read: what is broken, what to use, and how sure that is.
  ///
  /// - Parameter suites: Sections whose answer stands here.
  func answerSection(_ suites: [ReportSection]) -> ReportSection {
    var section = ReportSection(title: "The answer")
    section.paragraphs = badNews
    section.answerPoints = suites.flatMap(\.answerPoints)
    if measured.count == 1, rates == nil { section.points += singleFigures }
    if let headline = advice?.headline {
      // Bad news stand above it.
      if section.paragraphs.isEmpty {
        section.answer = headline
      } else {
        section.paragraphs.append(headline)
      }
    }
    let lines = section.paragraphs.count + section.answerPoints.count + section.points.count
    let doubts = [advice?.doubts].compactMap { $0 }
    let room = Self.mostLines - lines - (section.answer.isEmpty ? 0 : 1) - doubts.count
    section.points += (advice?.points ?? []).prefix(max(0, room)) + doubts
    return section
  }

  /// What no figure below can be read without.
  private var badNews: [String] {
    var lines: [String] = []
    if run.isPartial {
      lines.append("**This result is partial: not everything was measured.**")
    }
    if run.lostAckedRecords > 0 {
      lines.append("**\(Numbers.grouped(run.lostAckedRecords)) acked records are lost.**")
    }
    if measured.isEmpty, !run.cases.isEmpty, rates == nil { lines.append("Nothing was measured.") }
    return lines
  }

  var foreign: String? {
    let checked = run.cases.flatMap(\.repetitions).compactMap(\.verification)
    let foreign = checked.map(\.foreign).clampedSum
    guard foreign > 0 else { return nil }
    return "\(Numbers.grouped(foreign)) records that were read are foreign: they carry no stamp of"
      + " this run, count in the rates, and were not verified."
  }

  var sound: String? {
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

  private var isOpenLoop: Bool { measured.allSatisfy { $0.entry.workload.rate.isOpenLoop } }

  private var singleFigures: [String] {
    guard let only = measured.first?.entry else { return [] }
    var metrics: [(Metric, String)] = [(.producedMb, Metric.producedMb.title)]
    if !isConsumedAsProduced { metrics.append((.consumedMb, Metric.consumedMb.title)) }
    if isOpenLoop {
      metrics += [
        (.produceP99, Metric.produceP99.title), (.endToEndP99, Metric.endToEndP99.title),
      ]
    } else if isLatencyAsked {
      metrics += [
        (.produceP99, "Time in a full buffer until the ack, p99 ms"),
        (.endToEndP99, "Time in a full buffer until it was read, p99 ms"),
      ]
    }
    metrics.append((.brokerCpu, Metric.brokerCpu.title))
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
