import EventLoop
import Foundation
import Glibc
import LoadModel

/// What each level of acknowledgement costs, and what it loses when a broker is killed.
///
/// ```
/// round 1        capacity of each level ─► loads at 50, 70, 90 % of the slowest ─► a kill each
/// rounds 2, 3…   kills and loads again, backwards and forwards, until each has its repetitions
/// ```
/// A kill has a load, a topic and a verification of its own, so that each is a sample.
struct AcksSuite: SuiteProgram {
  private let bench: SuiteBench
  private let settings: AcksSettings
  private let target: BenchTarget
  private let admin: AdminSession
  private let places: [AcksTurn]
  let turns: [SuiteTurn]
  let warmsUp = false
  /// In records a second, by level.
  var capacities: [AcksGrade: Double] = [:]
  /// Of the cluster when the suite began: all of them are to be there in every turn.
  private let nodes: Set<Int32>
  private var processes: BrokerProcesses

  let question = """
    What does each level of acks cost in throughput, latency and CPU, and what does it lose when a \
    broker is killed?
    """

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = AcksSettings(bench.scenario)
    places = settings.turns
    turns = places.map { [settings] in SuiteTurn($0.name, repetitions: settings.repetitions(of: $0))
    }
    let directory = settings.isCluster ? "" : try bench.makeDirectory("acks")
    target = try bench.startBroker(
      settings.isCluster ? bench.settings.target : .process, directory: directory)
    processes = BrokerProcesses(target.pids)
    do throws(RunError) {
      admin = try target.openAdmin()
      try bench.describe(target, admin, kind: settings.isCluster ? .cluster : .process)
      nodes = Set(try admin.describeCluster().nodes.map(\.id))
    } catch {
      target.stop()
      throw error
    }
    for text in [settings.withoutKills, settings.singleReplica].compactMap({ $0 }) {
      bench.note(text)
    }
    if settings.isBrief {
      bench.note(
        "A brief run (`--brief`): \(settings.kills) kills a level,"
          + " \(settings.repetitions) repetition of each load of"
          + " \(ValueText.duration(settings.durationMs)). Without `--brief` there are more.")
    }
  }

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    let place = places[turn]
    try bench.awaitNodes(nodes, admin)
    if Interrupt.requested { return [] }
    if settings.isCluster, let now = processes.changed() { target.follow(now) }
    switch place.part {
    case .capacity: return try findCapacity(place.grade)
    case .load(let percent):
      return try measureLoad(place.grade, percent: percent, repetition: repetition)
    case .kill: return try measureKill(place.grade, repetition: repetition)
    }
  }

  mutating func finish() {
    target.stop()
    if !settings.isCluster { bench.removeDirectory("acks") }
  }

  // MARK: Capacity

  private mutating func findCapacity(_ grade: AcksGrade) throws(RunError) -> [StudyPoint] {
    let found = try bench.findRate(settings.workload(grade), settings.search, on: target, admin)
    if Interrupt.requested { return [] }
    let sustained = found.lowPerS ?? found.ratePerS
    guard let low = sustained ?? found.trials.compactMap(\.achievedPerS).min(), low > 0 else {
      throw .load("no rate was found that \(grade.name) sustains")
    }
    if found.doubt == .time {
      bench.note(
        "The search for the capacity of \(grade.name) ended by its time of"
          + " \(Int(settings.search.limitS)) s: its interval is wider, or not confirmed.")
    }
    capacities[grade] = low
    var point = StudyPoint(labels(grade, AcksFigures.capacityPart))
    point.add(AcksFigures.capacity, "records/s", low)
    point.add(AcksFigures.capacityAbove, "records/s", found.highPerS)
    if sustained == nil { point.add(AcksFigures.isEstimate, "", 1) }
    point.add(AcksFigures.generatorLimited, "", found.isGeneratorLimited ? 1 : 0)
    return [point]
  }

  /// The open loop at a share of the slowest level's capacity.
  private func rate(percent: Int) throws(RunError) -> LoadRate {
    guard let slowest = capacities.values.min() else {
      throw .load("no level's capacity is known")
    }
    return .perSecond((slowest * Double(percent) / 100).rounded())
  }

  private func labels(_ grade: AcksGrade, _ part: String) -> [StudyPoint.Label] {
    [.init(AcksFigures.level, grade.name), .init(AcksFigures.part, part)]
  }

  // MARK: Loads

  private func measureLoad(
    _ grade: AcksGrade, percent: Int, repetition: Int
  ) throws(RunError) -> [StudyPoint] {
    var load = settings.workload(grade)
    load.rate = try rate(percent: percent)
    load.durationMs = settings.durationMs
    let result = try bench.measure(load, on: target, admin, repetition: repetition)
    if Interrupt.requested { return [] }
    if grade.acks == .none, let found = result.verification, found.lost > 0 {
      // Nothing was acknowledged: that is a figure.
      bench.note(
        "\(grade.name) at \(percent) %, repetition \(repetition): \(found.lost) of \(found.acked)"
          + " records that were sent were lost without any kill.")
    } else {
      try bench.refuseUnsound(result)
    }
    var point = StudyPoint(
      labels(grade, AcksFigures.loadPart)
        + [.init(AcksFigures.load, AcksFigures.loadText(percent))])
    if bench.isClusterChanged(result) {
      point.figures = [StudyFigure("disturbed", "", [1])]
      return [point]
    }
    point.pairing = [Double(repetition)]
    point.addAcksLoad(result, rate: load.rate.target)
    return [point]
  }

  // MARK: Kills

  private func measureKill(_ grade: AcksGrade, repetition: Int) throws(RunError) -> [StudyPoint] {
    var load = settings.workload(grade)
    load.rate = try rate(percent: AcksSettings.killLoad)
    load.durationMs = settings.faultWindowMs
    load.isIdempotent = AcksSettings.isIdempotent(grade, repetition: repetition)
    let measured = try bench.measureFault(
      load, on: target, admin, nodes: nodes, repetition: repetition
    ) { topic throws(RunError) in
      try self.fault(topic, repetition: repetition)
    }
    guard let measured else { return [] }
    return try points(grade, measured, isIdempotent: load.isIdempotent)
  }

  /// The broker that leads a partition, another partition each time; of every three kills one hits
  /// the active controller, and the others do not where another broker leads something.
  private func fault(_ topic: String, repetition: Int) throws(RunError) -> Fault {
    let isController = AcksSettings.hitsController(repetition: repetition)
    let controller = try admin.describeQuorum().leader
    let leaders = try leaders(of: topic)
    let others = leaders.filter { $0.leader != controller }
    let choices = others.isEmpty ? leaders : others
    let partition = choices[repetition % choices.count].partition
    return Fault(
      atMs: AcksSettings.killAtMs, .kill,
      isController ? .controller : .leader(partition: partition), durationMs: settings.downMs)
  }

  /// Waits until every partition has a leader.
  private func leaders(of topic: String) throws(RunError) -> [(partition: Int32, leader: Int32)] {
    for _ in 0..<300 {
      let found = ((try? admin.describeTopic(topic).partitions) ?? []).filter { $0.leader >= 0 }
      if found.count == Int(settings.partitions) {
        return found.map { ($0.partition, $0.leader) }
      }
      if Interrupt.requested { break }
      usleep(100_000)
    }
    throw .load("the topic \(topic) has no leader of every partition 30 s after it was made")
  }

  private func points(
    _ grade: AcksGrade, _ result: RepetitionResult, isIdempotent: Bool
  ) throws(RunError) -> [StudyPoint] {
    var (point, record) = try bench.faultPoint(
      of: result, grade, replicationFactor: settings.replicationFactor
    ) { record in
      let isController = record.wasController == true
      return self.labels(grade, AcksFigures.killPart) + [
        .init(AcksFigures.hit, isController ? AcksFigures.controller : AcksFigures.leader),
        .init(AcksFigures.idempotence, isIdempotent ? "on" : "off"),
      ]
    }
    if grade.acks != .none { addSilence(record, result, to: &point) }
    return [point]
  }

  private func addSilence(
    _ record: FaultRecord, _ result: RepetitionResult, to point: inout StudyPoint
  ) {
    let longest = result.events?.longestPartitionSilence ?? result.events?.longestSilence
    let isOpen = record.silenceS == nil ? longest?.isOpen : record.isSilenceOpen
    point.add(
      isOpen == true ? FaultFigures.openSilence : FaultFigures.silence, "s",
      record.silenceS ?? longest?.durationS)
  }
}
