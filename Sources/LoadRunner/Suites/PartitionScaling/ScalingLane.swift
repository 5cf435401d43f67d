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
      admin = try AdminSession(bootstrap: target.bootstrap)
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
    let residentBefore = target.residentBytes()
    let plan = try bench.plan(workload, on: target, topic: bench.newTopicName())
    let began = EventLoop.currentTime.nanoseconds
    try admin.createTopic(plan.newTopic)
    add("create", "ms", milliseconds(since: began))
    if let before = residentBefore, let after = target.residentBytes(), turn.partitions >= 100 {
      add("memory a partition", "KiB", Double(after - before) / 1024 / Double(turn.partitions))
    }
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: isCluster)
    measurement.isTopicMade = true
    measurement.keepsTopic = turn.series == .starts
    var result = RepetitionResult(
      repetition: repetition, turn: 0, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    try measurement.run(into: &result, progress: &bench.progress, title: bench.title)
    if let failure = result.failure { throw .load(failure) }
    if let lost = result.verification?.lost, lost > 0, !Interrupt.requested {
      throw .load("\(lost) acknowledged records were not read again")
    }
    acked = result.verification?.acked ?? 0
    addLoad(result)
    if turn.series == .starts, !Interrupt.requested { try measureStarts(plan) }
    return point
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
    load.records = settings.records
    load.durationMs = settings.durationMs
    load.warmupMs = 0
    load.batchSizeBytes = settings.batchSize
    load.lingerMs = settings.lingerMs
    load.bufferMemoryBytes = 64 << 20
    switch turn.series {
    case .equalSettings, .clients, .starts: break
    case .equalBatches:
      load.batchSizeBytes = settings.equalBatchSize
      load.lingerMs = PartitionScalingSettings.patientLingerMs
      let open = Int64(turn.partitions) * Int64(settings.equalBatchSize)
      load.bufferMemoryBytes = max(64 << 20, open * 2)
      // So many that what is not full at the end weighs little.
      load.records = max(settings.records, open * 8 / Int64(settings.recordSize))
      load.durationMs = settings.durationMs * 4
    case .latency:
      load.rate = settings.rate
      load.lingerMs = 0
      load.consumers = 1
      load.records = nil
      load.warmupMs = 1000
    }
    return load
  }

  // MARK: Figures

  private mutating func add(_ name: String, _ unit: String, _ value: Double?) {
    guard let value, value.isFinite else { return }
    point.figures.append(StudyFigure(name, unit, [value]))
  }

  private func milliseconds(since began: Int64) -> Double {
    Double(EventLoop.currentTime.nanoseconds - began) / 1e6
  }

  private mutating func addLoad(_ result: RepetitionResult) {
    add("throughput", "MB/s", result.produced?.mbPerS(over: result.durationS))
    add("batch", "B", result.batchSizeAchievedBytes)
    let isOpen = turn.series == .latency
    for (name, data) in [
      ("produce", result.produceLatency), ("end to end", isOpen ? result.endToEndLatency : nil),
    ] {
      add("\(name) p50", "ms", data?.p50Ns.map { Double($0) / 1e6 })
      add("\(name) p99", "ms", data?.p99Ns.map { Double($0) / 1e6 })
      if let data { point.histograms.append(.init(name, data)) }
    }
    if let broker = result.broker, let bytes = result.produced?.bytes, bytes > 0 {
      let gigabytes = Double(bytes) / 1e9
      add("broker CPU", "s/GB", (broker.userCpuS + broker.systemCpuS) / gigabytes)
    }
    if let client = result.client, let bytes = result.produced?.bytes, bytes > 0 {
      add("client CPU", "s/GB", (client.userCpuS + client.systemCpuS) / (Double(bytes) / 1e9))
    }
    add("resident", "MiB", target.residentBytes().map { Double($0) / 1_048_576 })
    add("open files", "", target.openFiles().map(Double.init))
  }

  // MARK: Starts

  /// Ends the broker by SIGKILL, with all that it had not flushed, starts it on what is there, then
  /// stops it cleanly and starts it again.
  private mutating func measureStarts(_ plan: MeasurementPlan) throws(RunError) {
    target.discard()
    add("start after SIGKILL", "ms", try startAgain(plan))
    let began = EventLoop.currentTime.nanoseconds
    target.stop(patienceSeconds: 120)
    add("clean stop", "ms", milliseconds(since: began))
    add("start after clean stop", "ms", try startAgain(plan))
  }

  /// Starts the broker; how long until it had told the end of every partition, in milliseconds.
  private mutating func startAgain(_ plan: MeasurementPlan) throws(RunError) -> Double {
    let began = EventLoop.currentTime.nanoseconds
    target = try Self.startBroker(bench, directory)
    admin = try AdminSession(bootstrap: target.bootstrap)
    let ends = try admin.offsets(.latest, of: plan.topic, partitions: turn.partitions)
    let took = milliseconds(since: began)
    let kept = ends.values.reduce(0, +)
    guard kept >= acked else {
      throw .load("\(kept) records were there after a start, fewer than the \(acked) acknowledged")
    }
    return took
  }
}
