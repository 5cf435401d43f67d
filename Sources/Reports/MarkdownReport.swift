import LoadModel
import Statistics

/// `report.md`: what was found, how sure it is, and what it was found on.
struct MarkdownReport {
  let run: RunResult

  init(_ run: RunResult) { self.run = run }

  var text: String {
    let parts = [
      title, verdict, warningSection, comparisonSection, questionSections, extremesSection,
      whatWasRun, environmentSection, detailSections, howToRead,
    ]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  // MARK: The top

  private var title: String {
    var text = "# \(run.scenario): \(targetText)\n"
    if let question = run.question { text += "\n> \(question)\n" }
    text += "\nRun `\(run.runId)`, begun \(run.startedUtc)"
    if let finished = run.finishedUtc { text += ", ended \(finished)" }
    text += ". \(countText(run.cases.count, "case")), up to "
    text += "\(countText(mostRepetitions, "repetition")) each, taking turns; figures are medians.\n"
    return text
  }

  private var targetText: String {
    let target = run.target
    switch target.kind {
    case .embedded: return "Weir's broker, in the same process"
    case .process: return "Weir's broker, in its own process"
    case .cluster:
      return "\(countText(target.brokerCount, "broker")) at "
        + target.bootstrap.joined(separator: ", ")
    }
  }

  private var mostRepetitions: Int { run.cases.map(\.repetitions.count).max() ?? 0 }

  private var verdict: String {
    var lines: [String] = []
    if run.isPartial {
      lines.append("**This result is partial: the run ended before all was measured.**")
    }
    if run.lostAckedRecords > 0 {
      lines.append("**\(Numbers.grouped(run.lostAckedRecords)) acked records are lost.**")
    }
    let checked = run.cases.flatMap(\.repetitions).compactMap(\.verification)
    if !checked.isEmpty, checked.allSatisfy(\.isSound) {
      let received = checked.map(\.received).clampedSum
      let unverified = checked.map(\.unverified).clampedSum
      let rest =
        unverified == 0 ? "" : " (\(Numbers.grouped(unverified)) more were acked and not verified)"
      lines.append(
        "Of \(Numbers.grouped(received)) records that were read back, every one was sound: none "
          + "lost, duplicated, reordered or corrupt\(rest).")
    }
    return lines.joined(separator: "\n\n") + (lines.isEmpty ? "" : "\n")
  }

  private var warningSection: String {
    let warnings = run.allWarnings
    guard !warnings.isEmpty else { return "" }
    let labels = run.cases.map(\.label)
    let lines = warnings.map { warning in
      let text = WarningText(warning, labels: labels)
      return "- \(oneLine(text.message)) \(oneLine(text.advice))"
    }
    return "## Before you believe it\n\n" + lines.joined(separator: "\n") + "\n"
  }

  // MARK: Comparisons

  /// The settings with several values.
  private var swept: [EffectiveConfiguration.Entry] {
    run.configuration.entries.filter { $0.values.count > 1 && isAxis($0.name) }
  }

  private func isAxis(_ name: String) -> Bool {
    ScenarioSchema.field(named: name)?.kind == .list
  }

  private var comparisonSection: String {
    let rows = run.cases.filter { !$0.repetitions.isEmpty }.map { (name: $0.label, entry: $0) }
    guard !rows.isEmpty else { return "## Results\n\nNothing was measured.\n" }
    let note =
      rows.count > 1 ? "Ratios (×) are to the first row that has the figure.\n\n" : ""
    return "## Results\n\n" + note + tables(heading: "Case", rows: rows)
  }

  private func tables(heading: String, rows: [(name: String, entry: CaseResult)]) -> String {
    [Metric.throughput, Metric.latency, Metric.cost]
      .compactMap { ComparisonTable(metrics: $0).text(heading: heading, rows: rows) }
      .joined(separator: "\n")
  }

  /// With several swept settings: one section for each, the others held.
  private var questionSections: String {
    guard swept.count > 1 else { return "" }
    return swept.map(questionSection).joined(separator: "\n")
  }

  private func questionSection(_ axis: EffectiveConfiguration.Entry) -> String {
    var groups: [(others: String, rows: [(name: String, entry: CaseResult)])] = []
    for entry in run.cases where !entry.repetitions.isEmpty {
      let parts = entry.label.split(separator: " ").map(String.init)
      let own = parts.first { $0.hasPrefix(axis.name + "=") } ?? entry.label
      let others = parts.filter { !$0.hasPrefix(axis.name + "=") }.joined(separator: " ")
      if let index = groups.firstIndex(where: { $0.others == others }) {
        groups[index].rows.append((own, entry))
      } else {
        groups.append((others, [(own, entry)]))
      }
    }
    let metrics = [
      Metric.producedMb, .consumedMb, .produceP99, .endToEndP99, .brokerCpu, .clientCpu,
    ].map { metric in
      var lean = metric
      lean.hasRange = false
      return lean
    }
    var text = "## What \(axis.name) does\n"
    for group in groups where group.rows.count > 1 {
      let table = ComparisonTable(metrics: metrics).text(heading: axis.name, rows: group.rows)
      text += "\nWith `\(group.others)`:\n\n" + (table ?? "")
    }
    return text
  }

  private var extremesSection: String {
    guard run.cases.count > 1 else { return "" }
    var lines: [String] = []
    func line(_ metric: Metric, _ what: String, isHigherBetter: Bool) {
      let known = run.cases.compactMap { entry in
        metric.summary(entry).map { (entry: entry, summary: $0) }
      }
      guard known.count > 1,
        let low = known.min(by: { $0.summary.median < $1.summary.median }),
        let high = known.max(by: { $0.summary.median < $1.summary.median }),
        let times = ratio(high.summary.median, to: low.summary.median)
      else { return }
      let (best, worst) = isHigherBetter ? (high, low) : (low, high)
      let overlap =
        best.summary.count > 1 && low.summary.max >= high.summary.min
        ? "; their ranges overlap: no difference is shown" : ""
      lines.append(
        "- \(what): best `\(best.entry.label)` (\(Numbers.readable(best.summary.median))), worst "
          + "`\(worst.entry.label)` (\(Numbers.readable(worst.summary.median))), "
          + "\(Numbers.fixed(times, 2)) times apart\(overlap).")
    }
    line(.producedMb, "Produced MB/s", isHigherBetter: true)
    line(.consumedMb, "Consumed MB/s", isHigherBetter: true)
    line(.produceP99, "Produce latency p99, ms", isHigherBetter: false)
    line(.endToEndP99, "End-to-end latency p99, ms", isHigherBetter: false)
    line(.brokerCpu, "Broker CPU s/GB", isHigherBetter: false)
    return lines.isEmpty
      ? "" : "## The fastest and the slowest\n\n" + lines.joined(separator: "\n") + "\n"
  }

  func countText(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Texts from elsewhere cannot begin a heading or a list of their own.
  func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
