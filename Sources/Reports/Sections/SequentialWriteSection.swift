import LoadModel
import Statistics

/// What the suite `sequential-write` found: what goes into memory and what the disk takes, the
/// staircase from raw writes to a broker, what changes it, and what writing in sequence brings.
struct SequentialWriteSection {
  /// What is compared with what.
  enum Comparison: Hashable {
    /// A step of the first case with the reference.
    case reference(WriteStep)
    /// A step's throughput with that of the step before.
    case layer(WriteStep)
    /// The same of CPU time.
    case layerCpu(WriteStep)
    /// The last step of a case with that of the first case.
    case setting(String)
    /// Places in sequence with those at random, by a figure.
    case order(String, String)
    /// What the disk took of the broker, and of raw writes.
    case sustained
  }

  let study: Study
  /// A cluster that is not ours was measured: its disk is not the one that raw writes went to.
  let isCluster: Bool
  /// All of the section, corrected together.
  let contests: [Comparison: Contest]

  init(_ study: Study, isCluster: Bool = false) {
    self.study = study
    self.isCluster = isCluster
    contests = Self.contests(study).corrected()
  }

  /// In the report, the answer stands above all sections.
  var section: ReportSection {
    var section = ReportSection(title: "Sequential writes", question: study.question)
    section.answerPoints = answerPoints
    section.points = study.notes
    section.tables = [staircaseTable]
    section.plots = [staircasePlot, batchPlot].compactMap { $0 } + writeBackPlots
    section.parts = [settingPart, orderPart, writeBackPart, methodPart].compactMap { $0 }
      .filter { !$0.isEmpty }
    return section
  }

  // MARK: Points

  /// The steps of the staircase from the top; each has what the one above it has, and more.
  static let staircase: [WriteStep] = [.reference, .log, .core, .loopback, .process, .cluster]

  static func title(_ step: WriteStep) -> String {
    switch step {
    case .rawGrowing: "raw writes, growing"
    case .rawBounded: "raw writes, bounded"
    case .rawPreallocated: "raw writes (the reference)"
    case .rawRewrite: "raw writes over what is there, in sequence"
    case .rawRandom: "raw writes over what is there, at random"
    case .log: "commit log"
    case .core: "broker core, no socket"
    case .loopback: "broker over loopback, same process"
    case .process: "broker over loopback, own process"
    case .cluster: "the cluster"
    }
  }

  /// As the subject of a sentence.
  static func phrase(_ step: WriteStep) -> String {
    switch step {
    case .log: "the commit log alone"
    case .core: "the broker's core without a socket"
    case .loopback: "a broker in the same process"
    case .process: "a broker in a process of its own"
    case .rawPreallocated: "raw writes"
    case .cluster: "the cluster"
    default: title(step)
    }
  }

  func point(_ name: String, _ step: WriteStep) -> StudyPoint? { Self.point(study, name, step) }

  private static func point(_ study: Study, _ name: String, _ step: WriteStep) -> StudyPoint? {
    study.points.first { $0.label("case") == name && $0.label("step") == step.rawValue }
  }

  /// The cases beside the first one, by the setting that differs: batch sizes first, in order.
  var settings: [(name: String, value: String)] {
    ["batch-size", "record-size", "flush", "retention-bytes"].flatMap { key in
      cases(varying: key).filter { $0.name != "base" }
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

  /// The steps, of those given, that were measured in the first case.
  func steps(_ steps: [WriteStep]) -> [WriteStep] {
    steps.filter { point("base", $0)?.figure("throughput") != nil }
  }

  /// The last step that was measured: what the report is about.
  var last: WriteStep? { Self.last(study) }

  private static func last(_ study: Study) -> WriteStep? {
    staircase.last { point(study, "base", $0)?.figure("throughput") != nil }
  }

  func reading(_ name: String, _ step: WriteStep, _ figure: String) -> RoundsReading? {
    RoundsReading(point(name, step)?.figure(figure))
  }

  /// Rates that the load generator decided at one of the points: nothing is concluded from them on
  /// the broker. CPU time for the same work is the broker's also then.
  static func isLimited(_ points: [StudyPoint?], _ figure: String = "throughput") -> Bool {
    figure != "cpu"
      && points.contains { point in
        point.map { FigureMark.found(in: $0).contains(.generator) } ?? false
      }
  }

  private static func contests(_ study: Study) -> [Comparison: Contest] {
    var all: [Comparison: Contest] = [:]
    func add(
      _ key: Comparison, _ point: StudyPoint?, _ other: StudyPoint?,
      _ figure: String = "throughput"
    ) {
      guard !isLimited([point, other], figure) else { return }
      all[key] = Contest(whole: point, other, figure)
    }
    func base(_ step: WriteStep) -> StudyPoint? { point(study, "base", step) }
    // What a cluster costs is no step beyond our own broker, and its disk may be another.
    let layers = staircase.filter { $0 != .cluster && base($0)?.figure("throughput") != nil }
    for (before, step) in zip(layers, layers.dropFirst()) {
      add(.layer(step), base(step), base(before))
      add(.layerCpu(step), base(step), base(before), "cpu")
      // The step behind the reference is compared with it by now.
      if before != .reference, layers.first == .reference {
        add(.reference(step), base(step), base(.reference))
      }
    }
    if let last = last(study), !last.isRaw {
      for point in study.points where point.label("step") == last.rawValue {
        guard let name = point.label("case"), name != "base", name != "write-back" else { continue }
        add(.setting(name), point, base(last))
      }
    }
    for point in study.points where point.label("step") == WriteStep.rawRewrite.rawValue {
      guard let name = point.label("case") else { continue }
      let random = self.point(study, name, .rawRandom)
      add(.order(name, "throughput"), point, random)
      // With a flush policy the sync behind a pass has little left to do.
      if point.label("flush") == "none" {
        add(.order(name, "to the disk"), point, random, "to the disk")
      }
    }
    add(
      .sustained, point(study, "write-back", .process), point(study, "write-back", .reference),
      "sustained")
    return all
  }
}
