import EventLoop
import FoundationEssentials
import Glibc
import KafkaClient
import LoadModel
import Synchronization
import Transport

/// Measures one case once: topic, clients, warm-up, window, verification, and all away again.
///
/// ```
/// topic ─► (fill) ─► connect ─► warm-up ─► measured ─► drain ─► read on ─► verify ─► delete
/// ```
struct Measurement {
  var plan: MeasurementPlan
  let target: BenchTarget
  let admin: AdminSession
  /// Another measurement comes after this one.
  private let isFollowed: Bool
  let shared: SharedLoad
  var usage = UsageSamples()
  /// What members of groups did so far, and what is under way.
  var groupEvents = GroupEventLog()
  var isInterrupted = false
  var failure: String?
  /// Of the disk that our broker writes to.
  var reserve: DiskReserve?
  /// When nothing more was to be waited for; monotonic clock.
  var loadEndNanos = Int64.max
  /// Nobody listens at its addresses any more.
  var isTargetGone = false
  /// There is nobody left to ask or to clean up at.
  var isGone: Bool { isTargetGone || target.hasEnded }
  /// What was acknowledged when an existing topic was filled, to verify what is read against.
  var filled: [ProducerFleet.Driver.Outcome] = []
  /// Where each partition ended once the load had, or why that is not known; empty until then.
  var partitionEnds: [Result<PartitionEnd, SettledEnds.Unknown>] = []
  /// When what is measured is counted; nil until that is known.
  var measuredWindow: MeasureWindow?
  /// Nil where nothing is produced.
  var steady: SteadyWatch?
  var retention: RetentionWatch
  /// How the log stood was noted when the window began.
  var isRetentionNoted = false
  /// Nil where none are planted.
  var faults: FaultRunner?
  var areFaultsEnded = false
  var faultBounds = FaultRunner.Bounds()
  /// The topic was made for this measurement, but not by it.
  var isTopicMade = false
  /// The topic is left to whoever goes on with it.
  var keepsTopic = false

  /// How long acknowledgements may still come after the last record was offered, and how long a
  /// reader may stand still.
  static let patienceSeconds = 30.0
  /// What CPU and memory were before is read within this time.
  static let readingMs: Int64 = 20
  /// How long a closed loop may make no progress at all.
  static let standstillSeconds = 60.0
  /// From when on a load is taken to stand still: what it used until then is noted.
  static let stillNanos: Int64 = 100_000_000

  init(plan: MeasurementPlan, target: BenchTarget, admin: AdminSession, isFollowed: Bool) {
    self.plan = plan
    self.target = target
    self.admin = admin
    self.isFollowed = isFollowed
    reserve = target.dataDirectory.flatMap(DiskReserve.init(at:))
    steady = SteadyWatch(plan.workload)
    retention = RetentionWatch(plan, dataDirectory: target.dataDirectory)
    let groups = plan.workload.consumerGroups ?? 0
    shared = SharedLoad(
      backlog: Backlog(
        retained: plan.retainedBeforeReaders, partitions: plan.partitions, readers: groups),
      groups: (0..<groups).map { GroupProgress(index: $0) }, plantsFaults: !plan.faults.isEmpty)
  }

  /// - Parameters:
  ///   - result: Number, turn and start time set; the rest is filled in here, on a throw as far as
  ///     it was measured.
  mutating func run(
    into result: inout RepetitionResult, progress: inout Progress, title: String
  ) throws(RunError) {
    try target.refuseWhereGone()
    try prepareTopic()
    // In-sync replicas after a fault are wanted as precisely as acknowledgements.
    let watch = EventWatch(
      of: target.bootstrap, topic: plan.topic, intervalMs: plan.faults.isEmpty ? 1_000 : 100)
    prepareFaults()
    do throws(RunError) {
      switch plan.workload.mode {
      case .consume: try consumeOnly(into: &result, &progress, title)
      case .produce, .both: try produce(into: &result, &progress, title)
      }
    } catch {
      endFaults(&progress, title)
      fillFaults(&result)
      fillEvents(&result, watch)
      removeTopic()
      throw error
    }
    // Where the load did not come to its end, they are not ended yet.
    endFaults(&progress, title)
    fillFaults(&result)
    fillEvents(&result, watch)
    removeTopic()
    result.retries = shared.retries.counts.isEmpty ? nil : shared.retries.counts
    result.isPartial = isInterrupted || failure != nil
    result.failure = failure
  }

  // MARK: The topic

  private mutating func prepareTopic() throws(RunError) {
    if isTopicMade { return }
    guard plan.isExistingTopic else { return try admin.createTopic(plan.newTopic) }
    plan.partitions = try admin.describeTopic(plan.topic).partitions.count
  }

  /// Away with the data, so that the next case finds the disk and the memory as this one did.
  private func removeTopic() {
    guard !isGone else { return }
    // A member that crashed is in its group until its session times out: then the group stays.
    if !shared.groups.isEmpty {
      try? admin.deleteGroups(shared.groups.map { plan.groupName($0.index) })
    }
    guard !plan.isExistingTopic, !keepsTopic else { return }
    try? admin.deleteTopic(plan.topic)
    guard isFollowed, !Interrupt.requested else { return }
    target.awaitDeletion()
    sync()
  }

  // MARK: Producing, and reading beside it

  private func makeReaders(_ window: MeasureWindow) throws(RunError) -> any ReadingFleet {
    if shared.groups.isEmpty {
      return try ConsumerFleet(
        plan, count: plan.workload.consumers, window: window, shared: shared)
    }
    return try GroupFleet(plan, window: window, shared: shared, admin: admin)
  }

