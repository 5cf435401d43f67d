import LoadModel
import Statistics

extension Advice {
  /// What a reader may miss.
  var notMeasured: String? {
    let loads = factors.entries.map(\.workload)
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

  /// How the figures are meant.
  var sureness: String {
    var text =
      "A ratio compares measurements of the same round that differ in nothing else: the 20 %"
      + " trimmed mean of the rounds' logarithms, in brackets its 95 % interval (Student's t)."
      + " It is taken for shown where its probability by chance, corrected for all"
      + " \(comparisons) comparisons of this report (Holm), is below 5 %, and it is at least 5 %"
    if let floor = effects.noiseFloor {
      text += " and above the \(Self.percent(floor)) that identical cases differ by"
    }
    text +=
      ". A mean over contexts is printed only where a test shows that they do not differ by more"
    return text + " than 10 %. All of it holds for this machine, these records and this hour."
  }

  private var comparisons: Int {
    effects.all.flatMap { $0.contests.values }.first { $0.adjusted != nil }?.contestCount ?? 0
  }

  /// Every comparison in figures.
  var table: ReportTable {
    let what = goal.word.prefix(1).uppercased() + goal.word.dropFirst()
    var table = ReportTable(
      [
        "Setting", "Value", "instead of", "with", "\(what) ×", "95 % interval", "rounds",
        "p (Holm)",
        "client CPU ×", "broker CPU ×", "bytes sent ×",
      ], leftColumns: 4)
    var hasDoubt = false
    var isLimited = false
    func cell(_ contest: Contest?, _ mark: String = "") -> String {
      guard let contest else { return "" }
      let text = Contest.times(contest.factor) + mark
      if contest.isShown { return text }
      hasDoubt = true
      return "(\(text))"
    }
    var isDiffering = false
    func cost(_ effect: Effect, _ figure: Effects.Figure) -> String {
      guard effect.differing.contains(figure) else { return cell(effect.contests[figure]) }
      isDiffering = true
      return "–"
    }
    for axis in Self.inOrder(factors.axes) {
      for effect in effects.all where effect.axis == axis {
        guard let own = effect.goal else { continue }
        isLimited = isLimited || effect.isLimited
        table.row([
          axis.name, ReportText.code(effect.value), ReportText.code(effect.base),
          effect.context.map { $0.isEmpty ? "" : ReportText.code($0) } ?? "mean of all",
          cell(own, effect.isLimited ? " [g]" : ""), own.interval.map(Contest.text) ?? "",
          "\(own.rounds)", own.adjusted.map(Numbers.probability) ?? "",
          cost(effect, .clientCpu), cost(effect, .brokerCpu), cost(effect, .bytesSent),
        ])
      }
    }
    table.footnotes =
      (hasDoubt ? ["(…) not told apart from no change."] : [])
      + (isDiffering ? ["– no mean: not shown to be the same in every context."] : [])
      + (isLimited ? ["[g] the load generator was the limit: what the clients cost."] : [])
    return table.droppingEmptyColumns()
  }
}
