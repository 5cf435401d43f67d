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

  /// As labels have it: the time before the first event.
  static let quiet = "none"

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = GroupChangesSettings(bench.scenario)
    turns = settings.assignors.map { SuiteTurn($0.rawValue) }
    let kind = bench.settings.target.kind
    let directory = kind == .cluster ? "" : try bench.makeDirectory("groups")
    target = try bench.startBroker(bench.settings.target, directory: directory)
    do throws(RunError) {
      admin = try AdminSession(bootstrap: target.bootstrap)
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
        "session.timeout.ms": String(GroupChangesSettings.sessionTimeoutMs)
      ])
    plan.groupEvents = settings.events
    var result = RepetitionResult(
      repetition: repetition, turn: turn, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
    try measurement.run(into: &result, progress: &bench.progress, title: bench.title)
    if let failure = result.failure { throw .load(failure) }
    if Interrupt.requested { return [] }
    if let found = result.verification, !found.isSound {
      bench.note(
        "\(assignor.rawValue): of \(found.acked) acknowledged records the group lost"
          + " \(found.lost); \(found.duplicated) were there twice, \(found.reordered) out of order,"
          + " \(found.corrupted) damaged.")
    }
    return points(assignor, result)
  }

  private func points(_ assignor: GroupAssignor, _ result: RepetitionResult) -> [StudyPoint] {
    func labels(_ event: String) -> [StudyPoint.Label] {
      [.init("assignor", assignor.rawValue), .init("event", event)]
    }
    let events = result.groups?.first?.events ?? []
    var quiet = StudyPoint(labels(Self.quiet))
    addLatency(&quiet, result, from: 0, until: events.first?.fromS ?? result.durationS)
    return [quiet]
      + events.map { event in
        var point = StudyPoint(labels(event.kind.rawValue))
        func add(_ name: String, _ unit: String, _ value: Double?) {
          if let value { point.figures.append(StudyFigure(name, unit, [value])) }
        }
        add("group pause", "ms", event.groupGapMs)
        add("member pause", "ms", event.memberGapMs)
        add("partition pause", "ms", event.partitionGapMs)
        add("redelivered", "", Double(event.redelivered))
        add("rebalances", "", Double(event.rebalances))
        addLatency(&point, result, from: event.fromS, until: event.untilS)
        return point
      }
  }

  /// End to end, of the intervals that lie in a stretch; one that an event falls into is its.
  private func addLatency(
    _ point: inout StudyPoint, _ result: RepetitionResult, from: Double, until: Double
  ) {
    let slack = 0.05
    let parts = result.intervals.filter { sample in
      sample.startS >= from - slack && sample.startS < until - slack
    }.compactMap { try? $0.endToEndLatency?.histogram() }
    guard var all = parts.first else { return }
    for part in parts.dropFirst() { all.merge(part) }
    let data = HistogramData(all)
    for (name, value) in [("p50", data.p50Ns), ("p99", data.p99Ns), ("max", data.maxNs)] {
      guard let value else { continue }
      point.figures.append(StudyFigure("end to end \(name)", "ms", [Double(value) / 1e6]))
    }
    point.histograms.append(.init("end to end", data))
  }

  mutating func finish() {
    target.stop()
    if bench.settings.target.kind != .cluster { bench.removeDirectory("groups") }
  }
}