  private mutating func produce(
    into result: inout RepetitionResult, _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    let workload = plan.workload
    let producers = try ProducerFleet(plan, count: workload.producers, shared: shared)
    defer { producers.stopThreads() }
    var consumers: (any ReadingFleet)?
    defer { consumers?.stopThreads() }
    if workload.mode == .both { consumers = try makeReaders(.never) }
    let isAtOnce = workload.warmup == .fixed(ms: 0)
    let start = newWindow(workload.warmup, leadMs: isAtOnce ? Self.readingMs : 2)
    if start.isDecided { measuredWindow = start }
    _ = consumers?.measure(start)
    var watched = Watched(
      window: start, threads: [producers.threads] + (consumers.map { [$0.threads] } ?? []),
      producers: producers, consumers: consumers, title: title)
    // Without a warm-up it may be over before anybody looks.
    if isAtOnce { sampleIfDue(watched, nowNanos: start.fromNanos) }
    producers.start(start, records: workload.records, rate: workload.rate)
    watch(&watched, &progress)
    loadEndNanos = EventLoop.currentTime.nanoseconds
    endFaults(&progress, title)
    let window = windowAtEnd(watched)
    // It may be over before anybody looked.
    noteRetention(window, nowNanos: max(loadEndNanos, window.fromNanos))
    endGroupEvent(window, nowNanos: loadEndNanos)
    let sent = outcomes(of: producers, "a producer gave up")
    if let consumers { readToEnd(consumers, of: sent, watched, &progress, title) }
    endUsage(watched)
    result.fill(
      from: sent, consumers?.results() ?? [], window: window, plan: plan, wasCut: wasCut(window))
    usage.fill(&result, window: window, wasCut: wasCut(window))
    fillState(&result, window: window)
    if let consumers {
      verify(sent, consumers.results(), into: &result)
      fillGroups(consumers.results(), into: &result, window: window)
    } else {
      try readBack(sent, into: &result, &progress, title)
    }
    if failure == nil, !isInterrupted, result.verification?.acked == 0,
      let error = result.errors.max(by: { $0.count < $1.count })
    {
      failure = "no record was accepted: \(error.name), \(error.count) times"
    }
  }

  /// It ended before its time: what the load did until it stood still is all there is.
  private func wasCut(_ window: MeasureWindow) -> Bool {
    isInterrupted || failure != nil || loadEndNanos < window.untilNanos
  }

  /// What producers leave behind once they have ended, or been made to.
  private mutating func outcomes(
    of producers: ProducerFleet, _ what: String
  ) -> [ProducerFleet.Driver.Outcome] {
    if !producers.isFinished { producers.abort() }
    waitBriefly { producers.isFinished }
    let sent = producers.results()
    if failure == nil, let error = sent.compactMap({ $0.failure }).first {
      failure = "\(what): \(error)"
    }
    // Whatever is still to be asked of the cluster may get no answer.
    if failure != nil { admin.patienceSeconds = 10 }
    return sent
  }

  // MARK: Reading only

  private mutating func consumeOnly(
    into result: inout RepetitionResult, _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    let sent = try fill(&progress, title)
    guard !isInterrupted, failure == nil else { return }
    let ends = settleEnds(sent) { _ in }
    let unknown = partitionEnds.compactMap { end -> String? in
      if case .failure(let unknown) = end { unknown.reason } else { nil }
    }
    if let reason = unknown.first { throw .target(reason) }
    // Readers begin to read as soon as they are made: the window must have begun.
    let window = newWindow(.fixed(ms: 0), leadMs: 0)
    measuredWindow = window
    let consumers = try makeReaders(window)
    defer { consumers.stopThreads() }
    var watched = Watched(
      window: window, threads: [consumers.threads], consumers: consumers, phase: .consume,
      title: title)
    usage = UsageSamples()
    sampleIfDue(watched, nowNanos: window.fromNanos)
    consumers.finish(at: ends)
    watch(&watched, &progress)
    loadEndNanos = EventLoop.currentTime.nanoseconds
    endFaults(&progress, title)
    endUsage(watched)
    if !consumers.isFinished { consumers.stop() }
    waitBriefly { consumers.isFinished }
    if failure == nil, let error = consumers.failure { failure = "a consumer gave up: \(error)" }
    result.fill(
      from: [], consumers.results(), window: window, plan: plan, wasCut: wasCut(window))
    usage.fill(&result, window: window, wasCut: wasCut(window))
    verify(sent, consumers.results(), into: &result)
    fillGroups(consumers.results(), into: &result, window: window)
  }

  /// Makes the topic and fills it, for measurements that read it later.
  ///
  /// - Returns: What was acknowledged; not all where Ctrl-C ended it.
  mutating func fillTopic(
    _ progress: inout Progress, _ title: String
  ) throws(RunError) -> [ProducerFleet.Driver.Outcome] {
    try prepareTopic()
    let sent = try fill(&progress, title)
    if let failure { throw .load(failure) }
    return sent
  }

  /// Fills the topic before the clock starts.
  private mutating func fill(
    _ progress: inout Progress, _ title: String
  ) throws(RunError) -> [ProducerFleet.Driver.Outcome] {
    guard !plan.isExistingTopic else { return filled }
    let producers = try ProducerFleet(plan, count: 1, shared: shared)
    defer { producers.stopThreads() }
    var window = newWindow(.fixed(ms: 0))
    window.untilNanos = .max
    producers.start(window, records: plan.fillRecords, rate: .max)
    var watched = Watched(
      window: window, producers: producers, phase: .produce,
      title: title + "  filling the topic")
    watch(&watched, &progress)
    return outcomes(of: producers, "filling the topic")
  }
}
