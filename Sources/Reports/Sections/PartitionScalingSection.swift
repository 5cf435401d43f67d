import Glibc
import LoadModel
import Statistics

/// What the suite `partition-scaling` found: many partitions beside few, many clients beside one.
///
/// Each table and each series supports a line of the answer.
struct PartitionScalingSection {
  let study: Study
  /// A cluster that is not ours was measured, as it is.
  let isCluster: Bool
  /// By `ScalingPoints.name`, corrected together.
  let contests: [String: Contest]
  let found: ScalingPoints
  let law: ScalingLaw

  init(_ study: Study, isCluster: Bool = false) {
    self.study = study
    self.isCluster = isCluster
    found = ScalingPoints(study)
    contests = found.comparisons.corrected()
    law = ScalingLaw(found.sized(.clients))
  }

  var section: ReportSection {
    var section = ReportSection(title: "Partition scaling", question: study.question)
    section.answerPoints = answer
    section.tables = [mainTable].filter { !$0.isEmpty }
    section.plots = [throughputPlot, latencyPlot].compactMap { $0 }
    section.parts = [clientsPart, costPart, methodPart].compactMap { $0 }
    return section
  }

  /// How many ratios were corrected together: those of fewer rounds have no probability.
  private var tested: Int { contests.values.count { $0.adjusted != nil } }

  private var methodPart: ReportSection {
    let target =
      isCluster
      ? "The cluster was measured as it is, with topics of its own that were deleted again; a first"
        + " round of all turns does not count."
      : "Each turn has a broker in a process of its own, on an empty directory; a scratch file of"
        + " the same size touches memory before."
    return ReportSection(
      title: "How it was measured",
      paragraphs: [
        "\(target) Every closed loop is measured for the same time, with few partitions as with"
          + " many, unless `--volume` or an eighth of the memory is written before; pairs whose"
          + " times differ by more than a tenth are not compared."
          + " Random keys choose the partition, acks=1, the log grows (no retention), and what is"
          + " stored is read back and verified. With more partitions the same linger fills smaller"
          + " batches; \"equal batches\" gives batches time to fill, and the same buffer to all."
          + " Values are 20 % trimmed means over rounds with their 95 % interval; ratios are of"
          + " pairs of one round, and claimed where Holm's probability over all"
          + " \(tested) ratios is below 5 %."
      ], points: study.notes, isFolded: true)
  }
}

/// The points of the suite by series and size, and which of them may be compared.
struct ScalingPoints {
  let study: Study

  init(_ study: Study) { self.study = study }

  func all(_ series: ScalingSeries) -> [StudyPoint] {
    study.points.filter { $0.label("series") == series.rawValue && !$0.figures.isEmpty }
  }

  func size(_ point: StudyPoint, _ series: ScalingSeries) -> Double? {
    point.label(series == .clients ? "producers" : "partitions").flatMap(Double.init)
  }

  /// By size.
  func sized(_ series: ScalingSeries) -> [(size: Double, point: StudyPoint)] {
    all(series).compactMap { point in size(point, series).map { (size: $0, point: point) } }
      .sorted { $0.size < $1.size }
  }

  static func samples(_ point: StudyPoint?, _ figure: String) -> [Double] {
    point?.figure(figure)?.samples.filter(\.isFinite) ?? []
  }

  // MARK: Comparisons

  /// What is compared: throughput of closed loops, the median end-to-end latency of the open one.
  static func figure(_ series: ScalingSeries) -> String {
    series == .latency ? "end to end p50" : "throughput"
  }

  static func name(_ series: ScalingSeries, _ size: Double) -> String {
    "\(series.rawValue) \(Numbers.grouped(size))"
  }

  /// The smallest size: what the others are compared with.
  func base(_ series: ScalingSeries) -> (size: Double, point: StudyPoint)? { sized(series).first }

  /// The sizes that are compared with the smallest: of partitions the two greatest, of producers
  /// all.
  func compared(_ series: ScalingSeries) -> [(size: Double, point: StudyPoint)] {
    let others = Array(sized(series).dropFirst())
    return series == .clients ? others : Array(others.suffix(2))
  }

  var comparisons: [String: Contest] {
    var contests: [String: Contest] = [:]
    for series in [ScalingSeries.equalSettings, .equalBatches, .latency, .clients] {
      guard let base = base(series) else { continue }
      let figure = Self.figure(series)
      for each in compared(series) where refusal(series, each.point) == nil {
        let pairs = StudyPairs.values(
          (each.point, Self.samples(each.point, figure)),
          (base.point, Self.samples(base.point, figure)))
        contests[Self.name(series, each.size)] = Contest(pairs: pairs)
      }
    }
    return contests
  }

  /// Why a point cannot be compared with the smallest of its series; nil where it can.
  func refusal(_ series: ScalingSeries, _ point: StudyPoint) -> String? {
    guard let base = base(series) else { return "nothing to compare with" }
    for each in [base.point, point] {
      let marks = FigureMark.found(in: each)
      let which = size(each, series).map(Numbers.grouped) ?? ""
      if marks.contains(.queue) { return "no steady state with \(which)" }
      switch series {
      case .latency:
        if marks.contains(.rate) || marks.contains(.unsent) {
          return "the rate was not reached with \(which)"
        }
        if isLate(each) { return "the load generator was late with \(which)" }
      // More clients are a question about the load generator, too.
      case .clients: break
      default:
        if marks.contains(.generator) { return "\(FigureMark.generatorLimit) with \(which)" }
      }
    }
    if series != .latency, let why = unequalTimes(base, (size(point, series) ?? 0, point)) {
      return why
    }
    guard series == .equalBatches, let own = point.figure("batch")?.median,
      let first = base.point.figure("batch")?.median, abs(own / first - 1) > 0.2
    else { return nil }
    return "batches were not equal with \(size(point, series).map(Numbers.grouped) ?? "")"
  }

  /// The volume ended one of two measurements more than a tenth before the other: `with 1 the
  /// volume was written after 2.1 s, with 1,000 after 3.0 s`; nil where they took as long.
  private func unequalTimes(
    _ base: (size: Double, point: StudyPoint), _ other: (size: Double, point: StudyPoint)
  ) -> String? {
    let both = [base, other].compactMap { each in
      each.point.figure("duration")?.median.map { (size: each.size, seconds: $0) }
    }
    guard both.count == 2, let least = both.map(\.seconds).min(),
      let most = both.map(\.seconds).max(), least < most * 0.9
    else { return nil }
    let times = both.map {
      "\(Numbers.fixed($0.seconds, 1)) s with \(Numbers.grouped($0.size))"
    }
    return "the times measured differ by more than a tenth, \(times.joined(separator: ", ")): the"
      + " volume was written before the time was over (`--volume`, or a shorter `--duration`)"
  }

  /// The generator's own delay is more than a tenth of the median latency.
  private func isLate(_ point: StudyPoint) -> Bool {
    guard let lag = point.figure("schedule lag p50")?.median,
      let latency = point.figure("end to end p50")?.median
    else { return FigureMark.found(in: point).contains(.generator) }
    return lag > latency / 10
  }
}
