import KafkaClient
import KafkaFormat
import LoadModel
import Statistics
import Synchronization
import Transport

/// What the drivers of one measurement share across their loops.
final class SharedLoad: Sendable {
  let backlog: Backlog
  let counters = LiveCounters()
  let retries = RetryNote()
  let silence = AckSilence()
  /// Nil where no faults are planted.
  let faultAcks: FaultAcks?
  /// Empty where consumers take their partitions without a group.
  let groups: [GroupProgress]
  /// Nil where there are no groups, whose lag is told by it.
  let ends: LogEnds?

  init(backlog: Backlog, groups: [GroupProgress] = [], plantsFaults: Bool = false) {
    self.backlog = backlog
    faultAcks = plantsFaults ? FaultAcks() : nil
    self.groups = groups
    ends = groups.isEmpty ? nil : LogEnds()
  }
}

/// One producer under load: offers records by a schedule, hears what became of them.
///
/// Closed loop: offers until the producer is full, goes on when there is room; a record is due when
/// it is offered. Open loop: record k is due at `start + k / rate`, whatever the broker does; a
/// record that is offered late keeps its due time, so that waiting counts as latency. What is due
/// within the window and held up until after it is still offered: those that waited longest would
/// be missing otherwise.
///
/// - Isolation: its loop's thread.
final class ProducerDriver<T: Transport>: ProducerDelegate {
  /// What it leaves behind.
  struct Outcome: Sendable {
    var tally: ProducerTally
    var ledger: AckLedger
    var statistics: ProducerStatistics
    var failure: ClientError?
  }

  private let transport: T
  private let producer: Producer<T>
  private let isTold: Bool
  private let shared: SharedLoad
  private var source: RecordSource
  private var schedule: ArrivalSchedule?
  /// How many records the schedule has given; the number of the next.
  private var scheduleIndex: UInt64 = 0
  private var topic: TopicHandle?
  private var window = MeasureWindow(startNanos: 0, fromNanos: 0, untilNanos: 0)
  /// Counted records still to offer; nil where time ends it.
  private var quota: Int64?
  /// What `quota` was at the window's beginning.
  private var wholeQuota: Int64?
  private var isOffering = false
  /// Ends an open loop when nothing overdue is worth waiting for any more.
  private var overdueTimer: TimerID?
  private var isScheduled = false
  private var hasEnded = false
  private var failure: ClientError?
  private var tally = ProducerTally()
  private var finished: ((Outcome) -> Void)?
  /// What the backlog was last told to be in the producer's buffer.
  private var toldBuffered = 0

  /// How long records are offered before the loop gets to hear answers, and how many between two
  /// looks at the clock.
  private static var sliceNanos: Int64 { 300_000 }
  private static var burst: Int { 64 }

  init(
    transport: T, config: ProducerConfig, source: consuming RecordSource, shared: SharedLoad
  ) throws(ConfigurationError) {
    self.transport = transport
    self.source = source
    self.shared = shared
    isTold = config.acks != .none
    producer = try Producer(transport: transport, config: config)
    producer.delegate = self
  }

  /// Reaches the cluster and learns the topic.
  func open(_ name: String, completion: @escaping (ClientError?) -> Void) {
    producer.openTopic(name) { [self] result in
      switch result {
      case .success(let handle):
        topic = handle
        completion(nil)
      case .failure(let error): completion(error)
      }
    }
  }

  /// - Parameters:
  ///   - schedule: When each record is due; nil is the closed loop.
  ///   - quota: How many records to offer once counting has begun; nil: until the window ends.
  ///   - finished: Called once all that was offered has its result.
  func start(
    window: MeasureWindow, schedule: ArrivalSchedule?, quota: Int64?,
    finished: @escaping (Outcome) -> Void
  ) {
    self.window = window
    self.schedule = schedule
    self.quota = quota
    wholeQuota = quota
    self.finished = finished
    isOffering = true
    planEnd()
    pumpSoon(at: MonotonicTime(nanoseconds: window.startNanos))
  }

