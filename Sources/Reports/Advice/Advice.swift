import LoadModel

/// Which value of each swept setting to use, from what it changes where all else is equal.
///
/// A safe value (acks=all, no codec, Kafka's default) is left only for an effect that is shown and
/// matters; acks and idempotence are not left at all, because no figure here holds what a lost or a
/// doubled record costs.
struct Advice {
  /// What is to be had much of, or little.
  struct Goal {
    var metric: Metric
    var word: String
    var isHigherBetter: Bool
  }

  struct Choice {
    var axis: Factors.Axis
    var value: String
    /// What is used where nothing is shown.
    var safe: String
    /// Values that do as well as the chosen one, as far as this run can tell.
    var equals: [String] = []
  }

  let goal: Goal
  let factors: Factors
  /// For each swept setting that a user of Kafka can choose.
  let choices: [Choice]
  /// Cases compared whose rate is the load generator's.
  let limitedCount: Int

  /// - Parameters:
  ///   - axes: The swept settings.
  ///   - marks: Of the run's cases, by their indexes: what a mark speaks of is not compared.
  /// - Returns: Nil where nothing was swept, or no two cases can be compared.
  init?(_ run: RunResult, axes: [Factors.Axis], marks: [Int: [FigureMark]]) {
    let measured = run.cases.filter { entry in
      entry.repetitions.contains { !$0.isPartial }
        && Set(marks[entry.index] ?? []).isDisjoint(with: [.lost, .unsound, .errors, .short])
    }
    guard !axes.isEmpty, !measured.isEmpty else { return nil }
    func has(_ metric: Metric) -> Bool { measured.contains { metric.hasSamples($0) } }
    let closed = measured.filter { !$0.workload.rate.isOpenLoop }
    let late = measured.filter { entry in (marks[entry.index] ?? []).contains(.rate) }
    if closed.isEmpty, late.isEmpty, has(.produceP99) || has(.endToEndP99) {
      goal = Goal(
        metric: has(.produceP99) ? .produceP99 : .endToEndP99, word: "p99 latency",
        isHigherBetter: false)
      factors = Factors(
        axes: axes,
        cases: measured.filter { !FigureMark.disturbs(marks[$0.index] ?? [], .latency) })
    } else {
      goal = Goal(
        metric: has(.producedMb) ? .producedMb : .consumedMb, word: "throughput",
        isHigherBetter: true)
      factors = Factors(axes: axes, cases: closed.isEmpty ? measured : closed)
    }
    limitedCount = factors.points.count { [goal] in
      goal.isHigherBetter && (marks[$0.entry.index] ?? []).contains(.generator)
    }
    choices = axes.compactMap { [goal, factors] axis in
      KafkaSetting.isChoosable(axis.name) ? Self.choice(axis, goal, factors) : nil
    }
    let isCompared = axes.contains { [goal, factors] axis in
      axis.values.dropFirst().contains {
        factors.effect(of: $0, insteadOf: axis.values[0], on: axis, goal.metric) != nil
      }
    }
    guard isCompared else { return nil }
  }

  private static func choice(_ axis: Factors.Axis, _ goal: Goal, _ factors: Factors) -> Choice {
    let safe = KafkaSetting.safest(axis)
    var choice = Choice(axis: axis, value: safe, safe: safe)
    // What a lost or doubled record costs is in no figure.
    guard !["acks", "idempotence"].contains(axis.name) else { return choice }
    /// Above 1 where `value` does better than `other`.
    func gain(_ value: String, over other: String) -> (effect: FactorEffect, factor: Double)? {
      factors.effect(of: value, insteadOf: other, on: axis, goal.metric).map {
        ($0, goal.isHigherBetter ? $0.factor : 1 / $0.factor)
      }
    }
    let rivals = axis.values.filter { $0 != safe }
      .compactMap { value in gain(value, over: safe).map { (value: value, gain: $0) } }
    let better = rivals.filter { $0.gain.effect.matters && $0.gain.factor > 1 }
    guard let best = better.max(by: { $0.gain.factor < $1.gain.factor }) else { return choice }
    // Of those that the best is not shown to beat, the one nearest to the safe value.
    let level = better.map(\.value).filter { value in
      guard value != best.value, let found = gain(best.value, over: value) else { return true }
      return !found.effect.matters || found.factor < 1
    }
    let order = KafkaSetting.nearest(to: safe, of: level, on: axis)
    choice.value = order.first ?? best.value
    choice.equals = order.filter { $0 != choice.value }
    return choice
  }

  /// The codec that sends the fewest bytes, where none is what to use.
  var smallestCodec: (value: String, fewer: Double)? {
    guard let choice = choices.first(where: { $0.axis.name == "compression" }),
      choice.value == "none"
    else { return nil }
    let found = choice.axis.values.filter { $0 != choice.value }.compactMap { value in
      factors.effect(of: value, insteadOf: choice.value, on: choice.axis, .bytesSent)
        .flatMap { $0.matters && $0.factor < 0.9 ? (value: value, fewer: 1 / $0.factor) : nil }
    }
    return found.max { $0.fewer < $1.fewer }
  }

  /// A batch size that takes less of the clients' CPU and is not shown to cost anything, where
  /// another is what to use.
  var cheaperBatch: String? {
    guard let choice = choices.first(where: { $0.axis.name == "batch-size" }) else { return nil }
    func effect(_ value: String, _ metric: Metric) -> FactorEffect? {
      factors.effect(of: value, insteadOf: choice.value, on: choice.axis, metric)
    }
    let found = choice.axis.values.filter { $0 != choice.value }.compactMap { value in
      effect(value, .clientCpu).flatMap { cpu -> (value: String, factor: Double)? in
        guard cpu.isShown, cpu.factor < 0.8, effect(value, goal.metric)?.matters != true else {
          return nil
        }
        return (value, cpu.factor)
      }
    }
    return found.min { $0.factor < $1.factor }?.value
  }

  /// The case in which every setting has the value to use; nil where settings of the load itself
  /// (records, clients, partitions) were swept too, or it was not measured.
  var chosenCase: CaseResult? {
    guard choices.map(\.axis) == factors.axes else { return nil }
    return factors.point(choices.map(\.value))?.entry
  }
}
