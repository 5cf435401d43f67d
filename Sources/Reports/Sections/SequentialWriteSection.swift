import LoadModel
import Statistics

/// What the suite `sequential-write` found: the staircase from raw writes to a broker, what changes
/// it, and what writing in sequence buys.
struct SequentialWriteSection {
  let study: Study
  /// A cluster that is not ours was measured: its disk is not the one that raw writes went to.
  let isCluster: Bool

  init(_ study: Study, isCluster: Bool = false) {
    self.study = study
    self.isCluster = isCluster
  }

  var section: ReportSection {
    var section = ReportSection(
      title: "Sequential writes", question: study.question, answer: answer)
    section.paragraphs = how
    section.points = study.notes
    section.tables = [staircaseTable("base")]
    section.plots = [staircasePlot].compactMap { $0 }
    section.parts = [
      batchPart, recordPart, flushPart, growthPart, orderPart, writeBackPart,
    ].compactMap { $0 }.filter { !$0.isEmpty }
    return section
  }

  // MARK: Points

  /// The steps of the staircase from the top; each has what the one above it has, and more.
  static let staircase: [WriteStep] = [
    .rawPreallocated, .log, .core, .loopback, .process, .cluster,
  ]

  static func title(_ step: WriteStep) -> String {
    switch step {
    case .rawGrowing: "raw writes, growing"
    case .rawBounded: "raw writes, bounded"
    case .rawPreallocated: "raw writes, bounded and preallocated"
    case .rawRewrite: "raw writes over what is there, in sequence"
    case .rawRandom: "raw writes over what is there, at random"
    case .log: "commit log"
    case .core: "broker core, no socket"
    case .loopback: "broker over loopback, same process"
    case .process: "broker over loopback, own process"
    case .cluster: "the cluster"
    }
  }

  func point(_ name: String, _ step: WriteStep) -> StudyPoint? {
    study.points.first {
      $0.label("case") == name && $0.label("step") == step.rawValue
    }
  }

  /// The names of the cases in which `key` differs from the base, the base among them; sizes in
  /// order.
  func cases(varying key: String) -> [(name: String, value: String)] {
    var found: [(name: String, value: String)] = []
    for point in study.points {
      guard let name = point.label("case"), let value = point.label(key),
        name == "base" || name.hasPrefix(key + "="), !found.contains(where: { $0.name == name })
      else { continue }
      found.append((name, value))
    }
    guard key.hasSuffix("-size") else { return found }
    return found.sorted { Self.bytes($0.value) < Self.bytes($1.value) }
  }

  static func bytes(_ text: String) -> Int64 {
    (try? ValueText.size(text, in: 0...(1 << 60))) ?? 0
  }

  /// The steps, of those given, that were measured in any of the cases.
  func steps(_ steps: [WriteStep], in cases: [String]) -> [WriteStep] {
    steps.filter { step in cases.contains { point($0, step)?.figure("throughput") != nil } }
  }

  /// What nothing above the disk can exceed in this case: raw writes of the same kind.
  func ceiling(_ name: String) -> StudyPoint? {
    point(name, .rawPreallocated) ?? point(name, .rawGrowing) ?? point(name, .rawBounded)
  }

  /// The quotients, turn by turn, for the steps of a case were measured next to each other.
  static func ratios(_ figure: StudyFigure?, to other: StudyFigure?) -> Summary? {
    guard let figure, let other, figure.samples.count == other.samples.count else { return nil }
    return Summary(zip(figure.samples, other.samples).compactMap { ratio($0, to: $1) })
  }

  // MARK: Words

  /// `577 MB/s (540–600)`
  static func text(_ figure: StudyFigure?, unit: String = "") -> String? {
    guard let summary = figure?.summary else { return nil }
    let range = ComparisonTable.range(summary)
    return Numbers.readable(summary.median) + (unit.isEmpty ? "" : " " + unit)
      + (range.isEmpty ? "" : " (\(range))")
  }

  static func percent(_ share: Double) -> String { "\(Numbers.fixed(share * 100, 0)) %" }

  private var answer: String {
    let names = Self.staircase
    guard let last = names.last(where: { point("base", $0)?.figure("throughput") != nil }),
      let lastPoint = point("base", last),
      let rate = Self.text(lastPoint.figure("throughput"), unit: "MB/s")
    else { return "" }
    let batch = lastPoint.label("batch-size") ?? ""
    var parts = ["With batches of \(batch), \(Self.phrase(last)) stores **\(rate)**"]
    if last.isRaw { parts = ["With batches of \(batch), \(Self.title(last)) reach **\(rate)**"] }
    if let top = ceiling("base"), !last.isRaw,
      let raw = Self.text(top.figure("throughput"), unit: "MB/s")
    {
      if last == .cluster {
        parts.append(
          "raw writes of the same bytes to a directory here reach \(raw), which is no ceiling of a"
            + " cluster whose disk may be another")
      } else if let share = Self.ratios(
        lastPoint.figure("throughput"), to: top.figure("throughput"))
      {
        parts[0] +=
          ", \(Self.shareText(share)) of the \(raw) that raw writes of the same bytes reach in"
          + " the same directory" + Self.remark(share)
      }
    }
    // What our own layers cost is no answer about a cluster.
    if last != .cluster { parts.append(dearest) }
    if last != .cluster, let order = orderAnswer { parts.append(order) }
    return parts.joined(separator: "; ") + "."
  }

