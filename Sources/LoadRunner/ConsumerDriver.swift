import KafkaClient
import KafkaFormat
import LoadModel
import Statistics
import Synchronization
import Transport

/// What a consumer leaves behind.
struct ConsumerOutcome: Sendable {
  var tally: ConsumerTally
  var checker: RecordChecker
  var failure: ClientError?
  /// It was told to stop before everything was read.
  var isUnfinished: Bool
  /// The group that it was a member of.
  var group: Int?
  /// Checked what the group had received before.
  var again: RecordChecker?
}

/// One consumer under load: reads its partitions, verifies every record, measures from the time a
/// record was due until it was handed out.
///
/// - Isolation: its loop's thread.
final class ConsumerDriver<T: Transport>: ConsumerDelegate {
  private let transport: T
  private let consumer: Consumer<T>
  private let shared: SharedLoad
  private var window = MeasureWindow(startNanos: 0, fromNanos: 0, untilNanos: 0)
  private var tally = ConsumerTally()
  private var checker: RecordChecker
  private var handles: [PartitionHandle] = []
  /// Where each partition ends, once the producers are done; nil while they are not.
  private var ends: [TopicPartition: Int64]?
  private var failure: ClientError?
  private var finished: ((ConsumerOutcome) -> Void)?

  init(
    transport: T, config: ConsumerConfig, checker: RecordChecker, shared: SharedLoad
  ) {
    self.transport = transport
    self.checker = checker
    self.shared = shared
    consumer = Consumer(transport: transport, config: config)
    consumer.delegate = self
  }

  /// Starts reading `partitions`.
  ///
  /// - Parameters:
  ///   - ready: Once the start offsets are known, or why they are not.
  ///   - finished: Once all that `finish` names was read, or `stop` was called.
  func start(
    _ partitions: [TopicPartition], at start: StartPosition, window: MeasureWindow,
    ready: @escaping (ClientError?) -> Void, finished: @escaping (ConsumerOutcome) -> Void
  ) {
    self.window = window
    self.finished = finished
    consumer.assign(partitions.map { ($0, start) }) { [self] result in
      switch result {
      case .success(let assigned):
        handles = assigned
        ready(nil)
      case .failure(let error): ready(error)
      }
    }
  }

  /// Moves the window, where it was not known at the start.
  ///
  /// - Returns: False where it has begun already: then what came since was not counted.
  func measure(_ window: MeasureWindow) -> Bool {
    self.window = window
    tally.restart()
    return transport.now.nanoseconds <= window.fromNanos
  }

  /// Reads on to these end offsets, then is done.
  func finish(at ends: [TopicPartition: Int64]) {
    self.ends = ends
    endIfComplete()
  }

  /// Ends now, complete or not.
  func stop() { end(isUnfinished: !isComplete) }

  // MARK: ConsumerDelegate

  func received(_ batch: borrowing FetchedBatch) {
    // Handed out now: it waited for the batches before it, and was decompressed.
    let now = transport.now.nanoseconds
    tally.begin(atNanos: now, in: window)
    let before = (tally.seenRecords, tally.seenBytes)
    let partition = consumer.topicPartition(batch.partition).partition
    var lastDue: Int64?
    do {
      var records = RecordReader(batch.recordBytes, count: batch.recordCount)
      while let record = try records.next() {
        guard batch.baseOffset + Int64(record.offsetDelta) >= batch.firstWantedOffset else {
          continue
        }
        let due = checker.check(record, partition: partition, nowNanos: now)
        let size = (record.key?.byteCount ?? 0) + (record.value?.byteCount ?? 0)
        tally.add(payloadBytes: size, dueNanos: due, nowNanos: now, in: window)
        lastDue = due ?? lastDue
      }
    } catch {
      checker.countUnreadable()
      tally.errors["CORRUPT_BATCH", default: 0] += 1
      shared.counters.errors.wrappingAdd(1, ordering: .relaxed)
    }
    if let lastDue {
      shared.counters.latestLatencyNanos.store(now - lastDue, ordering: .relaxed)
    }
    tally.count(
      wireBytes: batch.wireBytes,
      recordBytes: batch.recordBytes.byteCount + RecordBatchHeader.size, nowNanos: now,
      in: window)
    shared.backlog.add(read: batch.wireBytes, partition: partition)
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
    endIfComplete()
  }

  func fetchRetried(_ error: ClientError) { shared.retries.noteFetch(error) }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    if case .offsetOutOfRange = error {
      // Retention was faster than this reader: what was deleted stays unverified, and is told.
      let index = consumer.topicPartition(partition).partition
      checker.skippedDeletedRecords(partition: index)
      shared.backlog.forget(partition: index)
      return consumer.seek(partition, to: .earliest)
    }
    tally.errors[error.shortName, default: 0] += 1
    shared.counters.errors.wrappingAdd(1, ordering: .relaxed)
    if case .logTruncated(_, _, _, let divergent) = error {
      // It counts as an error of the run; what the new leader has is read and verified.
      return consumer.seek(partition, to: divergent.map { .offset($0) } ?? .earliest)
    }
    failure = failure ?? error
    end(isUnfinished: true)
  }

  func consumerFailed(_ error: ClientError) {
    failure = error
    end(isUnfinished: true)
  }

  // MARK: The end

  private var isComplete: Bool {
    guard let ends else { return false }
    return handles.allSatisfy { handle in
      guard let end = ends[consumer.topicPartition(handle)] else { return true }
      return (consumer.position(handle) ?? 0) >= end
    }
  }

  private func endIfComplete() {
    if ends != nil, finished != nil, isComplete { end(isUnfinished: false) }
  }

  private func end(isUnfinished: Bool) {
    guard let finished else { return }
    self.finished = nil
    tally.series.close()
    consumer.close()
    finished(
      ConsumerOutcome(tally: tally, checker: checker, failure: failure, isUnfinished: isUnfinished))
  }
}
