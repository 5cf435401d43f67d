import LoadModel

extension Advice {
  /// In this order people think of them; others follow.
  private static let order = ["acks", "batch-size", "linger-ms", "compression"]

  private static func inOrder(_ axes: [Factors.Axis]) -> [Factors.Axis] {
    order.compactMap { name in axes.first { $0.name == name } }
      + axes.filter { !order.contains($0.name) }
  }

  /// `Use `acks=all`, `batch.size=262144` here; …`; nil where no setting was swept.
  var headline: String? {
    guard !choices.isEmpty else { return nil }
    let chosen = Self.inOrder(choices.map(\.axis)).compactMap { axis in
      choices.first { $0.axis == axis }
    }
    let settings = chosen.map { ReportText.code(KafkaSetting.text($0.axis.name, $0.value)) }
    var text = "Use \(settings.joined(separator: ", ")) here"
    if let codec = smallestCodec {
      text += "; \(ReportText.code(codec.value)) if network or disk is what you lack"
    }
    if let size = cheaperBatch {
      text += "; \(ReportText.code(KafkaSetting.text("batch-size", size))) if CPU is"
    }
    return text + "."
  }

  /// Why nothing but safe values is recommended; nil where something else is.
  var caution: String? {
    guard !choices.isEmpty, choices.allSatisfy({ $0.value == $0.safe }) else { return nil }
    return "No other value was shown to be worth leaving the safe ones for."
  }

  /// A line for each swept setting.
  var points: [String] {
    Self.inOrder(factors.axes).compactMap { axis in
      let choice = choices.first { $0.axis == axis }
      let comparisons = pairs(axis, choice).compactMap { value, other in
        comparison(axis, value, other)
      }
      guard !comparisons.isEmpty else { return nil }
      return ReportText.code(axis.name) + ": " + comparisons.joined(separator: "; ") + "."
        + reason(choice)
    }
  }

  /// What is compared with what: the levels of acks below the safe one, other settings' values with
  /// the safe or first one.
  private func pairs(_ axis: Factors.Axis, _ choice: Choice?) -> [(String, String)] {
    let base = choice?.safe ?? axis.values.first ?? ""
    return axis.values.filter { $0 != base }.map {
      axis.name == "acks" ? (base, $0) : ($0, base)
    }
  }

  private func comparison(_ axis: Factors.Axis, _ value: String, _ other: String) -> String? {
    guard let effect = factors.effect(of: value, insteadOf: other, on: axis, goal.metric) else {
      return nil
    }
    let names = "\(ReportText.code(value)) instead of \(ReportText.code(other))"
    let gain =
      "\(goal.word) \(effect.text), \(effect.certainty)" + besideChosen(effect, axis, value, other)
    let costs = self.costs(axis, value, other)
    guard !costs.isEmpty else { return "\(names): \(gain)" }
    return axis.name == "compression"
      ? "\(names): \(costs.joined(separator: ", ")); \(gain)"
      : "\(names): \(gain); \(costs.joined(separator: ", "))"
  }

  /// What it does where every other setting has the value to use, in case that is another thing
  /// than what it does on the whole: settings work on each other.
  private func besideChosen(
    _ effect: FactorEffect, _ axis: Factors.Axis, _ value: String, _ other: String
  ) -> String {
    guard factors.axes.count > 1, choices.map(\.axis) == factors.axes,
      let here = factors.effect(
        of: value, insteadOf: other, on: axis, goal.metric, setting: choices.map(\.value)),
      here.pairs < effect.pairs, abs(here.factor / effect.factor - 1) > 0.1
    else { return "" }
    return " (with the other values to use: \(FactorEffect.times(here.factor))×)"
  }

  /// What else changes by a tenth or more.
  private func costs(_ axis: Factors.Axis, _ value: String, _ other: String) -> [String] {
    func shown(_ metric: Metric) -> Double? {
      let found = factors.effect(of: value, insteadOf: other, on: axis, metric)
      guard let found, found.isShown, found.factor >= 1.1 || found.factor <= 1 / 1.1 else {
        return nil
      }
      return found.factor
    }
    var costs: [String] = []
    if let bytes = shown(.bytesSent) {
      costs.append(
        bytes < 1
          ? "\(FactorEffect.times(1 / bytes))× fewer bytes sent"
          : "\(FactorEffect.times(bytes))× the bytes sent")
    }
    for (metric, name) in [(Metric.clientCpu, "client CPU"), (.brokerCpu, "broker CPU")] {
      if let factor = shown(metric) { costs.append("\(FactorEffect.times(factor))× the \(name)") }
    }
    return costs
  }

