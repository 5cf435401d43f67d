/// Which lost records a run fails for, and which are figures of it.
///
/// | | no fault planted | faults planted |
/// |---|---|---|
/// | acks=0 | a figure: nothing was acknowledged, sent counts as acked | a figure |
/// | acks=1, or acks=all with min ISR 1 | a failure | a figure: one replica may have had it |
/// | acks=all with min ISR 2 or more | a failure | a failure |
public enum LossRule {
  /// Whether a lost acknowledged record is against what the level promises.
  ///
  /// - Parameters:
  ///   - minInsyncReplicas: Of the topic; nil where it is not known.
  ///   - replicationFactor: Of the topic: it caps the minimum.
  ///   - hasFaults: Brokers were killed, paused or cut off on purpose while it was measured.
  public static func isFailure(
    acks: AckLevel, minInsyncReplicas: Int?, replicationFactor: Int16, hasFaults: Bool
  ) -> Bool {
    guard acks != .none else { return false }
    guard hasFaults else { return true }
    return acks == .all && min(minInsyncReplicas ?? 1, Int(replicationFactor)) >= 2
  }
}

extension RunResult {
  /// `min.insync.replicas` of a case's topics: its own setting, else the cluster's; nil where
  /// neither is known.
  public func minInsyncReplicas(of entry: CaseResult) -> Int? {
    entry.workload.minInsyncReplicas ?? target.minInsyncReplicas
  }

  /// Acked records that are missing where none may be: each is a failure of the run. What
  /// `LossRule` allows is a figure of the report instead.
  public var lostAckedRecords: Int64 {
    let lost = cases.flatMap { entry in
      entry.repetitions.compactMap { repetition -> Int64? in
        let isFailure = LossRule.isFailure(
          acks: entry.workload.acks, minInsyncReplicas: minInsyncReplicas(of: entry),
          replicationFactor: entry.workload.replicationFactor, hasFaults: repetition.hasFaults)
        return isFailure ? repetition.verification?.lost : nil
      } + (entry.workload.acks == .none ? [] : entry.trialVerifications.map(\.lost))
    }
    return [lost.clampedSum, study?.lostAckedRecords ?? 0].clampedSum
  }

  /// Records that came back damaged, whatever the acks: no level of acks allows that.
  public var corruptedRecords: Int64 {
    let found = cases.flatMap { entry in
      entry.repetitions.compactMap(\.verification) + entry.trialVerifications
    }
    return found.map(\.corrupted).clampedSum
  }
}

extension RepetitionResult {
  /// Brokers or links were hit on purpose while it was measured.
  public var hasFaults: Bool { faults?.isEmpty == false }
}

extension Study {
  /// Of the turns of the suite `acks` in which records were lost that must not be.
  var lostAckedRecords: Int64 {
    let lost = points.flatMap { $0.figure(StudyPoint.brokenPromise)?.samples ?? [] }
    return lost.map { Int64(exactly: $0.rounded()) ?? 0 }.clampedSum
  }
}

extension StudyPoint {
  /// The figure of records that were lost although the level of acks promises that none is.
  public static let brokenPromise = "lost against the level's promise"
}
