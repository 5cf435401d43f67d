extension ScenarioSchema {
  /// Settings that only a search for the highest rate has, beside `find-rate` itself.
  static let rateSearchNames = ["slo", "sustain", "precision"]

  public static let rateSearchFields: [ScenarioField] = [
    {
      var field = ScenarioField.setting(
        "find-rate", group: .rateSearch, "true", allowed: "true, false", default: "",
        "search the highest rate that each case sustains, instead of measuring one"
      ) { text, scenario throws(ValueText.Refusal) in
        scenario.run.findsRate = try ValueText.bool(text)
      }
      field.isFlag = true
      return field
    }(),
    .setting(
      "slo", group: .rateSearch, "TERMS", allowed: "such as e2e.p99<20ms,errors=0",
      default: "capacity: no growing backlog",
      "what the rate must hold: produce, e2e or service with .p50, .p90, .p99, .p999 or .max, and"
        + " errors or lost, with <, <= or ="
    ) { text, scenario throws(ValueText.Refusal) in
      scenario.run.rateSearch.target = try ServiceLevel.parse(text)
    },
    .setting(
      "sustain", group: .rateSearch, "TIME", allowed: "2s to 1h", default: "15s",
      "how long each trial that confirms the rate is measured; others take half of it"
    ) { text, scenario throws(ValueText.Refusal) in
      scenario.run.rateSearch.sustainMs = try ValueText.duration(text, in: 2_000...3_600_000)
    },
    .setting(
      "precision", group: .rateSearch, "SHARE", allowed: "1% to 50%", default: "5%",
      "how far apart the rate that passes and the one that fails may be"
    ) { text, scenario throws(ValueText.Refusal) in
      guard let share = percent(text), (0.01...0.5).contains(share) else {
        throw ValueText.Refusal("a share from 1% to 50%, such as 5%")
      }
      scenario.run.rateSearch.precision = share
    },
  ]

  /// `5%` or `0.05` as 0.05.
  private static func percent(_ text: String) -> Double? {
    guard text.hasSuffix("%") else { return Double(text) }
    return Double(text.dropLast()).map { $0 / 100 }
  }
}

extension RateSearchSettings {
  /// `5%`, as it is read back.
  public var precisionText: String {
    "\(ValueText.plain((precision * 1e6).rounded() / 1e4))%"
  }
}

extension Scenario {
  /// Refuses a search that cannot be made.
  func validateRateSearch() throws(ScenarioError) {
    guard run.findsRate else {
      for name in ScenarioSchema.rateSearchNames where given[name] != nil {
        throw ScenarioError(
          file: file, key: name, "only a search for the highest rate uses it",
          allowed: "with find-rate")
      }
      return
    }
    // A file's values apply to its runs without a search; a flag asks for this run.
    for name in ["duration", "records", "repetitions"] {
      if let place = given[name], place.line == nil {
        throw ScenarioError(
          file: nil, key: name,
          "a rate search decides how often and how long it measures", allowed: "sustain")
      }
    }
    if !run.faults.isEmpty {
      throw ScenarioError(
        file: file, key: "find-rate", "faults would decide which rate is found",
        allowed: "find-rate, or faults")
    }
    for entry in cases() { try validateRateSearch(of: entry.workload) }
  }

  private func validateRateSearch(of load: Workload) throws(ScenarioError) {
    func refusal(_ key: String, _ message: String, _ allowed: String) -> ScenarioError {
      ScenarioError(file: file, key: key, message, allowed: allowed)
    }
    if load.rate.isOpenLoop {
      throw refusal("rate", "find-rate searches it", "rate, or find-rate")
    }
    if load.producers == 0 {
      throw refusal("find-rate", "nothing is produced while the clock runs", "with producers")
    }
    for term in run.rateSearch.target?.terms ?? [] {
      guard case .latency(let latency, _) = term.subject else { continue }
      if latency == .endToEnd, load.consumers == 0 {
        throw refusal(
          "slo", "\(term.text): nothing is read while the clock runs", "with consumers")
      }
      if latency != .endToEnd, load.acks == .none {
        throw refusal(
          "slo", "\(term.text): with acks=0 nothing is acknowledged", "e2e, errors, lost")
      }
    }
  }

  /// How often each case is measured; a search repeats its trials by itself.
  public var measuredRepetitions: Int { run.findsRate ? 1 : run.repetitions }
}

extension RateSearchSettings {
  /// What a trial's warm-up lasts at most, in milliseconds.
  private static let warmupMostMs: Int64 = 5_000

  /// The workload of one trial.
  ///
  /// - Parameter perS: Records a second; nil: the closed loop.
  public func trialWorkload(_ workload: Workload, perS: Double?, measuredMs: Int64) -> Workload {
    var trial = workload
    trial.rate = perS.map { .perSecond($0) } ?? .max
    trial.durationMs = measuredMs
    trial.records = nil
    if case .auto = workload.warmup {
      trial.warmup = .auto(maxMs: min(Self.warmupMostMs, max(1_000, measuredMs / 2)))
    }
    return trial
  }
}
