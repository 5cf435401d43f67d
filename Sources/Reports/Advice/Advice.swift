import LoadModel
import Statistics

/// Which value of each swept setting to use, from what it changes where all else is equal.
///
/// Kafka's default is left only for an effect that is shown (see `Contest`), between cases whose
/// figures are the broker's; acks and idempotence are not left at all, because no figure here holds
/// what a lost or a doubled record costs.
struct Advice {
  /// What is to be had much of, or little.
  struct Goal {
    var metric: Metric
    var word: String
    var isHigherBetter: Bool
  }

  /// One setting to change, and the effect that speaks for it where the steps before it are taken.
  struct Step {
    var axis: Factors.Axis
    var value: String
    var effect: Effect
    var contest: Contest
  }

  /// A case from which nothing is concluded, and why.
  struct Doubt {
    var entry: CaseResult
    var reason: String
  }

  let run: RunResult
  let goal: Goal
  let factors: Factors
  let effects: Effects
  /// For each axis, the value that is used where nothing is shown.
  let bases: [String]
  /// In the order in which each was found best; empty where nothing is shown to be better.
  let steps: [Step]
  /// Cases that were measured and are in no comparison.
  let excluded: [Doubt]
  /// Cases whose figures are the load generator's.
  let limited: [Doubt]

  /// - Parameters:
  ///   - axes: The swept settings.
  ///   - marks: Of the run's cases, by their indexes: what a mark speaks of is not compared.
  /// - Returns: Nil where nothing was swept, or no two cases can be compared, nor are the same.
  init?(_ run: RunResult, axes: [Factors.Axis], marks: [Int: [FigureMark]]) {
    let whole = run.cases.filter { entry in entry.repetitions.contains { !$0.isPartial } }
    let excluded = whole.compactMap { entry in
      Self.exclusion(of: entry, marks[entry.index] ?? []).map { Doubt(entry: entry, reason: $0) }
    }
    let measured = whole.filter { entry in
      !excluded.contains { $0.entry.index == entry.index }
    }
    guard !axes.isEmpty, !whole.isEmpty else { return nil }
    let (goal, cases) = Self.goal(measured, marks)
    let factors = Factors(axes: axes, cases: cases)
    let processors = run.environment.cpuCount
    let limited = factors.entries.compactMap { entry in
      entry.generatorLimit(processors: processors).map {
        Doubt(entry: entry, reason: Self.limitReason($0))
      }
    }
    let cells = factors.cells.indices.filter { place in
      factors.cells[place].entries.contains { entry in
        limited.contains { $0.entry.index == entry.index }
      }
    }
    let bases = axes.map(KafkaSetting.safest)
    effects = Effects(factors, goal: goal.metric, bases: bases, limited: Set(cells))
    guard
      !effects.all.isEmpty || axes.contains(where: { factors.sameValues(on: $0) != nil })
        || !excluded.isEmpty && whole.count > 1
    else { return nil }
    self.run = run
    self.goal = goal
    self.factors = factors
    self.bases = bases
    self.excluded = excluded
    self.limited = limited
    steps = Self.steps(goal, factors, effects, bases)
  }

  /// Why nothing is concluded on the broker from a case, by its label.
  static func doubts(of run: RunResult) -> [String: String] {
    let marks = FigureMark.found(in: run)
    let found = run.cases.compactMap { entry -> (String, String)? in
      guard entry.repetitions.contains(where: { !$0.isPartial }) else { return nil }
      let limit = entry.generatorLimit(processors: run.environment.cpuCount)
      return (exclusion(of: entry, marks[entry.index] ?? []) ?? limit.map(limitReason))
        .map { (entry.label, $0) }
    }
    return Dictionary(found, uniquingKeysWith: { one, _ in one })
  }

  private static func limitReason(_ detail: String) -> String {
    "\(FigureMark.generatorLimit): \(detail)"
  }

  /// Why a case is in no comparison.
  private static func exclusion(of entry: CaseResult, _ marks: [FigureMark]) -> String? {
    if entry.isSteady == false {
      return "not steady: \(entry.movedQuantities.map(SteadyText.name).joined(separator: ", "))"
    }
    let reasons: [(FigureMark, String)] = [
      (.lost, "records are lost"), (.unsound, "records are not sound"),
      (.errors, "clients met errors"), (.short, "measured for less than half a second"),
    ]
    return reasons.first { marks.contains($0.0) }?.1
  }

