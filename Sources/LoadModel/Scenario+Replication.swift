/// Replicas of the topics that a run makes: what is refused, and where.
extension Scenario {
  /// The largest `replication-factor` of the cases, or of the suite.
  var largestReplicationFactor: Int16 {
    values("replication-factor", \.replicationFactor).max() ?? 1
  }

  /// Why the topics cannot be made on a cluster of so many brokers; nil where they can.
  ///
  /// - Parameter brokers: Those that the cluster's metadata name: brokers that are alive.
  public func replicationRefusal(brokers: Int) -> String? {
    guard run.topic == nil, largestReplicationFactor > brokers else { return nil }
    let alive = brokers == 1 ? "1 broker that is alive" : "\(brokers) brokers that are alive"
    return "--replication-factor \(largestReplicationFactor): the cluster has \(alive); allowed: "
      + (brokers == 1 ? "1" : "1 to \(brokers)")
  }

  /// Refuses replicas of one case that no cluster, or not this one, can have.
  func validateReplication(_ load: Workload) throws(ScenarioError) {
    func refusal(_ key: String, _ message: String, allowed: String) -> ScenarioError {
      let place = given[key]
      return ScenarioError(
        file: place?.line == nil ? nil : file, line: place?.line, column: place?.column, key: key,
        message, allowed: allowed)
    }
    if run.target.kind != .cluster, load.replicationFactor > 1 {
      throw refusal(
        "replication-factor", "\(load.replicationFactor) replicas need as many brokers",
        allowed: "1, or a cluster given by --bootstrap")
    }
    guard let least = load.minInsyncReplicas else { return }
    let key = "min-insync-replicas"
    if run.topic != nil {
      throw refusal(key, "an existing topic keeps its own", allowed: "without topic")
    }
    if run.topicConfig["min.insync.replicas"] != nil {
      throw refusal(
        key, "topic-config sets min.insync.replicas, too", allowed: "one of the two")
    }
    if least > Int(load.replicationFactor) {
      throw refusal(
        key,
        "of \(load.replicationFactor) \(load.replicationFactor == 1 ? "replica" : "replicas")"
          + " never \(least) are in sync",
        allowed: "up to replication-factor (\(load.replicationFactor))")
    }
  }

  /// The same of a suite, whose turns have one replication.
  func validateSuiteReplication(_ definition: SuiteDefinition) throws(ScenarioError) {
    var names = ["replication-factor"]
    if !definition.comparesMinInsync { names.append("min-insync-replicas") }
    for name in names where valueCount(name) > 1 {
      throw ScenarioError(
        file: file, key: name, "the suite measures with one value of it", allowed: "one value")
    }
    for least in values("min-insync-replicas", \.minInsyncReplicas) {
      var load = Workload()
      load.replicationFactor = largestReplicationFactor
      load.minInsyncReplicas = least
      try validateReplication(load)
    }
  }
}
