import EventLoop
import Foundation
import Glibc
import KafkaClient
import LoadModel

/// One broker of the suite `zero-copy-fetch`, and the records that it keeps to be read.
final class FetchLane {
  /// One turn's result, and what the broker's loops moved meanwhile.
  struct Run {
    var result: RepetitionResult
    /// Nil where the broker is not in this process.
    var traffic: TrafficCounts?
  }

  /// Nil: the cluster's own.
  let path: FetchPath?
  private let bench: SuiteBench
  private let settings: ZeroCopyFetchSettings
  private let directory: String?
  private let target: BenchTarget
  private let admin: AdminSession
  private let topic: String
  private let plan: MeasurementPlan
  private var acked: [ProducerFleet.Driver.Outcome] = []

  /// As labels have it.
  var name: String { path?.rawValue ?? "cluster" }

  /// Starts the broker, or reaches the cluster, and fills a topic.
  init(_ bench: SuiteBench, _ settings: ZeroCopyFetchSettings, path: FetchPath?)
    throws(RunError)
  {
    self.bench = bench
    self.settings = settings
    self.path = path
    directory = path == nil ? nil : try bench.makeDirectory("fetch-\(path?.rawValue ?? "")")
    target = try bench.startBroker(
      path == nil ? bench.settings.target : .embedded, directory: directory ?? "",
      fetchPath: path?.rawValue)
    do throws(RunError) {
      admin = try target.openAdmin()
      try bench.describe(target, admin, kind: path == nil ? .cluster : .embedded)
      topic = bench.newTopicName()
      plan = try bench.plan(Self.filling(settings), on: target, topic: topic)
    } catch {
      target.stop()
      throw error
    }
    do throws(RunError) { try fill() } catch {
      stop()
      throw error
    }
  }

  /// What is read later: bounded by its own size alone.
  private static func filling(_ settings: ZeroCopyFetchSettings) -> Workload {
    var workload = Workload()
    workload.producers = 0
    workload.consumers = 1
    workload.acks = .leader
    workload.recordSizeBytes = settings.recordSize
    workload.batchSizeBytes = settings.batchSize
    workload.compressibility = settings.compressibility
    workload.partitions = settings.partitions
    workload.records = settings.records
    workload.durationMs = nil
    workload.warmup = .fixed(ms: 0)
    workload.retentionBytes = nil
    return workload
  }

  private func fill() throws(RunError) {
    bench.title = "[0] \(name)"
    var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
    acked = try measurement.fillTopic(&bench.progress, bench.title)
    // Only pages that are on the disk can be dropped, and reads are not to meet writes.
    sync()
  }

  /// Reads everything once.
  func read(consumers: Int, fetchSize: Int, repetition: Int) throws(RunError) -> Run {
    var workload = plan.workload
    workload.consumers = consumers
    workload.fetchMaxBytes = fetchSize
    workload.maxPartitionFetchBytes = fetchSize
    let again = try bench.plan(workload, on: target, topic: topic, reading: plan)
    var measurement = Measurement(plan: again, target: target, admin: admin, isFollowed: true)
    measurement.filled = acked
    return try run(&measurement, repetition: repetition)
  }

  /// Reads what is written meanwhile.
  func tail(consumers: Int, repetition: Int) throws(RunError) -> Run {
    var workload = plan.workload
    workload.producers = 1
    workload.consumers = consumers
    workload.records = nil
    workload.durationMs = settings.durationMs
    workload.warmup = .fixed(ms: 500)
    workload.rate = settings.rate
    workload.lingerMs = 0
    workload.retentionBytes = 256 << 20
    let own = try bench.plan(workload, on: target, topic: bench.newTopicName())
    var measurement = Measurement(plan: own, target: target, admin: admin, isFollowed: true)
    return try run(&measurement, repetition: repetition)
  }

  private func run(_ measurement: inout Measurement, repetition: Int) throws(RunError) -> Run {
    var result = RepetitionResult(
      repetition: repetition, turn: 0, startedUtc: BenchmarkRun.utc(Date()), durationS: 0)
    let before = target.traffic()
    try measurement.run(into: &result, progress: &bench.progress, title: bench.title)
    bench.noteEvents(of: result)
    if let failure = result.failure { throw .load(failure) }
    try bench.refuseUnsound(result)
    let after = target.traffic()
    return Run(result: result, traffic: before.flatMap { start in after.map { $0 - start } })
  }

  /// Drops the page cache of the log's files.
  ///
  /// - Throws: `.load` where the system refuses.
  func dropPageCache() throws(RunError) {
    guard let directory else { return }
    sync()
    let folder = URL(fileURLWithPath: directory)
    let names = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = names?.nextObject() as? URL {
      guard file.pathExtension == "log" else { continue }
      try PageCache.drop(file.path)
    }
  }

  func stop() {
    if directory == nil { try? admin.deleteTopic(topic) }
    target.stop()
    if path != nil { bench.removeDirectory("fetch-\(name)") }
  }
}
