import LoadModel
import Statistics

extension PartitionScalingSection {
  /// At most five lines: throughput, latency, producers, costs, and what happened to the cluster.
  var answer: [String] {
    [
      partitions, latency, producers, costs, StudyDisturbanceText.line(study),
    ].compactMap { $0 }
  }

  /// `one partition`
  private func few(_ series: ScalingSeries) -> String {
    let least = found.base(series)?.size ?? 1
    return least == 1 ? "one" : Numbers.grouped(least)
  }

  // MARK: Partitions

  private var partitions: String? {
    let parts = [
      (ScalingSeries.equalSettings, "at equal settings"),
      (.equalBatches, "at equal achieved batch size"),
    ].compactMap { series, words in
      ratios(series, noun: "partitions").map { "Throughput \(words): \($0)" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private var latency: String? {
    ratios(.latency, noun: "partitions").map { "Median end-to-end latency at a fixed rate: \($0)" }
  }

  /// `1,000 partitions 0.34× (0.25–0.46) that of one, 10,000 partitions 0.05× (0.04–0.06).`, with
  /// what is not shown and what cannot be compared; nil where nothing was measured.
  private func ratios(_ series: ScalingSeries, noun: String) -> String? {
    var shown: [String] = []
    var open: [String] = []
    var refused: [(why: String, sizes: [String])] = []
    func refuse(_ size: String, _ why: String) {
      if let place = refused.firstIndex(where: { $0.why == why }) {
        refused[place].sizes.append(size)
      } else {
        refused.append((why, [size]))
      }
    }
    for each in found.compared(series) {
      let many = Numbers.grouped(each.size)
      if let why = found.refusal(series, each.point) {
        refuse(many, why)
      } else if let contest = contests[ScalingPoints.name(series, each.size)],
        contest.estimate != nil
      {
        let text = "\(many) \(noun) \(contest.text)"
        if contest.isShown { shown.append(text) } else { open.append(text) }
      } else {
        refuse(many, "\(TrimmedMean.fewestValues) rounds are needed (`--repetitions`)")
      }
    }
    let few = few(series)
    var sentences: [String] = []
    if !shown.isEmpty { sentences.append("\(shown.joined(separator: ", ")) that of \(few).") }
    if !open.isEmpty {
      sentences.append("no difference from \(few) is shown for \(open.joined(separator: ", ")).")
    }
    sentences += refused.map { each in
      "no conclusion on \(each.sizes.joined(separator: " and ")): \(each.why)."
    }
    guard let first = sentences.first else { return nil }
    let rest = sentences.dropFirst().map { " \($0.prefix(1).uppercased())\($0.dropFirst())" }
    return first + rest.joined()
  }

  // MARK: Producers

  private var producers: String? {
    guard let text = ratios(.clients, noun: "producers") else { return nil }
    let places = PartitionScalingSettings.clientsPartitions
    var line = "Throughput of more producers on \(places) partitions: \(text)"
    if let base = found.base(.clients), FigureMark.found(in: base.point).contains(.generator) {
      line += " With \(few(.clients)) the load generator was the limit, not the broker."
    }
    if let claim = law.claim { line += " \(claim)" }
    return line
  }

  // MARK: Costs

  private var costs: String? {
    let parts = [created, served].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private var created: String? {
    guard let last = found.sized(costSeries).last, last.size > 1 else { return nil }
    func claim(_ figure: String, _ unit: String, by divisor: Double = 1) -> String? {
      RoundsReading(last.point.figure(figure))?.claim(unit, by: divisor)
    }
    let parts = [
      claim("create", "s", by: 1000).map { "\($0) until all have a leader" },
      claim("memory a partition, loaded", "KiB").map { "\($0) of the broker's memory each" },
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return "\(Numbers.grouped(last.size)) partitions cost \(parts.joined(separator: ", "))."
  }

  private var served: String? {
    guard let last = found.sized(.starts).last else { return nil }
    func claim(_ figure: String) -> String? {
      RoundsReading(last.point.figure(figure))?.claim("s", by: 1000)
    }
    guard let crash = claim("start after SIGKILL"), let clean = claim("start after clean stop")
    else { return nil }
    let many = last.size == 1 ? "One partition is" : "\(Numbers.grouped(last.size)) partitions are"
    return "\(many) served \(crash) after the start that follows a SIGKILL, \(clean) after one that"
      + " follows a clean stop."
  }

  /// Where what a partition costs was measured.
  var costSeries: ScalingSeries { found.all(.equalSettings).isEmpty ? .starts : .equalSettings }
}
