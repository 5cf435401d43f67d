import KafkaClient
import LoadModel
import Statistics

/// What one producer's completed batches add up to; kept on its loop, merged at the end.
struct ProducerTally: Sendable {
  /// Records and payload bytes acknowledged within the window.
  var records: Int64 = 0
  var bytes: Int64 = 0
  /// The last acknowledgement within the window.
  var lastAckNanos: Int64 = 0
  var latency = Histogram()
  var serviceTime = Histogram()
  var scheduleLag = Histogram()
  var batches: Int64 = 0
  var uncompressedBytes: Int64 = 0
  var wireBytes: Int64 = 0
  /// What a schedule wanted within the window and was never offered.
  var unsent: Int64 = 0
  var errors: [String: Int64] = [:]
  var series = IntervalSeries()

  /// Counts a batch whose fate is known.
  ///
  /// - Parameter isTold: The broker answers: with acks=0 a "completion" is only the kernel's.
  mutating func add(_ batch: borrowing CompletedBatch, in window: MeasureWindow, isTold: Bool) {
    let isShown = window.shows(batch.completedNanos)
    if isShown { series.enter(window.place(of: batch.completedNanos)) }
    if let error = batch.error {
      errors[Self.cause(batch, error), default: 0] += Int64(batch.recordCount)
      if isShown { series.current.errors += Int64(batch.recordCount) }
      return
    }
    if isShown {
      series.current.records += Int64(batch.recordCount)
      series.current.bytes += Int64(batch.payloadBytes)
    }
    addWindowed(batch, in: window)
    guard isTold else { return }
    for run in batch.runs {
      let nanos = batch.completedNanos - run.scheduledNanos
      if isShown { series.latency.record(nanos, count: Int64(run.count)) }
      guard window.contains(run.scheduledNanos) else { continue }
      latency.record(nanos, count: Int64(run.count))
      serviceTime.record(batch.completedNanos - batch.sentNanos, count: Int64(run.count))
    }
  }

  /// What kept a batch from being stored, where the end only says that nobody waited any longer.
  private static func cause(_ batch: borrowing CompletedBatch, _ error: ClientError) -> String {
    switch error {
    case .closed, .timedOut:
      if let last = batch.lastError { return last.shortName }
      guard error == .closed else { return error.shortName }
      return batch.attempts == 0 ? "NOT_SENT" : "NO_ANSWER"
    default: return error.shortName
    }
  }

  /// A rate counts what was acknowledged within the window, whenever it was due: records that were
  /// queued during the warm-up take the window's time and CPU, too. Where a number of records ends
  /// the run, the window ends with the last acknowledgement.
  private mutating func addWindowed(_ batch: borrowing CompletedBatch, in window: MeasureWindow) {
    guard window.contains(batch.completedNanos) else { return }
    records += Int64(batch.recordCount)
    bytes += Int64(batch.payloadBytes)
    lastAckNanos = max(lastAckNanos, batch.completedNanos)
    batches += 1
    uncompressedBytes += Int64(batch.uncompressedBytes)
    wireBytes += Int64(batch.wireBytes)
  }

  /// Counts from here on, by a window that was decided or moved: what was counted by another does
  /// not count. Errors do, whenever they were.
  mutating func restart() {
    var fresh = ProducerTally()
    fresh.errors = errors
    fresh.series = series
    fresh.series.forgetMeasured()
    self = fresh
  }

  mutating func merge(_ other: ProducerTally) {
    records += other.records
    bytes += other.bytes
    lastAckNanos = max(lastAckNanos, other.lastAckNanos)
    latency.merge(other.latency)
    serviceTime.merge(other.serviceTime)
    scheduleLag.merge(other.scheduleLag)
    batches += other.batches
    uncompressedBytes += other.uncompressedBytes
    wireBytes += other.wireBytes
    unsent += other.unsent
    errors.merge(other.errors, uniquingKeysWith: +)
    series.merge(other.series)
  }
}

extension ClientError {
  /// One word for a table of errors.
  var shortName: String {
    switch self {
    case .broker(let code, _): code.name
    case .noBrokerReachable: "NO_BROKER_REACHABLE"
    case .disconnected: "DISCONNECTED"
    case .timedOut: "TIMED_OUT"
    case .malformedResponse: "MALFORMED_RESPONSE"
    case .unsupportedByBroker: "UNSUPPORTED_BY_BROKER"
    case .recordTooLarge: "RECORD_TOO_LARGE"
    case .unknownPartition: "UNKNOWN_PARTITION"
    case .noOffset: "NO_OFFSET"
    case .offsetOutOfRange: "OFFSET_OUT_OF_RANGE"
    case .offsetAboveEnd: "OFFSET_ABOVE_END"
    case .logTruncated: ErrorCount.logTruncated
    case .corruptBatch: "CORRUPT_BATCH"
    case .closed: "CLOSED"
    }
  }
}
