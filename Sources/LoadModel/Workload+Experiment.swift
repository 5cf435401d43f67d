extension Workload {
  /// The workload with every setting that changes nothing here at one value, so that two workloads
  /// that are the same thing are equal.
  ///
  /// - With one replica the leader is all replicas: acks=1 and acks=all wait for the same.
  /// - `min.insync.replicas` is a condition of acks=all alone, and of more than one replica.
  /// - Without keys their number and size, without a group its assignor, and without consumers the
  ///   settings of their fetches are not used while the clock runs.
  var experiment: Workload {
    var same = self
    let usual = Workload()
    if replicationFactor == 1, acks == .leader { same.acks = .all }
    // Only acks=all waits for more than the leader.
    if acks != .all || replicationFactor == 1 { same.minInsyncReplicas = nil }
    if keys == .none { (same.keyCount, same.keySizeBytes) = (usual.keyCount, usual.keySizeBytes) }
    if consumerGroups == nil || consumers == 0 { same.assignor = nil }
    if consumers == 0 {
      same.fetchMinBytes = usual.fetchMinBytes
      same.fetchMaxWaitMs = usual.fetchMaxWaitMs
      same.maxPartitionFetchBytes = usual.maxPartitionFetchBytes
      same.fetchMaxBytes = usual.fetchMaxBytes
    }
    return same
  }

  /// Whether both are the same experiment under two names: what they differ by is the noise of a
  /// run (A/A), and nothing compares them.
  public func isSameExperiment(as other: Workload) -> Bool { experiment == other.experiment }
}