  /// A share that cannot be one.
  static func remark(_ share: Summary) -> String {
    share.median > 1
      ? " (above the ceiling: the two are closer than this disk is steady)" : ""
  }

  /// As the subject of a sentence.
  static func phrase(_ step: WriteStep) -> String {
    switch step {
    case .log: "the commit log alone"
    case .core: "the broker's core without a socket"
    case .loopback: "a broker in the same process"
    case .process: "a broker in a process of its own"
    case .cluster: "the cluster"
    default: title(step)
    }
  }

  /// `84 % (63–92 %)`
  static func shareText(_ share: Summary) -> String {
    let middle = percent(share.median)
    guard share.count > 1 else { return middle }
    return "\(middle) (\(Numbers.fixed(share.min * 100, 0))–\(percent(share.max)))"
  }

  /// Which step adds the most CPU, and which the most time, of those whose ranges do not touch
  /// those of the step before. Where a later step, which does all that it does and more, took less
  /// in every round, the figures say nothing of it.
  private var dearest: String {
    let shown = steps(Self.staircase, in: ["base"]).filter { $0 != .cluster }
    guard shown.count > 1 else { return "no other step was measured" }
    func largest(_ name: String) -> (step: WriteStep, rise: Summary, isDoubtful: Bool)? {
      let all = shown.map { point("base", $0)?.figure(name)?.summary }
      let rises = shown.indices.dropFirst().compactMap { index -> (Int, Summary)? in
        guard let a = all[index - 1], let b = all[index], b.min > a.max else { return nil }
        return Summary([b.min - a.max, b.median - a.median, b.max - a.min]).map { (index, $0) }
      }
      guard let most = rises.max(by: { $0.1.median < $1.1.median }) else { return nil }
      let own = all[most.0]?.min ?? 0
      let isDoubtful = all[(most.0 + 1)...].contains { ($0?.max ?? .infinity) < own }
      return (shown[most.0], most.1, isDoubtful)
    }
    func text(_ name: String, _ words: String, _ what: String, _ unit: String, by divisor: Double)
      -> String
    {
      guard let found = largest(name) else {
        return "no step's \(what) stands out from the spread of its rounds"
      }
      if found.isDoubtful {
        return "where most \(what) is spent this run cannot tell: a step after"
          + " \(ReportText.code(found.step.rawValue)), which does more, took less"
      }
      func number(_ value: Double) -> String { Numbers.readable(value / divisor) }
      let range =
        study.points.contains { ($0.figure(name)?.samples.count ?? 0) > 1 }
        ? " (\(number(found.rise.min))–\(number(found.rise.max)))" : ""
      return "\(words) \(ReportText.code(found.step.rawValue))"
        + " (+\(number(found.rise.median))\(range) \(unit))"
    }
    return text("time per batch", "most time is lost at", "time", "µs a batch", by: 1000) + ", "
      + text("cpu", "most CPU is added by", "CPU", "s/GB", by: 1)
  }

  private var how: [String] {
    let same =
      "Every step of a case wrote the same batches, made before the clock ran, and the same volume"
      + " of them (fast ones again until 0.3 s had passed), on one thread or over one connection"
      + " with up to five requests under way, to one partition with acks=1. The steps took turns"
      + " and a first round was thrown away; figures are medians with the range of all rounds,"
      + " shares are taken round by round. MB and GB are of whole batches, their heads included."
    if study.points.allSatisfy({ $0.label("step") == WriteStep.cluster.rawValue }) {
      return [
        same + " What the cluster does with a batch before it acknowledges it is its own affair:"
          + " its disk, its syncs and, without `--broker-pid`, its CPU cannot be seen from here."
      ]
    }
    return [
      same,
      "Before each measurement the bounded log was filled once with what it keeps (a growing one:"
        + " a scratch file of its size was written and deleted), so that no step pays for memory"
        + " that the machine had not touched. Afterwards its data were deleted and the disk synced."
        + " What lies in memory when a step ends is not forced to the disk, save where a flush"
        + " policy or a column says so.",
      "CPU is that of the writing thread and the log's disk thread; of a broker it is the broker's"
        + " alone, the sender's stands beside it. The kernel's own write-back threads are in no"
        + " figure."
        + (isCluster
          ? " The raw steps are this machine's; the cluster's disk may be another." : ""),
    ]
  }
}
