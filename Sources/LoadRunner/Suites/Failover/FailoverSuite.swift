import EventLoop
import Foundation
import Glibc
import LoadModel
import Statistics

/// What a fault of the cluster costs a producer: silence, latency, losses, and the time until all
/// replicas are in sync again.
///
/// Each fault has a load, a topic and a verification of its own, so that each is a sample.
struct FailoverSuite: SuiteProgram {
  private let bench: SuiteBench
  private let settings: FailoverSettings
  private var target: BenchTarget
  private let admin: AdminSession
  private let places: [FailoverTurn]
  let turns: [SuiteTurn]
  let warmsUp = false
  /// Of the cluster when the suite began: all of them are to be there in every turn.
  private let nodes: Set<Int32>
  private var processes: BrokerProcesses

  let question = """
    How long is a partition silent when a broker dies, stops, hands over its leaders or has a bad \
    link, and what is lost?
    """

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = FailoverSettings(bench.scenario)
    guard !settings.turns.isEmpty else {
      throw .usage(
        "no fault can be planted here. \(settings.leftOut ?? "") Give a `--broker-control` command,"
          + " replicas or a `--link`")
    }
    places = settings.turns
    turns = places.map { SuiteTurn($0.name) }
    let directory = settings.isCluster ? "" : try bench.makeDirectory("failover")
    target = try bench.startBroker(
      settings.isCluster ? bench.settings.target : .process, directory: directory,
      isRelayed: settings.kinds.contains { $0 == .cutLink || $0 == .delayLink })
    processes = BrokerProcesses(target.pids)
    do throws(RunError) {
      admin = try target.openAdmin()
      try bench.describe(target, admin, kind: settings.isCluster ? .cluster : .process)
      nodes = Set(try admin.describeCluster().nodes.map(\.id))
    } catch {
      target.stop()
      throw error
    }
    if let text = settings.leftOut { bench.note(text) }
    if !settings.isCluster {
      bench.note(
        "One broker has nobody to fail over to: its partitions are silent until it is back."
          + " Three brokers (`--bootstrap`) show a failover.")
    }
    if settings.isBrief {
      bench.note(
        "A brief run (`--brief`): \(settings.repetitions) of each fault. Without `--brief` there"
          + " are more.")
    }
  }

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    let place = places[turn]
    try bench.awaitNodes(nodes, admin)
    if Interrupt.requested { return [] }
    if settings.isCluster, let now = processes.changed() { target.follow(now) }
    bench.expectLosses()
    var plan = try bench.plan(
      settings.workload(place), on: target, topic: bench.newTopicName())
    // The next fault finds the disk as this one did.
    plan.topicConfig["file.delete.delay.ms"] = "1000"
    plan.faults = [
      settings.fault(
        place.kind, node: try victim(place.kind, repetition: repetition), repetition: repetition)
    ]
    var result = RepetitionResult(
      repetition: repetition, turn: turn, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
    try measurement.run(into: &result, progress: &bench.progress, title: bench.title)
    try bench.awaitNodes(nodes, admin)
    if Interrupt.requested { return [] }
    if let failure = result.failure { throw .load(failure) }
    return try points(place, result)
  }

  mutating func finish() {
    target.stop()
    if !settings.isCluster { bench.removeDirectory("failover") }
  }

  /// The broker that a kill or a pause hits: another one each time, and not the active controller,
  /// whose death is a fault of its own.
  private func victim(_ kind: FailoverKind, repetition: Int) throws(RunError) -> Int32 {
    let all = nodes.sorted()
    guard kind == .kill || kind == .pause, all.count > 1 else { return all.first ?? 0 }
    let controller = try? admin.describeQuorum().leader
    let others = all.filter { $0 != controller }
    return others[max(0, repetition - 1) % others.count]
  }

  // MARK: Points

  private func points(
    _ place: FailoverTurn, _ result: RepetitionResult
  ) throws(RunError) -> [StudyPoint] {
    guard let record = result.faults?.first, record.doneS != nil else {
      let reason = result.faults?.first?.failure ?? "the load ended before it was due"
      throw .load("the fault was not planted: \(reason)")
    }
    guard let found = result.verification else { throw .load("nothing was verified") }
    if found.corrupted > 0 { throw .load("\(found.corrupted) records came back damaged") }
    let which = "\(bench.turnName) #\(result.repetition)"
    if let failure = record.failure { bench.note("\(which): \(failure)") }
    if found.unverified > 0 {
      bench.note(
        "\(which): \(found.unverified) records were not verified:"
          + " \(Verification.unverifiedText([found])).")
    }
    let isController = record.wasController == true && settings.isCluster
    let kind = place.kind == .kill && isController ? FailoverKind.controllerKill : place.kind
    var point = StudyPoint([
      .init(FailoverFigures.level, place.grade.name), .init(FailoverFigures.fault, kind.name),
    ])
    point.pairing = [Double(result.repetition)]
    point.add(FailoverFigures.lost, "", Double(found.lost))
    point.add(FailoverFigures.acked, "", Double(found.acked))
    point.add(FailoverFigures.duplicated, "", Double(found.duplicated))
    point.add(FailoverFigures.unverified, "", Double(found.unverified + (found.notVisible ?? 0)))
    if place.grade.acks != .none { point.addFailover(record) }
    let isBroken = LossRule.isFailure(
      acks: place.grade.acks, minInsyncReplicas: place.grade.minInsync,
      replicationFactor: settings.replicationFactor, hasFaults: true)
    if isBroken, found.lost > 0 {
      point.add(StudyPoint.brokenPromise, "", Double(found.lost))
    }
    return [point]
  }
}

extension StudyPoint {
  /// What acknowledgements and replicas did around a fault; what is not known is left out.
  mutating func addFailover(_ record: FaultRecord) {
    let isOpen = record.isSilenceOpen == true
    add(
      isOpen ? FailoverFigures.openSilence : FailoverFigures.silence, "s", record.silenceS)
    add(FailoverFigures.firstAck, "s", record.firstAckS)
    add(FailoverFigures.fullIsr, "s", record.fullIsrS)
    if record.isIsrShort == true { add(FailoverFigures.shortIsr, "", 1) }
    let latencies = [record.latencyBefore, record.latencyDuring, record.latencyAfter]
    for (window, data) in zip(FailoverFigures.windows, latencies) {
      guard let data else { continue }
      for (name, value) in [("p50", data.p50Ns), ("p99", data.p99Ns), ("max", data.maxNs)] {
        add(FailoverFigures.latency(window, name), "ms", value.map { Double($0) / 1e6 })
      }
      histograms.append(.init(window, data))
    }
  }
}
