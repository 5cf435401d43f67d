import LoadModel
import Statistics

/// What of suites is compared: results, not what was set, counted or calibrated for them.
extension ResultComparison {
  /// Points of the same labels, figure by figure.
  static func addStudies(
    _ entries: [Entry], to cells: inout [Cell], _ contests: inout [Int: Contest]
  ) {
    func distinct<Value: Equatable>(_ values: [Value]) -> [Value] {
      values.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    for suite in distinct(entries.compactMap { $0.study?.suite }) {
      let studies = entries.map { $0.study?.suite == suite ? $0.study : nil }
      for labels in distinct(studies.compactMap { $0?.points.map(\.labels) }.flatMap { $0 }) {
        func point(_ entry: Entry) -> StudyPoint? {
          guard entry.study?.suite == suite else { return nil }
          return entry.study?.points.first { $0.labels == labels }
        }
        for name in suite.comparedFigures {
          let units = entries.compactMap { point($0)?.figure(name)?.unit }
          guard let unit = units.first, let label = entries.compactMap(point).first?.comparedLabel
          else { continue }
          let figure = Figure(
            label: label, metric: name, title: unit.isEmpty ? name : "\(name), \(unit)")
          add(figure, of: entries, to: &cells, &contests) { entry in
            Side(
              values: point(entry)?.repetitionSamples(name) ?? [], doubt: entry.doubts[label])
          }
        }
      }
    }
  }

  /// Why nothing is concluded on the broker from points of a suite, by `comparedLabel`.
  static func doubts(of study: Study) -> [String: String] {
    let reasons: [(FigureMark, String)] = [
      (.nodeLost, "a broker was lost or away"), (.queue, "no steady state"),
      (.generator, FigureMark.generatorLimit), (.rate, "the offered rate was not reached"),
      (.moment, "measured for less than 0.3 s"),
    ]
    let found = study.points.compactMap { point -> (String, String)? in
      let marks = FigureMark.found(in: point)
      return reasons.first { marks.contains($0.0) }.map { (point.comparedLabel, $0.1) }
    }
    return Dictionary(found, uniquingKeysWith: { one, _ in one })
  }
}

extension Suite {
  /// Figures that answer the suite's question. Others are inputs (volumes, batches, offered rates),
  /// explain those, or are samples within one repetition.
  fileprivate var comparedFigures: [String] {
    switch self {
    case .sequentialWrite: ["throughput", "cpu", "to the disk", "sustained"]
    case .zeroCopyFetch: ["throughput", "broker CPU", "end to end p50", "end to end p99"]
    case .partitionScaling:
      [
        "throughput", "end to end p50", "end to end p99", "create", "memory a partition, loaded",
        "start after SIGKILL", "start after clean stop",
      ]
    case .groups: GroupsSection.pauses
    case .failover: [FaultFigures.silence, FailoverFigures.firstAck, FailoverFigures.fullIsr]
    case .acks: ["produce p99", "end to end p99", AcksFigures.brokerCpu, FaultFigures.silence]
    }
  }
}

extension StudyPoint {
  /// `step=log case=base`
  var comparedLabel: String { labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }

  /// The repetitions' values of a figure, one each: where a repetition has several samples, such as
  /// events, their mean, since they share what the machine did then.
  ///
  /// - Returns: None where the figure is no result at this point: the rate that was offered, a
  ///   percentile of too few samples, pauses without an event or with one that the window cut off.
  func repetitionSamples(_ name: String) -> [Double] {
    if name == "throughput", figure("rate reached") != nil { return [] }
    if GroupsSection.pauses.contains(name) {
      let isQuiet = label("event") == GroupEventKind.quiet.rawValue
      if isQuiet || figure(GroupsSection.open) != nil { return [] }
    }
    guard let samples = figure(name)?.samples, isKnown(name) else { return [] }
    guard let pairing, pairing.count == samples.count,
      pairing.contains(where: { $0 >= Self.pairingStep })
    else { return samples.filter(\.isFinite) }
    let rounds = Dictionary(grouping: zip(pairing, samples).filter { $0.1.isFinite }) {
      ($0.0 / Self.pairingStep).rounded(.down)
    }
    return rounds.sorted { $0.key < $1.key }.map { _, values in
      values.reduce(0) { $0 + $1.1 } / Double(values.count)
    }
  }
}
