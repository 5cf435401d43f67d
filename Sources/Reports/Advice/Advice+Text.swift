import LoadModel
import Statistics

extension Advice {
  /// In this order people think of them; others follow.
  private static let order = ["acks", "batch-size", "linger-ms", "compression"]
  /// Longer lines than of so many contexts stand in the table alone.
  private static let mostContexts = 4

  static func inOrder(_ axes: [Factors.Axis]) -> [Factors.Axis] {
    order.compactMap { name in axes.first { $0.name == name } }
      + axes.filter { !order.contains($0.name) }
  }

  private var choosable: [Factors.Axis] {
    Self.inOrder(factors.axes).filter { KafkaSetting.isChoosable($0.name) }
  }

  private func base(of axis: Factors.Axis) -> String {
    factors.axes.firstIndex(of: axis).map { bases[$0] } ?? ""
  }

  /// What to use; nil where no setting of Kafka's was swept.
  var headline: String? {
    guard !choosable.isEmpty else { return nil }
    guard steps.isEmpty else {
      let settings = steps.map { step in
        let held = step.effect.context.map { $0.isEmpty ? "" : " with \(ReportText.code($0))" }
        return "\(ReportText.code(KafkaSetting.text(step.axis.name, step.value)))"
          + " (\(goal.word) \(step.contest.text) of \(ReportText.code(base(of: step.axis)))'s"
          + "\(held ?? ""), \(step.contest.rounds) rounds)"
      }
      let rest = choosable.filter { axis in !steps.contains { $0.axis == axis } }
      return "Use \(settings.joined(separator: ", then "))"
        + (rest.isEmpty ? "." : "; keep \(kept(rest)).")
    }
    if isBaseBest { return "Keep \(kept(choosable)): every other value was shown to be worse." }
    return "\(isAnyShown ? "No change advised" : "Nothing shown"); keep \(kept(choosable))"
      + "\(next.map { "; next: \($0)" } ?? "")."
  }

  /// Effects are shown, though none of them is a reason to leave the defaults: of settings that
  /// keep records safe, or for the worse.
  private var isAnyShown: Bool {
    effects.all.contains { !$0.isLimited && $0.goal?.isShown == true }
  }

  /// `Kafka's defaults (`acks=all`, `linger.ms=5`)`
  private func kept(_ axes: [Factors.Axis]) -> String {
    let settings = axes.map { ReportText.code(KafkaSetting.text($0.name, base(of: $0))) }
    let isUsual = axes.allSatisfy { KafkaSetting.isDefault($0.name, base(of: $0)) }
    let text = settings.joined(separator: ", ")
    return isUsual ? "Kafka's \(axes.count == 1 ? "default" : "defaults") (\(text))" : text
  }

  /// Every value of a setting that could have been advised was shown to be worse.
  private var isBaseBest: Bool {
    let open = effects.all.filter { KafkaSetting.isChoosable($0.axis.name) }
    return !open.isEmpty && excluded.isEmpty
      && open.allSatisfy { effect in
        !effect.isLimited && effect.goal?.isShown == true
          && effect.goal.map { Self.gain($0, goal) < 1 } == true
      }
  }

  // MARK: What to run next

  /// An effect of this size is what more rounds are proposed for.
  private static let soughtEffect = 1.1
  /// More rounds than this are no proposal: the machine, or the window, is what to change.
  private static let mostRounds = 60
  private static let fewRounds = 6

  /// The command that would show effects of 10 %; nil where this run would have shown them.
  private var next: String? {
    let contests = effects.all.filter { !$0.isLimited }.compactMap(\.goal).filter { !$0.isShown }
    let usable = limited.isEmpty && excluded.isEmpty
    guard !contests.isEmpty else {
      return usable
        ? nil : "a quieter machine, or more clients (\(ReportText.code("--producers N")))"
    }
    let rounds = contests.map(\.rounds).min() ?? 0
    guard rounds >= TrimmedMean.fewestValues else { return command(rounds: Self.fewRounds) }
    let needed = contests.map { $0.roundsNeeded(toShow: Self.soughtEffect) ?? .max }.max() ?? .max
    if needed <= rounds { return nil }
    guard needed <= Self.mostRounds else {
      let count = needed == .max ? "more than 10,000" : Numbers.grouped(Double(needed))
      return "a quieter machine or a longer \(ReportText.code("--duration")): this one needs"
        + " \(count) rounds to show a tenth"
    }
    return command(rounds: needed) + " (shows a tenth)"
  }

