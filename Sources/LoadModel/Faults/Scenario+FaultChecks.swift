extension Scenario {
  /// Refuses faults that the target, the load or its length cannot have.
  func validateFaults() throws(ScenarioError) {
    if run.brokerControl != nil, run.target.kind != .cluster {
      throw ScenarioError(
        file: file, key: "broker-control", "weir controls its own brokers itself",
        allowed: "with bootstrap")
    }
    guard !run.faults.isEmpty else { return }
    if let suite = run.suite {
      throw faultRefusal(
        0, "the suite \(suite.rawValue) does not use it", allowed: "a scenario without suite")
    }
    for index in run.faults.indices {
      try checkTarget(index)
      for entry in cases() {
        try checkTime(index, entry.workload)
        try checkPartition(index, entry.workload)
      }
    }
  }

  private func checkTarget(_ index: Int) throws(ScenarioError) {
    let fault = run.faults[index]
    switch run.target.kind {
    case .embedded:
      throw faultRefusal(
        index, "the embedded broker shares this process and cannot be hit alone",
        allowed: "broker: process, or bootstrap with broker-control")
    case .process:
      if fault.action == .moveLeader {
        throw faultRefusal(
          index, "one broker has no other leader", allowed: "bootstrap of several brokers")
      }
      if case .follower = fault.target {
        throw faultRefusal(index, "one broker has no follower", allowed: "leader, node, controller")
      }
      if case .node(let node) = fault.target, node != run.ownNodeId {
        throw faultRefusal(
          index, "our own broker is node \(run.ownNodeId) alone", allowed: "node \(run.ownNodeId)")
      }
    case .cluster:
      if fault.action.isOfProcess, run.brokerControl == nil {
        throw faultRefusal(
          index, "there is no command that does this to the cluster's brokers",
          allowed: "with broker-control: 'CMD {action} {node}'")
      }
    }
  }

  private func checkTime(_ index: Int, _ load: Workload) throws(ScenarioError) {
    let fault = run.faults[index]
    guard let durationMs = load.durationMs else {
      if fault.action.undo != nil, fault.durationMs == nil, !isUndoneLater(index) {
        throw faultRefusal(
          index, "a number of records may never be complete while it lasts",
          allowed: "with for, or a duration of the load")
      }
      return
    }
    let length = ValueText.duration(durationMs)
    if fault.atMs >= durationMs {
      throw faultRefusal(
        index, "\(ValueText.duration(fault.atMs)) is beyond the measured \(length)",
        allowed: "at: less than \(length)")
    }
    if let lasts = fault.durationMs, fault.atMs + lasts > durationMs {
      throw faultRefusal(
        index,
        "it ends at \(ValueText.duration(fault.atMs + lasts)), beyond the measured \(length)",
        allowed: "for: up to \(ValueText.duration(durationMs - fault.atMs)); without for, the end"
          + " of the measured window undoes it")
    }
  }

  private func isUndoneLater(_ index: Int) -> Bool {
    let fault = run.faults[index]
    return run.faults[(index + 1)...].contains {
      $0.action == fault.action.undo && $0.target == fault.target
    }
  }

  private func checkPartition(_ index: Int, _ load: Workload) throws(ScenarioError) {
    let fault = run.faults[index]
    let partition: Int32
    switch fault.target {
    case .leader(let number), .follower(let number): partition = number
    case .node, .controller, .link: return
    }
    guard run.topic == nil else { return }
    if partition >= load.partitions {
      throw faultRefusal(
        index, "the topic has \(load.partitions) partition\(load.partitions == 1 ? "" : "s")",
        allowed: "partitions from 0 to \(load.partitions - 1)")
    }
    var needsReplica = fault.action == .moveLeader
    if case .follower = fault.target { needsReplica = true }
    if needsReplica, load.replicationFactor == 1 {
      throw faultRefusal(
        index, "with one replica a partition has no follower",
        allowed: "replication-factor: 2 or more")
    }
  }
}

extension RunSettings {
  /// The id of a broker that this run starts.
  public var ownNodeId: Int32 {
    let given = brokerProperties["node.id"] ?? brokerProperties["broker.id"]
    return given.flatMap { Int32($0) } ?? 1
  }
}
