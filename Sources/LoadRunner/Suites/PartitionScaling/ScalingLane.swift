import EventLoop
import Foundation
import Glibc
import LoadModel

/// One turn of the suite `partition-scaling`: a broker, a topic of so many partitions, a load.
struct ScalingLane {
  private let bench: SuiteBench
  private let settings: PartitionScalingSettings
  private let turn: ScalingTurn
  private let directory: String
  private var target: BenchTarget
  private var admin: AdminSession
  private var point: StudyPoint
  /// Records that must be there after every start.
  private var acked: Int64 = 0

  private var isCluster: Bool { bench.settings.target.kind == .cluster }

  init(
    _ bench: SuiteBench, _ settings: PartitionScalingSettings, _ turn: ScalingTurn,
    directory: String
  ) throws(RunError) {
    self.bench = bench
    self.settings = settings
    self.turn = turn
    self.directory = directory
    target = try Self.startBroker(bench, directory)
    do throws(RunError) {
      admin = try target.openAdmin()
      try bench.describe(
        target, admin, kind: bench.settings.target.kind == .cluster ? .cluster : .process)
    } catch {
      target.discard()
      throw error
    }
    point = StudyPoint([
      .init("series", turn.series.rawValue), .init("partitions", String(turn.partitions)),
      .init("producers", String(turn.clients)),
    ])
  }

  private static func startBroker(_ bench: SuiteBench, _ directory: String) throws(RunError)
    -> BenchTarget
  {
    try bench.startBroker(
      bench.settings.target.kind == .cluster ? bench.settings.target : .process,
      directory: directory)
  }

  /// Its data are nobody's any more.
  func stop() { target.discard() }

  mutating func measure(repetition: Int) throws(RunError) -> StudyPoint {
    bench.lookForNodes(admin)
    let residentBefore = residentBytes
    let plan = try bench.plan(workload, on: target, topic: bench.newTopicName())
    try create(plan)
    // Also where the load fails; a broker of our own is gone with its directory.
    defer { if isCluster, !target.hasEnded { try? admin.deleteTopic(plan.topic) } }
    addMemory("memory a partition, created", since: residentBefore)
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: isCluster)
    measurement.isTopicMade = true
    // What the broker keeps open and in memory for the topic is read before it goes.
    measurement.keepsTopic = true
    var result = RepetitionResult(
      repetition: repetition, turn: 0, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    try measurement.run(into: &result, progress: &bench.progress, title: bench.title)
    bench.noteEvents(of: result)
    if let failure = result.failure { throw .load(failure) }
    try bench.refuseUnsound(result)
    if bench.isClusterChanged(result) {
      // A node was away, or leaders moved: that is counted, and nothing is measured.
      point.figures = [StudyFigure("disturbed", "", [1])]
      return point
    }
    point.pairing = [Double(repetition)]
    acked = result.verification?.acked ?? 0
    addLoad(result)
    addMemory("memory a partition, loaded", since: residentBefore)
    point.add("resident", "MiB", target.residentBytes().map { Double($0) / 1_048_576 })
    point.add("open files", "", target.openFiles().map(Double.init))
    if turn.series == .starts, !Interrupt.requested { try measureStarts(plan) }
    return point
  }

  // MARK: The topic

  /// Makes the topic and waits until every partition is told to have a leader: a broker may answer
  /// before it can serve.
  private mutating func create(_ plan: MeasurementPlan) throws(RunError) {
    let began = EventLoop.currentTime.nanoseconds
    try admin.createTopic(plan.newTopic)
    let answered = milliseconds(since: began)
    while !Interrupt.requested {
      let told = try? admin.describeTopic(plan.topic).partitions.count { $0.leader >= 0 }
      if told == Int(turn.partitions) { break }
      guard milliseconds(since: began) < 120_000 else {
        throw .target(
          "of \(turn.partitions) partitions \(told ?? 0) had a leader two minutes after they were"
            + " made")
      }
      usleep(2000)
    }
    point.add("create answered", "ms", answered)
    point.add("create", "ms", milliseconds(since: began))
  }

  /// A JVM's heap grows when its collector likes: what a cluster's processes have says nothing of
  /// partitions.
  private var residentBytes: Int64? { isCluster ? nil : target.residentBytes() }

