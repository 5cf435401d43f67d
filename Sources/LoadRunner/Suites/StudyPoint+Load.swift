import LoadModel

extension StudyPoint {
  /// Adds a sample of a figure; nothing where it is not known.
  mutating func add(_ name: String, _ unit: String, _ value: Double?) {
    guard let value, value.isFinite else { return }
    figures.append(StudyFigure(name, unit, [value]))
  }

  /// How the generator itself fared, which says whether the other figures are the broker's: what
  /// reports make their marks from.
  ///
  /// - Parameter rate: Records a second that were offered; nil in a closed loop.
  mutating func addGenerator(_ result: RepetitionResult, rate: Double?) {
    add("duration", "s", result.durationS)
    add("generator busy", "%", result.generatorBusyShare.map { $0 * 100 })
    add("errors", "", Double(result.errorCount))
    guard let rate, rate > 0 else { return }
    add("unsent", "", result.unsentRecords.map(Double.init))
    add("schedule lag p99", "ms", result.scheduleLag?.p99Ns.map { Double($0) / 1e6 })
    add(
      "rate reached", "%",
      result.produced?.recordsPerS(over: result.durationS).map { $0 / rate * 100 })
  }
}
