import Foundation
import LoadModel
import Statistics

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
    var plan = try bench.plan(
      settings.workload(assignor), on: target, topic: bench.newTopicName(),
      consumerProperties: [
        "session.timeout.ms": String(GroupChangesSettings.sessionTimeoutMs),
        "heartbeat.interval.ms": String(GroupChangesSettings.heartbeatMs),
      ])
    plan.groupEvents = settings.events
    var result = RepetitionResult(
      repetition: repetition, turn: turn, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
    try measurement.run(into: &result, progress: &bench.progress, title: bench.title)
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
    return points(assignor, result)
  }

  private func points(_ assignor: GroupAssignor, _ result: RepetitionResult) -> [StudyPoint] {
    let events = result.groups?.first?.events ?? []
    var points = events.map { point(assignor, $0) }
    for planned in settings.events where !events.contains(where: { $0.kind == planned.kind }) {
      // A row that is missing would be missed by nobody.
      let kind = planned.kind.rawValue
      bench.note(
        "\(assignor.rawValue): the event `\(kind)` was not measured in repetition"
          + " \(result.repetition).")
      var missing = StudyPoint(labels(assignor, planned.kind))
      missing.isPartial = true
      points.append(missing)
    }
    return points
  }

  private func labels(_ assignor: GroupAssignor, _ kind: GroupEventKind) -> [StudyPoint.Label] {
    [.init("assignor", assignor.rawValue), .init("event", kind.rawValue)]
  }

  private func point(_ assignor: GroupAssignor, _ event: GroupEventResult) -> StudyPoint {
    var point = StudyPoint(labels(assignor, event.kind))
    func add(_ name: String, _ unit: String, _ value: Double?) {
      if let value { point.figures.append(StudyFigure(name, unit, [value])) }
    }
    let isOpen = event.isOpen == true
    // A pause that the window cut off is no measured pause: of the others only the shorter are.
    let limit = isOpen ? event.partitionGapMs ?? 0 : .infinity
    func whole(_ value: Double?) -> Double? { value.flatMap { $0 < limit ? $0 : nil } }
    add("group pause", "ms", whole(event.groupGapMs))
    let members = event.memberGapsMs ?? []
    add("member pause, least", "ms", whole(members.first))
    add("member pause, median", "ms", whole(Summary(members)?.median))
    add("member pause", "ms", whole(event.memberGapMs))
    add(isOpen ? "partition pause, at least" : "partition pause", "ms", event.partitionGapMs)
    if !isOpen { add("redelivered", "", Double(event.redelivered)) }
    add("rebalances", "", Double(event.rebalances))
    if let latency = event.othersLatency {
      for (name, value) in [
        ("p50", latency.p50Ns), ("p99", latency.p99Ns), ("max", latency.maxNs),
      ] {
        add("end to end \(name)", "ms", value.map { Double($0) / 1e6 })
      }
      point.histograms.append(.init("end to end", latency))
    }
    return point
  }

  mutating func finish() {
    target.stop()
    if bench.settings.target.kind != .cluster { bench.removeDirectory("groups") }
  }
}
