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
  private let shared: SharedLoad
  private var usage = UsageSamples()
  private var isInterrupted = false
  private var failure: String?

  /// How long acknowledgements may still come after the last record was offered, and how long a
  /// reader may stand still.
  private static let patienceSeconds = 30.0

  init(plan: MeasurementPlan, target: BenchTarget, admin: AdminSession) {
    self.plan = plan
    self.target = target
    self.admin = admin
    shared = SharedLoad(backlog: Backlog(limit: plan.backlogLimit))
  }

  /// - Parameters:
  ///   - result: Number, turn and start time set; the rest is filled in here, on a throw as far as
  ///     it was measured.
  mutating func run(
    into result: inout RepetitionResult, progress: inout Progress, title: String
  ) throws(RunError) {
    try prepareTopic()
    do throws(RunError) {
      switch plan.workload.mode {
      case .consume: try consumeOnly(into: &result, &progress, title)
      case .produce, .both: try produce(into: &result, &progress, title)
      }
    } catch {
      removeTopic()
      throw error
    }
    removeTopic()
    result.isPartial = isInterrupted || failure != nil
    result.failure = failure
  }

  // MARK: The topic

  private mutating func prepareTopic() throws(RunError) {
    guard plan.isExistingTopic else { return try admin.createTopic(plan.newTopic) }
    plan.partitions = try admin.describeTopic(plan.topic).partitions.count
  }

  /// Away with the data, so that the next case finds the disk and the memory as this one did.
  private func removeTopic() {
    guard !plan.isExistingTopic else { return }
    try? admin.deleteTopic(plan.topic)
    target.awaitDeletion()
    sync()
  }

  // MARK: Producing, and reading beside it

  private mutating func produce(
    into result: inout RepetitionResult, _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    let workload = plan.workload
    let producers = try ProducerFleet(plan, count: workload.producers, shared: shared)
    defer { producers.stopThreads() }
    var consumers: ConsumerFleet?
    defer { consumers?.stopThreads() }
    if workload.mode == .both {
      consumers = try ConsumerFleet(
        plan, count: workload.consumers, window: .never, shared: shared)
    }
    let window = newWindow(warmupMs: workload.warmupMs)
    consumers?.measure(window)
    producers.start(window, records: workload.records, rate: workload.rate)
    let threads = [producers.threads] + (consumers.map { [$0.threads] } ?? [])
    watch(
      window, threads: threads, &progress, title, producers: producers,
      isOver: { producers.isFinished })
    if !producers.isFinished { producers.abort() }
    waitBriefly { producers.isFinished }
    let sent = producers.results()
    if failure == nil, let error = sent.compactMap({ $0.failure }).first {
      failure = "a producer gave up: \(error)"
    }
    if let consumers {
      try readToEnd(consumers, &progress, title)
      usage.end(target: target, threads: threads)
      result.fill(from: sent, consumers.results(), window: window, plan: plan)
      verify(sent, consumers.results(), into: &result)
    } else {
      usage.end(target: target, threads: threads)
      result.fill(from: sent, [], window: window, plan: plan)
      try readBack(sent, into: &result, &progress, title)
    }
    usage.fill(&result, window: window)
  }

  // MARK: Reading only

  private mutating func consumeOnly(
    into result: inout RepetitionResult, _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    let sent = try fill(&progress, title)
    let ends = try admin.offsets(.latest, of: plan.topic, partitions: Int32(plan.partitions))
    guard !isInterrupted, failure == nil else { return }
    let window = newWindow(warmupMs: 0)
    let consumers = try ConsumerFleet(
      plan, count: plan.workload.consumers, window: window, shared: shared)
    defer { consumers.stopThreads() }
    usage.begin(target: target, threads: [consumers.threads])
    consumers.finish(at: ends)
    watch(
      window, threads: [consumers.threads], &progress, title, producers: nil,
      isOver: { consumers.isFinished })
    usage.end(target: target, threads: [consumers.threads])
    if !consumers.isFinished { consumers.stop() }
    waitBriefly { consumers.isFinished }
    result.fill(from: [], consumers.results(), window: window, plan: plan)
    verify(sent, consumers.results(), into: &result)
    usage.fill(&result, window: window)
  }

  /// Fills the topic before the clock starts.
  private mutating func fill(
    _ progress: inout Progress, _ title: String
  ) throws(RunError) -> [ProducerFleet.Driver.Outcome] {
    guard !plan.isExistingTopic else { return [] }
    let producers = try ProducerFleet(plan, count: 1, shared: shared)
    defer { producers.stopThreads() }
    var window = newWindow(warmupMs: 0)
    window.untilNanos = .max
    producers.start(window, records: plan.workload.records ?? 1_000_000, rate: .max)
    watch(
      window, threads: [], &progress, title + "  filling the topic", producers: producers,
      isOver: { producers.isFinished })
    if !producers.isFinished { producers.abort() }
    waitBriefly { producers.isFinished }
    let sent = producers.results()
    if failure == nil, let error = sent.compactMap({ $0.failure }).first {
      failure = "filling the topic: \(error)"
    }
    return sent
  }

  // MARK: Waiting

  private func newWindow(warmupMs: Int64) -> MeasureWindow {
    let start = EventLoop.currentTime.nanoseconds + 2_000_000
    let from = start + warmupMs * 1_000_000
    let until = plan.workload.durationMs.map { from + $0 * 1_000_000 } ?? .max
    return MeasureWindow(
      startNanos: start, fromNanos: from, untilNanos: until,
      intervalNanos: plan.intervalMs * 1_000_000)
  }

  /// Stands by while the load runs: samples CPU at the window's edges and once an interval, shows
  /// progress, hears Ctrl-C and notices a broker that ends.
  private mutating func watch(
    _ window: MeasureWindow, threads: [LoadThreads], _ progress: inout Progress, _ title: String,
    producers: ProducerFleet?, isOver: () -> Bool
  ) {
    var nextSample = window.fromNanos
    var drainUntil: Int64?
    while !isOver() {
      let now = EventLoop.currentTime.nanoseconds
      if now >= nextSample, now < window.untilNanos {
        usage.sample(atNanos: now, window: window, target: target, threads: threads, shared)
        nextSample += window.intervalNanos
      }
      if now >= window.untilNanos, drainUntil == nil {
        usage.end(target: target, threads: threads)
        drainUntil = now + Int64(Self.patienceSeconds * 1e9)
      }
      if Interrupt.requested, !isInterrupted {
        isInterrupted = true
        producers?.stop()
        if producers == nil { return }
        drainUntil = now + 5_000_000_000
      }
      if target.hasEnded {
        failure = "the broker ended while it was measured"
        return
      }
      if let drainUntil, now > drainUntil {
        if !isInterrupted {
          failure = "\(Int(Self.patienceSeconds)) s after the end acknowledgements were missing"
        }
        return
      }
      progress.show(ProgressText.line(title, shared, window, plan.workload, nowNanos: now))
      usleep(useconds_t(min(5_000, max(200, (nextEvent(window, nextSample) - now) / 1000))))
    }
  }

  private func nextEvent(_ window: MeasureWindow, _ nextSample: Int64) -> Int64 {
    let now = EventLoop.currentTime.nanoseconds
    return [window.untilNanos, nextSample].filter { $0 > now }.min() ?? .max
  }

  private func waitBriefly(_ isOver: () -> Bool) {
    for _ in 0..<2000 where !isOver() { usleep(1000) }
  }

  // MARK: Reading to the end, and what it says

  /// Lets consumers go on until they have read all that is stored; gives up where they stand still.
  private mutating func readToEnd(
    _ consumers: ConsumerFleet, _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    guard !target.hasEnded else {
      consumers.stop()
      return waitBriefly { consumers.isFinished }
    }
    consumers.finish(
      at: try admin.offsets(.latest, of: plan.topic, partitions: Int32(plan.partitions)))
    var last = (count: Int64(-1), at: EventLoop.currentTime.nanoseconds)
    while !consumers.isFinished {
      let count = shared.counters.consumed.load(ordering: .relaxed)
      let now = EventLoop.currentTime.nanoseconds
      if count != last.count { last = (count, now) }
      if Double(now - last.at) / 1e9 > Self.patienceSeconds || target.hasEnded {
        failure = failure ?? "a consumer stood still before it had read everything"
        break
      }
      progress.show("\(title)  reading to the end: \(Figures.count(Double(count))) records")
      usleep(2000)
    }
    if !consumers.isFinished { consumers.stop() }
    waitBriefly { consumers.isFinished }
  }

  /// Reads what the topic still holds, after the clock, so that what was written is verified.
  private mutating func readBack(
    _ sent: [ProducerFleet.Driver.Outcome], into result: inout RepetitionResult,
    _ progress: inout Progress, _ title: String
  ) throws(RunError) {
    guard !target.hasEnded, !plan.isExistingTopic else { return }
    let consumers = try ConsumerFleet(plan, count: 1, window: .never, shared: shared)
    defer { consumers.stopThreads() }
    try readToEnd(consumers, &progress, title + "  verifying")
    verify(sent, consumers.results(), into: &result)
  }

  private func verify(
    _ sent: [ProducerFleet.Driver.Outcome], _ read: [ConsumerFleet.Driver.Outcome],
    into result: inout RepetitionResult
  ) {
    let earliest =
      (try? admin.offsets(.earliest, of: plan.topic, partitions: Int32(plan.partitions))) ?? [:]
    let isToEnd = !read.isEmpty && read.allSatisfy { !$0.isUnfinished }
    let skipped = read.reduce(into: Set<Int32>()) { $0.formUnion($1.checker.deletedUnread) }
    let coverage = (0..<plan.partitions).map { index in
      let name = TopicPartition(topic: plan.topic, partition: Int32(index))
      // Read from the first record on while it ran: what was deleted since was read before.
      let isWhole =
        plan.workload.mode == .both ? true : (earliest[name] ?? 1) == 0
      return PartitionCoverage(
        isFromBeginning: isWhole, isToEnd: isToEnd, hasGaps: skipped.contains(Int32(index)))
    }
    result.verification = Verifier.reconcile(
      acks: sent.map(\.ledger), receipts: read.map(\.checker.ledger), coverage: coverage)
  }
}
