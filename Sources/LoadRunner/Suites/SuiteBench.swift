import CommitLog
import EventLoop
import Foundation
import Glibc
import LoadModel
import Transport

/// What a suite measures with: settings, directories, brokers, the load, progress.
///
/// - Isolation: one thread.
final class SuiteBench {
  /// Validated, with the suite's defaults.
  let scenario: Scenario
  let host: BenchmarkRun.Host
  let seed: UInt64
  /// What names of this run's topics begin with.
  private let topicPrefix: String
  private let traces: RunTraces
  /// Exists; what is in it goes with the run.
  let dataDirectory: String
  var progress = Progress()
  /// Before what `show` shows: `[3/120] 64KiB loopback`.
  var title = "" {
    didSet { if watch != nil { titles.append((EventLoop.currentTime.nanoseconds, title, false)) } }
  }
  /// Of a cluster that is not ours, through all turns and between them.
  private(set) var watch: EventWatch?
  /// Since when each title was shown, while the cluster is watched.
  private var titles: [(atNanos: Int64, title: String, expectsLosses: Bool)] = []
  /// What a reader must know besides the figures, in the order of being noted.
  private(set) var notes: [String] = []
  /// The turn under way, as `SuiteTurn.name` has it.
  var turnName = ""
  /// Turns during which the cluster changed.
  private(set) var disturbances: [StudyDisturbance] = []
  /// Of the cluster when the suite began, and those of them that it lacked when the turn did.
  private var nodes: Set<Int32> = []
  private var missingNodes: [Int32] = []
  /// See `Study.conditions`.
  var conditions: [StudyPoint.Label]?
  private var measurements = 0
  /// Filled in by whoever starts or reaches a broker that the report is to name.
  var described: TargetDescription?

  var settings: RunSettings { scenario.run }

  init(
    _ scenario: Scenario, host: BenchmarkRun.Host, seed: UInt64, topicPrefix: String,
    traces: RunTraces = RunTraces(), dataDirectory: String
  ) {
    self.scenario = scenario
    self.host = host
    self.seed = seed
    self.topicPrefix = topicPrefix
    self.traces = traces
    self.dataDirectory = dataDirectory
  }