  /// The command of this run with another number of repetitions.
  private func command(rounds: Int) -> String {
    var words = run.environment.commandLine
    if words.count < 2 || words[1] != "bench" {
      words = ["weir", "bench"]
      if BuiltInScenarios.names.contains(run.scenario) { words.append(run.scenario) }
    }
    words[0] = "weir"
    for flag in ["--repetitions", "--output"] {
      while let place = words.firstIndex(of: flag) {
        words.removeSubrange(place..<min(place + 2, words.count))
      }
      words.removeAll { $0.hasPrefix(flag + "=") }
    }
    return ReportText.code((words + ["--repetitions", "\(rounds)"]).joined(separator: " "))
  }

  // MARK: Lines

  /// A line for each swept setting.
  var points: [String] {
    Self.inOrder(factors.axes).flatMap { axis in
      [sameness(axis), line(axis)].compactMap { $0 }
    }
  }

  /// Two values that are the same experiment, and what would compare them.
  private func sameness(_ axis: Factors.Axis) -> String? {
    guard let same = factors.sameValues(on: axis) else { return nil }
    let names = same.map { ReportText.code("\(axis.name)=\($0)") }.joined(separator: " and ")
    var text: String
    if axis.name == "acks" {
      text =
        "\(names) cannot be compared: with one replica the leader is all that either waits for"
        + " (`--replication-factor 2` or more, on several brokers, compares them)"
    } else {
      text = "\(names) cannot be compared: they change nothing here"
    }
    if let floor = effects.noiseFloor {
      text += "; their cases differ by up to \(Self.percent(floor)), the noise of this run"
    }
    return text + "."
  }

  private func line(_ axis: Factors.Axis) -> String? {
    let own = effects.all.filter { $0.axis == axis && $0.goal != nil }
    guard !own.isEmpty else { return nil }
    var parts: [String] = []
    for value in axis.values {
      let contexts = own.filter { $0.value == value }
      guard let first = contexts.first else { continue }
      let shown = contexts.prefix(Self.mostContexts).map(phrase)
      let left = contexts.count - shown.count
      let costs = self.costs(contexts)
      parts.append(
        "\(ReportText.code(value)) instead of \(ReportText.code(first.base)): \(goal.word) "
          + shown.joined(separator: "; ")
          + (left > 0 ? "; \(left) more contexts below" : "")
          + (costs.isEmpty ? "" : "; \(costs)"))
    }
    return "\(ReportText.code(axis.name)): \(parts.joined(separator: ". "))."
  }

  /// `0.55× (0.49–0.61) with batch-size=256KiB`
  private func phrase(_ effect: Effect) -> String {
    guard let contest = effect.goal else { return "" }
    var text = contest.text
    switch effect.context {
    case nil: text += " on average over \(effect.pairs.count) contexts that do not differ"
    case let context? where !context.isEmpty: text += " with \(ReportText.code(context))"
    default: break
    }
    var remarks = [contest.doubt, effect.isLimited ? "the clients' limit" : nil].compactMap { $0 }
    if contest.estimate == nil, effect.isLimited { remarks.removeLast() }
    return remarks.isEmpty ? text : "\(text) [\(remarks.joined(separator: "; "))]"
  }

  /// Bytes sent, where a tenth or more changes in every context alike.
  private func costs(_ contexts: [Effect]) -> String {
    let factors = contexts.compactMap { $0.contests[.bytesSent] }
    guard factors.count == contexts.count, factors.allSatisfy(\.isShown),
      let low = factors.map(\.factor).min(), let high = factors.map(\.factor).max(),
      high <= 1 / 1.1 || low >= 1.1
    else { return "" }
    let (one, other) = (Contest.times(low), Contest.times(high))
    return one == other ? "\(one)× the bytes sent" : "\(one)× to \(other)× the bytes sent"
  }

  /// Cases from which nothing is concluded of the broker.
  var doubts: String? {
    func text(_ doubts: [Doubt]) -> String {
      let names = doubts.map { ReportText.code($0.entry.label) }
      let reasons = doubts.map(\.reason)
        .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      let count = doubts.count > 3 ? "\(doubts.count) of \(run.cases.count) cases" : nil
      return (count ?? names.joined(separator: ", ")) + " (\(reasons[0])"
        + (reasons.count > 1 ? " and the like)" : ")")
    }
    var parts: [String] = []
    if !limited.isEmpty { parts.append(text(limited)) }
    if !excluded.isEmpty { parts.append(text(excluded)) }
    return parts.isEmpty
      ? nil : "No conclusion on the broker from \(parts.joined(separator: ", nor from "))."
  }

  static func percent(_ logarithm: Double) -> String {
    ChangeText.percent(Contest.factor(logarithm) - 1)
  }
}
