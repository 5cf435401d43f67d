import LoadModel

/// Loads in which a fault is planted, as the suites `acks` and `failover` measure them.
extension SuiteBench {
  /// Measures a load with one planted fault, on a topic of its own, and waits until all brokers are
  /// back. Everything that was written is kept, and read back afterwards.
  ///
  /// - Parameters:
  ///   - nodes: That the cluster had when the suite began.
  ///   - fault: Given the topic, which is there.
  /// - Returns: Nil where Ctrl-C ended it.
  /// - Throws: `.load` with what ended the load early.
  func measureFault(
    _ workload: Workload, on target: BenchTarget, _ admin: AdminSession, nodes: Set<Int32>,
    repetition: Int, fault: (_ topic: String) throws(RunError) -> Fault
  ) throws(RunError) -> RepetitionResult? {
    expectLosses()
    var load = workload
    // What is left of the log is read after the fault, all of it.
    load.consumers = 0
    load.retentionBytes = nil
    var plan = try plan(load, on: target, topic: newTopicName())
    // The next fault finds the disk as this one did.
    plan.topicConfig["file.delete.delay.ms"] = "1000"
    try admin.createTopic(plan.newTopic)
    do throws(RunError) { plan.faults = [try fault(plan.topic)] } catch {
      try? admin.deleteTopic(plan.topic)
      throw error
    }
    let result = try run(
      plan, on: target, admin, repetition: repetition, title: title, isTopicMade: true)
    try awaitNodes(nodes, admin)
    if Interrupt.requested { return nil }
    if let failure = result.failure { throw .load(failure) }
    return result
  }

  /// The point of a fault: what was lost and stored twice, and whether the level's promise was
  /// broken.
  ///
  /// - Parameter labels: Of the fault as it was planted.
  /// - Throws: `.load` where no fault was planted, or nothing was verified.
  func faultPoint(
    of result: RepetitionResult, _ grade: AcksGrade, replicationFactor: Int16,
    labels: (FaultRecord) -> [StudyPoint.Label]
  ) throws(RunError) -> (point: StudyPoint, record: FaultRecord) {
    guard let record = result.faults?.first, record.doneS != nil else {
      let reason = result.faults?.first?.failure ?? "the load ended before it was due"
      throw .load("the fault was not planted: \(reason)")
    }
    guard let found = result.verification else { throw .load("nothing was verified") }
    if found.corrupted > 0 { throw .load("\(found.corrupted) records came back damaged") }
    let which = "\(turnName) #\(result.repetition)"
    if let failure = record.failure { note("\(which): \(failure)") }
    if found.unverified > 0 {
      note(
        "\(which): \(found.unverified) records were not verified:"
          + " \(Verification.unverifiedText([found])).")
    }
    var point = StudyPoint(labels(record))
    point.pairing = [Double(result.repetition)]
    point.add(FaultFigures.lost, "", Double(found.lost))
    point.add(FaultFigures.acked, "", Double(found.acked))
    point.add(FaultFigures.duplicated, "", Double(found.duplicated))
    point.add(FaultFigures.unverified, "", Double(found.unverified + (found.notVisible ?? 0)))
    let isBroken = LossRule.isFailure(
      acks: grade.acks, minInsyncReplicas: grade.minInsync, replicationFactor: replicationFactor,
      hasFaults: true)
    if isBroken, found.lost > 0 {
      point.add(StudyPoint.brokenPromise, "", Double(found.lost))
    }
    return (point, record)
  }
}
