import LoadModel

/// What a rate search found, in words.
enum RateText {
  /// Why a rate is not held: `a growing backlog`.
  static func bound(_ criterion: RateCriterion) -> String {
    switch criterion {
    case .target(let term): ReportText.code(term.text)
    case .schedule: "records that were not sent or acknowledged in time"
    case .backlog: "a growing backlog"
    case .errors: "failed records"
    case .unsteady: "no steady state"
    case .generator: "the load generator"
    case .ended: "trials that ended early"
    }
  }

  /// The same in a cell of a table.
  static func cell(_ criterion: RateCriterion) -> String {
    if case .target(let term) = criterion { return ReportText.code(term.text) }
    return criterion.text
  }

  /// A resource that was exhausted; nil where none was that is measured here.
  static func resource(_ resource: LimitingResource?) -> String? {
    switch resource {
    case .generatorThreads: "a thread of the generator was busy all the time"
    case .generatorBuffer: "the producers' buffers stood nearly empty"
    case .allProcessors: "all processors of this machine were busy"
    case nil, .some(.none): nil
    }
  }

  static func doubt(_ doubt: RateDoubt) -> String {
    switch doubt {
    case .contradiction: "trials contradict each other, which widens the interval"
    case .time: "the search's time was over before the interval was as narrow as asked for"
    case .nothingPassed: "no trial passed, down to the lowest rate that was tried"
    case .nothingFailed: "no trial failed, up to the highest rate that was tried"
    }
  }

  /// `3 of 3`; nil where there was no sustained trial at this rate.
  static func passed(_ result: RateSearchResult, at perS: Double?) -> String? {
    result.sustained(at: perS).map { "\($0.passed) of \($0.of)" }
  }

  /// `**182,000 records/s** (181,000–191,000), bound by …`
  static func headline(_ result: RateSearchResult) -> String {
    guard let rate = result.ratePerS else {
      let below = result.highPerS.map { " below \(Numbers.grouped($0.rounded())) records/s" } ?? ""
      return "**no rate passed**\(below)" + tail(result)
    }
    let figure = "\(Numbers.grouped(rate.rounded())) records/s"
    guard let low = result.lowPerS, let high = result.highPerS, !result.isGeneratorLimited else {
      let cause = result.isGeneratorLimited ? ", generator-limited" : ""
      return "**at least \(figure)**\(cause)" + tail(result)
    }
    return "**\(figure)** (\(Numbers.range(low, high)))" + tail(result)
  }

  /// How its trials went, what bound it, and what is to be doubted.
  private static func tail(_ result: RateSearchResult) -> String {
    var parts: [String] = []
    if let passed = passed(result, at: result.ratePerS) {
      parts.append("\(passed) sustained trials passed there")
    }
    if let failing = result.failingPerS, let (passed, all) = result.sustained(at: failing) {
      parts.append("\(all - passed) of \(all) failed at \(Numbers.grouped(failing.rounded()))")
    }
    if let bound = result.bound, !result.isGeneratorLimited {
      parts.append("bound by \(Self.bound(bound))")
    }
    if let resource = resource(result.resource) { parts.append(resource) }
    if let doubt = result.doubt { parts.append(Self.doubt(doubt)) }
    if result.isPartial { parts.append("the search was ended early") }
    return parts.map { "; \($0)" }.joined()
  }
}