  /// What the cases can be compared by, and those that can.
  private static func goal(_ measured: [CaseResult], _ marks: [Int: [FigureMark]])
    -> (Goal, [CaseResult])
  {
    func has(_ metric: Metric) -> Bool { measured.contains { metric.hasSamples($0) } }
    let closed = measured.filter { !$0.workload.rate.isOpenLoop }
    let late = measured.filter { entry in (marks[entry.index] ?? []).contains(.rate) }
    if closed.isEmpty, late.isEmpty, has(.produceP99) || has(.endToEndP99) {
      let goal = Goal(
        metric: has(.produceP99) ? .produceP99 : .endToEndP99, word: "p99 latency",
        isHigherBetter: false)
      return (
        goal, measured.filter { !FigureMark.disturbs(marks[$0.index] ?? [], .latency) }
      )
    }
    let goal = Goal(
      metric: has(.producedMb) ? .producedMb : .consumedMb, word: "throughput",
      isHigherBetter: true)
    return (goal, closed.isEmpty ? measured : closed)
  }

  // MARK: The recommendation

  /// From the bases on, one setting after another: each time the one whose effect, with the others
  /// as they stand, is the largest that is shown.
  private static func steps(
    _ goal: Goal, _ factors: Factors, _ effects: Effects, _ bases: [String]
  ) -> [Step] {
    var values = bases
    var steps: [Step] = []
    func isOpen(_ axis: Factors.Axis) -> Bool {
      KafkaSetting.isChoosable(axis.name) && !["acks", "idempotence"].contains(axis.name)
        && !steps.contains { $0.axis == axis }
    }
    while true {
      let gains = effects.all.filter { isOpen($0.axis) && !$0.isLimited }
        .compactMap { effect -> Step? in
          guard let contest = effect.goal, gain(contest, goal) > 1, contest.isShown,
            applies(effect, at: values, factors)
          else { return nil }
          return Step(axis: effect.axis, value: effect.value, effect: effect, contest: contest)
        }
      guard let best = gains.max(by: { gain($0.contest, goal) < gain($1.contest, goal) }) else {
        return steps
      }
      let step = nearest(to: best, of: gains, at: values, goal, factors)
      steps.append(step)
      if let place = factors.axes.firstIndex(of: step.axis) { values[place] = step.value }
    }
  }

  /// Above 1 where it is better.
  static func gain(_ contest: Contest, _ goal: Goal) -> Double {
    goal.isHigherBetter ? contest.factor : 1 / contest.factor
  }

  /// Whether the effect was measured with the other settings at these values.
  private static func applies(_ effect: Effect, at values: [String], _ factors: Factors) -> Bool {
    guard let place = factors.axes.firstIndex(of: effect.axis) else { return false }
    var own = values
    own[place] = effect.value
    return factors.cell(own).map { cell in effect.pairs.contains { $0.own == cell } } ?? false
  }

  /// Of the values of one setting that the best is not shown to beat, the one nearest to the base.
  private static func nearest(
    to best: Step, of gains: [Step], at values: [String], _ goal: Goal, _ factors: Factors
  ) -> Step {
    let rivals = gains.filter { $0.axis == best.axis }
    guard let place = factors.axes.firstIndex(of: best.axis) else { return best }
    func rounds(_ value: String) -> [Int: Double] {
      var own = values
      own[place] = value
      return factors.cell(own).map { factors.cells[$0].rounds(goal.metric) } ?? [:]
    }
    let level = rivals.map(\.value).filter { value in
      guard value != best.value, let contest = Contest(rounds(best.value), to: rounds(value)) else {
        return true
      }
      let isClear = (contest.probability ?? 1) < 1 - Contest.confidence
      return !isClear || gain(contest, goal) < 1 + Contest.leastEffect
    }
    let order = KafkaSetting.nearest(to: values[place], of: level, on: best.axis)
    return rivals.first { $0.value == order.first } ?? best
  }
}
