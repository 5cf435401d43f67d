import LoadModel
import Statistics

/// What the suite `failover` found: silence, latency, losses and the time to a full ISR, by fault
/// and level of acks.
struct FailoverSection {
  let study: Study
  let isCluster: Bool
  /// In the order of measuring.
  let levels: [String]
  /// Names of faults that were measured, in the order of `FailoverKind`.
  let faults: [String]

  init(_ study: Study, isCluster: Bool) {
    self.study = study
    self.isCluster = isCluster
    levels = study.points.compactMap { $0.label(FailoverFigures.level) }
      .reduce(into: []) { found, name in if !found.contains(name) { found.append(name) } }
    let measured = Set(study.points.compactMap { $0.label(FailoverFigures.fault) })
    faults = FailoverKind.allCases.map(\.name).filter(measured.contains)
  }

  var section: ReportSection {
    var section = ReportSection(title: "Faults and failover", question: study.question)
    section.answerPoints = answer
    section.paragraphs = [scope]
    section.tables = [table]
    section.plots = [silencePlot].compactMap { $0 }
    section.parts = [
      ReportSection(
        title: "Latency before, during and after", tables: [latencyTable], isFolded: true),
      ReportSection(title: "Every fault", tables: [faultTable], isFolded: true),
      ReportSection(
        title: "How it was measured", paragraphs: [method], points: study.notes, isFolded: true),
    ].filter { !$0.isEmpty }
    return section
  }

  // MARK: Points

  func point(_ level: String, _ fault: String) -> StudyPoint? {
    study.points.first {
      $0.label(FailoverFigures.level) == level && $0.label(FailoverFigures.fault) == fault
    }
  }

  func samples(_ level: String, _ fault: String, _ figure: String) -> [Double] {
    point(level, fault)?.figure(figure)?.samples.filter(\.isFinite) ?? []
  }

  func count(_ level: String, _ fault: String) -> Int {
    samples(level, fault, FaultFigures.acked).count
  }

  /// `9.8 (9.1–10.4)`: median and range; nil without samples.
  func times(_ level: String, _ fault: String, _ figure: String) -> String? {
    guard let found = Summary(samples(level, fault, figure)) else { return nil }
    let median = Numbers.readable(found.median)
    return found.count == 1 ? median : "\(median) (\(Numbers.range(found.min, found.max)))"
  }

  /// The silences, and those that the load's end cut off.
  func silence(_ level: String, _ fault: String) -> String? {
    let open = samples(level, fault, FaultFigures.openSilence)
    let closed = times(level, fault, FaultFigures.silence)
    guard let longest = open.max() else { return closed }
    let text = "\(open.count) × at least \(Numbers.readable(longest))"
    return closed.map { "\($0); \(text)" } ?? text
  }

  /// The percentile of all records of a window together, in milliseconds.
  func latency(_ level: String, _ fault: String, _ window: String, _ percentile: String) -> Double?
  {
    let data = point(level, fault)?.histograms.first { $0.name == window }?.histogram
    let nanos = percentile == "p50" ? data?.p50Ns : percentile == "p99" ? data?.p99Ns : data?.maxNs
    return nanos.map { Double($0) / 1e6 }
  }

  // MARK: Words

  private var scope: String {
    let known = Set(faults)
    var text = ""
    if known.contains(FailoverKind.kill.name) || known.contains(FailoverKind.controllerKill.name) {
      text +=
        "A kill is SIGKILL: the process dies, the machine does not; it is no power loss. "
    }
    if known.contains(FailoverKind.pause.name) {
      text +=
        "A pause is SIGSTOP: connections stay, nothing answers, for"
        + " \(Numbers.readable(Double(FailoverSettings.disturbedMs) / 1000)) s. "
    }
    if known.contains(FailoverKind.cutLink.name) || known.contains(FailoverKind.delayLink.name) {
      text +=
        "Links lead through a relay: a cut one forwards nothing for"
        + " \(Numbers.readable(Double(FailoverSettings.disturbedMs) / 1000)) s and keeps its"
        + " connections, a delayed one holds each byte back by \(FailoverSettings.delayMs) ms in"
        + " both directions, so that a request and its answer take"
        + " \(2 * FailoverSettings.delayMs) ms longer. "
    }
    return text + "With `acks=0` nothing is acknowledged, so that only losses are known."
  }

  private var method: String {
    "Each fault has a load and a topic of its own, in the open loop; the faults take turns,"
      + " forwards and backwards. Silence is the longest time from the fault on without an"
      + " acknowledgement of any one partition that the broker led; of a link, of any partition."
      + " The first acknowledgement is that of a new leader, of a partition that the broker led."
      + " Latency is"
      + " that of the records which were due before the fault, during it (until the broker is back,"
      + " or the link is healed; of a leader move until the first acknowledgement by the new"
      + " leader), and after it. The full ISR counts from the moment at which the broker answers"
      + " again until all replicas of the topic are in sync; the metadata are read every 100 ms."
      + " Values are medians with their range. All records that the log still holds are read back"
      + " afterwards and compared with those that were acknowledged."
  }
}
