import KafkaClient
import KafkaFormat
import Transport

/// Keeps what a producer's delegate hears.
final class ProducerRecorder: ProducerDelegate {
  struct Entry {
    var partition: Int32
    var firstRecordIndex: Int64
    var recordCount: Int
    var baseOffset: Int64
    var attempts: Int
    var wasReordered: Bool
    var mayBeDuplicated: Bool
    var error: ClientError?
    var runs: [ScheduledRun]
    var payloadBytes: Int
    var wireBytes: Int
    var openedNanos: Int64
    var sentNanos: Int64
    var completedNanos: Int64
  }

  var entries: [Entry] = []
  var readyCount = 0
  var failure: ClientError?
  var onReady: () -> Void = {}

  func producerReady() {
    readyCount += 1
    onReady()
  }

  func batchCompleted(_ batch: borrowing CompletedBatch) {
    entries.append(
      Entry(
        partition: batch.partition, firstRecordIndex: batch.firstRecordIndex,
        recordCount: batch.recordCount, baseOffset: batch.baseOffset, attempts: batch.attempts,
        wasReordered: batch.wasReordered, mayBeDuplicated: batch.mayBeDuplicated,
        error: batch.error, runs: Array(batch.runs), payloadBytes: batch.payloadBytes,
        wireBytes: batch.wireBytes, openedNanos: batch.openedNanos, sentNanos: batch.sentNanos,
        completedNanos: batch.completedNanos))
  }

  func producerFailed(_ error: ClientError) { failure = error }

  var acknowledged: Int { entries.filter { $0.error == nil }.reduce(0) { $0 + $1.recordCount } }
  var failed: Int { entries.filter { $0.error != nil }.reduce(0) { $0 + $1.recordCount } }
}

/// Keeps what a consumer's delegate hears.
final class ConsumerRecorder: ConsumerDelegate {
  var values: [String] = []
  var offsets: [Int64] = []
  var fetches: [CompletedFetch] = []
  var failures: [ClientError] = []
  var resets: [(from: Int64, to: Int64)] = []
  var truncations: [(from: Int64, to: Int64)] = []
  var failure: ClientError?
  var onBatch: (PartitionHandle) -> Void = { _ in }

  func received(_ batch: borrowing FetchedBatch) {
    var records = batch.records()
    do {
      while let record = try records.next() {
        let offset = batch.baseOffset + Int64(record.offsetDelta)
        if offset < batch.firstWantedOffset { continue }
        offsets.append(offset)
        values.append(text(record.value))
      }
    } catch { failures.append(.malformedResponse("\(error)")) }
    onBatch(batch.partition)
  }

  func fetchCompleted(_ fetch: CompletedFetch) { fetches.append(fetch) }
  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    failures.append(error)
  }
  func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64) {
    resets.append((from, to))
  }
  func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {
    truncations.append((from, to))
  }
  func consumerFailed(_ error: ClientError) { failure = error }
}

/// A record's value as text; null is empty.
func text(_ value: RawSpan?) -> String {
  guard let value else { return "" }
  return String(decoding: [UInt8](copying: value), as: UTF8.self)
}
