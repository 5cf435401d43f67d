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
  private let target: BenchTarget
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
    let measured = try bench.measureFault(
      settings.workload(place), on: target, admin, nodes: nodes, repetition: repetition
    ) { [self] _ throws(RunError) in
      settings.fault(
        place.kind, node: try victim(place.kind, repetition: repetition), repetition: repetition)
    }
    return try measured.map { result throws(RunError) in try points(place, result) } ?? []
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
    var (point, record) = try bench.faultPoint(
      of: result, place.grade, replicationFactor: settings.replicationFactor
    ) { record in
      let isController = record.wasController == true && settings.isCluster
      let kind = place.kind == .kill && isController ? FailoverKind.controllerKill : place.kind
      return [
        .init(FailoverFigures.level, place.grade.name), .init(FailoverFigures.fault, kind.name),
      ]
    }
    if place.grade.acks != .none { point.addFailover(record) }
    return [point]
  }
}

extension StudyPoint {
  /// What acknowledgements and replicas did around a fault; what is not known is left out.
  mutating func addFailover(_ record: FaultRecord) {
    let isOpen = record.isSilenceOpen == true
    add(
      isOpen ? FaultFigures.openSilence : FaultFigures.silence, "s", record.silenceS)
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