  /// Takes the window that was not known at the start, or was moved.
  ///
  /// - Returns: False where it has begun already: then what came since was not counted.
  func measure(_ window: MeasureWindow) -> Bool {
    self.window = window
    tally.restart()
    quota = wholeQuota
    if isOffering { planEnd() }
    return transport.now.nanoseconds <= window.fromNanos
  }

  /// The end of an open loop: the next record may be due long after it.
  private func planEnd() {
    guard schedule != nil, window.untilNanos != .max else { return }
    if let overdueTimer { transport.cancel(overdueTimer) }
    overdueTimer = transport.schedule(
      at: MonotonicTime(nanoseconds: window.overdueUntilNanos)
    ) { [weak self] in self?.stop() }
    transport.schedule(at: MonotonicTime(nanoseconds: window.untilNanos)) { [weak self] in
      self?.pump()
    }
  }

  /// Offers nothing more; what is under way is still heard of.
  func stop() {
    guard isOffering else { return }
    endOffering()
    producer.flush { [self] in end() }
  }

  /// Offers nothing more and gives up what is not acknowledged.
  func abort() {
    endOffering()
    producer.abort()
    end()
  }

  private func endOffering() {
    guard isOffering else { return }
    isOffering = false
    countUnsent()
    if let overdueTimer { transport.cancel(overdueTimer) }
    overdueTimer = nil
  }

  // MARK: Offering

  private func pumpSoon(at time: MonotonicTime) {
    guard !isScheduled else { return }
    isScheduled = true
    transport.schedule(at: time) { [self] in
      isScheduled = false
      pump()
    }
  }

  private func pump() {
    guard isOffering, let topic else { return }
    var now = transport.now
    let sliceEnd = now.adding(nanoseconds: Self.sliceNanos)
    while now < sliceEnd {
      let next = schedule?.scheduledNanos(scheduleIndex)
      if now.nanoseconds >= window.untilNanos {
        // What is overdue is still offered, until the timer ends that.
        guard let next, next < window.untilNanos else { return stop() }
      }
      tellBuffered()
      if shared.backlog.isFull { return pumpSoon(at: now.adding(milliseconds: 1)) }
      if let next, next > now.nanoseconds {
        return pumpSoon(at: MonotonicTime(nanoseconds: min(next, window.untilNanos)))
      }
      guard offerBurst(topic, nowNanos: now.nanoseconds) else { return }
      now = transport.now
    }
    pumpSoon(at: now)
  }

  private func tellBuffered() {
    let buffered = producer.bufferedBytes
    shared.backlog.add(buffered: buffered - toldBuffered)
    toldBuffered = buffered
  }

  /// - Returns: false where nothing more can be offered at the moment.
  private func offerBurst(_ topic: TopicHandle, nowNanos: Int64) -> Bool {
    let wallMs = transport.wallClockMs
    if schedule == nil, source.takesMany {
      return offerMany(topic, nowNanos: nowNanos, wallMs: wallMs)
    }
    for _ in 0..<Self.burst {
      let due = schedule?.scheduledNanos(scheduleIndex) ?? nowNanos
      if due > nowNanos || due >= window.untilNanos { return true }
      let isCounted = due >= window.fromNanos
      if isCounted, isQuotaUsedUp { return false }
      let result = source.offer(to: producer, topic: topic, dueNanos: due, wallMs: wallMs)
      if case .full = result { return false }
      note(result)
      if schedule != nil {
        if isCounted { tally.scheduleLag.record(nowNanos - due) }
        scheduleIndex += 1
      }
      if isCounted { countOffered(1) }
    }
    return true
  }

