extension Scenario {
  /// More cases than anybody waits for are a mistake.
  public static let mostCases = 10_000

  /// Refuses what cannot be measured, before anything starts.
  public func validate() throws(ScenarioError) {
    if !run.brokerPids.isEmpty, run.target.kind != .cluster {
      throw refusal(
        "broker-pid", "our own broker's process is known", allowed: "with bootstrap")
    }
    if !run.links.isEmpty, run.target.kind != .cluster {
      throw ScenarioError(
        file: file, key: "link", "our own broker has the link \(run.ownLink)",
        allowed: "with bootstrap")
    }
    try validateSuite()
    try validateFaults()
    if run.suite != nil { return }
    guard caseCount <= Self.mostCases else {
      throw ScenarioError(
        file: file, "the sweep has \(caseCount == .max ? "too many" : "\(caseCount)") cases",
        allowed: "up to \(Self.mostCases)")
    }
    for entry in cases() {
      try validate(entry.workload)
    }
    try validateRateSearch()
    if run.topic != nil, caseCount > 1, cases().contains(where: { $0.workload.producers == 0 }) {
      throw refusal("topic", "an existing topic is filled once: one case", allowed: "one case")
    }
  }

  private func validate(_ load: Workload) throws(ScenarioError) {
    if load.producers == 0, load.consumers == 0 {
      throw refusal("consumers", "nobody produces or consumes", allowed: "1 or more of either")
    }
    try validateGroups(load)
    try validateReplication(load)
    if load.isIdempotent {
      if load.acks != .all {
        throw refusal("idempotence", "it needs acks=all", allowed: "false, or acks=all")
      }
      if load.maxInFlight > 5 {
        throw refusal(
          "max-in-flight", "an idempotent producer keeps order with five requests at most",
          allowed: "1 to 5, or idempotence=false")
      }
    }
    if load.producers == 0, load.rate.isOpenLoop {
      throw refusal("rate", "nothing is produced while the clock runs", allowed: "max")
    }
    let smallest = Int64(load.recordSizeBytes) + 512
    if load.bufferMemoryBytes < max(smallest, Int64(load.batchSizeBytes)) {
      throw refusal(
        "buffer-memory", "a batch of \(ValueText.size(Int64(load.batchSizeBytes))) does not fit",
        allowed: "at least the batch size and the record size")
    }
    if let kept = load.retentionBytes, kept < load.segmentBytes * 2,
      Int64(load.partitions) == 1
    {
      throw refusal(
        "segment-bytes", "two segments do not fit into what is retained",
        allowed: "up to half of retention-bytes (\(ValueText.size(kept / 2)))")
    }
  }

  private func validateGroups(_ load: Workload) throws(ScenarioError) {
    guard let groups = load.consumerGroups else {
      if load.assignor != nil {
        throw refusal(
          "assignor", "without groups nothing is shared out", allowed: "with consumer-groups")
      }
      return
    }
    if load.consumers == 0 {
      throw refusal(
        "consumer-groups", "groups need members", allowed: "0, or consumers of 1 or more")
    }
    if groups * load.consumers > Self.mostMembers {
      throw refusal(
        "consumer-groups", "\(groups) groups have \(groups * load.consumers) members",
        allowed: "up to \(Self.mostMembers) members in all")
    }
  }

  /// Of all groups together.
  private static let mostMembers = 4095

  func refusal(_ key: String, _ message: String, allowed: String) -> ScenarioError {
    ScenarioError(file: file, key: key, message, allowed: allowed)
  }

  /// Every setting and whether it was chosen, for the result file.
  ///
  /// - Parameter seed: The one that the run uses.
  public func effectiveConfiguration(seed: UInt64) -> EffectiveConfiguration {
    let base = baseWorkload
    let chosen = Dictionary(uniqueKeysWithValues: axes.map { ($0.name, $0.values) })
    let used = ScenarioSchema.fields.filter { field in
      run.suite.map { $0.definition.allKeys.contains(field.name) } ?? (field.suites == nil)
    }
    let entries = used.compactMap { field -> EffectiveConfiguration.Entry? in
      if run.suite != nil, field.kind == .list {
        return .init(
          name: field.name, values: suiteTexts[field.name] ?? chosen[field.name] ?? [],
          isDefault: given[field.name] == nil)
      }
      if field.kind == .list {
        let given = chosen[field.name]
        let usual = field.read?(base) ?? ""
        let values = given ?? (usual.isEmpty ? [] : [usual])
        return EffectiveConfiguration.Entry(
          name: field.name, values: values, isDefault: given == nil)
      }
      return runEntry(field)
    }
    let faults = run.faults.map(\.description)
    let planted = EffectiveConfiguration.Entry(name: "faults", values: faults, isDefault: false)
    return EffectiveConfiguration(
      entries: entries + (faults.isEmpty ? [] : [planted]), repetitions: run.repetitions,
      seed: seed, file: file)
  }

  private func runEntry(_ field: ScenarioField) -> EffectiveConfiguration.Entry? {
    let usual = RunSettings()
    func entry(_ value: String?, _ isDefault: Bool) -> EffectiveConfiguration.Entry {
      .init(name: field.name, values: value.map { [$0] } ?? [], isDefault: isDefault)
    }
    func properties(_ map: [String: String]) -> EffectiveConfiguration.Entry {
      .init(
        name: field.name, values: map.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
        isDefault: map.isEmpty)
    }
    switch field.name {
    case "find-rate": return run.findsRate ? entry("true", false) : nil
    case "slo":
      return run.findsRate ? entry(run.rateSearch.target?.text, run.rateSearch.target == nil) : nil
    case "sustain":
      let ms = run.rateSearch.sustainMs
      return run.findsRate
        ? entry(ValueText.duration(ms), ms == usual.rateSearch.sustainMs) : nil
    case "precision":
      let text = run.rateSearch.precisionText
      return run.findsRate ? entry(text, text == usual.rateSearch.precisionText) : nil
    case "suite": return run.suite.map { entry($0.rawValue, false) }
    case "broker":
      return run.target.kind == .cluster
        ? nil : entry(run.target.kind.rawValue, run.target == usual.target)
    case "bootstrap":
      guard case .cluster(let addresses) = run.target else { return nil }
      return .init(name: field.name, values: [addresses.joined(separator: ",")], isDefault: false)
    case "fetch-path": return entry(run.fetchPath, run.fetchPath == usual.fetchPath)
    case "data-dir": return entry(run.dataDirectory, run.dataDirectory == nil)
    case "broker-loops": return entry(run.brokerLoops.map(String.init), run.brokerLoops == nil)
    case "broker-property": return properties(run.brokerProperties)
    case "broker-pid":
      return entry(
        run.brokerPids.isEmpty
          ? nil : run.brokerPids.map { "\($0)" }.joined(separator: ","), run.brokerPids.isEmpty)
    case "broker-control": return entry(run.brokerControl, run.brokerControl == nil)
    case "link": return properties(run.links.mapValues(\.text))
    case "topic": return entry(run.topic, run.topic == nil)
    case "topic-config": return properties(run.topicConfig)
    case "producer-property": return properties(run.producerProperties)
    case "consumer-property": return properties(run.consumerProperties)
    case "repetitions": return entry("\(run.repetitions)", run.repetitions == usual.repetitions)
    case "output": return entry(run.output, run.output == usual.output)
    case "seed": return entry(run.seed.map { "\($0)" }, run.seed == nil)
    case "interval":
      return entry(run.intervalMs.map(ValueText.duration), run.intervalMs == nil)
    case "latency": return entry(run.latency.rawValue, run.latency == usual.latency)
    default: return nil
    }
  }
}
