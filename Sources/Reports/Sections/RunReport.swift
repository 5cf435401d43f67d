import LoadModel
import Statistics

/// What a run's report says, in sections that Markdown and HTML both write.
struct RunReport {
  let run: RunResult
  /// What is to be told beside figures, by the case's index.
  let marks: [Int: [FigureMark]]
  /// Which values to use; nil where nothing was swept.
  let advice: Advice?

  init(_ run: RunResult) {
    self.run = run
    marks = FigureMark.found(in: run)
    advice = Advice(
      run, axes: Self.swept(run).map { Factors.Axis(name: $0.name, values: $0.values) },
      marks: marks)
  }

  /// In the order of reading: the answer first, what it was measured on last.
  var sections: [ReportSection] {
    let all =
      [answerSection, warningSection] + studySections.map(unanswered)
      + [effectSection, comparisonSection] + questionSections
      + [
        groupSection, timeSection, percentileSection, detailSection, configurationSection,
        environmentSection,
      ]
      + [howToRead]
    return all.compactMap { $0 }.filter { !$0.isEmpty }
  }

  var title: String { "\(ReportText.oneLine(run.scenario)): \(targetText)" }

  /// Which run, when, and how its figures were got.
  var origin: String {
    var text = "Run \(ReportText.code(run.runId)), begun \(ReportText.oneLine(run.startedUtc))"
    if let finished = run.finishedUtc { text += ", ended \(ReportText.oneLine(finished))" }
    text += "."
    guard !run.cases.isEmpty else { return text }
    text += " \(countText(run.cases.count, "case")), up to "
    text +=
      "\(countText(mostRepetitions, "repetition")) each, taking turns; figures are their medians,"
    text += " percentiles those of all their records."
    return text
  }

  private var targetText: String {
    let target = run.target
    if let study = run.study, target.kind != .cluster {
      switch study.suite {
      case .sequentialWrite: return "Weir's broker, layer by layer"
      case .zeroCopyFetch: return "Weir's broker, by sendfile and by copying"
      case .partitionScaling: return "Weir's broker, partitions and clients"
      case .groups: break
      }
    }
    switch target.kind {
    case .embedded: return "Weir's broker, in the same process"
    case .process: return "Weir's broker, in its own process"
    case .cluster:
      return "\(countText(target.brokerCount, "broker")) at "
        + ReportText.oneLine(target.bootstrap.joined(separator: ", "))
    }
  }

  private var mostRepetitions: Int { run.cases.map(\.repetitions.count).max() ?? 0 }

  /// The cases that were measured, by their labels.
  var measured: [(name: String, entry: CaseResult)] {
    run.cases.filter { !$0.repetitions.isEmpty }.map { (name: $0.label, entry: $0) }
  }

  private var warningSection: ReportSection? {
    let warnings = run.allWarnings
    guard !warnings.isEmpty else { return nil }
    let labels = run.cases.map(\.label)
    let spread = warnings.filter { if case .wideSpread = $0 { true } else { false } }
    // A line each for many cases would hide the other lines; the tables mark each of them.
    let isMany = spread.count > 2
    var lines = warnings.filter { !isMany || !spread.contains($0) }.map { warning in
      let text = WarningText(warning, labels: labels)
      return text.advice.isEmpty ? text.message : "\(text.message) \(text.advice)"
    }
    if isMany {
      lines.append(
        "In \(spread.count) of \(run.cases.count) cases, marked [s], the repetitions differ by more"
          + " than a fifth. Repeat more often, longer, or on a quieter machine.")
    }
    return ReportSection(title: "Before you believe it", points: lines)
  }

  /// The sections of a suite, which says more than a table of cases.
  var studySections: [ReportSection] {
    guard let study = run.study else { return [] }
    let isCluster = run.target.kind == .cluster
    switch study.suite {
    case .sequentialWrite:
      return [SequentialWriteSection(study, isCluster: isCluster).section]
    case .zeroCopyFetch: return [ZeroCopyFetchSection(study, isCluster: isCluster).section]
    case .partitionScaling: return [PartitionScalingSection(study, isCluster: isCluster).section]
    case .groups: return [GroupsSection(study, properties: consumerProperties).section]
    }
  }

  /// Without what the report has said above it: the answer, and the run's question.
  private func unanswered(_ suite: ReportSection) -> ReportSection {
    var section = suite
    section.answer = ""
    section.answerPoints = []
    if section.question == run.question { section.question = "" }
    return section
  }

  func countText(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
