import LoadModel
import Statistics

/// What a run's report says, in sections that Markdown and HTML both write.
struct RunReport {
  let run: RunResult
  /// What is to be told beside figures, by the case's index.
  let marks: [Int: [FigureMark]]
  /// Which values to use; nil where nothing was swept.
  let advice: Advice?
  /// The highest rates of the cases; nil where none was searched.
  let rates: ReportSection?

  init(_ run: RunResult) {
    self.run = run
    marks = FigureMark.found(in: run)
    rates = RateSearchSection(run)?.section
    // Cases at rates of their own differ in more than their settings.
    advice =
      rates != nil
      ? nil
      : Advice(
        run, axes: Self.swept(run).map { Factors.Axis(name: $0.name, values: $0.values) },
        marks: marks)
  }

  /// In the order of reading: the answer first, what it was measured on last.
  var sections: [ReportSection] {
    let suites = studySections + [rates].compactMap { $0 }
    let all =
      [answerSection(suites), warningSection] + suites.map(unanswered)
      + [resultSection, groupSection, latencySection, faultSection]
      + [effectSection, repetitionSection].map(folded)
      // What faults did is seen over time.
      + [faultSection == nil ? folded(timeSection) : timeSection]
      + [configurationSection, environmentSection, howToRead].map(folded)
    return all.compactMap { $0 }.filter { !$0.isEmpty }
  }

  private func folded(_ section: ReportSection?) -> ReportSection? {
    var section = section
    section?.isFolded = true
    return section
  }

  var title: String { "Benchmark: \(ReportText.oneLine(run.scenario))" }

  /// Which run, and when.
  var origin: String {
    var text = "Run \(ReportText.code(run.runId)), \(ReportText.oneLine(run.startedUtc))"
    if let finished = run.finishedUtc { text += " to \(ReportText.oneLine(finished))" }
    guard !run.cases.isEmpty else { return text + "." }
    if rates != nil { return text + "; a rate search for \(countText(run.cases.count, "case"))." }
    return text + "; \(countText(run.cases.count, "case")), up to"
      + " \(countText(mostRepetitions, "repetition")) each, taking turns."
  }

  private var mostRepetitions: Int { run.cases.map(\.repetitions.count).max() ?? 0 }

  /// The cases that were measured, by their labels.
  var measured: [(name: String, entry: CaseResult)] {
    run.cases.filter { !$0.repetitions.isEmpty }.map { (name: $0.label, entry: $0) }
  }

  private var warningSection: ReportSection? {
    let lines = WarningText.lines(run)
    return lines.isEmpty ? nil : ReportSection(title: "Before you believe it", points: lines)
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
    case .groups: return [GroupsSection(study, load: groupsLoad).section]
    case .failover: return [FailoverSection(study, isCluster: isCluster).section]
    case .acks: return [AcksSection(study, isCluster: isCluster).section]
    }
  }

  /// Without what the report has said above it: the answer, and the run's question.
  private func unanswered(_ suite: ReportSection) -> ReportSection {
    var section = suite
    section.answerPoints = []
    if section.question == run.question { section.question = "" }
    return section
  }

  func countText(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