  /// Adds a note for the report, once.
  func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }

  /// Refuses a turn whose records were lost or damaged; says of those that could not be verified
  /// that they were not.
  func refuseUnsound(_ result: RepetitionResult) throws(RunError) {
    guard let found = result.verification, !Interrupt.requested else { return }
    if found.lost > 0 { throw .load("\(found.lost) acknowledged records were not read again") }
    if found.corrupted > 0 { throw .load("\(found.corrupted) records came back damaged") }
    if let text = found.notVisibleText { note("Of the acknowledged records \(text).") }
    if found.unverified > 0 {
      note(
        "\(found.unverified) acknowledged records were not verified:"
          + " \(Verification.unverifiedText([found])).")
    }
  }

  /// A broker that died under a turn's load, and whatever else happened to the cluster meanwhile,
  /// stands in the report.
  func noteEvents(of result: RepetitionResult) {
    if let text = result.eventText { note("\(title): \(text)") }
    guard isClusterChanged(result) else { return }
    disturbances.append(
      StudyDisturbance(
        turn: turnName, repetition: result.repetition, events: result.events ?? RunEvents(),
        missingNodes: missingNodes.isEmpty ? nil : missingNodes))
  }

  /// A node was missing or lost, or a leader moved: what was measured is not the load's effect
  /// alone.
  func isClusterChanged(_ result: RepetitionResult) -> Bool {
    isNodeMissing || result.events?.isClusterChanged ?? false
  }

  var isNodeMissing: Bool { !missingNodes.isEmpty }

  /// Notes which nodes the cluster lacks now. A node that is away all the time is lost by no
  /// connection.
  ///
  /// - Parameter admin: Of the target of this turn.
  func lookForNodes(_ admin: AdminSession) {
    guard settings.target.kind == .cluster, let found = try? admin.describeCluster() else { return }
    let alive = Set(found.nodes.map(\.id))
    nodes.formUnion(alive)
    missingNodes = nodes.subtracting(alive).sorted()
  }

  /// In the turn under way brokers are lost on purpose: that is no event to report.
  func expectLosses() {
    if !titles.isEmpty { titles[titles.count - 1].expectsLosses = true }
  }

  /// Begins to watch the brokers of a cluster that is not ours, which must be enough for the
  /// replicas.
  func watchCluster() throws(RunError) {
    guard case .cluster(let addresses) = settings.target else { return }
    var bootstrap: [NetworkAddress] = []
    for text in addresses { bootstrap.append(try BenchTarget.address(text)) }
    let cluster = try AdminSession(bootstrap: bootstrap).describeCluster()
    if let refusal = scenario.replicationRefusal(brokers: cluster.nodes.count) {
      throw .usage(refusal)
    }
    watch = EventWatch(of: bootstrap, topic: nil)
  }

  /// Notes which brokers were lost since, in which turn, and in which they were back: also those
  /// that no turn's own load noticed.
  func noteClusterEvents() {
    guard let watch else { return }
    let losses = watch.events(sinceNanos: 0).nodeLosses.filter { loss in
      let shown = titles.last { $0.atNanos <= Int64(loss.lostS * 1e9) }
      return shown?.expectsLosses != true
    }
    for loss in losses.prefix(Self.mostLossesNoted) {
      let lost = turn(atNanos: Int64(loss.lostS * 1e9))
      var text = "Node \(loss.node) was lost during \(lost) (\(loss.reason))"
      if let back = loss.backS {
        let turn = turn(atNanos: Int64(back * 1e9))
        text += turn == lost ? " and back in it" : " and back during \(turn)"
      } else {
        text += " and not back before the end"
      }
      note(text + ".")
    }
    if losses.count > Self.mostLossesNoted {
      note("\(losses.count - Self.mostLossesNoted) more losses of nodes were noticed.")
    }
  }

  private static let mostLossesNoted = 8

  /// How often a broker was lost until now, and how many are not back.
  var nodeLosses: (all: Int, away: Int) {
    let losses = watch?.events(sinceNanos: 0).nodeLosses ?? []
    return (losses.count, losses.count { $0.backS == nil })
  }

  /// `` `cluster tailing 1 consumer #1` ``
  private func turn(atNanos nanos: Int64) -> String {
    guard let shown = titles.last(where: { $0.atNanos <= nanos })?.title, !shown.isEmpty else {
      return "the start"
    }
    // Without its number among all turns.
    let name = shown.first == "[" ? shown.drop { $0 != "]" }.dropFirst(2) : Substring(shown)
    return "`\(name)`"
  }

  /// Something that passes, behind the turn's title.
  func show(_ text: @autoclosure () -> String) {
    progress.show("\(title)  \(text())")
  }

  // MARK: Directories

  /// An empty directory of this name.
  ///
  /// - Throws: `.load` where it cannot be made.
  func makeDirectory(_ name: String) throws(RunError) -> String {
    let path = "\(dataDirectory)/\(name)"
    try? FileManager.default.removeItem(atPath: path)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { throw .load("\(path) cannot be made: \(error.localizedDescription)") }
    return path
  }

  /// Takes it away, and waits until the disk has what others wrote: the next turn finds the disk
  /// as this one did.
  func removeDirectory(_ name: String) {
    try? FileManager.default.removeItem(atPath: "\(dataDirectory)/\(name)")
    sync()
  }

  /// What may still be written; nil where the file system does not tell.
  var freeDiskBytes: Int64? { DiskRoom.freeBytes(at: dataDirectory) }

  // MARK: Brokers

  /// Starts a broker of ours, or reaches the cluster.
  ///
  /// - Parameters:
  ///   - properties: Those of the command line win.
  ///   - fetchPath: How it sends fetched records; nil: as the settings say.
  ///   - syncs: Counts what an embedded broker syncs.
  ///   - isRelayed: Clients reach a broker process of ours through a relay, for faults of links.
  func startBroker(
    _ target: BrokerTarget, directory: String, properties: [String: String] = [:],
    fetchPath: String? = nil, syncs: SyncCount? = nil, isRelayed: Bool = false
  ) throws(RunError) -> BenchTarget {
    var settings = settings
    settings.target = target
    if let fetchPath { settings.fetchPath = fetchPath }
    settings.brokerProperties = properties.merging(settings.brokerProperties) { $1 }
    return try BenchTarget.start(
      settings, executable: host.executable, dataDirectory: directory, syncs: syncs,
      traces: traces, isRelayed: isRelayed)
  }

  /// Tells the report which broker was measured; the first one stays.
  func describe(_ target: BenchTarget, _ admin: AdminSession, kind: BrokerTarget.Kind)
    throws(RunError)
  {
    guard described == nil else { return }
    let cluster = try admin.describeCluster()
    described = TargetDescription(
      kind: kind, bootstrap: target.bootstrap.map(\.description),
      brokerCount: cluster.nodes.count, clusterId: cluster.clusterId,
      fetchPath: kind == .cluster ? nil : settings.fetchPath)
    described?.version = kind == .cluster ? admin.clusterVersion() : "Weir \(host.version)"
    described?.minInsyncReplicas = admin.minInsyncReplicas(
      topic: settings.topic, topicConfig: settings.topicConfig, node: cluster.nodes.first?.id)
  }

  // MARK: The load

  /// A topic's name of this run, used by nobody before.
  func newTopicName() -> String {
    measurements += 1
    return "\(topicPrefix)-\(measurements)"
  }

  /// The workload on the replicas that the settings ask for, where it says nothing else.
  private func replicated(_ workload: Workload) -> Workload {
    var same = workload
    if same.replicationFactor == 1 { same.replicationFactor = replicationFactor }
    same.minInsyncReplicas = same.minInsyncReplicas ?? minInsyncReplicas
    return same
  }

  var replicationFactor: Int16 {
    scenario.values("replication-factor", \.replicationFactor)[0]
  }

  var minInsyncReplicas: Int? {
    scenario.values("min-insync-replicas", \.minInsyncReplicas)[0]
  }

  /// A topic's settings, and how many replicas must be in sync, where that was given.
  func withMinInsync(_ configs: [String: String]) -> [String: String] {
    guard let least = minInsyncReplicas else { return configs }
    return configs.merging(["min.insync.replicas": "\(least)"]) { $1 }
  }

  /// What one measurement of a workload needs to know.
  ///
  /// - Parameters:
  ///   - written: What an earlier plan brought to the topic, to be read now.
  ///   - consumerProperties: Those of the command line win.
  func plan(
    _ workload: Workload, on target: BenchTarget, topic: String,
    reading written: MeasurementPlan? = nil, consumerProperties: [String: String] = [:]
  ) throws(RunError) -> MeasurementPlan {
    var settings = settings
    if written != nil { settings.topic = topic }
    let workload = replicated(workload)
    settings.consumerProperties = consumerProperties.merging(settings.consumerProperties) { $1 }
    return try MeasurementPlan(
      workload, settings: settings, bootstrap: target.bootstrap, topic: topic, seed: seed,
      runTag: written?.codec.runTag
        ?? UInt32(truncatingIfNeeded: seed &+ UInt64(measurements) &* 0x9E37_79B9),
      nowNanos: written?.codec.epochNanos ?? EventLoop.currentTime.nanoseconds)
  }

  /// Measures a workload once, as a run without a suite does: topic, clients, window,
  /// verification, and the topic away again.
  ///
  /// - Returns: As far as it was measured, where Ctrl-C ended it.
  func measure(
    _ workload: Workload, on target: BenchTarget, _ admin: AdminSession, repetition: Int
  ) throws(RunError) -> RepetitionResult {
    let plan = try plan(workload, on: target, topic: newTopicName())
    let result = try run(plan, on: target, admin, repetition: repetition, title: title)
    noteEvents(of: result)
    if let failure = result.failure { throw .load(failure) }
    return result
  }

  /// Makes one measurement of a plan.
  ///
  /// - Parameters:
  ///   - title: For progress.
  ///   - isTopicMade: The plan's topic is there already.
  /// - Returns: As far as it was measured, where Ctrl-C or a failure ended it.
  func run(
    _ plan: MeasurementPlan, on target: BenchTarget, _ admin: AdminSession, repetition: Int,
    title: String, isTopicMade: Bool = false
  ) throws(RunError) -> RepetitionResult {
    var result = RepetitionResult(
      repetition: repetition, turn: measurements, startedUtc: BenchmarkRun.utc(Date()),
      durationS: 0)
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
    measurement.isTopicMade = isTopicMade
    try measurement.run(into: &result, progress: &progress, title: title)
    return result
  }
}
