import KafkaClient
import KafkaFormat
import LoadModel
import Synchronization
import Transport

/// One member of a consumer group under load: reads the partitions that the group gives it,
/// verifies every record, and tells what the group had received before from what is new.
///
/// - Isolation: its loop's thread.
final class GroupMemberDriver<T: Transport>: GroupConsumerDelegate {
  private let transport: T
  private let consumer: GroupConsumer<T>
  private let shared: SharedLoad
  private let group: GroupProgress
  private let member: Int
  private var window: MeasureWindow
  private var tally = ConsumerTally()
  private var checker: RecordChecker
  private var again: RecordChecker
  /// Of the batch under way, where what others see of an event is measured.
  private var latencies: [Int64] = []
  private let keepsLatencies: Bool
  private var isFinishing = false
  private var failure: ClientError?
  private var finished: ((ConsumerOutcome) -> Void)?

  /// - Parameter member: Its number in `group`.
  init(
    transport: T, config: GroupConsumerConfig, checker: RecordChecker, window: MeasureWindow,
    shared: SharedLoad, group: GroupProgress, member: Int, keepsLatencies: Bool
  ) {
    self.keepsLatencies = keepsLatencies
    self.transport = transport
    self.checker = checker
    again = checker
    self.window = window
    self.shared = shared
    self.group = group
    self.member = member
    consumer = GroupConsumer(transport: transport, config: config)
    consumer.delegate = self
  }

  /// Joins the group.
  ///
  /// - Parameter finished: Once the group has read all that `finish` is about, or `leave`, `stop`
  ///   or `crash` was called, or it failed.
  func start(topic: String, finished: @escaping (ConsumerOutcome) -> Void) {
    self.finished = finished
    consumer.subscribe(topics: [topic])
  }

  /// Moves the window, where it was not known at the start.
  ///
  /// - Returns: False where it has begun already: then what came since was not counted.
  func measure(_ window: MeasureWindow) -> Bool {
    self.window = window
    tally.restart()
    return transport.now.nanoseconds <= window.fromNanos
  }

  /// Ends as soon as the group has read everything.
  func finish() {
    guard !isFinishing else { return }
    isFinishing = true
    endIfComplete()
  }

  /// Leaves the group, which goes on.
  func leave() { end(isUnfinished: false) }

  /// Leaves the group now, complete or not.
  func stop() { end(isUnfinished: !group.isComplete) }

  /// Goes without a word to the group.
  func crash() {
    guard finished != nil else { return }
    consumer.abandon()
    tellOutcome(isUnfinished: false)
  }

  // MARK: GroupConsumerDelegate

  func received(_ batch: borrowing FetchedBatch) {
    // Handed out now: it waited for the batches before it, and was decompressed.
    let now = transport.now.nanoseconds
    tally.begin(atNanos: now, in: window)
    let before = (tally.seenRecords, tally.seenBytes)
    let partition = consumer.topicPartition(batch.partition).partition
    let from = max(batch.baseOffset, batch.firstWantedOffset)
    let end = batch.lastOffset + 1
    guard from < end else { return }
    shared.ends?.note(partition: partition, end: batch.highWatermark)
    let fresh = group.claim(
      partition: partition, member: member, from: from, end: end, nowNanos: now)
    var lastDue: Int64?
    latencies.removeAll(keepingCapacity: true)
    do {
      var records = RecordReader(batch.recordBytes, count: batch.recordCount)
      while let record = try records.next() {
        let offset = batch.baseOffset + Int64(record.offsetDelta)
        if offset < from { continue }
        if offset < fresh {
          _ = again.check(record, partition: partition, nowNanos: now)
          tally.redelivered += 1
          continue
        }
        let due = checker.check(record, partition: partition, nowNanos: now)
        let size = (record.key?.byteCount ?? 0) + (record.value?.byteCount ?? 0)
        tally.add(payloadBytes: size, dueNanos: due, nowNanos: now, in: window)
        lastDue = due ?? lastDue
        if keepsLatencies, let due, due >= window.fromNanos { latencies.append(now - due) }
      }
    } catch {
      checker.countUnreadable()
      note("CORRUPT_BATCH")
    }
    if let lastDue {
      shared.counters.latestLatencyNanos.store(now - lastDue, ordering: .relaxed)
    }
    if keepsLatencies { group.saw(partition: partition, member: member, latencies) }
    if fresh < end {
      shared.backlog.add(read: batch.wireBytes, partition: partition, reader: group.index)
    }
    shared.counters.consumed.wrappingAdd(tally.seenRecords - before.0, ordering: .relaxed)
    shared.counters.consumedBytes.wrappingAdd(tally.seenBytes - before.1, ordering: .relaxed)
    if window.contains(now) {
      tally.firstNanos = min(tally.firstNanos, now)
      tally.lastNanos = max(tally.lastNanos, now)
    }
  }

  func fetchCompleted(_ fetch: CompletedFetch) {
    if window.contains(fetch.receivedNanos), fetch.recordBytes > 0 {
      tally.count(fetch, in: window)
    }
  }

  func joined(generation: Int32, memberId: String) {
    group.joined(member: member, generation: generation)
  }

  func partitionsAssigned(_ partitions: [PartitionHandle]) {
    group.owns(member: member, more: partitions.count)
  }

  func partitionsRevoked(_ partitions: [PartitionHandle]) {
    group.owns(member: member, more: -partitions.count)
  }

  func fetchRetried(_ error: ClientError) { shared.retries.noteFetch(error) }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    switch error {
    case .noOffset, .offsetOutOfRange:
      // Retention was faster than this group: what was deleted stays unverified, and is told.
      let index = consumer.topicPartition(partition).partition
      checker.skippedDeletedRecords(partition: index)
      shared.backlog.forget(partition: index, reader: group.index)
      consumer.seek(partition, to: .earliest)
    case .logTruncated(_, _, _, let divergent):
      // It counts as an error of the run; what the new leader has is read and verified.
      note(error.shortName)
      consumer.seek(partition, to: divergent.map { .offset($0) } ?? .earliest)
    default: fail(error)
    }
  }

  func autoCommitFailed(_ error: ClientError) { note("COMMIT_\(error.shortName)") }

  func groupFailed(_ error: ClientError) { fail(error) }

  // MARK: The end

  private func note(_ error: String) {
    tally.errors[error, default: 0] += 1
    shared.counters.errors.wrappingAdd(1, ordering: .relaxed)
  }

  private func fail(_ error: ClientError) {
    guard finished != nil else { return }
    note(error.shortName)
    failure = failure ?? error
    end(isUnfinished: true)
  }

  /// What other members read counts too, and of that nobody tells this one: it looks.
  private func endIfComplete() {
    guard finished != nil else { return }
    if group.isComplete { return end(isUnfinished: false) }
    transport.schedule(at: transport.now.adding(milliseconds: 10)) { [weak self] in
      self?.endIfComplete()
    }
  }

  private var isEnding = false

  /// Commits, leaves the group, then tells what was found.
  private func end(isUnfinished: Bool) {
    guard finished != nil, !isEnding else { return }
    isEnding = true
    consumer.close(timeoutMs: Self.leaveMs) { [weak self] in
      self?.tellOutcome(isUnfinished: isUnfinished)
    }
  }

  /// How long leaving may take.
  private static var leaveMs: Int64 { 1500 }

  private func tellOutcome(isUnfinished: Bool) {
    guard let finished else { return }
    self.finished = nil
    tally.series.close()
    finished(
      ConsumerOutcome(
        tally: tally, checker: checker, failure: failure, isUnfinished: isUnfinished,
        group: group.index, again: again))
  }
}