  private func reason(_ choice: Choice?) -> String {
    guard let choice else { return "" }
    var text = ""
    if choice.axis.name == "acks", choice.value == "all" {
      if factors.points.allSatisfy({ $0.entry.workload.replicationFactor == 1 }) {
        text += " There was one replica, so this says nothing of a cluster;"
      } else {
        text += " Whatever it costs,"
      }
      text += " all is what keeps acknowledged records when a broker dies."
    } else if choice.value == choice.safe {
      text += " \(ReportText.code(choice.value)) is the safe value."
    } else if !choice.equals.isEmpty {
      let equals = choice.equals.map(ReportText.code).joined(separator: ", ")
      text += " \(equals) \(choice.equals.count == 1 ? "does" : "do") not show more than"
      text += " \(ReportText.code(choice.value))."
    }
    return text
  }

  /// What the values to use did together, beside the best case of all.
  var chosenFigure: String? {
    guard let chosen = chosenCase, let own = goal.metric.summary(chosen) else { return nil }
    let unit = goal.isHigherBetter ? "MB/s" : "ms"
    func told(_ summary: MetricSummary) -> String {
      let range = ComparisonTable.range(summary)
      return "\(Numbers.readable(summary.value)) \(unit)" + (range.isEmpty ? "" : " (\(range))")
    }
    var text = "Together they gave \(goal.word) of **\(told(own))**"
    let all = factors.points.compactMap { point in
      goal.metric.summary(point.entry).map { (label: point.entry.label, summary: $0) }
    }
    let best = all.max {
      goal.isHigherBetter
        ? $0.summary.value < $1.summary.value : $0.summary.value > $1.summary.value
    }
    if let best {
      text +=
        best.label == chosen.label
        ? ", the best of all \(all.count) cases"
        : "; the best of all \(all.count) cases was \(ReportText.code(best.label)) with"
          + " \(told(best.summary))"
    }
    return text + "."
  }

  /// What a reader may miss.
  var notMeasured: String? {
    let loads = factors.points.map(\.entry.workload)
    var missing: [String] = []
    if loads.contains(where: { !$0.rate.isOpenLoop }) {
      missing.append("latency at your rate (`--rate N`)")
    }
    if loads.contains(where: { $0.payloadFile == nil }) {
      missing.append("your records (`--payload-file FILE`)")
    }
    if loads.allSatisfy({ $0.replicationFactor == 1 }) {
      missing.append("a cluster (`--bootstrap HOST:PORT`)")
    }
    guard !missing.isEmpty else { return nil }
    return "Not measured: \(missing.joined(separator: ", "))."
  }

  /// How the brackets are meant.
  var sureness: String {
    "How sure: a figure compares measurements of the same round that differ in nothing else, pair"
      + " by pair; the brackets are the 95 % interval of the mean. From"
      + " \(FactorEffect.fewestPairs) pairs on, an effect is shown where its interval leaves out"
      + " no change. It holds for this machine, these records and this hour." + limited
  }

  /// Where a case's rate is the generator's.
  private var limited: String {
    guard limitedCount > 0 else { return "" }
    let cases = limitedCount == 1 ? "one case" : "\(limitedCount) cases"
    return " In \(cases) of \(factors.points.count) the load generator was the limit ([g] below):"
      + " the broker can do at least that, and what a setting costs there is the clients' work."
  }

  /// Every comparison in figures.
  var table: ReportTable {
    let what = goal.word.prefix(1).uppercased() + goal.word.dropFirst()
    var table = ReportTable(
      [
        "Setting", "Value", "instead of", "\(what) ×", "95 % interval", "pairs", "same way",
        "client CPU ×", "broker CPU ×", "bytes sent ×",
      ], leftColumns: 3)
    var hasDoubt = false
    func cell(_ effect: FactorEffect?) -> String {
      guard let effect else { return "" }
      let text = FactorEffect.times(effect.factor)
      if effect.isShown { return text }
      hasDoubt = true
      return "(\(text))"
    }
    for axis in Self.inOrder(factors.axes) {
      for (value, other) in pairs(axis, choices.first(where: { $0.axis == axis })) {
        func effect(_ metric: Metric) -> FactorEffect? {
          factors.effect(of: value, insteadOf: other, on: axis, metric)
        }
        guard let own = effect(goal.metric) else { continue }
        table.row([
          axis.name, ReportText.code(value), ReportText.code(other), cell(own),
          own.interval.map { "\(FactorEffect.times($0.low))–\(FactorEffect.times($0.high))" } ?? "",
          "\(own.pairs)", "\(own.agreeing)", cell(effect(.clientCpu)), cell(effect(.brokerCpu)),
          cell(effect(.bytesSent)),
        ])
      }
    }
    if hasDoubt { table.footnotes = ["(…) not told apart from no change."] }
    return table.droppingEmptyColumns()
  }
}