  private mutating func addMemory(_ name: String, since before: Int64?) {
    // With few partitions it is the load's own memory that is divided.
    guard let before, let after = residentBytes, turn.partitions >= 100 else { return }
    point.add(name, "KiB", Double(after - before) / 1024 / Double(turn.partitions))
  }

  private var workload: Workload {
    var load = Workload()
    load.acks = .leader
    load.producers = turn.clients
    load.consumers = 0
    load.keys = .random
    load.recordSizeBytes = settings.recordSize
    load.partitions = turn.partitions
    load.retentionBytes = nil
    load.segmentBytes = settings.segmentBytes(turn.partitions)
    load.records = settings.records(memoryBytes: PartitionScaling.memoryBytes)
    load.durationMs = settings.durationMs(turn)
    // The broker is a fresh process: its first requests, and each log's first append, do not count.
    load.warmup = .fixed(ms: settings.warmupMs(turn))
    load.batchSizeBytes = settings.batchSize
    load.lingerMs = settings.lingerMs
    load.bufferMemoryBytes = settings.bufferBytes(turn.series)
    switch turn.series {
    case .equalSettings, .clients, .starts: break
    case .equalBatches:
      load.batchSizeBytes = settings.equalBatchSize
      load.lingerMs = PartitionScalingSettings.patientLingerMs
    case .latency:
      load.rate = settings.rate
      load.lingerMs = 0
      load.consumers = 1
      load.records = nil
    }
    return load
  }

  // MARK: Figures

  private func milliseconds(since began: Int64) -> Double {
    Double(EventLoop.currentTime.nanoseconds - began) / 1e6
  }

  private mutating func addLoad(_ result: RepetitionResult) {
    point.add("throughput", "MB/s", result.produced?.mbPerS(over: result.durationS))
    point.add("batch", "B", result.batchSizeAchievedBytes)
    point.add(
      "batches a partition", "", result.batches.map { Double($0) / Double(turn.partitions) })
    let isOpen = turn.series == .latency
    point.add(
      "buffer filled", "%", isOpen ? nil : result.bufferShare(of: workload).map { $0 * 100 })
    point.add("warm-up", "s", Double(settings.warmupMs(turn)) / 1000)
    point.addGenerator(result, rate: isOpen ? settings.rate.target : nil)
    if isOpen {
      point.add("schedule lag p50", "ms", result.scheduleLag?.p50Ns.map { Double($0) / 1e6 })
    }
    for (name, data) in [
      ("produce", result.produceLatency), ("end to end", isOpen ? result.endToEndLatency : nil),
    ] {
      point.add("\(name) p50", "ms", data?.p50Ns.map { Double($0) / 1e6 })
      point.add("\(name) p99", "ms", data?.p99Ns.map { Double($0) / 1e6 })
      if let data { point.histograms.append(.init(name, data)) }
    }
    guard let bytes = result.produced?.bytes, bytes > 0 else { return }
    let gigabytes = Double(bytes) / 1e9
    point.add(
      "broker CPU", "s/GB", result.broker.map { ($0.userCpuS + $0.systemCpuS) / gigabytes })
    point.add(
      "client CPU", "s/GB", result.client.map { ($0.userCpuS + $0.systemCpuS) / gigabytes })
  }

  // MARK: Starts

  /// Ends the broker by SIGKILL, with all that it had not flushed, starts it on what is there, then
  /// stops it cleanly and starts it again.
  private mutating func measureStarts(_ plan: MeasurementPlan) throws(RunError) {
    target.discard()
    point.add("start after SIGKILL", "ms", try startAgain(plan))
    let began = EventLoop.currentTime.nanoseconds
    target.stop(patienceSeconds: 120)
    point.add("clean stop", "ms", milliseconds(since: began))
    point.add("start after clean stop", "ms", try startAgain(plan))
  }

  /// Starts the broker; how long until it had told the end of every partition, in milliseconds.
  private mutating func startAgain(_ plan: MeasurementPlan) throws(RunError) -> Double {
    let began = EventLoop.currentTime.nanoseconds
    target = try Self.startBroker(bench, directory)
    admin = try target.openAdmin()
    let ends = try admin.offsets(.latest, of: plan.topic, partitions: turn.partitions)
    let took = milliseconds(since: began)
    let kept = ends.values.reduce(0, +)
    guard kept >= acked else {
      throw .load("\(kept) records were there after a start, fewer than the \(acked) acknowledged")
    }
    return took
  }
}
