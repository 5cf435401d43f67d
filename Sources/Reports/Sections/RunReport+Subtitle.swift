import LoadModel

extension RunReport {
  /// What was measured with what: client, target, replicas, partitions.
  var subtitle: String {
    let topics = [replicas, minInsync, partitions].compactMap { $0 }.joined(separator: ", ")
    var text = "Client: \(client). Target: \(target)."
    if !topics.isEmpty { text += " \(topics.prefix(1).uppercased())\(topics.dropFirst())." }
    return text
  }

  private var client: String {
    let build = run.environment.buildConfiguration.map { ", \(ReportText.oneLine($0)) build" }
    return "Weir \(ReportText.oneLine(run.weirVersion))\(build ?? "")"
  }

  private var target: String {
    let target = run.target
    let software = target.version.map(ReportText.oneLine)
    let brokers = countText(target.brokerCount, "broker")
    switch target.kind {
    case .embedded:
      return "\(software ?? "Weir's broker"), in the same process, \(brokers)"
    case .process:
      return "\(software ?? "Weir's broker"), in its own process, \(brokers)"
    case .cluster:
      let places = ReportText.oneLine(target.bootstrap.joined(separator: ", "))
      return "\(software.map { "\($0), " } ?? "")\(brokers) at \(places)"
    }
  }

  /// What the cases (or, of a suite, the settings) have: `3`, or `1 to 64`.
  private func span(_ name: String, _ value: (Workload) -> Int) -> String? {
    let set = run.configuration.entries.first { $0.name == name }?.values.compactMap { Int($0) }
    let values = run.cases.isEmpty ? set ?? [] : run.cases.map { value($0.workload) }
    guard let low = values.min(), let high = values.max() else { return nil }
    let ends = [low, high].map { Numbers.grouped(Int64($0)) }
    return low == high ? ends[0] : ends.joined(separator: " to ")
  }

  private var replicas: String? {
    span("replication-factor") { Int($0.replicationFactor) }.map { "replication factor \($0)" }
  }

  private var minInsync: String? {
    let set = run.configuration.entries.first { $0.name == "min-insync-replicas" }
    let isSet = run.cases.contains { $0.workload.minInsyncReplicas != nil }
    guard isSet || run.cases.isEmpty && set?.values.isEmpty == false else {
      return run.target.minInsyncReplicas.map { "min ISR \($0)" }
    }
    return span("min-insync-replicas") { $0.minInsyncReplicas ?? run.target.minInsyncReplicas ?? 1 }
      .map { "min ISR \($0)" }
  }

  private var partitions: String? {
    span("partitions") { Int($0.partitions) }.map {
      "\($0) \($0 == "1" ? "partition" : "partitions")"
    }
  }
}