  /// The closed loop's way: as many at once as there is room for in one batch.
  private func offerMany(_ topic: TopicHandle, nowNanos: Int64, wallMs: Int64) -> Bool {
    var left = Self.burst
    let isCounted = nowNanos >= window.fromNanos
    if isCounted {
      if isQuotaUsedUp { return false }
      left = min(left, Int(clamping: quota ?? .max))
    }
    while left > 0 {
      let (taken, result) = source.offerMany(
        to: producer, topic: topic, count: left, dueNanos: nowNanos, wallMs: wallMs)
      if isCounted { countOffered(taken) }
      left -= taken
      if case .full = result { return false }
      note(result)
      guard case .rejected = result else { continue }
      // A record that is refused was offered all the same: the run must come to its end.
      if isCounted { countOffered(1) }
      left -= 1
    }
    return true
  }

  /// All counted records were offered: then this ends.
  private var isQuotaUsedUp: Bool {
    if quota == 0 { stop() }
    return quota == 0
  }

  private func countOffered(_ count: Int) {
    guard let left = quota else { return }
    quota = left - Int64(count)
    shared.counters.offered.wrappingAdd(Int64(count), ordering: .relaxed)
  }

  /// What was due within the window, as far as it has come, and was not offered.
  private func countUnsent() {
    guard let schedule, window.isDecided else { return }
    let end = min(transport.now.nanoseconds, window.untilNanos)
    let first = max(scheduleIndex, schedule.dueCount(atNanos: window.fromNanos - 1))
    let due = schedule.dueCount(atNanos: end - 1)
    guard due > first else { return }
    tally.unsent = min(Int64(clamping: due - first), quota ?? .max)
  }

  private func note(_ result: AppendResult) {
    guard case .rejected(let error) = result else { return }
    tally.errors[error.shortName, default: 0] += 1
    shared.counters.errors.wrappingAdd(1, ordering: .relaxed)
  }

  // MARK: ProducerDelegate

  func producerReady() {
    if isOffering { pumpSoon(at: transport.now) }
  }

  func batchCompleted(_ batch: borrowing CompletedBatch) {
    tally.add(batch, in: window, isTold: isTold)
    source.completed(batch)
    let counters = shared.counters
    if batch.error == nil {
      shared.backlog.add(stored: batch.wireBytes, partition: batch.partition)
      counters.batches.wrappingAdd(1, ordering: .relaxed)
      counters.storedBytes.wrappingAdd(Int64(batch.wireBytes), ordering: .relaxed)
      if isTold {
        shared.silence.note(partition: batch.partition, atNanos: batch.completedNanos, in: window)
        shared.faultAcks?.note(batch, in: window)
      }
      if batch.baseOffset >= 0, let ends = shared.ends {
        ends.note(partition: batch.partition, end: batch.baseOffset + Int64(batch.recordCount))
      }
      counters.produced.wrappingAdd(Int64(batch.recordCount), ordering: .relaxed)
      counters.producedBytes.wrappingAdd(Int64(batch.payloadBytes), ordering: .relaxed)
      if isTold, let run = batch.runs.first {
        counters.latestLatencyNanos.store(
          batch.completedNanos - run.scheduledNanos, ordering: .relaxed)
      }
    } else {
      counters.errors.wrappingAdd(Int64(batch.recordCount), ordering: .relaxed)
    }
  }

  func batchRetried(_ error: ClientError) {
    shared.retries.note(
      error, nowNanos: transport.now.nanoseconds,
      acknowledged: shared.counters.produced.load(ordering: .relaxed))
  }

  func producerFailed(_ error: ClientError) {
    failure = error
    endOffering()
    end()
  }

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    tally.series.close()
    shared.backlog.add(buffered: -toldBuffered)
    toldBuffered = 0
    let outcome = Outcome(
      tally: tally, ledger: source.ledger, statistics: producer.statistics, failure: failure)
    producer.close(timeoutMs: 1000) { [self] in
      finished?(outcome)
      finished = nil
    }
  }
}
