import Foundation
import LoadModel

/// A consumer group under a steady load, to which one more member comes, of which one leaves and
/// one crashes: what each costs those that stay.
struct GroupChanges: SuiteProgram {
  private let bench: SuiteBench
  private let settings: GroupChangesSettings
  private let target: BenchTarget
  private let admin: AdminSession
  let turns: [SuiteTurn]
  let warmsUp = false

  let question = """
    What does a member that joins, leaves or crashes cost its consumer group, with eager and with \
    cooperative rebalancing?
    """

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = GroupChangesSettings(bench.scenario)
    turns = settings.assignors.map { SuiteTurn($0.rawValue) }
    bench.conditions = settings.consumerProperties.sorted { $0.key < $1.key }
      .map { StudyPoint.Label($0.key, $0.value) }
    let kind = bench.settings.target.kind
    let directory = kind == .cluster ? "" : try bench.makeDirectory("groups")
    target = try bench.startBroker(bench.settings.target, directory: directory)
    do throws(RunError) {
      admin = try target.openAdmin()
      try bench.describe(target, admin, kind: kind)
    } catch {
      target.stop()
      throw error
    }
  }

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    let assignor = settings.assignors[turn]
    bench.lookForNodes(admin)
    let events = settings.events(repetition: repetition, seed: bench.seed)
    var plan = try bench.plan(
      settings.workload(assignor, events: events), on: target, topic: bench.newTopicName(),
      consumerProperties: settings.consumerProperties)
    plan.groupEvents = events
    let result = try bench.run(
      plan, on: target, admin, repetition: repetition, title: bench.title)
    bench.noteEvents(of: result)
    if let failure = result.failure { throw .load(failure) }
    if Interrupt.requested { return [] }
    try bench.refuseUnsound(result)
    if let found = result.verification, !found.isSound {
      // Lost and damaged ones have ended the turn.
      bench.note(
        "\(assignor.rawValue): of \(found.acked) acknowledged records \(found.duplicated) were"
          + " there twice, \(found.reordered) out of order, \(found.wrongPartition) in another"
          + " partition.")
    }
    return points(assignor, result, planned: events)
  }

  private func points(
    _ assignor: GroupAssignor, _ result: RepetitionResult, planned: [GroupEvent]
  ) -> [StudyPoint] {
    let events = result.groups?.first?.events ?? []
    var points = events.map { event in
      let isDisturbed =
        bench.isNodeMissing
        || result.events?.disturbs(fromS: event.fromS, untilS: event.untilS) ?? false
      return isDisturbed
        ? disturbed(assignor, event.kind) : point(assignor, event, result.repetition)
    }
    for kind in GroupEventKind.allCases {
      let missing = planned.count { $0.kind == kind } - events.count { $0.kind == kind }
      guard missing > 0 else { continue }
      bench.note(
        "\(assignor.rawValue): in repetition \(result.repetition) the event `\(kind.rawValue)` was"
          + " measured \(missing) times less than planned.")
      var point = StudyPoint(labels(assignor, kind))
      point.isPartial = true
      points.append(point)
    }
    return points
  }

  /// A node was away meanwhile, or a leader moved: that is counted, and nothing is measured.
  private func disturbed(_ assignor: GroupAssignor, _ kind: GroupEventKind) -> StudyPoint {
    StudyPoint(labels(assignor, kind), figures: [StudyFigure("disturbed", "", [1])])
  }

  private func labels(_ assignor: GroupAssignor, _ kind: GroupEventKind) -> [StudyPoint.Label] {
    [.init("assignor", assignor.rawValue), .init("event", kind.rawValue)]
  }

  private func point(
    _ assignor: GroupAssignor, _ event: GroupEventResult, _ repetition: Int
  ) -> StudyPoint {
    var point = StudyPoint(labels(assignor, event.kind))
    func add(_ name: String, _ unit: String, _ value: Double?) {
      if let value { point.figures.append(StudyFigure(name, unit, [value])) }
    }
    if event.isOpen == true {
      // A pause that the window cut off is no measured pause, and of the others only the shorter
      // would be.
      add("partition pause, at least", "ms", event.partitionGapMs)
      return point
    }
    // The times are the same for each assignor.
    point.pairing = [Double(repetition) * StudyPoint.pairingStep + event.fromS]
    add("group pause", "ms", event.groupGapMs)
    add("member pause", "ms", event.memberGapMs)
    add("partition pause", "ms", event.partitionGapMs)
    add("redelivered", "", Double(event.redelivered))
    add("rebalances", "", Double(event.rebalances))
    if let latency = event.othersLatency {
      for (name, value) in [
        ("p50", latency.p50Ns), ("p99", latency.p99Ns), ("max", latency.maxNs),
      ] {
        add("end to end \(name)", "ms", value.map { Double($0) / 1e6 })
      }
      add("end to end batches", "", event.othersBatches.map(Double.init))
      point.histograms.append(.init("end to end", latency))
    }
    return point
  }

  mutating func finish() {
    target.stop()
    if bench.settings.target.kind != .cluster { bench.removeDirectory("groups") }
  }
}
